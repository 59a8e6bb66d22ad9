"""Similarity and substructure over all products of a reaction library, without making them.

RDKit's SynthonSpace (Liphardt and Sander, J. Chem. Inf. Model. 2023, 63, 7133, describe the idea) searches pieces of
molecules that zip together. The piece of a reagent is what it leaves in a product: each reagent is taken through the
scheme once, with the first reagents of the other positions, and the bonds between atoms of different reagents are cut.
"""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from rdkit import Chem, DataStructs, rdBase
from rdkit.Chem import rdFingerprintGenerator

from screening.compounds.reactions.reaction_library import ReactionLibrary
from screening.compounds.reactions.reagents import Reagent
from screening.errors import FileError, UsageError

_FINGERPRINT = {"radius": 2, "fpSize": 2048}
#: Similarity from which on products are looked for, relaxed until there are enough.
_CUTOFFS = (0.65, 0.45)
#: Seconds that one search by structure may take.
_SECONDS = 60


@dataclasses.dataclass(frozen=True)
class FoundProduct:
    """A product that was found: number, name, SMILES, names of its reagents, Tanimoto similarity (NaN if none)."""

    number: int
    name: str
    smiles: str
    reagents: tuple[str, ...]
    similarity: float


@dataclasses.dataclass
class _Tracked:
    """A molecule whose atoms know the position they come from and their numbers in the templates, step by step."""

    mol: Chem.Mol
    origin: list[int]
    maps: list[dict[int, int]]


class SynthonLibrary:
    """The pieces of a reaction library, ready to be searched."""

    def __init__(self, library: ReactionLibrary, space: Any) -> None:
        self.library = library
        self._space = space

    @property
    def products(self) -> int:
        """Number of products that the pieces make."""
        return int(self._space.GetNumProducts())

    def similar(self, smiles: str, top: int) -> list[FoundProduct]:
        """Return the products most similar to a molecule, best first (Tanimoto on Morgan fingerprints, radius 2).

        Raises
        ------
        UsageError
            If the SMILES does not parse.
        """
        from rdkit.Chem import rdSynthonSpaceSearch

        with rdBase.BlockLogs():
            query = Chem.MolFromSmiles(smiles)
        if query is None or not query.GetNumAtoms():
            raise UsageError(f"{smiles[:80]!r} is no SMILES", expected="a molecule to compare with")
        generator = rdFingerprintGenerator.GetMorganGenerator(**_FINGERPRINT)
        found: list[FoundProduct] = []
        for cutoff in _CUTOFFS:
            params = rdSynthonSpaceSearch.SynthonSpaceSearchParams()
            params.similarityCutoff, params.maxHits, params.randomSeed, params.timeOut = cutoff, 10 * top, 1, _SECONDS
            hits = self._space.FingerprintSearch(query, generator, params).GetHitMolecules()
            found = self._products(hits)
            if len(found) >= top:
                break
        print_ = generator.GetFingerprint(query)
        for at, one in enumerate(found):
            own = generator.GetFingerprint(Chem.MolFromSmiles(one.smiles))
            found[at] = dataclasses.replace(one, similarity=float(DataStructs.TanimotoSimilarity(print_, own)))
        return sorted(found, key=lambda one: (-one.similarity, one.number))[:top]

    def holding(self, smarts: str, top: int) -> list[FoundProduct]:
        """Return products that hold a substructure, by number.

        Raises
        ------
        UsageError
            If the SMARTS does not parse.
        """
        from rdkit.Chem import rdSynthonSpaceSearch

        with rdBase.BlockLogs():
            query = Chem.MolFromSmarts(smarts)
        if query is None or not query.GetNumAtoms():
            raise UsageError(f"{smarts[:80]!r} is no SMARTS", expected="a substructure to look for")
        params = rdSynthonSpaceSearch.SynthonSpaceSearchParams()
        params.maxHits, params.randomSeed, params.timeOut = top, 1, _SECONDS
        return self._products(self._space.SubstructureSearch(query, params=params).GetHitMolecules())

    def _products(self, hits: Any) -> list[FoundProduct]:
        numbers = set()
        for hit in hits:
            parts = hit.GetProp("_Name").split(";")
            places = [0] * len(self.library.shape)
            for part in parts:
                if part.startswith("p") and "r" in part:
                    position, reagent = part[1:].split("r")
                    places[int(position)] = int(reagent)
            numbers.add(int(np.ravel_multi_index(places, self.library.shape)))
        products = [self.library.product(number) for number in sorted(numbers)]
        return [
            FoundProduct(
                one.number, one.name, one.smiles, tuple(reagent.name for reagent in one.reagents), float("nan")
            )
            for one in products
            if one.smiles
        ]


