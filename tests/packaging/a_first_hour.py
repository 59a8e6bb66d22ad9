"""What a chemist does first: open, view, train, screen, decide, export; ``python a_first_hour.py FOLDER``.

Run by the tests in a process of its own, where something is missing: calls that only Linux has, or the checkout.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main(out: Path) -> None:
    """Do it in a small way, and check each answer."""
    import workbench as wb
    from screening.runs.status import run_status

    target = wb.open_target(wb.shipped("targets/1fmo.cif"))
    site = wb.site_around_ligand(target, "ADN")
    print("opened", target.id)

    for number, view in enumerate(
        (wb.view_target(target), wb.view_site(target, site), wb.view_pockets(target, wb.find_pockets(target)))
    ):
        page = view.save_html(out / f"view{number}.html")
        assert 'data-wb-view="' in Path(page).read_text(encoding="utf-8")
    print("viewed")

    rows = Path(wb.shipped("affinities/nav17.csv")).read_text(encoding="utf-8").splitlines(keepends=True)
    table = out / "measured.csv"
    table.write_text("".join(rows[:120]), encoding="utf-8")
    wb.train(
        table,
        smiles="smiles",
        value="pIC50",
        unit="p",
        kind="pIC50",
        name="name",
        out=out / "small.model",
        model="fast",
    )
    print("trained")

    library = wb.open_library(wb.shipped("libraries/pka_ligands.csv"), out=out / "library", workers=1)
    run = wb.screen(library=library, model=out / "small.model", target=target, site=site, out=out / "run", workers=1)
    assert run_status(out / "run").state == "finished"
    assert sum(run.counts.values()) == 57
    print("screened", len(run.table()))

    decided = [sys.executable, "-m", "workbench.cli.main", "review", "decide", str(out / "run"), "accept"]
    subprocess.run([*decided, "--rank", "1-3", "--who", "Ada", "--text", "best"], check=True, capture_output=True)
    print("decided")

    run.export(out / "accepted.csv", only="accepted")
    assert len((out / "accepted.csv").read_text(encoding="utf-8").splitlines()) >= 4
    for name in ("hits.csv", "hits.tsv", "hits.sdf", "hits.xlsx", "hits.html", "hits.parquet", "hits.smi"):
        run.export(out / name)
        assert (out / name).stat().st_size > 100
    print("exported")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
