"""Find the record that breaks a batch, so that only that record is lost.

Two ways, both by pieces of `PIECE` records first and single records after:

- `by_exception`: the work raised. Pieces run in this process.
- `by_process`: the worker died or hung. Pieces run in a child process that may die; when it does, or takes
  too long, or uses too much memory, the records of its piece get a child of their own, one after another.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator

from screening.engine.child_process import START_SECONDS, ChildLostError, ChildProcess, ChildTooLargeError
from screening.engine.ledger import RecordState
from screening.engine.limits import Limits, memory_limit
from screening.engine.splittable import Splittable, Tables, Work, joined
from screening.errors import RunError, ScreeningError

#: Records tried together before they are tried one by one.
PIECE = 64
#: If every record of a batch of at least this size raises, the fault is not with the records.
ALL_FAILED = 20


def by_exception(work: Work, payload: Splittable, error: Exception) -> Tables:
    """Redo the batch in pieces; records whose work raises end as ``failed``.

    Raises
    ------
    RunError
        If every record of a batch of `ALL_FAILED` or more raises: then the work is broken, not the records.
    """
    finished: list[Tables] = []
    failed = 0
    for piece in _pieces(payload):
        try:
            finished.append(work(piece))
            continue
        except ScreeningError:
            raise
        except Exception:
            pass
        for index in range(len(piece)):
            single = piece.piece(index, index + 1)
            try:
                finished.append(work(single))
            except ScreeningError:
                raise
            except Exception as reason:
                failed += 1
                finished.append(single.given_up(RecordState.FAILED, _sentence(reason)))
    if failed == len(payload) >= ALL_FAILED:
        raise RunError(f"every record of a batch failed ({_sentence(error)})") from error
    return joined(finished)


def _sentence(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:300] if text else type(error).__name__


def _pieces(payload: Splittable) -> list[Splittable]:
    return [payload.piece(start, min(start + PIECE, len(payload))) for start in range(0, len(payload), PIECE)]


def by_process(work: Work, payload: Splittable, limits: Limits) -> Tables:
    """Redo the batch in child processes; records that kill or stall theirs end as ``failed`` or ``timed_out``.

    Raises
    ------
    RunError
        If a child cannot even start, or every record of a batch of `ALL_FAILED` or more ends its child.
    """
    finished: list[Tables] = []
    lost = 0
    for piece, outcome in _tried(work, _pieces(payload), limits):
        if not isinstance(outcome, Death):
            finished.append(outcome)
            continue
        singles = [piece.piece(index, index + 1) for index in range(len(piece))]
        for single, verdict in _tried(work, singles, limits):
            if isinstance(verdict, Death):
                lost += 1
                finished.append(single.given_up(verdict.state, verdict.reason))
            else:
                finished.append(verdict)
    if lost == len(payload) >= ALL_FAILED:
        raise RunError("every record of a batch ended its process", expected="a model and libraries that work here")
    return joined(finished)


class Death:
    """How a piece ended its child process."""

    def __init__(self, state: RecordState, reason: str) -> None:
        self.state = state
        self.reason = reason


def _tried(work: Work, pieces: list[Splittable], limits: Limits) -> Iterator[tuple[Splittable, Tables | Death]]:
    """Yield each piece with its tables or its death, starting a new child after each death."""
    limit = memory_limit(limits)
    child = ChildProcess()
    try:
        for piece in pieces:
            yield piece, _outcome(child, work, piece, limits.record_seconds, limit)
    finally:
        child.end()


def _outcome(child: ChildProcess, work: Work, piece: Splittable, seconds: float, limit: int | None) -> Tables | Death:
    # The first piece also pays for what the work loads once, such as the model.
    start_seconds = START_SECONDS if child.start(_keep, work) else 0.0
    try:
        found: Tables | str = child.call(_worked, piece, seconds=seconds + start_seconds, memory_bytes=limit)
    except TimeoutError:
        return Death(RecordState.TIMED_OUT, f"took longer than {seconds:g} s")
    except ChildTooLargeError as error:
        return Death(RecordState.FAILED, str(error))
    except ChildLostError as error:
        return Death(RecordState.FAILED, f"ended its worker process ({_how(error)})")
    return Death(RecordState.FAILED, found) if isinstance(found, str) else found


def _how(error: ChildLostError) -> str:
    if error.code is None or error.code >= 0:
        return str(error)
    try:
        return f"signal {signal.Signals(-error.code).name}"
    except ValueError:
        return f"signal {-error.code}"


#: In a child: the work, which travels only once.
_kept: Work | None = None


def _keep(work: Work) -> None:
    global _kept
    _kept = work


def _worked(piece: Splittable) -> Tables | str:
    assert _kept is not None
    try:
        return _kept(piece)
    except ScreeningError:
        raise
    except Exception as error:
        return _sentence(error)
