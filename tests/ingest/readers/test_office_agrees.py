"""
LibreOffice's own text export of generated documents, line by line beside ours.

Left out, because LibreOffice does not know them and we follow Word: figures throughout (isLgl), levels that restart
only under a certain other (lvlRestart), levels without a number inside others; starts overridden at deeper levels
(startOverride), which hold whenever the level starts again, and in LibreOffice once.
"""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from mandategraph.ingest.readers.docx import read_docx
from mandategraph.ingest.readers.legacy import office, read_legacy
from mandategraph.ingest.readers.odt import read_odt
from mandategraph.ingest.readers.pdf import read_pdf
from mandategraph.ingest.reading import Kind, Reading

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(office() is None, reason="LibreOffice is not installed (apt install libreoffice-writer-nogui)"),
]
DOCUMENTS = 40
FORMATS = (
    "decimal",
    "lowerLetter",
    "upperLetter",
    "lowerRoman",
    "upperRoman",
    "ordinal",
    "decimalZero",
    "cardinalText",
)
PATTERNS = ("%{0}.", "(%{0})", "%{0})", "Art. %{0}", "")


def generated(word, seed: int):
    """A document of lists in lists: several definitions, overrides of starts, styles."""
    chance = random.Random(seed)  # noqa: S311  the same documents every time
    made = word()
    lists: list[tuple[int, int]] = []
    for _ in range(chance.randint(1, 3)):
        levels = []
        for level in range(chance.randint(2, 5)):
            pattern = chance.choice(PATTERNS).format(level + 1)
            text = pattern or ".".join(f"%{above + 1}" for above in range(level + 1))
            levels.append(f"{chance.choice(FORMATS)}|{text}|{chance.choice((1, 1, 1, 3, 18, 26))}")
        lists.append((made.list(*levels), len(levels)))
    if chance.random() < 0.6:
        abstract = chance.randrange(len(lists))
        start = f'<w:startOverride w:val="{chance.choice((1, 5, 33))}"/>'
        number = made.again(abstract, f'<w:lvlOverride w:ilvl="0">{start}</w:lvlOverride>')
        lists.append((number, lists[abstract][1]))
    made.style("Numbered", properties=f'<w:numPr><w:numId w:val="{lists[0][0]}"/></w:numPr>')
    for place in range(16):
        number, depth = chance.choice(lists)
        if chance.random() < 0.15:
            made.add(f"plain {place}")
        elif chance.random() < 0.1:
            made.add(f"styled {place}", style="Numbered")
        else:
            made.add(f"words {place}", num=number, level=min(depth - 1, chance.choice((0, 0, 1, 1, 2, 4))))
    return made


def converted(folder: Path, to: str, files: list[Path]) -> dict[str, Path]:
    """What LibreOffice makes of files, by stem."""
    program = office()
    assert program is not None
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(
        [program, profile, "--headless", "--convert-to", to, "--outdir", str(folder / "out"), *map(str, files)],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return {file.stem: file for file in (folder / "out").iterdir()}


def lines(reading: Reading) -> list[str]:
    """Each block as LibreOffice writes a line: number, blank, words."""
    return [
        " ".join(((block.number.printed + " ") if block.number else "").split() + reading.words(block).split())
        for block in reading.blocks
        if block.kind is not Kind.FURNITURE
    ]


def written(file: Path) -> list[str]:
    """The lines of LibreOffice's text."""
    return [" ".join(line.split()) for line in file.read_text("utf-8-sig").splitlines() if line.strip()]


@pytest.fixture
def documents(word, tmp_path) -> list[Path]:
    files = []
    for seed in range(DOCUMENTS):
        file = tmp_path / f"{seed}.docx"
        file.write_bytes(generated(word, seed).data())
        files.append(file)
    return files


def test_numbers_of_generated_documents(documents, tmp_path):
    texts = converted(tmp_path, "txt:Text (encoded):UTF8", documents)
    assert len(texts) == DOCUMENTS
    different = {}
    computed = 0
    for file in documents:
        reading = read_docx(file.name, file.read_bytes())
        computed += sum(block.number is not None for block in reading.blocks)
        theirs = written(texts[file.stem])
        if lines(reading) != theirs:
            different[file.name] = list(zip(lines(reading), theirs, strict=False))
    assert computed > 10 * DOCUMENTS
    assert different == {}


def test_numbers_of_styles_and_of_table_cells(word, tmp_path):
    """As LibreOffice counts them; it writes the cells of a row on a line each."""
    files = []
    for seed in range(DOCUMENTS):
        files.append(tmp_path / f"{seed}.docx")
        files[-1].write_bytes(richer(word, seed).data())
    texts = converted(tmp_path, "txt:Text (encoded):UTF8", files)
    different = {}
    celled = 0
    for file in files:
        reading = read_docx(file.name, file.read_bytes())
        celled += sum(block.cell is not None and block.number is not None for block in reading.blocks)
        theirs = written(texts[file.stem])
        if lines(reading) != theirs:
            different[file.name] = [pair for pair in zip(lines(reading), theirs, strict=False) if pair[0] != pair[1]]
    assert celled > DOCUMENTS
    assert different == {}


def test_numbers_of_open_documents(documents, tmp_path):
    """LibreOffice's own text of what it saved as .odt, which is not in every number what the .docx had."""
    saved = converted(tmp_path, "odt", documents)
    texts = converted(tmp_path / "texts", "txt:Text (encoded):UTF8", list(saved.values()))
    assert len(texts) == DOCUMENTS
    different = {}
    for stem, file in saved.items():
        theirs = written(texts[stem])
        ours = lines(read_odt(file.name, file.read_bytes()))
        if ours != theirs:
            different[file.name] = [pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]]
    assert different == {}


