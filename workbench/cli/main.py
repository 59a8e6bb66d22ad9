"""The ``workbench`` program: finds the command, and turns every intended error into one sentence."""

from __future__ import annotations

import atexit
import contextlib
import functools
import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

import typer

from screening import interrupts
from screening.errors import ScreeningError
from screening.version import __version__
from workbench.cli.printing.metavars import WorkbenchCommand

#: Command name to the module that holds it (attribute ``app`` for a group, ``command`` for a single command)
#: and its line in ``--help``. A module is imported only when its command runs, so ``--help`` is quick.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("workbench.cli.demo", "Run the whole path on the data the project ships."),
    "target": ("workbench.cli.target", "Show, download and compare protein targets."),
    "library": ("workbench.cli.library", "Prepare, profile, search and write compound libraries."),
    "train": ("workbench.cli.train", "Train a model on measured values, labels or known actives."),
    "model": ("workbench.cli.model", "Show, compare and question models."),
    "screen": ("workbench.cli.screen", "Screen a library with a model."),
    "search": ("workbench.cli.search", "Find most of the best by asking about a few percent."),
    "matrix": ("workbench.cli.matrix", "Screen against many targets and models in one pass."),
    "design": ("workbench.cli.design", "Propose the next molecules around a hit."),
    "series": ("workbench.cli.series", "R-groups, matched pairs and activity cliffs of measured compounds."),
    "pose": ("workbench.cli.pose", "Dock a few ligands into a site."),
    "dock": ("workbench.cli.dock", "Dock the hits of a run, or a library by structure alone."),
    "interactions": ("workbench.cli.interactions", "List the contacts of poses or of a bound ligand."),
    "cluster": ("workbench.cli.cluster", "Set up encrypted traffic with a cluster."),
    "status": ("workbench.cli.status", "Show how far a run is."),
    "hits": ("workbench.cli.hits", "List the hits of a run, or explain any compound's fate."),
    "review": ("workbench.cli.review", "Decide on hits with colleagues, in a browser or from here."),
    "export": ("workbench.cli.export", "Write hits for Excel, PyMOL and other programs, or as a page."),
    "verify": ("workbench.cli.verify", "Check that libraries, models, runs and exports are whole."),
    "report": ("workbench.cli.report", "Write the dossier of a run as PDF or HTML."),
    "compare": ("workbench.cli.compare", "Say what changed between two runs, and why."),
    "results": ("workbench.cli.results", "Add assay results to a run, and see how right it was."),
    "next": ("workbench.cli.results.next", "Propose the next compounds to measure."),
}

INTERRUPTED = 130
#: Environment variable that shows the traceback of an error nobody foresaw.
DEBUG = "WORKBENCH_DEBUG"


def application(wanted: str | None) -> typer.Typer:
    """Build the program with the command `wanted` imported and only a line of help for each other one."""
    app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.callback(invoke_without_command=True)(_root)
    for name, (module_name, text) in COMMANDS.items():
        if name != wanted:
            app.command(name, help=text)(lambda: None)
            continue
        module = importlib.import_module(module_name)
        if hasattr(module, "app"):
            _prepare(module.app)
            app.add_typer(module.app, name=name, help=text, no_args_is_help=True)
        else:
            made = app.command(name, help=module.command.__doc__ or text, cls=WorkbenchCommand)
            made(_interruptible(module.command))
    return app


def _prepare(group: typer.Typer) -> None:
    """Make every command of a group, and of the groups in it, end in order when interrupted, with help as elsewhere."""
    for registered in group.registered_commands:
        registered.callback = _interruptible(registered.callback)
        registered.cls = WorkbenchCommand
    for inner in group.registered_groups:
        if inner.typer_instance is not None:
            _prepare(inner.typer_instance)


def _root(version: bool = typer.Option(False, "--version", help="Print the version and exit.")) -> None:
    """Screen compound libraries against protein targets, see the evidence in 3D, export hit lists."""
    if version:
        typer.echo(f"workbench {__version__}")
        raise typer.Exit


def _interruptible(command: Callable[..., Any] | None) -> Callable[..., Any]:
    assert command is not None

    @functools.wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        try:
            with interrupts.ended_in_order(), interrupts.watched():
                return command(*arguments, **options)
        except KeyboardInterrupt:
            from screening.printable import printable
            from workbench.cli.printing.print_interrupted import kept_text

            print(printable(kept_text(command.__module__, options)), file=sys.stderr)
            raise typer.Exit(INTERRUPTED) from None

    return run


def program() -> None:
    """Run `main` as the whole of this process, which ends with its exit code whatever threads of libraries do.

    A thread of PyArrow that gives a buffer back while Python is taken down is ended inside a C++ destructor, and that
    aborts the process (exit code -6 after a complete answer; CPython issue 87135). What is registered first runs last:
    after every other clean-up the process ends without the taking down.
    """
    code: list[int] = [1]

    def leave() -> None:
        try:
            sys.stdout.flush()
        except (OSError, ValueError) as error:
            code[0] = code[0] or 1
            with contextlib.suppress(OSError, ValueError):
                print(f"error: standard output: {error}", file=sys.stderr)
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
        os._exit(code[0])

    atexit.register(leave)
    try:
        main()
        code[0] = 0
    except SystemExit as end:
        code[0] = end.code if isinstance(end.code, int) else int(end.code is not None)
        raise


def main(arguments: list[str] | None = None) -> None:
    """Run the program; exit code 0 ok, 1 the work failed, 2 bad usage, 130 interrupted."""
    from workbench.console import printable_streams

    with printable_streams():
        _run(sys.argv[1:] if arguments is None else arguments)


#: Options whose file is read; a file that is to be written is never looked for among the shipped ones.
_READ = ("--model", "-m", "--target", "-t", "--library", "-l", "--known", "--background", "--against")


def with_shipped(words: list[str]) -> list[str]:
    """Return the words with the paths of shipped files that are named as in a checkout, where no such file is here."""
    found = list(words)
    for at, (before, word) in enumerate(zip(["", *words], words)):
        if word.startswith("data/") and not os.path.exists(word) and (before in _READ or not before.startswith("-")):
            from workbench.shipped_data import shipped

            with contextlib.suppress(ScreeningError):
                found[at] = str(shipped(word.removeprefix("data/")))
    return found


def _run(given: list[str]) -> None:
    wanted = next((word for word in given if not word.startswith("-")), None)
    try:
        application(wanted)(with_shipped(given))
    except ScreeningError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output went away (``| head``): not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        print(f"error: {_unexpected(error)}", file=sys.stderr)
        sys.exit(1)


def _unexpected(error: Exception) -> str:
    """Say in one sentence what nobody foresaw."""
    if isinstance(error, OSError) and error.filename is not None:
        from screening.engine.files import storage_error

        return str(storage_error(error, error.filename))
    text = " ".join(str(error).split())[:300]
    kind = type(error).__name__
    return f"unexpected {kind}{f': {text}' if text else ''}; run it again with {DEBUG}=1 for the details to report."


if __name__ == "__main__":
    program()
