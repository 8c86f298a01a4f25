"""Problems and errors.

A `Problem` is collected and printed. A `KbError` is raised; its text is one sentence and a way out.

    KbError
    ├── Usage           the request makes no sense: ill-typed parameter, wrong use (exit 2)
    │   ├── Unknown     no record has this name
    │   └── Ambiguous   several records have this name
    ├── Refused         a valid request that could do harm, such as a hostile query (exit 1)
    │   └── Conflict    the record or file has changed in the meantime (exit 4)
    ├── Invalid         the data has problems, which the error carries (exit 1)
    └── Unreadable      there is no knowledge base here, or it cannot be read (exit 3)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """A range: path as shown to the user, lines and columns from 1, the end exclusive; 0 means *not
    known*. Only its beginning is printed.
    """

    path: str = ""
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return ":".join([self.path] + [str(n) for n in (self.line, self.column) if n])


def position(text: str, offset: int) -> tuple[int, int]:
    """Return the line and the column, both from 1, of an offset in a text.

    >>> position("a\\nbc", 3)
    (2, 2)
    """
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault in the data. It is collected and printed, never raised.

    `severity` is "error" or "warning". `subject` is the id of the record, or empty.

    >>> fault = Problem("error", "quote-mismatch", "no such passage.", Place("a.ttl", 3, 5))
    >>> str(fault)
    'a.ttl:3:5: error quote-mismatch: no such passage.'
    """

    severity: str
    code: str
    message: str
    place: Place = field(default_factory=Place)
    subject: str = ""
    hint: str = ""

    def __str__(self) -> str:
        hint = f"  hint: {self.hint}" if self.hint else ""
        where = f"{self.place}: " if self.place.path else ""
        return f"{where}{self.severity} {self.code}: {self.message}{hint}"


def problem_of(code: str, path: str, error: KbError) -> Problem:
    """Turn an error about a file into a problem at the line that the error names, if any.

    >>> str(problem_of("own-query", "a.rq", Usage("a.rq:3: the header is not YAML.")))
    'a.rq:3: error own-query: the header is not YAML.'
    """
    rest = error.message.removeprefix(path)
    line, colon, message = rest.removeprefix(":").partition(":")
    if rest.startswith(":") and colon and line.isdecimal():
        return Problem("error", code, message.strip(), Place(path, int(line)), hint=error.hint)
    return Problem("error", code, rest.removeprefix(":").strip(), Place(path), hint=error.hint)


class KbError(Exception):
    """Base class of every error a user may see. `exit_code` is the exit code of the command."""

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}  hint: {self.hint}" if self.hint else self.message


class Usage(KbError):
    """The request cannot be understood."""


class Unknown(Usage):
    """No record has this name. `nearest` are similar names."""

    def __init__(self, message: str, hint: str = "", nearest: Sequence[str] = ()) -> None:
        super().__init__(message, hint)
        self.nearest = tuple(nearest)


class Ambiguous(Usage):
    """Several records have this name. `candidates` are all of them, with their labels."""

    def __init__(self, name: str, candidates: Sequence[str], example: str) -> None:
        super().__init__(
            f"“{name}” may be {' or '.join(candidates)}.",
            f"write more of the name, or kind and id, as in {example}",
        )
        self.summary = f"“{name}” may be any of {len(candidates)} records."
        self.candidates = tuple(candidates)


class Refused(KbError):
    """The request is understood but not carried out, because it could do harm."""

    exit_code = 1


class NotAccepted(Refused):
    """A server does not accept requests of this form. Another form may be accepted."""


class Conflict(Refused):
    """The thing to change has changed in the meantime."""

    exit_code = 4


class Unreadable(KbError):
    """There is no knowledge base here, or it cannot be read."""

    exit_code = 3


class Invalid(KbError):
    """The data has problems, so nothing was written."""

    exit_code = 1

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = tuple(problems)
        errors = sum(p.severity == "error" for p in self.problems)
        super().__init__(f"{errors} error{'s' * (errors != 1)} found; nothing was written.")
