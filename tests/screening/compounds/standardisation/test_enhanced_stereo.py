"""A racemate never equals an enantiomer, however either is drawn; atropisomers are told apart."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from rdkit import Chem
from rdkit.Chem import rdDepictor

from screening.compounds.files.columns import Columns
from screening.compounds.files.formats import open_files
from screening.compounds.files.record import Notation
from screening.compounds.library.describe_record import smiles_of_block
from screening.compounds.library.prepare import PrepareOptions
from screening.compounds.standardisation.enhanced_stereo import stereo_smiles
from screening.compounds.standardisation.standardise import Parent, parent_of
from screening.errors import UsageError

ENANTIOMER = "C[C@H](O)[C@@H](N)c1ccccc1"


def _parent(smiles: str) -> Parent:
    found = parent_of(smiles)
    assert isinstance(found, Parent), found
    return found


@pytest.mark.parametrize("extension", ["&1:1,3", "&4:1,3", "r", "c:4,6,r"])
def test_a_racemate_is_one_compound_and_no_enantiomer(extension: str) -> None:
    other_way = "C[C@@H](O)[C@H](N)c1ccccc1"
    one, two = _parent(f"{ENANTIOMER} |{extension}|"), _parent(f"{other_way} |{extension}|")
    assert one == two
    assert one.smiles == "C[C@H](O)[C@@H](N)c1ccccc1 |&1:1,3|"
    assert one.flags == ("racemate",)
    pure = [_parent(ENANTIOMER), _parent(other_way), _parent("CC(O)C(N)c1ccccc1")]
    assert len({each.identity for each in [*pure, one]}) == 4
    assert len({each.family for each in [*pure, one]}) == 1


def test_or_groups_absolute_groups_and_groups_of_their_own() -> None:
    relative = _parent(f"{ENANTIOMER} |o1:1,3|")
    assert relative.flags == ("relative_stereo",)
    assert relative.identity != _parent(f"{ENANTIOMER} |&1:1,3|").identity
    assert _parent(f"{ENANTIOMER} |a:1,3|") == _parent(ENANTIOMER)
    apart = _parent(f"{ENANTIOMER} |&1:1,&2:3|")
    assert apart == _parent("C[C@H](O)[C@H](N)c1ccccc1 |&1:1,&2:3|")
    assert apart.identity != _parent(f"{ENANTIOMER} |&1:1,3|").identity


def test_a_group_on_a_mirror_plane_says_nothing() -> None:
    assert _parent("N[C@H]1CC[C@@H](O)CC1 |&1:1,4|") == _parent("N[C@H]1CC[C@@H](O)CC1")
    assert _parent("C[C@H](F)CC[C@@H](C)F |&1:1,5|") == _parent("C[C@H](F)CC[C@@H](C)F")


def test_groups_survive_salts_charges_and_the_order_of_atoms() -> None:
    wanted = _parent(f"{ENANTIOMER} |&1:1,3|")
    assert _parent("Cl.[Na+].C[C@H](O)[C@@H]([NH3+])c1ccccc1 |&1:3,5|") == wanted
    mol = Chem.MolFromSmiles(f"{ENANTIOMER} |&1:1,3|")
    for seed in range(20):
        order = list(range(mol.GetNumAtoms()))
        random.Random(seed).shuffle(order)
        assert _parent(Chem.MolToCXSmiles(Chem.RenumberAtoms(mol, order), canonical=False)) == wanted
    assert _parent(wanted.smiles) == wanted


def _biaryl(up: bool) -> str:
    mol = Chem.MolFromSmiles("Cc1cccc(Br)c1-c1c(C)cccc1I")
    rdDepictor.Compute2DCoords(mol)
    lines = Chem.MolToMolBlock(mol).splitlines()
    # A wedge on a ring bond beside the axis says which way the rings are turned.
    rings = [bond for bond in mol.GetBonds() if not bond.IsInRing()]
    axis = next(bond for bond in rings if bond.GetBeginAtom().IsInRing() and bond.GetEndAtom().IsInRing())
    centre = axis.GetBeginAtom()
    beside = next(bond for bond in centre.GetBonds() if bond.GetIdx() != axis.GetIdx())
    line = 4 + mol.GetNumAtoms() + beside.GetIdx()
    other = beside.GetOtherAtomIdx(centre.GetIdx())
    lines[line] = f"{centre.GetIdx() + 1:3d}{other + 1:3d}{lines[line][6:9]}{1 if up else 6:3d}"
    return "\n".join(lines) + "\n"


def test_atropisomers() -> None:
    texts = [smiles_of_block(_biaryl(up), Notation.MOLBLOCK) for up in (True, False)]
    parents = [_parent(str(text)) for text in texts]
    flat = _parent("Cc1cccc(Br)c1-c1c(C)cccc1I")
    assert len({each.identity for each in [*parents, flat]}) == 3
    assert {each.family for each in parents} == {flat.family}
    assert all(each.flags == ("atropisomer",) for each in parents)
    assert [_parent(each.smiles) for each in parents] == parents


def test_a_biaryl_in_three_dimensions_is_no_atropisomer_by_itself() -> None:
    from rdkit.Chem import rdDistGeom

    mol = Chem.AddHs(Chem.MolFromSmiles("Cc1cccc(Br)c1-c1c(C)cccc1I"))
    rdDistGeom.EmbedMolecule(mol, randomSeed=1)
    assert smiles_of_block(Chem.MolToMolBlock(mol), Notation.MOLBLOCK) == "Cc1cccc(Br)c1-c1c(C)cccc1I"


def test_v3000_collections() -> None:
    mol = Chem.MolFromSmiles(f"{ENANTIOMER} |&1:1,3|")
    rdDepictor.Compute2DCoords(mol)
    block = Chem.MolToV3KMolBlock(mol)
    assert "STERAC1" in block
    assert _parent(str(smiles_of_block(block, Notation.MOLBLOCK))) == _parent(f"{ENANTIOMER} |&1:1,3|")


@pytest.mark.parametrize(("told", "racemates"), [("auto", (False, False, True)), ("obeyed", (True, False, True)),
                                                 ("ignored", (False, False, False))])  # fmt: skip
def test_the_chiral_flag_can_be_overruled(tmp_path: Path, told: str, racemates: tuple[bool, ...]) -> None:
    """A file that never sets the flag, and one of two records of which one does."""
    mol = Chem.MolFromSmiles("C[C@H](N)C(=O)O")
    rdDepictor.Compute2DCoords(mol)
    mol.ClearProp("_MolFileChiralFlag")
    plain = Chem.MolToMolBlock(mol)
    unset = plain.replace("  0  0  1  0  0", "  0  0  0  0  0")
    mol.SetIntProp("_MolFileChiralFlag", 1)
    flagged = Chem.MolToMolBlock(mol)
    assert flagged.split("\n")[3][12:15] == "  1"
    (tmp_path / "never.sdf").write_text(f"{unset}$$$$\n")
    (tmp_path / "some.sdf").write_text(f"{flagged}$$$$\n{unset}$$$$\n")
    columns = Columns(chiral_flag=told)
    read = [
        record.notation is Notation.RELATIVE_MOLBLOCK
        for name in ("never.sdf", "some.sdf")
        for file in open_files([tmp_path / name], columns)
        for record in file.records()
    ]
    assert tuple(read) == racemates


def test_plans_of_libraries_name_the_flag_only_where_it_is_told() -> None:
    assert "chiral_flag" not in PrepareOptions().recorded()
    assert PrepareOptions(chiral_flag="ignored").recorded()["chiral_flag"] == "ignored"
    with pytest.raises(UsageError, match="'maybe' is no meaning of the chiral flag"):
        PrepareOptions(chiral_flag="maybe")


@pytest.mark.parametrize("text", [
    "Cc1cccc(I)c1-n1c(C)ccc1Br |wU:7.6|", "Cc1cccc(I)c1-n1c(C)ccc1Br |wD:7.6|",
    "Cc1cccc(Cl)c1-n1c(CC[C@@H](C)F)nc2ccccc2c1=O |wU:7.6|", "Oc1ccc2ccccc2c1-c1c(O)ccc2ccccc12 |wD:10.10|",
])  # fmt: skip
def test_axes_read_back_from_the_sd_file_that_is_written(text: str) -> None:
    from workbench.export.write_sdf import record_text

    mol = Chem.MolFromSmiles(text)
    rdDepictor.Compute2DCoords(mol)
    assert stereo_smiles(Chem.MolFromMolBlock(record_text(mol, "x", {}))) == text
