"""The facts around the atoms in an mmCIF block: title, method, sequences, entities, assemblies, cell."""

from __future__ import annotations

import re
from itertools import product

from screening.targets.component import Component
from screening.targets.entities.components import AMINO_ACIDS, NUCLEOTIDES, WATER
from screening.targets.files.cif_block import CifBlock
from screening.targets.files.predicted import says_predicted
from screening.targets.raw_structure import RawStructure
from screening.targets.symmetry import Assembly, Crystal, Operator
from screening.targets.target import ResidueId

_KINDS = {
    "polypeptide(l)": "protein",
    "polypeptide(d)": "protein",
    "polydeoxyribonucleotide": "DNA",
    "polyribonucleotide": "RNA",
}


def read_header(block: CifBlock) -> RawStructure:
    """Read everything but the atoms."""
    raw = RawStructure(label_keys=True)
    raw.id = block.first("_entry.id", "_struct.entry_id", "_atom_sites.entry_id")
    raw.title = re.sub(r"\s+", " ", block.first("_struct.title", "_ma_model_list.model_name")).strip()
    raw.method = "; ".join(text for text in block.texts("_exptl.method") if text)
    raw.resolution_A = block.number(
        "_refine.ls_d_res_high", "_em_3d_reconstruction.resolution", "_reflns.d_resolution_high"
    )
    if raw.resolution_A is not None and not 0.3 < raw.resolution_A < 100:
        raw.resolution_A = None
    raw.r_work = block.number("_refine.ls_R_factor_R_work")
    raw.r_free = block.number("_refine.ls_R_factor_R_free")
    raw.deposited = block.first("_pdbx_database_status.recvd_initial_deposition_date")
    raw.predicted = (
        "_ma_qa_metric_global.metric_value" in block
        or "_ma_qa_metric.id" in block
        or "_ma_model_list.model_id" in block
        or raw.id.upper().startswith("AF-")
        or says_predicted(_programs(raw, block), raw.method)
    )
    _read_sequences(raw, block)
    _read_unobserved(raw, block)
    for code, parent in block.rows("_pdbx_struct_mod_residue", "label_comp_id", "parent_comp_id"):
        if parent:
            raw.modified[code] = parent
    raw.links = _links(block)
    raw.components = _components(block)
    raw.crystal = _crystal(block)
    raw.assemblies = _assemblies(block)
    return raw


def _programs(raw: RawStructure, block: CifBlock) -> str:
    """Return where a computed model says what made it."""
    return " ".join([raw.title, *block.texts("_software.name"), *block.texts("_citation.title")[:1]])


def _read_sequences(raw: RawStructure, block: CifBlock) -> None:
    kinds = {
        entity: _KINDS.get(kind.lower(), "RNA" if "ribonucleotide" in kind.lower() else "other")
        for entity, kind in block.rows("_entity_poly", "entity_id", "type")
        if kind
    }
    codes: dict[str, dict[int, str]] = {}
    for entity, number, code in block.rows("_entity_poly_seq", "entity_id", "num", "mon_id"):
        if number.isdigit():
            # Where a position is listed twice (microheterogeneity) the first is the sequence.
            codes.setdefault(entity, {}).setdefault(int(number), code)
    entities = block.rows("_struct_asym", "id", "entity_id")
    if not entities:
        pairs = zip(block.texts("_atom_site.label_asym_id"), block.texts("_atom_site.label_entity_id"))
        entities = list(dict.fromkeys(pairs))
    raw.entity_types = {entity: kind.lower() for entity, kind in block.rows("_entity", "id", "type") if kind}
    for entity in kinds:
        raw.entity_types.setdefault(entity, "polymer")
    branched = {entity for entity, kind in block.rows("_entity", "id", "type") if kind == "branched"}
    raw.branched = frozenset(chain for chain, entity in entities if entity in branched)
    for chain, entity in entities:
        if entity in kinds:
            raw.polymer_kinds[chain] = kinds[entity]
        if entity in codes:
            numbered = codes[entity]
            raw.seqres[chain] = tuple(numbered.get(i, "UNK") for i in range(1, max(numbered) + 1))


def _read_unobserved(raw: RawStructure, block: CifBlock) -> None:
    items = ("auth_asym_id", "auth_seq_id", "PDB_ins_code", "auth_comp_id")
    found = []
    for chain, number, insertion_code, code in block.rows("_pdbx_unobs_or_zero_occ_residues", *items):
        if re.fullmatch(r"-?\d+", number):
            found.append(ResidueId(chain, int(number), insertion_code, code))
    raw.unobserved = tuple(found)
    missing: dict[ResidueId, int] = {}
    for chain, number, insertion_code, code in block.rows("_pdbx_unobs_or_zero_occ_atoms", *items):
        if re.fullmatch(r"-?\d+", number):
            residue = ResidueId(chain, int(number), insertion_code, code)
            missing[residue] = missing.get(residue, 0) + 1
    raw.unobserved_atoms = tuple(missing.items())


def _links(block: CifBlock) -> tuple[tuple[ResidueId, str, ResidueId, str], ...]:
    """Return the covalent bonds and disulfides of struct_conn that stay inside one asymmetric unit."""
    ends = [f"{part}{end}_{item}" for end in "12" for part, item in _PARTNER]
    found = []
    for kind, *values in block.rows("_struct_conn", "conn_type_id", *ends):
        if not kind.lower().startswith(("covale", "disulf")):
            continue
        chain1, number1, icode1, code1, atom1, place1, chain2, number2, icode2, code2, atom2, place2 = values
        if place1 == place2 and re.fullmatch(r"-?\d+", number1) and re.fullmatch(r"-?\d+", number2):
            first, second = (
                ResidueId(chain1, int(number1), icode1, code1), ResidueId(chain2, int(number2), icode2, code2)
            )  # fmt: skip
            found.append((first, atom1, second, atom2))
    return tuple(found)


