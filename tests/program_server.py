"""Runs the ``workbench`` program in forks of a process that has imported it: seconds of imports once, not every time.

Each command has a process of its own as for a user, with its arguments, folder, environment and streams. What is the
same in all of them is Python's hash seed; tests that compare two runs to the byte ask for a process started afresh.

Protocol: a line of JSON a command on standard input; on standard output ``process ID``, then ``exit CODE``.
"""

from __future__ import annotations

import json
import os
import sys


def _child(request: dict[str, object]) -> None:
    streams = request["streams"]
    assert isinstance(streams, list)
    for number, path in enumerate(streams):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY
        os.dup2(os.open(path, flags), number)
    os.environ.clear()
    os.environ.update(request["environment"])  # type: ignore[call-overload]
    os.chdir(request["folder"])  # type: ignore[arg-type]
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, buffering=buffering, errors=errors, closefd=False)  # noqa: SIM115
        for number, mode, buffering, errors in ((0, "r", -1, None), (1, "w", -1, None), (2, "w", 1, "backslashreplace"))
    )
    import random

    import numpy as np

    from workbench.cli.main import program

    random.seed()
    np.random.seed()
    sys.modules["__main__"].__package__ = ""  # help texts show the program's name by it
    sys.argv = ["workbench", *request["arguments"]]  # type: ignore[misc]
    program()


def serve() -> None:
    """Import what commands use and answer until standard input ends."""
    import contextlib
    import importlib

    from workbench.cli.main import COMMANDS

    libraries = ["pyarrow.compute", "pyarrow.dataset", "pyarrow.parquet", "rdkit.Chem.AllChem", "scipy.stats"]
    for name in [*(module for module, _ in COMMANDS.values()), *libraries]:
        with contextlib.suppress(ImportError):  # the command itself says what is missing
            importlib.import_module(name)
    for line in sys.stdin:
        request = json.loads(line)
        process = os.fork()
        if not process:
            _child(request)
            os._exit(0)
        print(f"process {process}", flush=True)
        _, status = os.waitpid(process, 0)
        print(f"exit {os.waitstatus_to_exitcode(status)}", flush=True)


if __name__ == "__main__":
    serve()
