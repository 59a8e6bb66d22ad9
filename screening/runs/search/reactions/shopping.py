"""What to buy and how to make it: reagents and routes of the best products that a search found."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa

from screening.compounds.reactions.reaction_library import Product, ReactionLibrary, open_reactions
from screening.compounds.reactions.scheme import is_scheme
from screening.errors import LibraryError, RunError
from screening.runs.search.rounds import SearchRun


def _best(run: SearchRun, top: int) -> tuple[ReactionLibrary, list[tuple[Product, float]]]:
    if not is_scheme(run.plan.library):
        raise RunError("is no search through a reaction library", source=run.folder, expected="one of a scheme")
    library = open_reactions(run.plan.library)
    if library.key != run.plan.library_key:
        raise LibraryError(
            "has changed since the search was planned", source=run.plan.library, expected="the same reagents"
        )
    found = run.found().slice(0, top)
    rows, values = found.column("row").to_pylist(), found.column("value").to_pylist()
    return library, [(library.product(row), value) for row, value in zip(rows, values)]


def reagents_to_buy(run: SearchRun, top: int) -> pa.Table:
    """Return the reagents of the best `top` products: name, smiles, file, record, products; the most needed first.

    Raises
    ------
    RunError, LibraryError
        If it is no search through a reaction library, or the library has changed.
    """
    library, best = _best(run, top)
    files = [position.file.name for position in library.positions]
    needed: Counter[tuple[str, str, str, int]] = Counter()
    for product, _ in best:
        needed.update({(one.name, one.smiles, file, one.number) for one, file in zip(product.reagents, files)})
    rows = [
        {"name": name, "smiles": smiles, "file": file, "record": record, "products": count}
        for (name, smiles, file, record), count in sorted(needed.items(), key=lambda item: (-item[1], item[0]))
    ]
    return pa.Table.from_pylist(rows, schema=_REAGENTS)


_REAGENTS = pa.schema(
    {"name": pa.string(), "smiles": pa.string(), "file": pa.string(), "record": pa.int64(), "products": pa.int64()}
)
_ROUTES = pa.schema(
    {"name": pa.string(), "smiles": pa.string(), "value": pa.float64(), "reagents": pa.string(), "route": pa.string()}
)


def routes_of(run: SearchRun, top: int) -> pa.Table:
    """Return the best `top` products: name, smiles, value, reagents and route, step after step.

    Raises
    ------
    RunError, LibraryError
        As `reagents_to_buy`.
    """
    rows = [
        {
            "name": product.name, "smiles": product.smiles, "value": value,
            "reagents": " ".join(one.name for one in product.reagents), "route": "; ".join(product.route),
        }
        for product, value in _best(run, top)[1]
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=_ROUTES)
