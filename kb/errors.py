"""What can go wrong: a `Problem` is collected and printed, a `KbError` is raised and is one
sentence and a way out.

KbError
├── Usage           wrong request: ill-typed parameter, wrong use (exit 2)
│   ├── Unknown     a name that no record has
│   └── Ambiguous   a name that several records have
├── Refused         a valid request that would harm: hostile query, write over a changed file (exit
1; `Conflict` 4)
│   └── Conflict
├── Invalid         the data has problems; carries them (exit 1)
└── Unreadable      no knowledge base here, or it cannot be read (exit 3)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """Where: path as shown to the user, line and column from 1; 0 means *not known*."""

    path: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.path] + [str(n) for n in (self.line, self.column) if n])


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in the data, never raised. `severity` is error or warning; `subject` the
    record's id where there is one.

    >>> str(Problem("error", "quote-mismatch", "the passage is not in the text.", Place("a.ttl", 3, 5), hint="copy it"))
    'a.ttl:3:5: error quote-mismatch: the passage is not in the text.  hint: copy it'
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
    """The problem that an error about a file describes; a line that the error names becomes part of
    the place.

    >>> str(problem_of("own-query", "queries/a.rq", Usage("queries/a.rq:3: the header is not YAML.")))
    'queries/a.rq:3: error own-query: the header is not YAML.'
    """
    rest = error.message.removeprefix(path)
    line, colon, message = rest.removeprefix(":").partition(":")
    if rest.startswith(":") and colon and line.isdecimal():
        return Problem("error", code, message.strip(), Place(path, int(line)), hint=error.hint)
    return Problem("error", code, rest.removeprefix(":").strip(), Place(path), hint=error.hint)


class KbError(Exception):
    """Base of all errors a user may see; `exit_code` is what the command ends with."""

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}  hint: {self.hint}" if self.hint else self.message


class Usage(KbError):
    """A request that cannot be understood."""


class Unknown(Usage):
    """A name that no record has; `nearest` are the names that look like it."""

    def __init__(self, message: str, hint: str = "", nearest: Sequence[str] = ()) -> None:
        super().__init__(message, hint)
        self.nearest = tuple(nearest)


class Ambiguous(Usage):
    """A name that several records have; `candidates` are all of them, with what they are called."""

    def __init__(self, name: str, candidates: Sequence[str], example: str) -> None:
        super().__init__(
            f"“{name}” may be {' or '.join(candidates)}.",
            f"write more of the name, or kind and id, as in {example}",
        )
        self.summary = f"“{name}” may be any of {len(candidates)} records."
        self.candidates = tuple(candidates)


class Refused(KbError):
    """A request that is understood and not carried out, because it could harm."""

    exit_code = 1


class Conflict(Refused):
    """What was to be changed has changed meanwhile."""

    exit_code = 4


class Unreadable(KbError):
    """No knowledge base here, or one that cannot be read."""

    exit_code = 3


class Invalid(KbError):
    """The data has problems; nothing was written."""

    exit_code = 1

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = tuple(problems)
        errors = sum(p.severity == "error" for p in self.problems)
        super().__init__(f"{errors} error{'s' * (errors != 1)} found; nothing was written.")
