"""What a check reports: findings, the headings that gather them, and the report as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, IntEnum

from mandategraph.core.errors import WrongValue
from mandategraph.core.terms import BlankNode, Iri, Term


class Severity(IntEnum):
    """
    How much a finding matters, in the order of weight.

    >>> Severity.read("warning") < Severity.VIOLATION
    True
    >>> Severity.VIOLATION.word
    'violation'
    """

    INFO = 1
    WARNING = 2
    VIOLATION = 3

    @property
    def word(self) -> str:
        """The word for it in commands and tables of data."""
        return self.name.lower()

    @classmethod
    def read(cls, word: str) -> Severity:
        """Return the severity a word names; WrongValue for any other word."""
        for severity in cls:
            if severity.word == word.strip().lower():
                return severity
        raise WrongValue("severity", word, "one of info, warning, violation", "warning")


class Owner(Enum):
    """Whose gap it is: the plan's own body, others, or nobody who is named. Reports list them in this order."""

    OWN = "own"
    OTHERS = "others"
    NOBODY = "nobody"

    @property
    def order(self) -> int:
        """Its place in a report."""
        return list(Owner).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or open: what, why it matters, where it stands, what to do."""

    code: str
    number: int
    severity: Severity
    owner: Owner
    focus: Iri | BlankNode
    value: Term | None
    label: str
    heading: str
    message: str
    why: str
    where: str
    todo: str
    lines: tuple[int, ...] = ()
    words: str = ""
    source: str = ""
    group: str = ""
    component: str = "SPARQLConstraintComponent"
    lasting: str = ""

    @property
    def id(self) -> str:
        """
        The same for the same gap in every run, whatever its wording or severity.

        `lasting` is given where focus or value are blank nodes, whose names do not last.

        >>> one = Finding("X", 1, Severity.INFO, Owner.OWN, Iri("urn:a"), None, "", "", "", "", "", "")
        >>> one.id == Finding("X", 1, Severity.WARNING, Owner.OWN, Iri("urn:a"), None, "A", "", "m", "", "", "").id
        True
        """
        return self.lasting or finding_id(self.code, self.focus, self.value)

    @property
    def line(self) -> int:
        """The first line of the source text it points to; 0 where there is none."""
        return self.lines[0] if self.lines else 0


def finding_id(code: str, focus: Iri | BlankNode, value: Term | None) -> str:
    """Return sixteen hexadecimal digits that name a gap by its check, its focus and its value."""
    told = "\n".join((code, str(focus), _written(value)))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _written(term: Term | None) -> str:
    if term is None:
        return ""
    return str(term) if isinstance(term, BlankNode) else term.sparql()


@dataclass(frozen=True, slots=True)
class Heading:
    """Findings with one cause, under one sentence."""

    code: str
    number: int
    severity: Severity
    owner: Owner
    text: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class AcceptedGap:
    """
    A gap that a named person has accepted; `silenced` are the findings it holds back.

    `lapsed` is empty, `expired` or `reworded`: an acceptance that no longer holds silences nothing.
    """

    iri: str
    code: str
    about: tuple[str, ...]
    accepted_by: str
    accepted_on: str
    reason: str
    until: str = ""
    lapsed: str = ""
    silenced: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class LookedAt:
    """How many nodes a check looked at: a check that looked at none has proven nothing. `says` is what it asks for."""

    code: str
    number: int
    nodes: int
    engine: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """
    Everything one run of the checks says, in the order in which it is to be read.

    `scope` counts what there was to look at: entries of the plan, mandates, paragraphs, documents. `notes` name what
    could not be run as it should.
    """

    profile: str
    plan: str
    plan_label: str
    body_label: str
    on: date | None
    basis: str
    language: str
    engine: str
    findings: tuple[Finding, ...]
    accepted: tuple[AcceptedGap, ...] = ()
    looked_at: tuple[LookedAt, ...] = ()
    scope: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The findings, those with one cause gathered; weightiest first, then by whose gap it is."""
        return gathered(self.findings)

    @property
    def worst(self) -> Severity | None:
        """The greatest severity found, or None."""
        return max((finding.severity for finding in self.findings), default=None)

    def reaches(self, severity: Severity) -> bool:
        """Whether a finding is at least as severe."""
        return self.worst is not None and self.worst >= severity

    def count(self, severity: Severity) -> int:
        """Return the number of findings of exactly one severity."""
        return sum(finding.severity is severity for finding in self.findings)


def in_reading_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings as a report lists them: severity, whose gap, number, group, place in the text, focus."""
    return tuple(
        sorted(
            findings,
            key=lambda one: (
                -one.severity,
                one.owner.order,
                one.number,
                one.code,
                one.group,
                one.line or 1_000_000,
                str(one.focus),
                _written(one.value),
            ),
        )
    )


def gathered(findings: Sequence[Finding]) -> tuple[Heading, ...]:
    """Return the findings under their headings, in the order in which the findings come."""
    together: dict[tuple[str, Severity, str], list[Finding]] = {}
    for finding in findings:
        together.setdefault((finding.code, finding.severity, finding.group), []).append(finding)
    return tuple(
        Heading(rows[0].code, rows[0].number, rows[0].severity, rows[0].owner, rows[0].heading, tuple(rows))
        for rows in together.values()
    )
