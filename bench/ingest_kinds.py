"""
How well documents are read by organ, by language and by format, and what reading a Word file costs beside its peers.

The organ is told by the name of the labelled text. Languages are measured on the invented documents of
`tests/ingest/structure/forms`, formats on every third labelled text written as Word, HTML and text.
"""

from __future__ import annotations

import html
import io
import shutil
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from ingest_structure import FORMS, ROOT, Fault, Tally, faults, score, shipped_lexicons, texts

from mandategraph.ingest.lexicon import Lexicons
from mandategraph.ingest.readers.choose import read_document
from mandategraph.ingest.readers.text import read_text
from mandategraph.ingest.structure.outline import Part
from mandategraph.ingest.structure.read import read_structure

ORGANS = (
    ("A_HRC", "Human Rights Council"), ("A_RES", "General Assembly"), ("A_", "General Assembly, reports"),
    ("S_RES", "Security Council"), ("S_PRST", "Security Council, statements"), ("S_", "Security Council, notes"),
    ("E_RES", "Economic and Social Council"), ("E_", "Economic and Social Council, others"), ("ECE", "ECE"),
    ("HSP", "Habitat"), ("UNEP", "Environment Assembly"), ("", "others"),
)  # fmt: skip
SPANISH = ("naciones_unidas_espanol", "oas_resolucion", "mercosur_resolucion", "ministros_en_plural")
FRENCH, PORTUGUESE = ("nations_unies_francais", "oea_francais"), ("mercosul_decisao",)
LANGUAGES = dict.fromkeys(SPANISH, "es") | dict.fromkeys(FRENCH, "fr") | dict.fromkeys(PORTUGUESE, "pt")


def organ_of(name: str) -> str:
    """Whose document a labelled text is."""
    return next(organ for begins, organ in ORGANS if name.startswith(begins))