def richer(word, seed: int):
    """Levels that belong to styles, styles built on them, overridden starts, lists in table cells."""
    chance = random.Random(1000 + seed)  # noqa: S311  the same documents every time
    made = word()
    styled = made.list('decimal|%1.|1|<w:pStyle w:val="Para"/>', 'lowerLetter|(%2)|1|<w:pStyle w:val="Item"/>')
    made.style("Para", properties=f'<w:numPr><w:numId w:val="{styled}"/></w:numPr>')
    made.style("Item", properties=f'<w:numPr><w:ilvl w:val="1"/><w:numId w:val="{styled}"/></w:numPr>')
    made.style("Closer", based="Para")
    free = made.list("upperRoman|%1.", "decimal|%1.%2", "lowerLetter|%3)")
    start = f'<w:startOverride w:val="{chance.choice((1, 4, 9))}"/>'
    again = made.again(1, f'<w:lvlOverride w:ilvl="0">{start}</w:lvlOverride>')
    # Not both in one document: where a list goes on after another of the same definition, LibreOffice and Word differ.
    other = chance.choice((free, again))
    for place in range(18):
        kind = chance.choice(("para", "para", "item", "closer", "other", "other", "table", "plain"))
        if kind == "table":
            rows = ""
            for row in range(chance.randint(1, 3)):
                held = [cell(made, f"cell {place}.{row}.{side}", chance.choice((styled, other))) for side in (0, 1)]
                rows += f"<w:tr>{''.join(held)}</w:tr>"
            made.body.append(f"<w:tbl><w:tblPr/>{rows}</w:tbl>")
            made.add(f"after {place}")
        elif kind == "other":
            made.add(f"words {place}", num=other, level=chance.choice((0, 1, 1, 2)))
        elif kind == "plain":
            made.add(f"plain {place}")
        else:
            made.add(f"words {place}", style=kind.capitalize())
    return made


def cell(made, text: str, num: int | None = None) -> str:
    numbered = made.paragraph(text, num=num, level=None if num is None else 0)
    return f'<w:tc><w:tcPr><w:tcW w:w="3000"/></w:tcPr>{numbered}</w:tc>'


def resolution(word):
    """A text as secretariats write it: title, preamble, paragraphs over several pages, a table."""
    made = word()
    ours = made.list("decimal|%1.", "lowerLetter|(%2)")
    made.add("RESOLUTION ON LANTERNS")
    made.add("The Council of Harbours,")
    streets = (
        "north",
        "south",
        "east",
        "west",
        "market",
        "river",
        "bridge",
        "mill",
        "garden",
        "station",
        "hill",
        "quay",
    )
    for place, street in enumerate(streets):
        made.add(
            f"Requests the Secretary of the Council to light the lanterns of the {street} street before the winter, to "
            f"keep them lit as long as the nights are long, and to report to the Council at its next session on what "
            f"the {street} street made of them, within the means that the members of the Council have agreed upon;",
            num=ours,
            level=place % 3 and 1,
        )
    days = [(f"{day} March", f"Lanterns of the {day}th street") for day in range(4, 60)]
    rows = "".join(f"<w:tr>{''.join(cell(made, text) for text in row)}</w:tr>" for row in [("Date", "Activity"), *days])
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    made.body.append(f"<w:tbl><w:tblPr><w:tblBorders>{edges}</w:tblBorders></w:tblPr>{rows}</w:tbl>")
    return made.add("Adopted in plenary.")


def test_a_pdf_says_what_the_word_file_says(word, tmp_path):
    file = tmp_path / "made.docx"
    file.write_bytes(resolution(word).data())
    made = converted(tmp_path, "pdf", [file])["made"]
    reading = read_pdf(made.name, made.read_bytes())
    assert max(block.page or 0 for block in reading.blocks) > 1
    assert lines(reading) == lines(read_docx(file.name, file.read_bytes()))
    tables = {block.cell.table for block in reading.blocks if block.cell}
    rows = {block.cell.row for block in reading.blocks if block.cell}
    assert (tables, rows) == ({0}, set(range(57)))


@pytest.mark.parametrize("kind", ["doc", "rtf"])
def test_old_formats_keep_numbers_and_tables(word, tmp_path, kind):
    file = tmp_path / "made.docx"
    file.write_bytes(resolution(word).data())
    old = converted(tmp_path, kind, [file])["made"]
    reading = read_legacy(old.name, old.read_bytes(), kind)
    assert reading.format == kind
    assert lines(reading) == lines(read_docx(file.name, file.read_bytes()))
    assert any("LibreOffice converted it" in note for note in reading.notes)