#: The columns of one partner of a struct_conn row, written ptnr1_auth_asym_id and pdbx_ptnr1_PDB_ins_code.
_PARTNER = (
    ("ptnr", "auth_asym_id"), ("ptnr", "auth_seq_id"), ("pdbx_ptnr", "PDB_ins_code"), ("ptnr", "auth_comp_id"),
    ("ptnr", "label_atom_id"), ("ptnr", "symmetry"),
)  # fmt: skip

_ORDERS = {"sing": 1, "doub": 2, "trip": 3, "quad": 3, "delo": 1}


def _components(block: CifBlock) -> dict[str, Component]:
    """Return the bonds that the file lists for components that are no standard residues or waters."""
    bonds: dict[str, list[tuple[str, str, int]]] = {}
    bare: set[str] = set()
    for code, first, second, order in block.rows("_chem_comp_bond", "comp_id", "atom_id_1", "atom_id_2", "value_order"):
        if code in AMINO_ACIDS or code in NUCLEOTIDES or code in WATER:
            continue
        if order.lower() not in _ORDERS:
            bare.add(code)
        bonds.setdefault(code, []).append((first, second, _ORDERS.get(order.lower(), 1)))
    elements: dict[str, dict[str, str]] = {}
    charges: dict[str, list[tuple[str, int]]] = {}
    for code, name, symbol, charge in block.rows("_chem_comp_atom", "comp_id", "atom_id", "type_symbol", "charge"):
        if code in bonds and symbol:
            elements.setdefault(code, {})[name] = symbol.upper()
            if re.fullmatch(r"[-+]?\d+", charge) and int(charge):
                charges.setdefault(code, []).append((name, int(charge)))
    found = {}
    for code, listed in bonds.items():
        # Where an order is not given (or only "aromatic"), another source knows better.
        if code in bare:
            continue
        known = {name: symbol for name, symbol in elements.get(code, {}).items() if symbol not in ("H", "D")}
        heavy = tuple(bond for bond in listed if not known or (bond[0] in known and bond[1] in known))
        found[code] = Component(code, heavy, tuple(charges.get(code, ())), tuple(known.items()))
    return found


def _crystal(block: CifBlock) -> Crystal | None:
    cell = [
        block.number(f"_cell.{item}")
        for item in ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    ]
    a, b, c, alpha, beta, gamma = cell
    if a is None or b is None or c is None or alpha is None or beta is None or gamma is None:
        return None
    if min(a, b, c) <= 1.0:
        return None
    return Crystal((a, b, c), (alpha, beta, gamma), block.first("_symmetry.space_group_name_H-M"))


def _assemblies(block: CifBlock) -> tuple[Assembly, ...]:
    items = [f"matrix[{i}][{j}]" for i in "123" for j in "123"] + [f"vector[{i}]" for i in "123"]
    operators: dict[str, Operator] = {}
    for name, *texts in block.rows("_pdbx_struct_oper_list", "id", *items):
        try:
            v = [float(text) for text in texts]
        except ValueError:
            continue
        rotation = ((v[0], v[1], v[2]), (v[3], v[4], v[5]), (v[6], v[7], v[8]))
        operators[name] = Operator(name, rotation, (v[9], v[10], v[11]))
    details = {row[0]: row[1] for row in block.rows("_pdbx_struct_assembly", "id", "details")}
    parts: dict[str, list[tuple[tuple[str, ...], tuple[Operator, ...]]]] = {}
    generators = block.rows("_pdbx_struct_assembly_gen", "assembly_id", "oper_expression", "asym_id_list")
    for name, expression, chains in generators:
        try:
            applied = tuple(_combined([operators[key] for key in keys]) for keys in expanded(expression))
        except KeyError:
            continue
        parts.setdefault(name, []).append((tuple(chains.replace(" ", "").split(",")), applied))
    return tuple(Assembly(name, details.get(name, ""), tuple(found)) for name, found in parts.items())


def expanded(expression: str) -> list[tuple[str, ...]]:
    """Expand an operator expression such as ``1,2``, ``(1-60)`` or ``(X0)(1-3)`` into lists of operator names.

    Operators of several brackets are combined, the rightmost applied first.
    """
    groups = re.findall(r"\(([^)]*)\)", expression) or [expression]
    lists: list[list[str]] = []
    for group in groups:
        names: list[str] = []
        for word in group.split(","):
            span = re.fullmatch(r"\s*(\d+)\s*-\s*(\d+)\s*", word)
            if span:
                names += [str(i) for i in range(int(span[1]), int(span[2]) + 1)]
            elif word.strip():
                names.append(word.strip())
        lists.append(names)
    return list(product(*lists))


def _combined(chain: list[Operator]) -> Operator:
    if len(chain) == 1:
        return chain[0]
    import numpy as np

    rotation, shift = np.eye(3), np.zeros(3)
    for operator in reversed(chain):
        step = np.array(operator.rotation)
        rotation, shift = step @ rotation, step @ shift + np.array(operator.translation)
    rows = tuple((float(row[0]), float(row[1]), float(row[2])) for row in rotation)
    name = "x".join(operator.name for operator in chain)
    return Operator(name, rows, (float(shift[0]), float(shift[1]), float(shift[2])))
