"""Take the picture of a dossier page for the README: ``python docs/make_dossier_picture.py RUN``.

It writes docs/dossier.png. RUN is a docked run with its target, such as ``workbench demo --dock 5`` leaves
(``demo/run``); the page is that of its best hit with a pose. Needs typst (the extra ``report``) and poppler-utils.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from workbench import session
from workbench.report.dossier import DossierOptions, write_dossier

ROOT = Path(__file__).resolve().parents[1]


def main(folder: Path, out: Path) -> None:
    """Write the dossier of the run and draw one of its pages."""
    run = session.open_run(folder)
    docking = run.docking
    if docking is None:
        sys.exit(f"{folder} was not docked")
    posed = {record for record, _ in docking.best_poses()}
    rows = run.table(100).to_pylist()
    hit = next(row for row in rows if row["record"] in posed)
    with tempfile.TemporaryDirectory() as name:
        pdf = Path(name) / "dossier.pdf"
        options = DossierOptions(top=hit["rank"], date="2026-01-31")
        write_dossier(run.run, pdf, target=run.target, site=run.site, options=options)
        text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout
        pages = text.split("\f")
        heading = f"Hit {hit['rank']}: {hit['name']}"
        # The heading stands in the table of contents too; its own page is the last with it.
        page = max(at for at, words in enumerate(pages, 1) if heading in words)
        subprocess.run(
            ["pdftoppm", "-r", "96", "-f", str(page), "-l", str(page), "-singlefile", "-png", pdf, out.with_suffix("")],
            check=True,
        )
    print(out)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), ROOT / "docs" / "dossier.png")
