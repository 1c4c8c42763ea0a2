"""
How long a worksheet of many rows takes to be written, and to be decided.

    python bench/decisions.py [ROWS]

ROWS links (10,000) are proposed between invented entries and invented paragraphs beside the shipped plan, in memory.
Written: from the store to an Excel file. Decided: from the filled file to the store, with all its checks.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from mandategraph.cli.orders import Clerk
from mandategraph.cli.worksheet import excusable
from mandategraph.core.claims import Claims
from mandategraph.core.decisions import Judge
from mandategraph.core.filled import decisions_of
from mandategraph.core.namespaces import AT, DCTERMS, ID, KOS, MG, RDF, XSD
from mandategraph.core.terms import Iri, Literal, Quad
from mandategraph.core.worksheet_rows import rows_of, things_shown
from mandategraph.publish.workbook import as_xlsx, read
from mandategraph.wiring import Installation, memory_installation

PLAN = f"{ID}oas/cidi/cam/plan/2016-2017"


def proposals(here: Installation, rows: int) -> Iterator[Quad]:
    """Yield invented entries and paragraphs, and as many proposed links between them."""
    facts, review = Iri(here.graphs.facts), Iri(here.graphs.review)
    side = int(rows**0.5) + 1
    day = Iri(f"{ID}date/bench")
    yield Quad(day, Iri(RDF + "type"), Iri(MG + "DateExpression"), facts)
    yield Quad(day, Iri(MG + "asWritten"), Literal("2016-11-03"), facts)
    yield Quad(day, Iri(MG + "edtf"), Literal("2016-11-03", datatype="http://id.loc.gov/datatypes/edtf/EDTF"), facts)
    for name in ("earliest", "latest"):
        yield Quad(day, Iri(MG + name), Literal("2016-11-03", datatype=XSD + "date"), facts)
    yield Quad(day, Iri(MG + "precision"), Iri(KOS + "precision-day"), facts)
    resolution = Iri(f"{ID}oas/ag/res/2016/2881")
    spans = f"SELECT ?span {{ <{resolution}/op/36> <{MG}textSpan> ?span }}"
    span = Iri(str(here.store.select(spans, here.graphs.public()).rows[0]["span"]))
    for number in range(side):
        entry = Iri(f"{AT}oas/cidi/cam/activity/bench-{number}")
        for name, value in (
            (RDF + "type", Iri(MG + "ScheduledActivity")),
            (DCTERMS + "title", Literal(f"Meeting {number}", language="en")),
            (MG + "scheduledIn", Iri(PLAN)),
            (MG + "plannedTime", day),
            (MG + "order", Literal(str(100 + number), datatype=XSD + "integer")),
        ):
            yield Quad(entry, Iri(name), value, facts)
        paragraph = Iri(f"{resolution}/pp/{1000 + number}")
        for name, value in (
            (RDF + "type", Iri(MG + "Provision")),
            (DCTERMS + "identifier", Literal(paragraph.value.removeprefix(ID))),
            (MG + "provisionType", Iri(KOS + "provision-preambular")),
            (MG + "number", Literal(str(1000 + number))),
            (MG + "partOf", resolution),
            (MG + "textSpan", span),
        ):
            yield Quad(paragraph, Iri(name), value, facts)
    for number in range(rows):
        link = Iri(f"{AT}oas/link/bench-{number}")
        for name, value in (
            (RDF + "type", Iri(MG + "TraceLink")),
            (MG + "from", Iri(f"{AT}oas/cidi/cam/activity/bench-{number // side}")),
            (MG + "to", Iri(f"{resolution}/pp/{1000 + number % side}")),
            (MG + "linkType", Iri(KOS + "link-contributes")),
            (MG + "assertionStatus", Iri(KOS + "status-proposed")),
            (MG + "basis", Literal("Invented.", language="en")),
        ):
            yield Quad(link, Iri(name), value, review)


def filled(path: Path) -> None:
    """Accept every link on the sheet, as a person would with the fill handle."""
    from python_calamine import CalamineWorkbook
    from xlsxwriter import Workbook

    with CalamineWorkbook.from_path(path) as book:
        grids = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    for rows in grids.values():
        for row in rows[2:]:
            if "decision" in rows[0] and "/link/bench-" in str(row[0]):
                row[rows[0].index("decision")], row[rows[0].index("reason")] = "accept", "Measured."
    with Workbook(path) as written:
        for name, rows in grids.items():
            page = written.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)


def moment() -> tuple[float, float]:
    """Return the time of the clock and that of the processor."""
    return time.perf_counter(), time.process_time()


def between(start: tuple[float, float], end: tuple[float, float]) -> str:
    """Return how long something took, and how much of that the processor worked for it."""
    return f"{end[0] - start[0]:.1f} s ({end[1] - start[1]:.1f} s of the processor)"


def main(rows: int) -> None:
    """Print what each step took."""
    with memory_installation() as here, TemporaryDirectory() as folder:
        here.store.write(proposals(here, rows))
        here.infer()
        path = Path(folder) / "cam.xlsx"
        start = moment()
        claims = Claims.read(here.store, here.graphs)
        findings = list(excusable(here, PLAN, "en").values())
        labels = here.labels(things_shown(here.store, here.graphs, claims), "en")
        sheets = rows_of(here.store, here.graphs, claims, findings, labels, "en")
        path.write_bytes(as_xlsx(sheets, PLAN, "Bench", "en"))
        print(f"written: {sum(map(len, sheets.values())):,} rows in {between(start, moment())}; wanted: under 5 s")
        filled(path)
        start = moment()
        entries = read(path, PLAN)
        today = date(2026, 1, 1)
        desk = Clerk(here, today).desk
        found = decisions_of(entries, desk, Judge("Ana", date(2016, 12, 1), "Measured."), {}, today)
        middle = moment()
        here.decide(found.decisions)
        end = moment()
        print(
            f"decided: {len(found.decisions):,} rows in {between(start, end)}; wanted: under 10 s. "
            f"Read and prepared: {between(start, middle)}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
