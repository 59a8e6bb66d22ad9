"""Wrong arguments of the notebook functions get one sentence, in Jupyter without a traceback above it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from IPython.core.getipython import get_ipython
from IPython.testing.globalipapp import start_ipython

import workbench as wb
from screening.errors import UsageError
from screening.targets.target import Target


@pytest.fixture(scope="module")
def target(data: Path) -> Target:
    return wb.open_target(data / "targets" / "1fmo.cif")


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda target: wb.view_site(target, None), "view_site: site is None; expected a binding site"),
        (lambda target: wb.view_site("1FMO", "ADN"), "view_site: target is '1FMO'; expected a target"),
        (lambda target: wb.view_site(), "view_site: missing a required argument: 'target'"),
        (lambda target: wb.view_target(target, colour="red", nonsense=3), "view_target: got an unexpected keyword"),
        (lambda target: wb.site_from_residues(target, [72]), "72 names no residue; expected"),
        (
            lambda target: wb.pose(target, "CCO"),
            "pose: missing a required argument: 'site'; expected site=, such as 'ADN'",
        ),
        (lambda target: wb.train("x.csv", smile="s"), "train: got an unexpected keyword argument 'smile'"),
        (lambda target: wb.open_library(5), "5 is no library; expected"),
        (lambda target: wb.open_target(None), "None is not the name of a file or folder; expected a PDB"),
        (lambda target: wb.open_run(None), "None is not the name of a file or folder; expected a run folder"),
        (lambda target: wb.load_model(5), "5 is not the name of a file or folder; expected a model folder"),
    ],
)
def test_one_sentence(call: Callable[[Target], Any], sentence: str, target: Target) -> None:
    with pytest.raises(UsageError) as caught:
        call(target)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_notebook_shows_the_sentence_only(capsys: pytest.CaptureFixture[str]) -> None:
    from workbench.notebook_errors import show_sentences

    shell = start_ipython() or get_ipython()
    show_sentences()
    done = shell.run_cell("import workbench as wb\nwb.open_run('nothing there')")
    assert not done.success, "a program that runs the notebook still sees that the cell failed"
    said = capsys.readouterr().out
    assert "FileError" in said
    assert "nothing there: is not a run directory" in said
    assert "Traceback" not in said


def test_a_notebook_without_pandas_says_so_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    from workbench.notebook_errors import show_sentences

    shell = start_ipython() or get_ipython()
    show_sentences()
    assert not shell.run_cell("raise ModuleNotFoundError('No module named pandas', name='pandas')").success
    said = capsys.readouterr().out
    assert "pandas is not installed; expected pip install pandas" in said
    assert "Traceback" not in said
    assert not shell.run_cell("import no_such_module_here").success
    assert "Traceback" in capsys.readouterr().out, "a module of the user's own keeps its traceback"
