"""The best hit in its site on one slide: picture, structure, numbers and contacts, as PDF, PNG or SVG."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import matplotlib

from screening.engine import files
from screening.errors import UsageError
from screening.models.affinity import meaning
from screening.poses.checks.check import checks_text
from screening.poses.interactions.find_contacts import find_contacts
from screening.printable import one_line
from screening.runs.evidence.column import column_of
from screening.runs.evidence.table import evidence
from screening.runs.run import ScreenRun
from screening.runs.site import place_site
from screening.targets.files.read import read_target
from workbench.export.structures.scene_of_run import without_site_ligand
from workbench.page import depiction
from workbench.report.dossier import require_typst
from workbench.report.figures import picture_suffix
from workbench.report.hit_page import words
from workbench.report.site_drawing import site_svg

TEMPLATE = Path(__file__).with_name("slide.typ")
#: Contacts that a slide lists.
CONTACTS = 6
#: Of a PNG: 2,667 pixels wide.
PIXELS_AN_INCH = 200


def write_slide(run: ScreenRun, out: Path, *, top: int | None, overwrite: bool) -> Path:
    """Write `slide` to a file whose name says the form; parameters and errors as there and in `picture_suffix`."""
    suffix = picture_suffix(out, overwrite=overwrite)
    files.write_bytes(out, slide(run, suffix, top=top))
    return out


def slide(run: ScreenRun, suffix: str, *, top: int | None = None) -> bytes:
    """Return a slide of the best hit that has a pose.

    Parameters
    ----------
    run
        A finished run with docked hits.
    suffix
        ``pdf``, ``png`` or ``svg``.
    top
        Look for it among so many of the best; among all hits by default.

    Raises
    ------
    UsageError
        If no hit has a pose.
    MissingExtraError
        If typst is not installed.
    """
    from screening.runs.docking.docking import open_docking

    typst = require_typst()
    expected = f"workbench dock {run.folder} --top 10, and then the same command"
    docking = open_docking(run.folder)
    if docking is None:
        raise UsageError("no hit was docked, so there is no pose to draw", source=run.folder, expected=expected)
    best = run.hits().column("record").to_pylist()[:top]
    record = next((each for each in best if docking.poses(each)), None)
    if record is None:
        raise UsageError("none of these hits has a pose", source=run.folder, expected=expected)
    rows = evidence(run, [record])
    (found,) = rows.to_pylist()
    target = read_target(docking.plan.target)
    site = place_site(target, docking.plan.site)
    pose = docking.poses(record)[0]
    protein, molecule = without_site_ligand(target, site), pose.molecule()
    contacts = find_contacts(protein, molecule)
    name = one_line(str(found["name"])) or f"record {found['record']}"
    said = meaning(run.kind)

    def shown(column: str) -> str:
        return words(found[column], column_of(rows.schema.field(column)))

    domain = "in the model's domain" if found["in_domain"] else "out of the model's domain"
    lines = [f"{said.interval}: {shown('lower')} to {shown('upper')}; {domain}"]
    nearest = f"Nearest known: {shown('nearest')}, similarity {shown('similarity')}"
    if found.get("nearest_measured") is not None:
        nearest += f", measured {shown('nearest_measured')}"
    lines += [nearest, f"MW {shown('molecular_weight')}, logP {shown('logp')}, TPSA {shown('tpsa')}"]
    # A pose that fails a check is shown as such.
    checked = checks_text(pose.checks)
    if pose.probability_2A is not None:
        lines.append(f"Pose {pose.probability_2A:.0%} likely to lie within 2 Å of the true one")
    lines += [f"Checks: {checked}"] if checked else []
    label = f"{name} in the site of {target.id}"
    told = [each for each in contacts if each.kind != "hydrophobic"] or contacts
    listed = [[each.kind, f"{each.residue} {each.site_atom}", f"{each.distance_A:.1f} Å"] for each in told[:CONTACTS]]
    data: dict[str, Any] = {
        "title": f"{name} in {target.id}",
        "subtitle": f"Hit {found['rank']:,} of {run.counts.get('scored', 0):,} compounds scored",
        "value": shown("affinity"), "of": said.of, "lines": lines, "alt": label, "smiles": found["smiles"],
        "contacts": listed,
        "foot": f"Pose: {pose.origin}. Dotted: contacts, in Å. Prediction and pose are computed, not measured.",
    }  # fmt: skip
    pictures = {
        "site.svg": site_svg(protein, molecule, contacts, label=label).encode(),
        "structure.svg": depiction.svg(found["smiles"], width=420, height=260).encode(),
    }
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    with tempfile.TemporaryDirectory(prefix="slide-") as folder:
        parts = {"data.json": json.dumps(data).encode(), "slide.typ": TEMPLATE.read_bytes(), **pictures}
        for part, content in parts.items():
            (Path(folder) / part).write_bytes(content)
        made: bytes = typst.compile(
            str(Path(folder) / "slide.typ"), root=folder, font_paths=[str(fonts)], ignore_system_fonts=True,
            format=suffix, ppi=PIXELS_AN_INCH,
        )  # fmt: skip
    return made
