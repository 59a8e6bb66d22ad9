"""``workbench target variants`` with compounds: what a variant does to them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Run

STAUROSPORINE = "C[C@@]12[C@@H]([C@@H](C[C@@H](O1)N3C4=CC=CC=C4C5=C6C(=C7C8=CC=CC=C8N2C7=C53)CNC6=O)NC)OC"


def test_a_variant_is_said_to_change_a_compound_or_why_not(workbench: Run, data: Path) -> None:
    structure, model = str(data / "targets" / "1fmo.cif"), str(data / "models" / "kinome")
    asked = ("target", "variants", structure, "M120T", "E331A", "K999A", "--smiles", STAUROSPORINE, "--model", model)
    effects = {one["variant"]: one for one in json.loads(workbench(*asked, "--json").stdout)["effects"]}
    gatekeeper = effects["M120T"]
    assert gatekeeper["kinase"] == "PKAC-alpha"
    assert gatekeeper["lower"] < gatekeeper["change"] < gatekeeper["upper"]
    assert abs(gatekeeper["after"] - gatekeeper["before"] - gatekeeper["change"]) < 0.002
    assert "binding site" in effects["E331A"]["cannot_say"] or "domain" in effects["E331A"]["cannot_say"]
    assert "covers" in effects["K999A"]["cannot_say"]
    printed = workbench(*asked).stdout
    assert "M120T on PKAC-alpha:" in printed
    assert "E331A on PKAC-alpha: cannot say what it does to compounds" in printed


def test_compounds_need_a_model_and_a_model_compounds(workbench: Run, data: Path) -> None:
    structure = str(data / "targets" / "1fmo.cif")
    without = workbench("target", "variants", structure, "M120T", "--smiles", "CCO")
    assert without.returncode == 2
    assert "no model of the protein family" in without.stderr
    alone = workbench("target", "variants", structure, "M120T", "--model", str(data / "models" / "kinome"))
    assert alone.returncode == 2
    assert "no compound" in alone.stderr
