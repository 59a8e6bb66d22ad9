"""Build a biological assembly from the operators that the file lists."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from screening.errors import StructureError
from screening.targets.symmetry import Assembly, Operator
from screening.targets.target import Atoms, Chain, HeteroGroup, ResidueId, Target

#: The largest capsids have some ten million atoms; this stops a damaged operator list, not a real virus.
MOST_ATOMS = 20_000_000


def chain_copies(assembly: Assembly, chains: Sequence[Chain]) -> int:
    """Return how many polymer chains an assembly has, given those of the file."""
    ids = {chain.label_id or chain.id for chain in chains}
    return sum(len(ids & set(names)) * len(operators) for names, operators in assembly.parts)


def build_assembly(target: Target, assembly: str = "1") -> Target:
    """Return the target as it works: the chains of an assembly, each copied and moved by its operators.

    The first copy of a chain keeps its id; further ones are called ``A-2``, ``A-3`` ... in author and label numbering.
    Over 62 chains only mmCIF can hold the result.

    Parameters
    ----------
    target
        A structure whose file lists assemblies.
    assembly
        Id of the assembly.

    Raises
    ------
    StructureError
        If the file lists no such assembly, or it holds none of the atoms.
    """
    wanted = _listed(target, assembly)
    by_label = target.format != "PDB" and bool((target.atoms.label_chain != "").any())
    owner = target.atoms.label_chain if by_label else target.atoms.chain
    pieces: list[Atoms] = []
    chains: list[Chain] = []
    groups: list[HeteroGroup] = []
    copies: dict[str, int] = {}
    waters = 0
    total = sum(int(np.isin(owner, list(names)).sum()) * len(operators) for names, operators in wanted.parts)
    if total > MOST_ATOMS:
        raise StructureError(f"assembly {assembly} would have {total} atoms", source=target.source)
    offset = 0
    for names, operators in wanted.parts:
        rows = np.flatnonzero(np.isin(owner, list(names)))
        if len(rows) == 0:
            continue
        part = target.atoms.select(rows)
        members = {part.residue_id(int(at)) for at in part.residue_starts}
        for operator in operators:
            key = ",".join(names)
            copies[key] = copies.get(key, 0) + 1
            suffix = "" if copies[key] == 1 else f"-{copies[key]}"
            pieces.append(_moved(part, operator, suffix, offset))
            offset += int(part.residue_index.max()) + 1
            chains += [_renamed_chain(chain, suffix) for chain in target.chains
                       if (chain.label_id if by_label else chain.id) in names]  # fmt: skip
            groups += [_renamed_group(group, suffix) for group in target.groups if group.residue in members]
            waters += _waters(part)
    if not pieces:
        raise StructureError(f"assembly {assembly} holds none of the atoms read", source=target.source)
    notes = (*target.notes, f"Biological assembly {assembly}: {len(chains)} polymer chains.")
    return dataclasses.replace(
        target, atoms=_joined(pieces), chains=tuple(chains), groups=tuple(groups), waters=waters, notes=notes,
        id=f"{target.id}-assembly{assembly}", assemblies=(),
    )  # fmt: skip


def _listed(target: Target, name: str) -> Assembly:
    for assembly in target.assemblies:
        if assembly.id == name:
            return assembly
    listed = ", ".join(assembly.id for assembly in target.assemblies)
    raise StructureError(f"lists no assembly {name}", source=target.source,
                         expected=f"one of {listed}" if listed else "a file that lists assemblies")  # fmt: skip


def _moved(part: Atoms, operator: Operator, suffix: str, offset: int) -> Atoms:
    coordinates = part.coordinates
    if not operator.is_identity:
        moved = part.coordinates.astype(np.float64) @ np.array(operator.rotation).T + np.array(operator.translation)
        coordinates = moved.astype(np.float32)
    labels = part.label_chain
    if suffix:
        labels = np.where(labels == "", "", np.char.add(labels, suffix))
    return dataclasses.replace(
        part,
        coordinates=coordinates,
        chain=np.char.add(part.chain, suffix) if suffix else part.chain,
        label_chain=labels,
        residue_index=(part.residue_index + offset).astype(np.int32),
    )


def _joined(pieces: list[Atoms]) -> Atoms:
    names = [field.name for field in dataclasses.fields(Atoms)]
    return Atoms(**{name: np.concatenate([getattr(piece, name) for piece in pieces]) for name in names})


def _renamed(residue: ResidueId, suffix: str) -> ResidueId:
    return dataclasses.replace(residue, chain=residue.chain + suffix)


def _renamed_chain(chain: Chain, suffix: str) -> Chain:
    if not suffix:
        return chain
    return dataclasses.replace(
        chain,
        id=chain.id + suffix,
        label_id=chain.label_id + suffix if chain.label_id else "",
        residues=tuple(_renamed(residue, suffix) for residue in chain.residues),
        breaks=tuple((_renamed(a, suffix), _renamed(b, suffix)) for a, b in chain.breaks),
    )


def _renamed_group(group: HeteroGroup, suffix: str) -> HeteroGroup:
    return dataclasses.replace(
        group,
        residue=_renamed(group.residue, suffix),
        label_chain=group.label_chain + suffix if group.label_chain else "",
        linked_to=tuple(_renamed(residue, suffix) for residue in group.linked_to),
    )


def _waters(part: Atoms) -> int:
    return int(np.isin(part.residue_name[part.residue_starts], ("HOH", "WAT", "DOD")).sum())
