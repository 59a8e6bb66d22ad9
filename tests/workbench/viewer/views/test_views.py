"""Views as objects: what their HTML holds, and what bad input says. How they look is judged in tests/browser."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import json
import re
from pathlib import Path

import numpy as np
import pytest

from screening.errors import ScreeningError, SiteError, StructureError, UsageError
from screening.poses.mutant import mutant
from screening.targets.files.read import read_target
from screening.targets.sites.site_around import site_around_ligand, site_from_residues
from screening.targets.target import ResidueId, Target
from screening.targets.title import sentence_case
from screening.targets.variants.placed_variants import place_variants
from workbench.viewer import view_compare, view_pockets, view_site, view_target, view_variants
from workbench.viewer.scene.differences import differences


def spec_of(html: str) -> dict:
    text = re.search(r'page\.draw\("\w+",(\{.*\})\);', html, re.DOTALL)
    assert text is not None
    found: dict = json.loads(text[1])
    return found


def commands_of(html: str) -> str:
    return gzip.decompress(base64.b64decode(spec_of(html)["commands"])).decode()


def test_a_notebook_gets_html_and_text_and_nothing_else(target) -> None:
    bundle = view_target(target)._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert "1FMO" in bundle["text/plain"]


def test_the_page_asks_for_nothing_from_outside(target, site, tmp_path: Path) -> None:
    text = view_site(target, site).save_html(tmp_path / "site.html").read_text(encoding="utf-8")
    bare = re.sub(r"[\w+/=]{2000,}", "", text)
    assert not re.search(r"""(?:src|href)=["']?(?!data:)\w""", bare)
    assert "https://" not in bare


def test_only_what_is_drawn_travels(target, site) -> None:
    commands = commands_of(view_site(target, site).html(javascript_inside=False))
    carried = commands.count("ATOM  ")
    assert carried < 0.75 * len(target.atoms)
    # The ligand comes as a molecule with bond orders, not as PDB atoms.
    assert "V2000" in commands
    assert " ADN E 351" not in commands


def test_site_residues_are_named_by_chain_and_number(target, site) -> None:
    commands = commands_of(view_site(target, site).html(javascript_inside=False))
    assert '"within"' not in commands
    assert '"chain": "E"' in commands


def test_the_saved_notebook_stays_small(target, site) -> None:
    # 2,967 atoms: the text alone would be 240 kB.
    assert len(view_site(target, site).html(javascript_inside=False)) < 160_000
    assert len(view_target(target).html(javascript_inside=False)) < 160_000


def test_each_html_has_an_id_of_its_own(target) -> None:
    view = view_target(target)
    first, second = (re.search(r'data-wb-view="(\w+)"', view.html())[1] for _ in range(2))
    assert first != second
    assert view.py3dmol.uniqueid == second


def test_further_py3dmol_calls_are_drawn_too(target) -> None:
    view = view_target(target)
    view.py3dmol.addLabel("note", {"position": {"x": 1, "y": 2, "z": 3}})
    assert '"note"' in commands_of(view.html())


@pytest.mark.parametrize("colour", ["chain", "spectrum", "b_factor", "hydrophobicity"])
def test_every_colouring_has_a_legend(target, colour: str) -> None:
    html = view_target(target, colour=colour).html(javascript_inside=False)
    assert "wb-bar" in html or "chain E" in html


def test_a_number_for_each_residue_is_coloured_and_named(target) -> None:
    numbers = {ResidueId("E", 121): 0.9, "E:VAL123": 0.1}
    spec = spec_of(view_target(target, colour=numbers).html(javascript_inside=False))
    assert spec["notes"] == {"E:121": "value 0.90", "E:123": "value 0.10"}


def test_bad_requests_are_one_sentence(target, site) -> None:
    with pytest.raises(UsageError, match=r"there is no colouring 'rainbow'; expected one of b_factor, chain"):
        view_target(target, colour="rainbow")
    with pytest.raises(UsageError, match="is no predicted model"):
        view_target(target, colour="plddt")
    with pytest.raises(UsageError, match="no residue of 1FMO has a number"):
        view_target(target, colour={"Z:GLY1": 1.0})
    empty = dataclasses.replace(target, atoms=target.atoms.select(np.zeros(len(target.atoms), dtype=bool)))
    with pytest.raises(StructureError, match="has no coordinates to draw"):
        view_target(empty)
    with pytest.raises(SiteError, match="has no coordinates"):
        view_site(empty, site)
    with pytest.raises(SiteError, match="the site was placed on another target"):
        view_site(dataclasses.replace(target, id="other"), site)


