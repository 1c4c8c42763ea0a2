"""
How well the structure of UN resolutions is read, against machine-made labels, on four forms of the same texts.

The labels have errors of their own: `tests/ingest/label-faults.csv` lists those judged to be the label's fault, each
with a reason, and both figures are told. Needs the corpus beside this checkout.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mandategraph.ingest.lexicon import Lexicon, Lexicons
from mandategraph.ingest.readers.text import read_text
from mandategraph.ingest.reading import Reading
from mandategraph.ingest.structure.outline import Part, Unit
from mandategraph.ingest.structure.read import read_structure

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
FORMS = ("printed", "wrapped", "oneline", "unnumbered")
OPERATIVE = (Part.OPERATIVE,)


def key(text: str, prefix: str = "") -> str:
    """What two readings of one paragraph share; the same as in the scorer of the corpus."""
    text = re.sub(r"\s+", " ", text).strip()
    if prefix and text.startswith(prefix):
        text = text[len(prefix) :]
    return re.sub(r"^[\s(]*(\d+|[a-z]{1,4}|[A-Z])[.)]\s+", "", text).strip(" ;.,:").casefold()[:160]


def half(name: str) -> str:
    """Rules were made looking at one half of the documents only; the other half says whether they are true."""
    return "held out" if hashlib.sha256(name.encode()).digest()[0] % 2 else "looked at"


@dataclass(frozen=True)
class Label:
    """One paragraph as labelled."""

    key: str
    part: str
    level: int | None
    verb: str
    verb_type: str


@dataclass
class Fault:
    """A label judged to be wrong."""

    words: str
    claimed: str
    judged: str


@dataclass
class Tally:
    """Counts, and what was missed or found in excess."""

    count: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, str]] = field(default_factory=list)
    extra: list[tuple[str, str]] = field(default_factory=list)
    preamble: list[tuple[str, str]] = field(default_factory=list)
    verbs: list[tuple[str, str]] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)

    def share(self, hit: str, due: str) -> float:
        """Of what was due, how much was hit, in per cent."""
        return 100 * self.count[hit] / self.count[due] if self.count[due] else 0.0

    def row(self) -> str:
        """The figures on one line."""
        return "  ".join(
            f"{title} {self.share(hit, due):6.2f}"
            for title, hit, due in (
                ("recall", "hit", "due"),
                ("precision", "hit", "found"),
                ("all levels", "all hit", "all due"),
                ("preamble", "preamble hit", "preamble due"),
                ("verb", "verb hit", "verb due"),
            )
        )


def labels_of(name: str) -> list[Label]:
    """The labels of a document, with the words of its paragraphs."""
    rows = json.loads((CORPUS / "un" / f"{name}.labels.json").read_text())
    lines = (CORPUS / "un" / f"{name}.txt").read_text().split("\n")
    return [
        Label(
            key(words, row["prefix"] or ""), row["part"] or "", row["level"], row["verb"] or "", row["verb_type"] or ""
        )
        for row, words in zip(rows, lines, strict=False)
    ]


def shipped_lexicons() -> Lexicons:
    """The words of every language, English first."""
    files = sorted((ROOT / "data" / "languages").glob("*.toml"), key=lambda path: path.stem != "en")
    return Lexicons(Lexicon(tomllib.loads(path.read_text(encoding="utf-8"))) for path in files)


def faults() -> dict[str, list[Fault]]:
    """The labels judged wrong, by document."""
    path = ROOT / "tests" / "ingest" / "label-faults.csv"
    held: dict[str, list[Fault]] = defaultdict(list)
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                held[row["document"]].append(Fault(row["words"].casefold(), row["claimed"], row["judged"]))
    return held


def first_words(words: str) -> str:
    """The words by which the list of faults names a paragraph."""
    return " ".join(words.split()[:6])


def claim(label: Label) -> str:
    """What a label says a paragraph is, in the words of the list of faults."""
    if label.part == "operative":
        return "operative" if label.level == 1 else "item"
    return {"preambular": "preamble"}.get(label.part, "other")


def texts(form: str, seed: int) -> Iterator[tuple[str, bytes]]:
    """The documents in one form."""
    with tempfile.TemporaryDirectory() as folder:
        source = CORPUS / "un"
        if form != "printed":
            script = [sys.executable, str(CORPUS / "variants.py"), str(source), folder, form, "--seed", str(seed)]
            subprocess.run(script, check=True)
            source = Path(folder)
        for path in sorted(source.glob("*.txt")):
            yield path.stem, path.read_bytes()


def score(
    name: str,
    data: bytes,
    lexicons: Lexicons,
    wrong: list[Fault],
    tally: Tally,
    read: Callable[[str, bytes], Reading] = read_text,
) -> None:
    """Add one document to a tally."""
    labels = labels_of(name)
    begun = time.perf_counter()
    reading, documents = read_structure(read(name, data), lexicons)
    units = [unit for document in documents for unit in document.walk()]
    lexicon = lexicons.by_language["en"]
    tally.count["microseconds"] += int(1e6 * (time.perf_counter() - begun))
    tally.count["documents"] += 1

    def of(*parts: Part) -> dict[str, Unit]:
        return {key(reading.words(unit.block)): unit for unit in units if unit.part in parts}

    operative = of(*OPERATIVE)
    everything = operative | of(Part.ITEM, Part.BULLET)
    preamble = of(Part.PREAMBLE)
    judged = {(fault.words, fault.claimed): fault.judged for fault in wrong}
    parts = [judged.get((first_words(label.key), claim(label)), claim(label)) for label in labels]
    if not any(part in ("operative", "item") for part in parts):
        if not operative:
            tally.silent.append(name)
        return
    first = {label.key for label, part in zip(labels, parts, strict=True) if part == "operative"}
    every = {label.key for label, part in zip(labels, parts, strict=True) if part in ("operative", "item")}
    count = tally.count
    count["due"] += len(first)
    count["hit"] += len(first & operative.keys())
    count["found"] += len(operative)
    tally.missed += [(name, words) for words in sorted(first - operative.keys())]
    tally.extra += [(name, words) for words in sorted(operative.keys() - first)]
    count["all due"] += len(every)
    count["all hit"] += len(every & everything.keys())
    due = {label.key for label, part in zip(labels, parts, strict=True) if part == "preamble" and label.verb}
    count["preamble due"] += len(due)
    count["preamble hit"] += len(due & preamble.keys())
    tally.preamble += [(name, words) for words in sorted(due - preamble.keys())]
    for label, part in zip(labels, parts, strict=True):
        noun = (first_words(label.key), f"verb {label.verb}") in judged
        if part in ("operative", "item") and label.verb_type == "operative" and not noun and label.key in everything:
            count["verb due"] += 1
            words = reading.words(everything[label.key].block)
            opening = lexicon.operative(words) or lexicon.spoken(words)
            right = opening is not None and label.verb.casefold() in opening.written.casefold()
            count["verb hit"] += right
            if not right:
                tally.verbs.append((name, f"{label.verb} | {label.key}"))


def main() -> None:
    """Print the figures."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--form", choices=FORMS, action="append")
    ask.add_argument("--half", choices=("looked at", "held out"))
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--list", type=int, default=0)
    ask.add_argument("--document", default="")
    ask.add_argument("--corrected", action="store_true", help="list what is left after the labels' faults")
    given = ask.parse_args()
    if not (CORPUS / "un").is_dir():
        print("The corpus is not beside this checkout: nothing was measured.")
        return
    lexicons, wrong = shipped_lexicons(), faults()
    for form in given.form or FORMS:
        tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
        for name, data in texts(form, given.seed):
            if (given.half and half(name) != given.half) or given.document not in name:
                continue
            score(name, data, lexicons, [], tallies[half(name), "raw"])
            score(name, data, lexicons, wrong.get(name, []), tallies[half(name), "corrected"])
        for (which, kind), tally in sorted(tallies.items(), reverse=True):
            count = tally.count
            print(f"{form:10} {which:9} {kind:9} {tally.row()}  silent {len(tally.silent)}", end="")
            print(f"  {count['microseconds'] / max(1, count['documents']) / 1000:.1f} ms each")
            if given.list and kind == ("corrected" if given.corrected else "raw"):
                for title in ("missed", "extra", "preamble", "verbs"):
                    rows = getattr(tally, title)
                    print("  #", title, len(rows), Counter(name for name, _ in rows).most_common(16))
                    for name, words in rows[:: max(1, len(rows) // given.list)]:
                        print("    ", name, "|", words[:110])
                print("  # silent", tally.silent)


if __name__ == "__main__":
    main()