def open_synthons(library: ReactionLibrary) -> SynthonLibrary:
    """Cut the products of a reaction library into pieces and give them to RDKit.

    Raises
    ------
    UsageError
        If the installed RDKit cannot search pieces.
    FileError
        If the library has one position only, or a reagent leaves no single piece.
    """
    try:
        from rdkit.Chem import rdSynthonSpaceSearch
    except ImportError:
        raise UsageError("this RDKit has no SynthonSpace", expected="a release of 2025 or later") from None
    if len(library.shape) < 2:
        raise FileError("has reagents of one position only", source=library.scheme.path, expected="two or more")
    lines = ["SMILES\tsynton_id\tsynton#\treaction_id\trelease"]
    for position, pieces in enumerate(_pieces(library)):
        lines += [f"{smiles}\tp{position}r{at}\t{position + 1}\tscheme\t1" for at, smiles in pieces]
    space = rdSynthonSpaceSearch.SynthonSpace()
    with tempfile.TemporaryDirectory() as place, rdBase.BlockLogs():
        path = Path(place) / "synthons.txt"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        space.ReadTextFile(str(path))
    return SynthonLibrary(library, space)


def _pieces(library: ReactionLibrary) -> list[list[tuple[int, str]]]:
    """Return for each position the piece of each reagent that reacts, with its place."""
    partners = [position.reagents[0] for position in library.positions]
    labels: dict[tuple[int, ...], int] = {}
    found: list[list[tuple[int, str]]] = []
    for position, one in enumerate(library.positions):
        pieces = []
        for at, reagent in enumerate(one.reagents):
            chosen = [*partners[:position], reagent, *partners[position + 1 :]]
            tracked = _through(library, chosen)
            piece = None if tracked is None else _piece(library, tracked, position, labels)
            if piece is not None:
                pieces.append((at, piece))
        if not pieces:
            raise FileError(
                "no reagent leaves a single piece in the products", source=one.file, where=f"step {one.step}",
                expected="reagents that react with the first ones of the other files",
            )  # fmt: skip
        found.append(pieces)
    return found


def _through(library: ReactionLibrary, reagents: list[Reagent]) -> _Tracked | None:
    """Take reagents through all steps, every atom tracked; None if a step gives no product."""
    left = iter(enumerate(reagents))
    current: _Tracked | None = None
    for number, step in enumerate(library.scheme.steps):
        reactants = []
        for path in step.reagents:
            if path is None:
                assert current is not None
                reactants.append(current)
            else:
                position, reagent = next(left)
                count = reagent.mol.GetNumAtoms()
                reactants.append(_Tracked(reagent.mol, [position] * count, [{} for _ in range(count)]))
        products = step.reaction.product_mols([one.mol for one in reactants])
        if not products:
            return None
        current = _tracked(min(products, key=Chem.MolToSmiles), reactants, number)
    return current


def _tracked(product: Chem.Mol, reactants: list[_Tracked], step: int) -> _Tracked:
    origin, maps = [], []
    for atom in product.GetAtoms():
        before: dict[int, int] = {}
        position = -1
        if atom.HasProp("react_atom_idx"):
            reactant = reactants[atom.GetIntProp("react_idx") if atom.HasProp("react_idx") else 0]
            place = atom.GetIntProp("react_atom_idx")
            position, before = reactant.origin[place], dict(reactant.maps[place])
        if atom.HasProp("old_mapno"):
            before[step] = atom.GetIntProp("old_mapno")
        origin.append(position)
        maps.append(before)
    # Atoms that the reaction brings, such as the carbonyl of a urea, go with a neighbour.
    while -1 in origin:
        for atom in product.GetAtoms():
            if origin[atom.GetIdx()] == -1:
                beside = [origin[other.GetIdx()] for other in atom.GetNeighbors() if origin[other.GetIdx()] >= 0]
                origin[atom.GetIdx()] = min(beside, default=-1)
                maps[atom.GetIdx()].setdefault(step, 0)
    clean = Chem.Mol(product)
    for atom in clean.GetAtoms():
        for name in ("react_atom_idx", "react_idx", "old_mapno"):
            atom.ClearProp(name)
    return _Tracked(clean, origin, maps)


def _piece(
    library: ReactionLibrary, product: _Tracked, position: int, labels: dict[tuple[int, ...], int]
) -> str | None:
    mol = Chem.RWMol(product.mol)
    Chem.Kekulize(mol, clearAromaticFlags=True)
    for bond in list(mol.GetBonds()):
        begin, end = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        pair = product.origin[begin], product.origin[end]
        if pair[0] == pair[1]:
            continue
        if pair[0] > pair[1]:
            begin, end, pair = end, begin, (pair[1], pair[0])
        step = max(library.positions[one].step for one in pair) - 1
        key = (*pair, product.maps[begin].get(step, 0), product.maps[end].get(step, 0))
        label = labels.setdefault(key, len(labels) + 1)
        kind = bond.GetBondType()
        mol.RemoveBond(begin, end)
        for atom in (begin, end):
            dummy = Chem.Atom(0)
            dummy.SetIsotope(label)
            mol.AddBond(atom, mol.AddAtom(dummy), kind)
    for atoms in Chem.GetMolFrags(mol):
        if any(at < len(product.origin) and product.origin[at] == position for at in atoms):
            with rdBase.BlockLogs():
                smiles = Chem.MolFragmentToSmiles(mol, atoms)
                piece = Chem.MolFromSmiles(smiles)
            own = sum(one == position for one in product.origin)
            whole = sum(at < len(product.origin) for at in atoms) == own
            return Chem.MolToSmiles(piece) if piece is not None and whole else None
    return None
