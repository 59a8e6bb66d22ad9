"""Every error this project raises on purpose.

::

    ScreeningError                 base; ``exit_code`` 1
    ├── UsageError                 the call itself is wrong (unknown option, column, format); ``exit_code`` 2
    │   ├── PlanError              a screening plan with bad keys or values
    │   └── MissingExtraError      an optional package is needed and not installed
    ├── InputError                 something given cannot be used
    │   ├── FileError              missing, empty, a directory, unreadable, wrong format, truncated
    │   ├── StructureError         a target structure that cannot be used
    │   ├── SiteError              a binding site that cannot be placed
    │   ├── LibraryError           a compound library that cannot be used
    │   ├── AffinityDataError      measured affinities that cannot be trained on
    │   └── ModelError             a model file that cannot be loaded or does not fit the request
    ├── DownloadError              an entry could not be fetched
    ├── StorageError               a disk is full or a folder cannot be written
    └── RunError                   a run cannot start or go on
        ├── RunMismatchError       the folder belongs to another plan
        ├── RunLockedError         somebody else is working in the folder
        └── ClusterError           workers or a scheduler cannot be reached or do not fit

The message of each is one sentence that names the file, the record or line, what was found and
what was expected. Command-line tools print it without a traceback and exit with ``exit_code``.
"""

from __future__ import annotations

from screening.printable import one_line


class ScreeningError(Exception):
    """Base of all errors raised on purpose.

    Parameters
    ----------
    problem
        What is wrong, as a sentence without the place.
    source
        The file or object it was found in.
    where
        The place inside the source, such as ``"record 12"`` or ``"line 3"``.
    expected
        What would have been right.
    """

    exit_code = 1

    def __init__(
        self, problem: str, *, source: object = None, where: str | None = None, expected: str | None = None
    ) -> None:
        self.problem = problem
        self.source = None if source is None else str(source)
        self.where = where
        self.expected = expected
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        place = ", ".join(part for part in (self.source, self.where) if part)
        text = f"{place}: {self.problem}" if place else self.problem
        if self.expected:
            text = f"{text.rstrip('.')}; expected {self.expected}"
        return one_line(text.rstrip(".") + ".")

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive the default pickling, and errors cross processes.
        return (_rebuild, (type(self), self.problem, self.source, self.where, self.expected))


def _rebuild(
    kind: type[ScreeningError], problem: str, source: str | None, where: str | None, expected: str | None
) -> ScreeningError:
    return kind(problem, source=source, where=where, expected=expected)


class UsageError(ScreeningError):
    """The call itself is wrong: an unknown option, column or format."""

    exit_code = 2


class PlanError(UsageError):
    """A screening plan holds unknown keys or impossible values."""


class MissingExtraError(UsageError):
    """An optional package is needed for this and is not installed."""


class InputError(ScreeningError):
    """Something given cannot be used."""


class FileError(InputError):
    """A file is missing, empty, a directory, unreadable, truncated or of another format."""


class StructureError(InputError):
    """A target structure cannot be used."""


class SiteError(InputError):
    """A binding site cannot be placed."""


class LibraryError(InputError):
    """A compound library cannot be used."""


class AffinityDataError(InputError):
    """Measured affinities cannot be trained on."""


class ModelError(InputError):
    """A model file cannot be loaded, was tampered with, or does not fit the request."""


class DownloadError(ScreeningError):
    """An entry could not be fetched."""


class StorageError(ScreeningError):
    """A disk is full or a folder cannot be written."""


class RunError(ScreeningError):
    """A run cannot start or go on."""


class RunMismatchError(RunError):
    """The run folder belongs to another plan."""


class RunLockedError(RunError):
    """Another process is working in the run folder."""


class ClusterError(RunError):
    """Workers or a scheduler cannot be reached or do not fit this version."""
