"""
Figures of reading documents, by form: what a reader of the labels finds again in the drafts, and how fast.

Usage: python bench/ingest.py [CORPUS] [--write]

CORPUS is the folder of labelled texts (by default the one beside the checkout); without it nothing is measured. Each
form of them is read by `mandategraph ingest` and scored by the corpus's own score.py, against the labels as they are.
`--write` puts the table into docs/figures-of-reading.md, without the seconds, which are of the machine.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ingest_kinds import tables
from ingest_structure import Tally, faults, half, score, shipped_lexicons, texts

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "figures-of-reading.md"
FORMS = ("printed", "wrapped", "oneline", "unnumbered")
COLUMNS = (
    "operative recall",
    "operative precision",
    "all levels recall",
    "all levels precision",
    "preamble recall",
    "verb right",
)


def measured(corpus: Path, form: str, folder: Path) -> tuple[dict[str, float], float, int]:
    """Return the scores of one form, the seconds that ingest took, and the number of files."""
    texts = corpus / "un"
    if form != "printed":
        texts = folder / form
        subprocess.run([sys.executable, str(corpus / "variants.py"), str(corpus / "un"), str(texts), form], check=True)
    drafts = folder / f"{form}-drafts"
    files = sorted(str(path) for path in texts.glob("*.txt"))
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "mandategraph", "ingest", *files, "--organisation", "un", "--out", str(drafts)],
        check=True,
        capture_output=True,
    )
    seconds = time.perf_counter() - begun
    scored = subprocess.run(
        [sys.executable, str(corpus / "score.py"), str(corpus / "un"), str(drafts)],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(scored.stdout), seconds, len(files)


def corrected() -> str:
    """Return the figures against the labels as corrected, by form and half of the documents."""
    lexicons, wrong = shipped_lexicons(), faults()
    lines = ["| Form | half | recall | precision | all levels | preamble | leading verb |", "|---" * 7 + "|"]
    columns = (("hit", "due"), ("hit", "found"), ("all hit", "all due"), ("preamble hit", "preamble due"))
    for form in FORMS:
        tallies = {"looked at": Tally(), "held out": Tally()}
        for name, data in texts(form, 1):
            score(name, data, lexicons, wrong.get(name, []), tallies[half(name)])
        for which, tally in tallies.items():
            shares = [f"{tally.share(*column):.2f} %" for column in (*columns, ("verb hit", "verb due"))]
            lines.append(f"| {form} | {which} | " + " | ".join(shares) + " |")
    return "\n".join(lines) + "\n"


def page(rows: list[tuple[str, dict[str, float]]], files: int) -> str:
    """Return the page of the manual."""
    kinds, peers = tables()
    listed = sum(len(held) for held in faults().values())
    head = "| Form | " + " | ".join(COLUMNS) + " |\n|---" * 1 + "|---" * len(COLUMNS) + "|\n"
    table = "".join(
        f"| {form} | " + " | ".join(f"{100 * scores[column]:.1f} %" for column in COLUMNS) + " |\n"
        for form, scores in rows
    )
    return f"""# Figures of reading documents

Written by `make bench-ingest`; the seconds that it prints are of the machine and not kept here.

{files} resolutions and decisions of the United Nations, in four forms: as printed; with lines broken, running heads
and page numbers; with several paragraphs in a line; with all numbers lost. A provision counts as found where its words
equal those of the label, blanks, case and printed number apart. The labels are machine-made and taken as they are.

{head}{table}
## Against the labels as corrected

The labels contradict themselves on annexes, call some plainly operative paragraphs something else, and label the prose
of reports as preamble. `tests/ingest/label-faults.csv` lists each of the {listed} disagreements of the printed form
that we judge to be the label's fault: document, paragraph, what the label says, what the text plainly is, and why.

{corrected()}
**How far to trust them.** Rules were written while looking at one half of the documents; the other half was opened to
judge its labels when most rules stood. One rule was mended from what was seen there (recitals of a text within a text),
and one threshold (how much of an annex must speak) was set with counts, not words, of that half. The list was made from
our own disagreements, so that a paragraph that both get wrong is in neither figure. A third of it is one work programme
and budget. Fresh documents will score lower. With numbers lost, reports lose most: nothing but the number tells their
paragraphs from others, and we do not guess.

## By organ, language and format

Recall and precision of operative paragraphs in per cent, by organ and form, against the corrected labels; then invented
documents by language, and every third labelled text written as Word and as a web page.

{kinds}
{peers}
"""


def main() -> None:
    """Measure, print, and write the page if asked."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("corpus", type=Path, nargs="?", default=ROOT.parent / "shared" / "corpus")
    ask.add_argument("--write", action="store_true")
    given = ask.parse_args()
    if not (given.corpus / "un").is_dir():
        print(f"There are no labelled texts in {given.corpus}; nothing was measured.")
        return
    rows = []
    files = 0
    with tempfile.TemporaryDirectory() as name:
        for form in FORMS:
            scores, seconds, files = measured(given.corpus, form, Path(name))
            rows.append((form, scores))
            told = ", ".join(f"{column} {100 * scores[column]:.1f} %" for column in COLUMNS)
            print(f"{form}: {told}; {files / seconds:.0f} files a second")
    if given.write:
        PAGE.write_text(page(rows, files), encoding="utf-8")
        print(f"written: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
