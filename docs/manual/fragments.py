"""Parts of pages that are taken from elsewhere: sections of the README, cards of models, catalogs, docstrings."""

from __future__ import annotations

import ast
import importlib
import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

import screening.errors
from screening.engine.ledger import LEDGER_SCHEMA, RecordState
from screening.runs.evidence.catalog import EVIDENCE
from screening.runs.evidence.column import EvidenceColumn, column_of
from screening.runs.evidence.table import evidence
from screening.runs.hits import HIT_SCHEMA
from screening.runs.run import open_run
from workbench.export.catalog import EXPORTS
from workbench.settings import example

#: Page of the manual to words of the README heading whose section it holds.
README_SECTIONS = {
    "two_commands": "Two commands",
    "chemist": "medicinal chemist",
    "cluster": "researcher with a cluster",
    "reviewer": "as a reviewer",
    "figures": "How good",
    "citing": "How to cite",
}

#: Method to words of the rows of the README's table of figures that belong to it.
FIGURES = {
    "standardisation": ("preparing a library",),
    "models": ("MoleculeACE", "90 % intervals", "screening a prepared library", "training it on"),
    "intervals": ("90 % intervals",),
    "actives": ("known actives",),
    "search": ("search:",),
}


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for row in rows:
        lines.append(f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in row)} |")
    return "\n".join(lines) + "\n"


def readme_section(readme: str, words: str) -> str:
    """Return the text below the heading of the README that holds the words; pictures are found from any page."""
    parts = re.split(r"^## (.+)$", readme, flags=re.MULTILINE)
    for heading, text in zip(parts[1::2], parts[2::2]):
        if words in heading:
            return re.sub(r"\]\(docs/", "](/", text.strip()) + "\n"
    raise ValueError(f"README.md has no heading with the words {words!r}")


def figure_rows(readme: str, words: Sequence[str]) -> str:
    """Return the rows of the README's table of figures whose first cell holds one of the words."""
    rows = []
    for line in readme_section(readme, README_SECTIONS["figures"]).splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("|") and any(word in cells[0] for word in words):
            rows.append([*cells, "", ""][:3])
    if not rows:
        raise ValueError(f"the table of figures in README.md has no row about any of {', '.join(words)}")
    return table(("what", "result", "beside"), rows)


def evidence_columns(root: Path) -> str:
    """Return the columns of the evidence table, block by block, as a run of the tests and the catalog describe them."""
    run = open_run(root / "tests/formats/0.1/kinase.run")
    known = {field.name: column_of(field) for field in evidence(run, top=1).schema}
    parts = []
    for block, entry in EVIDENCE.items():
        module = importlib.import_module(entry.columns.__module__)
        known |= {one.name: one for one in getattr(module, "COLUMNS", ()) if isinstance(one, EvidenceColumn)}
        summary = (module.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
        parts.append(f"## {block[0].upper()}{block[1:]}\n\n{_markdown(summary)}\n")
        rows = []
        for name in entry.names:
            one = known.get(name) or EvidenceColumn(name, pa.null(), "", block)
            better = {True: "higher", False: "lower", None: ""}[one.higher_is_better]
            rows.append((f"`{name}`", one.unit.split(",")[0], better, _markdown(one.description or one.title)))
        if rows:
            parts.append(table(("column", "unit", "better", "what it is"), rows))
    return "\n".join(parts)


def schema(fields: pa.Schema) -> str:
    """Return the columns of a table on disk."""
    return table(("column", "type"), [(f"`{field.name}`", f"`{field.type}`") for field in fields])


def export_formats() -> str:
    """Return the export formats."""
    rows = []
    for name, one in EXPORTS.items():
        needs = "poses" if one.poses else ""
        rows.append((f"`{name}`", f"`.{one.suffix}`", one.purpose, needs, "in memory" if one.bounded else "any number"))
    return table(("format", "file", "for", "needs", "rows"), rows)


def error_tree() -> str:
    """Return the tree of errors."""
    tree = (screening.errors.__doc__ or "").split("::", 1)[1].strip("\n").split("\n\n")[0]
    return f"```text\n{tree}\n```\n"


def record_states() -> str:
    """Return the states a record can end in."""
    return _markdown(RecordState.__doc__ or "") + "\n\n" + ", ".join(f"`{one}`" for one in RecordState) + ".\n"


def plan_file() -> str:
    """Return the commented plan."""
    return f"```toml\n{example().rstrip()}\n```\n"


def packages(root: Path) -> str:
    """Return each package with the summary of its docstring."""
    rows = []
    for top in ("screening", "workbench"):
        for path in sorted((root / top).rglob("__init__.py")):
            text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            if len(path.relative_to(root).parts) <= 4 and text:
                name = ".".join(path.relative_to(root).parts[:-1])
                rows.append((f"`{name}`", _markdown(text.split("\n\n")[0].replace("\n", " "))))
    return table(("package", "what it is"), rows)


def layers(root: Path) -> str:
    """Return the import contracts of pyproject.toml."""
    lines = []
    for contract in tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]:
        if contract["type"] == "layers":
            within = ", ".join(f"`{name}`" for name in contract["containers"])
            lines.append(f"- **{contract['name']}** ({within}), from the top: {' → '.join(contract['layers'])}")
        else:
            kept = ", ".join(f"`{name}`" for name in contract["source_modules"])
            out = ", ".join(f"`{name}`" for name in contract["forbidden_modules"])
            lines.append(f"- **{contract['name']}**: {kept} may not import {out}")
    return "\n".join(lines) + "\n"


