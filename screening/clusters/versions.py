"""Client and workers must run the same versions of whatever decides a number or a message."""

from __future__ import annotations

import importlib.metadata
import platform
from typing import TYPE_CHECKING

from screening.errors import ClusterError

if TYPE_CHECKING:
    from distributed import Client

#: Distributions that decide numbers (a run is byte-identical only with equal ones) or the wire format.
COMPARED = (
    "target-screening-workbench",
    "rdkit",
    "numpy",
    "scikit-learn",
    "lightgbm",
    "pyarrow",
    "dask",
    "distributed",
)


def installed() -> dict[str, str]:
    """Return the versions of Python and of the compared distributions here; runs on workers too."""
    found = {"python": platform.python_version()}
    for name in COMPARED:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def require_same(client: Client) -> None:
    """Check that every worker runs the versions that run here.

    Raises
    ------
    ClusterError
        Naming the first worker that differs, and each version that does.
    """
    here = installed()
    try:
        workers: dict[str, dict[str, str]] = client.run(installed)
    except ModuleNotFoundError as error:
        raise ClusterError(
            f"a worker cannot import this program ({error})", expected="the same installation on every worker"
        ) from error
    for address, there in sorted(workers.items()):
        different = [
            f"{name} {there.get(name, 'not installed')} instead of {version}"
            for name, version in here.items()
            if there.get(name) != version
        ]
        if different:
            raise ClusterError(
                f"runs other versions than this client: {', '.join(different)}",
                source=f"worker {address}",
                expected="the same installation on every worker",
            )