def test_sites_without_a_ligand_say_that_no_pose_was_computed(target) -> None:
    assert "no pose was computed" in view_site(target, site_from_residues(target, ["E:TRP302"])).html(
        javascript_inside=False
    )


def test_a_ligand_is_named_however_its_site_was_placed(target) -> None:
    named = site_from_residues(target, ["E:GLY50", "E:LYS72", "E:GLU91", "E:MET120", "E:VAL123", "E:ASP184"])
    for site in (named, site_from_residues(target, ["E:GLU121", "E:VAL123"])):
        page = view_site(target, site).html(javascript_inside=False)
        assert "no pose was computed" not in page
        assert "ligand ADN" in page or "ADN351" in page
    assert "no ligand" not in view_compare([(target, site), (target, named)]).html(javascript_inside=False)


def test_titles_in_capitals_are_read_as_sentences() -> None:
    shouted = "CRYSTAL STRUCTURE OF A CATALYTIC SUBUNIT OF CAMP-DEPENDENT PROTEIN KINASE WITH PKI(5-24) AND ATP, T790M"
    assert sentence_case(shouted) == (
        "Crystal structure of a catalytic subunit of cAMP-dependent protein kinase with PKI(5-24) and ATP, T790M"
    )
    assert sentence_case("Kinase of EGFR") == "Kinase of EGFR"
    assert sentence_case("1FMO") == "1FMO"


def test_odd_residues_are_selected_by_insertion_code(target) -> None:
    from workbench.viewer.scene.atoms import as_text

    text = as_text(target, target.atoms)
    selection = text.select([ResidueId("E", 52, "A"), ResidueId("E", 53)])
    assert selection == {"or": [{"chain": "E", "resi": [53]}, {"chain": "E", "resi": 52, "icode": "A"}]}
    assert text.select([])["or"] == [{"chain": "none such", "resi": [-99999]}]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_awkward_structure_draws_or_says_why(bench: Path) -> None:
    drawn = 0
    for path in sorted((bench / "structures").rglob("*")):
        if not path.is_file() or path.suffix in (".csv", ".md", ".tsv"):
            continue
        try:
            html = view_target(read_target(path)).html(javascript_inside=False)
        except ScreeningError:
            continue
        assert spec_of(html)["commands"]
        drawn += 1
    assert drawn >= 30


def test_a_comparison_shows_and_lists_which_residues_differ(target, site) -> None:
    changed = mutant(target, "M120T")
    view = view_compare([(target, site), (changed.target, site_around_ligand(changed.target, "ADN"))])
    page = view.html(javascript_inside=False)
    assert "MET120 is THR120" in page
    assert "THR" in commands_of(page)
    assert page.count(" is THR120") == 1
    assert differences(target, site, target, site) == []
    # The same residue whose side chain was turned lies otherwise.
    atoms = target.atoms
    places = atoms.coordinates.copy()
    end = (atoms.name == "CE") & (atoms.number == 120) & (atoms.residue_name == "MET")
    places[end] += (3.0, 0.0, 0.0)
    turned = dataclasses.replace(target, atoms=dataclasses.replace(atoms, coordinates=places))
    (one,) = differences(target, site, turned, dataclasses.replace(site, target_key=turned.key))
    assert str(one) == "MET120 lies otherwise, by up to 3.0 Å"


def test_side_chains_of_variants_are_built_and_those_not_placed_stay_listed(target) -> None:
    placed = place_variants(target, ["M120T", "K900R", "nonsense"])
    view = view_variants(target, placed, side_chains=True)
    page = view.html(javascript_inside=False)
    assert "side chain of the variant, built" in page
    assert "M120T, built" in page or "M120T, built" in json.dumps(spec_of(page))
    assert "2 could not be placed: K900R, nonsense" in page
    assert "built" not in view_variants(target, placed).html(javascript_inside=False)
    by_text = view_variants(target, ["M120T", "K900R", "nonsense"], side_chains=True).html(javascript_inside=False)
    assert "2 could not be placed: K900R, nonsense" in by_text
    assert commands_of(by_text) == commands_of(page)


def test_a_table_of_pockets_is_no_list_of_pockets(target) -> None:
    with pytest.raises(UsageError, match=r"no pockets were given; expected those of wb\.find_pockets\(target\)"):
        view_pockets(target, [{"rank": 1, "score": 0.9}])


def test_tables_and_terminal_write_titles_in_sentence_case_and_files_as_deposited(target: Target) -> None:
    shown = target._repr_html_()
    assert "Crystal structure of a polyhistidine-tagged" in shown
    assert "cAMP-dependent" in shown
    assert target.title.startswith("CRYSTAL STRUCTURE")
