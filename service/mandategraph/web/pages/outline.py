"""Provisions as the text has them: numbers, words, parts below parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mandategraph.core.namespaces import KOS
from mandategraph.core.ports import Row
from mandategraph.core.terms import Iri, Literal, Term


@dataclass
class Part:
    """
    One provision of a text.

    `mark` is "open" where it calls for action and no activity is stated or confirmed for it or a part of it, "done"
    where one is, "none" where it calls for none, "" where it has no statement of its own.
    """

    provision: Iri
    number: str
    kind: Iri | None = None
    is_open_list: bool = False
    status: Iri | None = None
    calls: bool = False
    has_activity: bool = False
    words: list[tuple[Literal, Iri, Literal]] = field(default_factory=list)
    heading: Literal | None = None
    parts: list[Part] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """Which of the three states it is in."""
        if self.has_activity:
            return "done"
        if self.status is None:
            return ""
        return "open" if self.calls else "none"

    @property
    def shown_number(self) -> str:
        """Its number as one cites it: "33.", "(a)", and "PP 2" in a preamble, whose paragraphs print none."""
        if self.number and self.kind is not None and self.kind.value == KOS + "provision-preamble":
            return f"PP {self.number}"
        return f"{self.number}." if self.number.isalnum() else self.number or "§"

    @property
    def anchor(self) -> str:
        """Its place on a page about the whole: the last parts of its address."""
        return "-".join(self.provision.value.rsplit("/", 4)[1:])


def outline(rows: Iterable[Row], whole: Iri) -> list[Part]:
    """Return the parts directly below a document or provision, each with its own parts, in the order of the text."""
    parts: dict[Iri, Part] = {}
    children: dict[Term, list[Part]] = {}
    for row in rows:
        provision = row["provision"]
        if not isinstance(provision, Iri):
            continue
        part = parts.get(provision)
        if part is None:
            part = parts[provision] = _part(provision, row)
            children.setdefault(row["parent"], []).append(part)
        words, span, line = row.get("words"), row.get("span"), row.get("line")
        if isinstance(words, Literal) and isinstance(span, Iri) and isinstance(line, Literal):
            piece = (words, span, line)
            if piece not in part.words:
                part.words.append(piece)
        part.has_activity = part.has_activity or "doing" in row
    for provision, part in parts.items():
        part.parts = children.get(provision, [])
    return children.get(whole, [])


def _part(provision: Iri, row: Row) -> Part:
    kind, status, heading = row.get("type"), row.get("status"), row.get("heading")
    return Part(
        provision=provision,
        number=str(row["number"]) if "number" in row else "",
        kind=kind if isinstance(kind, Iri) else None,
        is_open_list=str(row.get("open")) == "true",
        status=status if isinstance(status, Iri) else None,
        calls=str(row.get("calls")) == "true",
        heading=heading if isinstance(heading, Literal) else None,
    )


def first_line(part: Part) -> int:
    """Return the line on which the words of a part or of what is below it begin, 0 where none is known."""
    lines = [int(line.value) for _, _, line in part.words] + [first_line(inner) for inner in part.parts]
    return min((line for line in lines if line), default=0)


def in_order_of_the_text(parts: Sequence[Part]) -> list[Part]:
    """Return parts by the line on which they begin; those without a line last."""
    return sorted(parts, key=lambda part: first_line(part) or 10**9)