def by_organ(lexicons: Lexicons, wrong: dict[str, list[Fault]]) -> dict[str, dict[str, Tally]]:
    """Tallies against the corrected labels, by organ and form."""
    found: dict[str, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    for form in FORMS:
        for name, data in texts(form, 1):
            score(name, data, lexicons, wrong.get(name, []), found[organ_of(name)][form])
    return found


def by_language(lexicons: Lexicons) -> dict[str, tuple[int, int, int]]:
    """Documents, provisions due and provisions found, by language."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    letters = {"O": Part.OPERATIVE, "R": Part.ARTICLE, "P": Part.PREAMBLE, "Q": Part.PARAGRAPH, "I": Part.ITEM}
    for path in sorted((ROOT / "tests/ingest/structure/forms").glob("*.tsv")):
        rows = [line.split("\t", 1) for line in path.read_text(encoding="utf-8").splitlines()]
        reading, documents = read_structure(
            read_text(path.name, "\n".join(words for _, words in rows).encode()), lexicons
        )
        got = {
            (unit.part, _flat(reading.text[(unit.number or unit.block).start : unit.block.end]))
            for document in documents
            for unit in document.walk()
        }
        due = [(letters[letter.replace("J", "I")], _flat(words)) for letter, words in rows if letter in "ORPQIJ"]
        held = found[LANGUAGES.get(path.stem, "en")]
        held[0] += 1
        held[1] += len(due)
        held[2] += sum(one in got for one in due)
    return {language: (held[0], held[1], held[2]) for language, held in found.items()}


def _flat(words: str) -> str:
    return "".join(letter for letter in words.casefold() if letter.isalnum())


def as_word(text: str) -> bytes:
    """A text as a Word file, a paragraph for each of its lines."""
    import docx

    document = docx.Document()
    for line in text.split("\n"):
        if line.strip():
            document.add_paragraph("".join(letter for letter in line if letter >= " " or letter == "\t"))
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def as_page(text: str) -> bytes:
    """A text as a web page."""
    lines = "".join(f"<p>{html.escape(line)}</p>\n" for line in text.split("\n") if line.strip())
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><body>{lines}</body></html>'.encode()


FORMATS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "text": (".txt", str.encode),
    "Word": (".docx", as_word),
    "HTML": (".html", as_page),
}


def every_third() -> Iterator[tuple[str, str]]:
    """The labelled texts that formats are measured on."""
    for place, (name, data) in enumerate(texts("printed", 1)):
        if place % 3 == 0:
            yield name, data.decode()


def by_format(lexicons: Lexicons, wrong: dict[str, list[Fault]]) -> tuple[dict[str, Tally], list[bytes]]:
    """Tallies by format, and the Word files that were made."""
    found: dict[str, Tally] = defaultdict(Tally)
    made: list[bytes] = []
    for name, text in every_third():
        for format_, (suffix, write) in FORMATS.items():
            data = write(text)
            if format_ == "Word":
                made.append(data)

            def read(one: str, held: bytes, suffix: str = suffix):  # type: ignore[no-untyped-def]
                return read_document(one + suffix, held)

            score(name, data, lexicons, wrong.get(name, []), found[format_], read)
    return found, made


def word_seconds(files: list[bytes]) -> dict[str, float]:
    """Processor time of reading Word files: ours, python-docx's, and pandoc's where it is installed, in seconds."""
    import docx

    begun = time.process_time()
    for data in files:
        read_document("a.docx", data)
    found = {"ours": time.process_time() - begun}
    begun = time.process_time()
    for data in files:
        for paragraph in docx.Document(io.BytesIO(data)).paragraphs:
            _ = paragraph.text
    found["python-docx"] = time.process_time() - begun
    if shutil.which("pandoc"):
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "a.docx"
            begun = time.perf_counter()
            for data in files[:20]:
                path.write_bytes(data)
                subprocess.run(["pandoc", "-t", "plain", str(path)], check=True, capture_output=True)
            found["pandoc"] = (time.perf_counter() - begun) * len(files) / 20
    return found


def tables() -> tuple[str, str]:
    """Return the tables of the page, and what is said of the cost of Word files."""
    lexicons, wrong = shipped_lexicons(), faults()
    lines = ["| Organ | documents | " + " | ".join(FORMS) + " |", "|---" * (2 + len(FORMS)) + "|"]
    for organ, tallies in sorted(by_organ(lexicons, wrong).items()):
        shares = [
            f"{tallies[form].share('hit', 'due'):.1f} / {tallies[form].share('hit', 'found'):.1f}"
            if tallies[form].count["due"]
            else "none due"
            for form in FORMS
        ]
        lines.append(f"| {organ} | {tallies['printed'].count['documents']} | " + " | ".join(shares) + " |")
    lines += ["", "| Language | invented documents | provisions due | found |", "|---|---|---|---|"]
    lines += [
        f"| {language} | {count} | {due} | {hit} |"
        for language, (count, due, hit) in sorted(by_language(lexicons).items())
    ]
    formats, made = by_format(lexicons, wrong)
    lines += ["", "| Format | documents | operative recall | operative precision |", "|---|---|---|---|"]
    lines += [
        f"| {format_} | {tally.count['documents']} | {tally.share('hit', 'due'):.1f} % "
        f"| {tally.share('hit', 'found'):.1f} % |"
        for format_, tally in formats.items()
    ]
    seconds = word_seconds(made)
    peers = " and ".join(
        f"{peer} takes {taken / seconds['ours']:.1f} times as long" for peer, taken in seconds.items() if peer != "ours"
    )
    told = f"Beside our reading of {len(made)} Word files with their numbers and tables, merely to read them {peers}."
    print("; ".join(f"{name} {1000 * taken / len(made):.1f} ms a Word file" for name, taken in seconds.items()))
    return "\n".join(lines) + "\n", told


if __name__ == "__main__":
    for told in tables():
        print(told)
