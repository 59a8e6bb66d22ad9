"""How often somebody may guess a password."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

GUESSES, WITHIN_S = 5, 300.0
_MOST_KEYS = 10_000


class LoginLimit:
    """Counts failed log-ins for each name and for each address."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed: dict[str, deque[float]] = {}

    def wait_s(self, *keys: str) -> int:
        """Return for how many seconds no log-in is tried for any of these keys; 0 for at once."""
        now = self._clock()
        longest = 0.0
        for key in keys:
            times = self._failed.get(key)
            while times and times[0] <= now - WITHIN_S:
                times.popleft()
            if times and len(times) >= GUESSES:
                longest = max(longest, times[-GUESSES] + WITHIN_S - now)
        return int(longest) + (longest > 0)

    def failed(self, *keys: str) -> None:
        """Note a failure."""
        if len(self._failed) > _MOST_KEYS:
            self._failed.clear()
        for key in keys:
            self._failed.setdefault(key, deque(maxlen=GUESSES)).append(self._clock())

    def worked(self, *keys: str) -> None:
        """Forget the failures: the right password was given."""
        for key in keys:
            self._failed.pop(key, None)
