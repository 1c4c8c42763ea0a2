"""What a plan is: whose, for which years, and the address that follows from both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mandategraph.ingest.drafting.draft import Weight
from mandategraph.ingest.meaning.found import DateFound
from mandategraph.ingest.workplan.outline import WorkPlan

if TYPE_CHECKING:
    from mandategraph.ingest.drafting.work import Work
    from mandategraph.ingest.meaning import Meaning

_YEARS = r"((?:19|20)\d\d)(?:\s*[-–—/]\s*((?:19|20)?\d\d))?"
_BETWEEN = r"(?:\s+(?:for|of|para|de|pour|le|la|the))*\s+"


@dataclass(frozen=True, slots=True)
class Identity:
    """
    The address of a plan, the body that it is of, the period it is for, and its title.

    `local` is the address below which its activities lie. Body and title are empty, the period None, where the text
    does not tell them; the address is then that of the text.
    """

    path: str
    local: str
    body: str = ""
    period: DateFound | None = None
    title: str = ""

    @property
    def years(self) -> str:
        """The period as it is written in titles: “2016-2017”."""
        return self.period.edtf.replace("/", "-") if self.period is not None else ""


def identity_of(work: Work, meaning: Meaning, words: Mapping[str, Any], plan: WorkPlan) -> Identity:
    """Return what a plan is; what is not told goes on the list of what needs a look."""
    source = work.paper.reading.text
    body = _body(work, meaning, plan)
    organ = next((organ for organ, name in work.bodies.items() if name == body), "") if body else ""
    period, title = _period(source, words)
    if not body:
        work.draft.look(Weight.WHOLE, "The text does not say whose plan it is, or no register knows the body.")
    if period is None:
        work.draft.look(Weight.WHOLE, "The text does not say for which years the plan is.")
    if not organ or period is None:
        sha = work.paper.sha12
        return Identity(f"text/{sha}/plan", f"{work.key}/draft/{sha}", body, period, title)
    years = period.edtf.replace("/", "-")
    return Identity(f"{organ}/plan/{years}", organ, body, period, title)


def _body(work: Work, meaning: Meaning, plan: WorkPlan) -> str:
    """The organ named in the heading of the calendar; else in the first words that name one beside “this plan”."""
    organs = set(work.bodies.values())
    reading = work.paper.reading
    headings = [reading.words(section.heading) for section in plan.sections if section.kind == "calendar"]
    leads = [reading.words(block) for section in plan.sections[:3] for block in section.paragraphs[:2]]
    titles = [reading.title, *(reading.words(section.heading) for section in plan.sections[:1])]
    for words in [*headings, *titles, *leads]:
        for mention in meaning.mentions(words):
            if mention.key in organs:
                return mention.key
    return ""


def _period(source: str, words: Mapping[str, Any]) -> tuple[DateFound | None, str]:
    names = "|".join(re.escape(name) for name in words.get("plan", {}).get("words", []))
    if not names:
        return None, ""
    before = rf"{_YEARS}\s+(?:{names})\b"
    after = rf"\b(?:{names}){_BETWEEN}{_YEARS}"
    found = re.search(rf"(?:{before})|(?:{after})", source, re.IGNORECASE)
    if found is None:
        return None, ""
    group = 1 if found[1] else 3
    first, last = found[group], found[group + 1] or ""
    if len(last) == 2:
        last = first[:2] + last
    if last and int(last) < int(first):
        return None, ""
    start, end = found.start(group), found.end(group + 1) if last else found.end(group)
    edtf = f"{first}/{last}" if last else first
    precision = "year"
    date = DateFound(start, end, source[start:end], edtf, f"{first}-01-01", f"{last or first}-12-31", precision)
    return date, " ".join(found[0].split())
