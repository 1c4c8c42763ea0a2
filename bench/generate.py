"""
Writes a made-up graph in the product's own terms, of any size, with planted defects and their truth beside it.

`python bench/generate.py --triples 1000000 --seed 1 -o FILE.nq` writes FILE.nq and FILE.truth.tsv (check, focus node):
what the checks of every profile must find for the plan that is printed, no more and no less.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import TextIO

from generate_calendars import Calendars, Plan, days_after
from generate_texts import ASKING
from generate_writing import LANGUAGES, REVIEW, Writer, day, local, node, shared, text

ENTRIES = 12
ROUND = 120
"""After so many resolutions each defect that a document may have is planted once more."""


@dataclass
class Setting:
    """What the parts of a graph belong to."""

    parts: Calendars
    assembly: str
    council: str
    own: str
    agencies: Sequence[str]
    plan: Plan
    others: Sequence[Plan]
    truth: set[tuple[str, str]]
    days: Iterator[date]
    is_admissible: bool = False
    """Whether nothing is planted that bars a load."""

    def plant(self, code: str, focus: str) -> None:
        """Note what a check must find."""
        self.truth.add((code, focus[1:-1]))


def generate(triples: int, seed: int, stream: TextIO, is_admissible: bool = False) -> tuple[Setting, int]:
    """Write a graph of at least so many triples; return what it is about, with the truth, and how many it has."""
    from generate_defects import plant_documents, plant_once

    writer = Writer(stream)
    setting = _setting(writer, Random(seed))  # noqa: S311 - nothing secret
    setting.is_admissible = is_admissible
    plant_once(setting)
    rounds = resolutions = 0
    plant_documents(setting, rounds)
    while writer.count < triples:
        resolution(setting, resolutions)
        resolutions += 1
        if resolutions % ROUND == 0:
            rounds += 1
            plant_documents(setting, rounds)
    return setting, writer.count


def resolution(setting: Setting, n: int) -> None:
    """Write a clean resolution: four in ten are of the plan that is checked, the rest of the other committees."""
    parts, random = setting.parts, setting.parts.random
    plan = setting.plan if n % 5 < 2 else setting.others[n % len(setting.others)]
    year = 2016 + n % 10
    document = parts.document(f"{parts.org}/res/{year}/{n}", setting.assembly, f"{year}-06-{1 + n % 28:02d}")
    parts.writer.add(plan.iri, ("mg:listsMandate", document.iri))
    parts.writer.add(document.iri, ("mg:adoptedAt", shared(f"{parts.org}/session/{year}")))
    parts.preamble(document, random.randint(2, 4))
    earlier = ""
    for _ in range(random.randint(3, 7)):
        verb = random.choice((*ASKING, "recognise"))
        asked = plan.body if random.random() < 0.5 else random.choice(setting.agencies)
        paragraph, what = parts.paragraph(document, verb, asked)
        status = random.choice(("open", "continuous")) if verb != "recognise" else "declaratory"
        task = parts.task(
            paragraph, verb, [asked], document.issuer, what, document.source, document.language, status=status
        )
        parts.writer.add(paragraph, ("mg:theme", shared(f"{parts.org}/theme/{random.randrange(40)}")))
        if verb == "recognise":
            continue
        parts.answer(plan, task)
        if random.random() < 0.4:
            for letter in "ABCD"[: random.randint(2, 4)]:
                item = parts.item(document, paragraph, letter)
                if asked == plan.body:
                    parts.answer(plan, item)
        if earlier and random.random() < 0.2:
            parts.link("continues", task, earlier, "inferred")
        if random.random() < 0.2:
            proposal = local(f"{parts.org}/agent/program")
            parts.link(
                "contributes",
                random.choice(plan.entries),
                paragraph,
                "proposed",
                more=[("prov:wasAttributedTo", proposal)],
                graph=REVIEW,
            )
        if random.random() < 0.1:
            parts.participation(task, document.source, "supporting", random.choice(setting.agencies))
        earlier = task


def _setting(writer: Writer, random: Random) -> Setting:
    parts = Calendars(writer, random, "gen")
    parts.verbs()
    organisation = parts.body("org/gen", "international-organization", n=0)
    writer.add(
        organisation,
        *(("mg:officialLanguage", f"<http://id.loc.gov/vocabulary/iso639-1/{code}>") for code in LANGUAGES),
    )
    writer.add(parts.person(), ("a", node("mg:Person")), ("foaf:name", text("Ana Pérez")))
    writer.add(local(f"{parts.org}/agent/program"), ("a", node("prov:SoftwareAgent")))
    assembly = parts.body("gen/org/assembly", "organ", organisation, n=1)
    council = parts.body("gen/org/council", "organ", organisation, n=2)
    committees = [parts.body(f"gen/org/committee-{n}", "committee", council, n=n + 10) for n in range(4)]
    agencies = [parts.body(f"gen/org/agency-{n}", "specialized-organization", n=n + 20) for n in range(6)]
    for n in range(40):
        labels = (("skos:prefLabel", text(f"theme {n}", language)) for language in LANGUAGES)
        writer.add(shared(f"gen/theme/{n}"), ("a", node("skos:Concept")), *labels)
    for year in range(2016, 2026):
        writer.add(
            shared(f"gen/session/{year}"),
            ("a", node("mg:Session")),
            ("mg:sessionOf", assembly),
            ("mg:number", text(str(year - 1970))),
            ("mg:begins", day(f"{year}-06-01")),
        )
    plans = [parts.plan(f"gen/committee-{n}/plan/2026-2029", body) for n, body in enumerate(committees)]
    days = iter(days_after(date(2026, 2, 2), 9))
    setting = Setting(parts, assembly, council, committees[0], agencies, plans[0], plans[1:], set(), days)
    for number, plan in enumerate(plans):
        base = parts.document(f"gen/res/2015/base-{number}", assembly, "2015-06-01")
        writer.add(plan.iri, ("mg:listsMandate", base.iri))
        plan.anchor, what = parts.paragraph(base, "request", plan.body)
        task = parts.task(plan.anchor, "request", [plan.body], assembly, what, base.source, base.language)
        own_days = days if number == 0 else iter(days_after(date(2026, 2, 2), 60))
        plan.entries.extend(parts.entry(plan, next(own_days)) for _ in range(ENTRIES))
        parts.answer(plan, task)
    return setting


def main() -> None:
    """Write the graph and the truth, and say what was written."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--triples", type=int, default=100_000, help="at least so many (default: 100000)")
    asked.add_argument("--seed", type=int, default=1, help="the same seed writes the same graph (default: 1)")
    asked.add_argument("-o", "--output", type=Path, required=True, help="FILE.nq; the truth goes to FILE.truth.tsv")
    asked.add_argument("--admissible", action="store_true", help="leave out the defects that bar a load")
    told = asked.parse_args()
    with told.output.open("w", encoding="utf-8", buffering=1 << 20) as stream:
        setting, count = generate(told.triples, told.seed, stream, told.admissible)
    truth = told.output.with_suffix(".truth.tsv")
    truth.write_text("".join(f"{code}\t{focus}\n" for code, focus in sorted(setting.truth)), encoding="utf-8")
    print(f"{count:,} triples in {told.output}; {len(setting.truth):,} planted defects in {truth}")
    print(f"check the plan {setting.plan.iri[1:-1]}")


if __name__ == "__main__":
    main()
