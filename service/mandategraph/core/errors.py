"""
Everything that can go wrong, drawn once.

    MandateGraphError
    ├── WrongUse                     exit 2
    │   ├── UnknownName              a question, parameter, symbol or actor we do not have; names the nearest
    │   ├── AmbiguousName          a name that several things carry; lists them
    │   ├── WrongValue               a value of the wrong type; says what was expected, with an example
    │   ├── MalformedQuery           SPARQL that does not parse; line and column
    │   ├── RefusedQuery             SPARQL that is not allowed here, such as SERVICE
    │   ├── ConditionFailed          a change that was asked for only if a graph is as it was, and it is not
    │   └── MissingGraph             an update of a graph that is not there
    └── CannotLook                   exit 3
        ├── QueryLimit               a query that took more time, memory or room than it may; names the limit
        ├── Busy                     too many queries at once; try again
        ├── NotWritten               a change that was cut off; says whether anything of it was written
        ├── OutOfSpace               too little room on the disk to write; reading goes on
        ├── StoreUnavailable         a store folder that is not ours, locked, read-only, or of another version
        ├── BadData                  RDF that does not parse; file, line, column
        ├── UnreadableFile           a document that cannot be read: damaged, encrypted, hostile, of another kind
        ├── SourceMismatch           a quotation that is not in its source at its place; file, line, words
        ├── IntegrityFault           facts that may not enter the graph; names each fault
        └── BrokenLibrary            a shipped shape, query or template that is itself wrong

`code` is also the heading under which docs/reference/errors.md explains it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


class MandateGraphError(Exception):
    """Anything we raise on purpose: one sentence for the user, a code, an exit status."""

    code = "error"
    exit_status = 3

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class WrongUse(MandateGraphError):
    """The user asked for something that cannot be asked so."""

    code = "wrong-use"
    exit_status = 2


class UnknownName(WrongUse):
    """
    A name that nothing carries; the nearest ones are offered.

    >>> print(UnknownName("question", "asked-of-bdy", ["asked-of-body", "register"]))
    There is no question “asked-of-bdy”. Nearest: asked-of-body.
    """

    code = "unknown-name"

    def __init__(self, kind: str, given: str, known: Iterable[str], hint: str = "") -> None:
        self.kind = kind
        self.given = given
        self.nearest = nearest(given, known)
        sentence = f"There is no {kind} “{given}”."
        if self.nearest:
            sentence += f" Nearest: {', '.join(self.nearest)}."
        if hint:
            sentence += f" {hint}"
        super().__init__(sentence)


class AmbiguousName(WrongUse):
    """
    A name that several things carry; `candidates` are what may be meant, each as it can be typed.

    >>> print(AmbiguousName("activity", "May 2017", ["approval-of-draft-resolution", "cidi-progress-meeting"]))
    “May 2017” may be more than one activity. Which: approval-of-draft-resolution; cidi-progress-meeting?
    """

    code = "ambiguous-name"

    def __init__(self, kind: str, given: str, candidates: Sequence[str]) -> None:
        self.kind, self.given, self.candidates = kind, given, tuple(candidates)
        shown = "; ".join(candidates[:8]) + (f"; and {len(candidates) - 8} more" if len(candidates) > 8 else "")
        super().__init__(f"“{given}” may be more than one {kind}. Which: {shown}?")


class WrongValue(WrongUse):
    """A value of the wrong type; `expected` says what was wanted and `example` shows one."""

    code = "wrong-value"

    def __init__(self, name: str, given: str, expected: str, example: str) -> None:
        self.name, self.given, self.expected, self.example = name, given, expected, example
        super().__init__(f"{name}: “{given}” is not {expected}. For example: {name}={example}")


class MalformedQuery(WrongUse):
    """SPARQL that does not parse; `line` and `column` count from 1, 0 where the engine does not tell."""

    code = "malformed-query"

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        self.line, self.column = line, column
        super().__init__(message)


class RefusedQuery(WrongUse):
    """SPARQL that is not allowed here: SERVICE, LOAD, an update where a query is wanted, a graph kept back."""

    code = "refused-query"


class ConditionFailed(WrongUse):
    """A change that was asked for on a condition (If-Match, If-None-Match) that does not hold; nothing was written."""

    code = "condition-failed"


class MissingGraph(WrongUse):
    """An update that clears or drops a graph that is not there, without SILENT; nothing was written."""

    code = "missing-graph"


class CannotLook(MandateGraphError):
    """We could not look or read; nothing was changed."""

    code = "cannot-look"
    exit_status = 3


class QueryLimit(CannotLook):
    """A query that took more time, memory or room than it may and was ended; the sentence names the limit."""

    code = "query-limit"


class Busy(CannotLook):
    """Too many queries at once, or the one who answered was ended from outside; the same may be asked again."""

    code = "busy"


class NotWritten(CannotLook):
    """
    A change that ran into its deadline or was cut off; the sentence says that nothing of it was written.

    `may_be_written` where nobody knows; the sentence says so.
    """

    code = "not-written"

    def __init__(self, message: str, may_be_written: bool = False) -> None:
        self.may_be_written = may_be_written
        super().__init__(message)


class OutOfSpace(CannotLook):
    """There is less room on the disk than is kept free, so nothing is written; reading goes on."""

    code = "no-space"


class StoreUnavailable(CannotLook):
    """The store cannot be opened; the sentence says why and what to do."""

    code = "store-unavailable"


class BadData(CannotLook):
    """RDF that does not parse; names file, line and column where known."""

    code = "bad-data"

    def __init__(self, message: str, file: str = "", line: int = 0, column: int = 0) -> None:
        self.file, self.line, self.column = file, line, column
        super().__init__(message)


class UnreadableFile(CannotLook):
    """
    A document that cannot be read; the sentence names the file, what is the matter, and what to do.

    >>> print(UnreadableFile("plan.pdf", "has no text layer", "run text recognition (OCR) over it first"))
    plan.pdf has no text layer; run text recognition (OCR) over it first.
    """

    code = "unreadable-file"

    def __init__(self, file: str, fault: str, remedy: str) -> None:
        self.file, self.fault, self.remedy = file, fault, remedy
        super().__init__(f"{file} {fault}; {remedy}.")


class SourceMismatch(CannotLook):
    """A quotation that does not stand in its source at its place; nothing was loaded."""

    code = "source-mismatch"

    def __init__(self, message: str, file: str = "", line: int = 0, words: str = "") -> None:
        self.file, self.line, self.words = file, line, words
        super().__init__(message)


class IntegrityFault(CannotLook):
    """Facts that may not enter the graph; `faults` has one sentence each, `focuses` the nodes they are about."""

    code = "integrity-fault"

    def __init__(self, message: str, faults: Sequence[str] = (), focuses: Iterable[str] = ()) -> None:
        self.faults = tuple(faults)
        self.focuses = frozenset(focuses)
        super().__init__(message)


class BrokenLibrary(CannotLook):
    """A shipped file (shape, query, template, configuration) that is itself wrong."""

    code = "broken-library"


def nearest(given: str, known: Iterable[str], most: int = 3) -> list[str]:
    """
    Return the known names that resemble what was given, nearest first.

    >>> nearest("regster", ["register", "reports-due"])
    ['register']
    """
    by_folded: dict[str, str] = {}
    for name in known:
        by_folded.setdefault(name.casefold(), name)
    found = difflib.get_close_matches(given.casefold(), by_folded, n=most, cutoff=0.55)
    return [by_folded[name] for name in found]
