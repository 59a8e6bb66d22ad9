"""Write the dossier of a run: what was asked, done, found and decided, so that it can be checked years later."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from screening.engine import files
from screening.errors import FileError, MissingExtraError, ScreeningError, UsageError
from screening.printable import one_line
from screening.runs.run import ScreenRun
from screening.targets.binding_site import BindingSite
from screening.targets.target import Target
from screening.version import __version__
from workbench.export.stamp import manifest_dict, manifest_path, stamped
from workbench.report.blocks import Pictures
from workbench.report.content import Content, content_of
from workbench.report.html_page import html_page

#: Version of ``FILE.manifest.json`` of a dossier.
FORMAT = "dossier-1"
TEMPLATE = Path(__file__).with_name("dossier.typ")
SUFFIXES = (".pdf", ".html")


@dataclasses.dataclass(frozen=True)
class DossierOptions:
    """What to write.

    Attributes
    ----------
    only
        What was decided, as in `workbench.export.chosen`; the best by rank if None.
    top
        At most so many hits.
    question
        The question of the screen in one sentence; made from target and library if empty.
    date
        The date it states, ``YYYY-MM-DD``; today if empty. With the same date the same run gives the same bytes.
    template
        A typst file of one's own; it reads ``data.json`` as the shipped one does.
    variants
        Table of variants, read as `workbench target variants --table` reads it; placed on the structure.
    ray
        Poses are ray-traced by PyMOL instead of drawn.
    """

    only: str | None = None
    top: int = 25
    question: str = ""
    date: str = ""
    template: Path | None = None
    variants: Path | None = None
    ray: bool = False


def write_dossier(
    run: ScreenRun,
    out: Path,
    *,
    target: Target | None = None,
    site: BindingSite | None = None,
    options: DossierOptions | None = None,
    overwrite: bool = False,
) -> int:
    """Write a dossier as PDF (PDF/UA-1) or as one HTML page, by the suffix; return the number of hits in it.

    Raises
    ------
    UsageError
        If the suffix is another, the date cannot be read, no hit fits `only`, or a file that is no dossier is in the
        way.
    MissingExtraError
        If a PDF is asked for and typst is not installed, or `ray` and PyMOL is not.
    RunError
        If the run or its docking is not finished.
    StorageError
        If the file cannot be written.
    """
    options = options or DossierOptions()
    if out.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{out.suffix or 'no suffix'} is no form of a dossier", source=out, expected=".pdf or .html")
    if out.suffix.lower() == ".pdf":
        require_typst()
    if out.exists() and not overwrite and not stamped(out):
        raise UsageError("exists and is no earlier dossier; it was left as it is", source=out, expected="--force")
    when = _date(options.date)
    pictures = Pictures()
    content = content_of(
        run, target, site, pictures, only=options.only, top=options.top, question=options.question,
        variants=options.variants, ray=options.ray,
    )  # fmt: skip
    data = _data(content, run, when)
    if out.suffix.lower() == ".html":
        written = html_page(data, pictures.files).encode()
    else:
        written = _pdf(data, pictures.files, when, options.template)
    files.write_bytes(out, written)
    files.write_text(manifest_path(out), json.dumps(_manifest(out, written, content, run, data), indent=2) + "\n")
    return content.hits


def require_typst() -> Any:
    """Return the typst module, or raise `MissingExtraError`."""
    try:
        import typst
    except ImportError as error:
        raise MissingExtraError(
            "a PDF dossier needs typst, which is not installed",
            expected="pip install 'target-screening-workbench[report]', or --out FILE.html, which needs nothing",
        ) from error
    return typst


def _date(text: str) -> datetime:
    if not text:
        return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise UsageError(f"{text!r} is no date", expected="YYYY-MM-DD") from error


def _data(content: Content, run: ScreenRun, when: datetime) -> dict[str, Any]:
    return {
        "title": one_line(content.title),
        "subtitle": one_line(content.subtitle),
        "author": "workbench",
        "run": run.plan.key[:12],
        "date": [when.year, when.month, when.day],
        "footer": f"{when:%Y-%m-%d}, workbench {__version__}",
        "opening": content.opening,
        "blocks": content.blocks,
    }


def _pdf(data: Mapping[str, Any], pictures: Mapping[str, bytes], when: datetime, template: Path | None) -> bytes:
    import matplotlib

    typst = require_typst()
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    if template is not None and not template.is_file():
        raise FileError("no such template", source=template, expected="a typst file")
    with tempfile.TemporaryDirectory(prefix="dossier-") as name:
        folder = Path(name)
        (folder / "data.json").write_text(json.dumps(data), "utf-8")
        (folder / "dossier.typ").write_bytes((template or TEMPLATE).read_bytes())
        for picture, content in pictures.items():
            (folder / picture).write_bytes(content)
        try:
            made: bytes = typst.compile(
                str(folder / "dossier.typ"), root=str(folder), font_paths=[str(fonts)], ignore_system_fonts=True,
                format="pdf", pdf_standards="ua-1", timestamp=when,
            )  # fmt: skip
        except Exception as error:
            # typst has one error class of its own, which is no public name in every version.
            said = " ".join(str(error).split())[:300]
            raise ScreeningError(f"typst could not set the dossier: {said}", source=template or None) from error
    return made


def _manifest(out: Path, written: bytes, content: Content, run: ScreenRun, data: Mapping[str, Any]) -> dict[str, Any]:
    from workbench.export.stamp import Stamp

    stamp = Stamp(content.title, run.kind, run.manifest, run.counts)
    return {
        "format": FORMAT,
        "title": content.title,
        "rows": content.hits,
        "files": {out.name: hashlib.sha256(written).hexdigest()},
        "decisions": content.decisions,
        "date": data["footer"][:10],
        "manifest": manifest_dict(stamp),
        "records": run.counts,
    }
