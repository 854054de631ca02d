"""The errors a user can meet: what happened, where, and what to do about it."""

from __future__ import annotations

from wavehouse.core.bucket_remedies import bucket_remedy


class WavehouseError(Exception):
    """One short paragraph for the user; `exit_code` is what the process ends with.

    `what` says what happened, `where` names file and line (or file, row and column of the data),
    `remedy` says what to do. Each is a plain sentence or fragment without a final full stop.
    """

    exit_code = 3

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f" {_sentence(self.remedy)}" if self.remedy else ""
        return f"{place}{_sentence(self.what)}{remedy}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


class RejectedError(WavehouseError):
    """A file was rejected, or a rule stopped the run (exit 1)."""

    exit_code = 1


class ScanLimitError(WavehouseError):
    """A query would scan more than the project allows: a rule stopped it, not a mistake in it (exit 1)."""

    exit_code = 1


class CallError(WavehouseError):
    """The call is wrong: an option, a path, a name (exit 2)."""

    exit_code = 2


class DefinitionError(WavehouseError):
    """A definition of the project is wrong: a contract, a flow, a dashboard (exit 2)."""

    exit_code = 2


class QueryError(WavehouseError):
    """A query cannot be answered: its syntax, a name in it, or something not yet covered (exit 2)."""

    exit_code = 2


class TimeLimitError(QueryError):
    """A query took longer than it may."""


class OutsideError(WavehouseError):
    """Something outside failed: disk, network, service (exit 3)."""

    exit_code = 3


class UnansweredError(OutsideError):
    """A bucket did not answer, or not to us: what is in it is not known, and nothing is said against it."""

    def __init__(self, what: str, *, where: str = "", left: str = "") -> None:
        super().__init__(what, where=where, remedy=f"{bucket_remedy(what)}, then run again{left}")


class MemoryLimitError(OutsideError):
    """A query needs more memory, or more space on the disk for what has no place in it, than it may use."""


class FileGoneError(OutsideError):
    """A file that was to be read is not there, or not any more."""


class OvertakenError(OutsideError):
    """Somebody else has changed what was about to be changed."""


def in_words(error: OSError, where: str = "", left: str = "") -> OutsideError:
    """What the disk or the network refused: at `where`, if that is not in it; `left` ends the remedy."""
    what, where = f"reading or writing failed: {error.strerror or error}", str(error.filename or where)
    if error.errno is None:  # clients of buckets give their errors no number
        return UnansweredError(what, where=where, left=left)
    remedy = f"Check permissions and free space there, then run again{left}"
    return OutsideError(what, where=where, remedy=remedy)
