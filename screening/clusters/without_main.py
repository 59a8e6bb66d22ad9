"""Workers that do not run the user's script again.

A spawned process imports the main module of its parent before anything else. A script without
``if __name__ == "__main__":`` would begin anew in every worker, and none of them starts. Workers need nothing of it:
what they call lives in packages, and functions of the main module are sent by value.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from multiprocessing import spawn
from typing import Any

#: How the processes of nannies are named (`distributed.nanny`).
_WORKER = "Dask Worker"


@contextlib.contextmanager
def without_main() -> Iterator[None]:
    """Start workers of Dask, in the block, without the main module of this process; other processes as ever."""
    own = spawn.get_preparation_data

    def prepared(name: str) -> dict[str, Any]:
        facts: dict[str, Any] = own(name)
        if name.startswith(_WORKER):
            for key in ("init_main_from_path", "init_main_from_name"):
                facts.pop(key, None)
        return facts

    spawn.get_preparation_data = prepared
    try:
        yield
    finally:
        spawn.get_preparation_data = own