def _share(figure: dict[str, Any]) -> str:
    low, high = figure["interval_95"]
    return f"{figure['share']:.2f} ({low:.2f} to {high:.2f})"


def pose_card(root: Path) -> str:
    """Return the figures of the shipped pose ranker."""
    card = json.loads((root / "data/models/poses/card.json").read_text())
    figures = card["figures"]
    rows = [(f"first pose within 2 Å, {name}", _share(one)) for name, one in figures["top_1_within_2A"].items()]
    rows += [("one of the first five within 2 Å", _share(figures["top_5_within_2A"]))]
    rows += [("any pose within 2 Å", _share(figures["any_pose_within_2A"]))]
    sure = figures["first_poses_with_p_0.8_or_more"]
    rows += [("first poses with probability 0.8 or more that are right", f"{sure['right']} of {sure['count']}")]
    said = table(
        ("probability from", "poses", "mean probability", "share right"),
        [(one["from"], one["poses"], one["said"], one["right"]) for one in figures["reliability"]],
    )
    return f"{card['trained_on']}; tested {card['test']}.\n\n{table(('what', 'share (95 % interval)'), rows)}\n{said}"


def kinase_card(root: Path) -> str:
    """Return the figures of the shipped kinase model, as its card holds them."""
    card = json.loads((root / "data/models/kinome/card.json").read_text())
    parts = []
    for name, test in card["evaluation"].items():
        rows = [
            (who, *(f"{one[key]:.2f}" if key in one else "" for key in ("rmse", "ci", "spearman")))
            for who, one in [("this model", test["model"]), *test.get("baselines", {}).items()]
        ]
        heads = ("", "RMSE", "concordance", "Spearman")
        parts.append(f"**{name}**: {test.get('how', '')}.\n\n{table(heads, rows)}")
        if "leakage" in test:
            parts.append(f"{test['leakage']['sentence']}\n")
    data = card["data"]
    parts.insert(0, f"{data['compounds']:,} compounds, {data['targets']:,} targets; {data['source']}.\n")
    parts.append("What its card says of its limits:\n")
    parts.append("\n".join(f"- {line}" for line in card["limitations"]) + "\n")
    return "\n".join(parts)


def pocket_card(root: Path) -> str:
    """Return what the card of the pocket ranker says in words."""
    card = json.loads((root / "data/models/pockets/card.json").read_text())
    tests = {"all": "all", "one_chain": "of one chain", "several_chains": "of several chains",
             "all_the_deposited_copy_only": "all, only the copy that was deposited counts",
             "without_the_second_model": "all, without the second model"}  # fmt: skip
    rows = [
        (title, one["complexes"], *(f"{one[key]:.2f}" for key in ("top_1", "top_3", "top_5")))
        for name, title in tests.items()
        if (one := card["test"].get(name))
    ]
    if nested := card["nested_test"]:
        one = nested["all"]
        shares = (f"{one[key]:.2f}" for key in ("top_1", "top_3", "top_5"))
        rows.append(("all, every model trained without the clusters that are tested", one["complexes"], *shares))
    said = [
        (title, third["pockets"], f"{third['said']:.2f}", f"{third['hits']:.2f}")
        for name, title in (
            ("calibration_of_first_pockets", "first of each protein"),
            ("calibration_of_all_pockets", "all"),
        )
        for third in card["test"][name]
    ]
    return (
        f"Trained on {card['trained_on']}. A pocket is right if: {card['success']}. {card['limits']}\n\n"
        + table(("complexes", "number", "first", "in first 3", "in first 5"), rows)
        + "\n"
        + table(("a third of these pockets", "number", "probability said", "share right"), said)
        + f"\nDruggability, {card['druggability']['calibrated_on']}: ROC AUC"
        f" {card['druggability']['auc_leave_cluster_out']:.2f} on clusters left out.\n"
    )


def _markdown(text: str) -> str:
    """Return reStructuredText of one paragraph or more as Markdown."""
    return re.sub(r"``([^`]+)``", r"`\1`", text).replace("*", "\\*")


def fragments(root: Path) -> dict[str, str]:
    """Return every fragment by its file name."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    made = {f"readme_{name}": readme_section(readme, words) for name, words in README_SECTIONS.items()}
    made |= {f"figures_{name}": figure_rows(readme, words) for name, words in FIGURES.items()}
    made |= {
        "evidence": evidence_columns(root),
        "exports": export_formats(),
        "errors": error_tree(),
        "states": record_states(),
        "plan": plan_file(),
        "schema_ledger": schema(LEDGER_SCHEMA),
        "schema_hits": schema(HIT_SCHEMA),
        "packages": packages(root),
        "layers": layers(root),
        "pose_card": pose_card(root),
        "kinase_card": kinase_card(root),
        "pocket_card": pocket_card(root),
    }
    return {f"fragments/{name}.md": text for name, text in made.items()}
