"""Variants on the structure: read from text and tables, mapped, measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.errors import FileError, StructureError, UsageError
from screening.targets.files.read import read_target
from screening.targets.sites.site_around import site_around_ligand
from screening.targets.target import Target
from screening.targets.variants.notation import UnreadVariant, Variant, parse_variant, read_variants
from screening.targets.variants.placed_variants import place_variants

Write = Callable[..., Path]
_LETTERS = "ACDEFGHIKLMNPQRSTVWY"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T790M", "T790M"),
        (" p.Leu858Arg ", "L858R"),
        ("p.(Gly719Ser)", "G719S"),
        ("EGFR:p.C797S", "C797S"),
        ("NP_005219.2:p.Thr790Met", "T790M"),
        ("t790m", "T790M"),
        ("p.Arg97Ter", "R97*"),
        ("R97*", "R97*"),
        ("p.Lys72=", "K72K"),
    ],
)
def test_variants_are_read_as_people_write_them(text: str, expected: str) -> None:
    assert str(parse_variant(text)) == expected


@given(st.sampled_from(_LETTERS), st.integers(1, 40_000), st.sampled_from(_LETTERS))
def test_short_form_round_trips(wild: str, position: int, mutant: str) -> None:
    variant = parse_variant(f"{wild}{position}{mutant}")
    assert (variant.wild_type, variant.position, variant.mutant) == (wild, position, mutant)


@pytest.mark.parametrize("text", ["", "EGFR", "790", "T790", "p.E746_A750del", "p.Arg97fs", "B12X", "c.2573T>G"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="expected a variant such as T790M"):
        parse_variant(text)


def test_tables_lists_and_vcf_like_files(write: Write) -> None:
    expected = ["T790M", "L858R"]
    for content, name in (
        ("gene,Variant\nEGFR,T790M\nEGFR,p.Leu858Arg\n", "a.csv"),
        ("gene\tHGVSp\nEGFR\tEGFR:p.T790M\nEGFR\tp.Leu858Arg\n", "a.tsv"),
        ("##source=x\n#CHROM\tPOS\tID\tREF\tALT\nEGFR\t790\t.\tT\tM\nEGFR\t858\t.\tL\tR\n", "a.vcf"),
        ("T790M\np.Leu858Arg\n", "a.txt"),
        ("\ufeffvariant\nT790M\nL858R\n", "bom.csv"),
    ):
        assert [str(variant) for variant in read_variants(write(content, name))] == expected, name
    mixed = read_variants(write("variant,x\nT790M,1\np.E746_A750del,2\n,3\n", "b.csv"))
    assert [type(item) for item in mixed] == [Variant, UnreadVariant, UnreadVariant]
    with pytest.raises(FileError, match="has no column of variants"):
        read_variants(write("gene,effect\nEGFR,bad\n", "c.csv"))
    with pytest.raises(FileError, match="no such file"):
        read_variants(Path("absent.csv"))


def test_every_variant_gets_a_place_or_a_reason(pka: Target) -> None:
    site = site_around_ligand(pka)
    rows = place_variants(pka, ["K72H", "L205R", "D72A", "S10A", "G900A", "nonsense"], site=site)
    assert [row.state for row in rows] == [
        "placed", "placed", "wrong wild type", "unresolved", "out of range", "not understood",
    ]  # fmt: skip
    lysine, leucine, wrong, unseen, far, unread = rows
    # Lys72 holds the phosphates of ATP; in this entry it is near the adenosine but further than 5 Å.
    assert str(lysine.residue) == "E:LYS72"
    atoms = pka.atoms
    mine = atoms.coordinates[(atoms.chain == "E") & (atoms.number == 72)]
    ligand = atoms.coordinates[atoms.residue_name == "ADN"]
    nearest = np.linalg.norm(mine[:, None] - ligand[None], axis=2).min()
    assert lysine.distance_to_ligand_A == pytest.approx(nearest, abs=0.01)
    assert lysine.in_site is False
    # Leu205 of the catalytic subunit (the Cushing mutation L205R, here counted without Met1) lies at the PKI peptide.
    assert leucine.interface_with == ("I",)
    assert leucine.charge_change == 1
    assert "E:LYS72 is there, not D" in wrong.reason
    assert "no coordinates" in unseen.reason
    assert "covers 13 to 350" in far.reason
    assert "no protein variant" in unread.reason


def test_positions_are_carried_over_from_a_reference(pka: Target) -> None:
    # UniProt counts the first methionine that the structure leaves out: everything moves by one.
    reference = "M" + pka.chains[0].seqres
    (row,) = place_variants(pka, ["K73H"], reference=reference)
    assert (str(row.residue), row.label_number) == ("E:LYS72", 72)
    states = [row.state for row in place_variants(pka, ["K72H", "G2V", "K9999A"], reference=reference)]
    assert states == ["wrong wild type", "unresolved", "out of range"]
    with pytest.raises(StructureError, match="no chain is like the reference"):
        place_variants(pka, ["K73H"], reference="MKVLITGAGSGIGRAIALRLAKEGAKVVVNYRSREEAAKVVEEIKAAGG")


def test_chains_and_burial(pka: Target) -> None:
    with pytest.raises(StructureError, match="has no protein chain Z; expected one of E, I"):
        place_variants(pka, ["T5A"], chain="Z")
    (row,) = place_variants(pka, ["R18A"], chain="I")
    assert (str(row.residue), row.interface_with) == ("I:ARG18", ("E",))
    buried, exposed = place_variants(pka, ["L106A", "K317A"])
    assert buried.buried is True
    assert exposed.buried is False
    json_rows = [row.to_row() for row in (buried, exposed)]
    assert json_rows[0]["residue"] == "E:LEU106"


def test_resistance_mutations_of_egfr(bench: Path) -> None:
    target = read_target(bench / "egfr" / "5UG8.pdb.gz")
    site = site_around_ligand(target)
    rows = {row.variant: row for row in place_variants(target, ["T790M", "L858R", "C797S", "A750P"], site=site)}
    assert rows["T790M"].in_site
    assert "already holds the mutant" in rows["T790M"].reason
    assert rows["L858R"].in_site is False
    # The covalent inhibitor is bound to Cys797.
    assert rows["C797S"].distance_to_ligand_A is not None
    assert rows["C797S"].distance_to_ligand_A < 2.0
    assert rows["A750P"].state == "unresolved"
