"""
Invented documents in the forms of many organisations come back as they are, however the file was made.

Each file of `forms` holds a document, one paragraph a line, with a letter for what it is: G the organ that names
itself, P preamble, E the enacting formula, O operative paragraph, R article, Q paragraph of an annex, I item, J item of
an item, A annex, H heading, F front, X what closes the text.
"""

from __future__ import annotations

import re
import textwrap
import tomllib
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from mandategraph.ingest.lexicon import Lexicon, Lexicons
from mandategraph.ingest.readers.text import read_text
from mandategraph.ingest.structure.outline import Part, Unit
from mandategraph.ingest.structure.read import read_structure

HERE = Path(__file__).parent
LANGUAGES = HERE.parents[2] / "data" / "languages"
FORMS = sorted(path.stem for path in (HERE / "forms").glob("*.tsv"))
LETTERS = {
    Part.ORGAN: "G", Part.PREAMBLE: "P", Part.OPERATIVE: "O", Part.ARTICLE: "R", Part.PARAGRAPH: "Q", Part.ITEM: "I",
    Part.BULLET: "I", Part.ANNEX: "A", Part.HEADING: "F", Part.FRONT: "F", Part.BACK: "F",
}  # fmt: skip
# What counts: provisions and the lines between them; which lines around a text are titles does not.
SAME = {"E": "G", "H": "F", "X": "F", "J": "I"}


def rows(form: str) -> list[tuple[str, str]]:
    lines = (HERE / "forms" / f"{form}.tsv").read_text(encoding="utf-8").splitlines()
    return [(letter, words) for letter, _, words in (line.partition("\t") for line in lines)]


@pytest.fixture(scope="module")
def lexicons() -> Lexicons:
    files = sorted(LANGUAGES.glob("*.toml"), key=lambda path: path.stem != "en")
    return Lexicons(Lexicon(tomllib.loads(path.read_text(encoding="utf-8"))) for path in files)


def flat(words: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", words).casefold() if letter.isalnum())


def read(data: bytes, lexicons: Lexicons) -> list[tuple[str, str]]:
    """Letter and words of every unit, its number with them; items of items are J."""
    reading, documents = read_structure(read_text("a.txt", data), lexicons)
    found: list[tuple[str, str]] = []

    def show(unit: Unit, above: Unit | None) -> None:
        start = unit.number.start if unit.number is not None else unit.block.start
        letter = LETTERS.get(unit.part, "")
        if letter == "I" and above is not None and above.part in (Part.ITEM, Part.BULLET):
            letter = "J"
        if letter:
            found.append((letter, reading.text[start : unit.block.end]))
        for child in unit.children:
            show(child, unit)

    for document in documents:
        for unit in document.units:
            show(unit, None)
    return found


def expected(form: str) -> list[tuple[str, str]]:
    return [(SAME.get(letter, letter) if letter != "J" else "J", flat(words)) for letter, words in rows(form)]


def disagreements(form: str, data: bytes, lexicons: Lexicons, *, without: str = "F") -> list[str]:
    """What is read otherwise than it is; `without` letters do not count."""
    due = [row for row in expected(form) if row[0] not in without]
    got = [(letter, flat(words)) for letter, words in read(data, lexicons) if letter not in without]
    return [f"{letter} due: {words[:60]}" for letter, words in due if (letter, words) not in got] + [
        f"{letter} got: {words[:60]}" for letter, words in got if (letter, words) not in due
    ]


def plain(form: str) -> str:
    return "\n".join(words for _, words in rows(form)) + "\n"


def wrapped(width: int, head: str, foot: str, gap: str = "\n") -> Callable[[str], str]:
    """Lines broken at a width, a blank line between paragraphs, pages with running heads and numbers."""

    def make(form: str) -> str:
        lines: list[str] = []
        for _, words in rows(form):
            lines += [*(textwrap.wrap(words, width, break_on_hyphens=False)), ""]
        pages = [lines[at : at + 30] for at in range(0, len(lines), 30)]
        return "\f".join(
            gap.join([head.format(n=n, of=len(pages)), "", *page, "", foot.format(n=n, of=len(pages))])
            for n, page in enumerate(pages, 1)
        )

    return make


MADE: dict[str, Callable[[str], str]] = {
    "plain": plain,
    "crlf": lambda form: plain(form).replace("\n", "\r\n"),
    "old Macintosh": lambda form: plain(form).replace("\n", "\r"),
    "blank lines": lambda form: plain(form).replace("\n", "\n\n"),
    "no-break blanks": lambda form: plain(form).replace(" ", "\u00a0"),
    "tab after the number": lambda form: re.sub(r"^(\d+\.|\(?\w{1,2}\)) ", "\\1\t", plain(form), flags=re.MULTILINE),
    "indented": lambda form: "\n".join("\t" + words for _, words in rows(form)),
    "soft hyphens": lambda form: plain(form).replace("resol", "re\u00adsol").replace("amp", "am\u00adp"),
    "full-width figures": lambda form: plain(form).translate({ord(str(n)): 0xFF10 + n for n in range(10)}),
    "marks of direction": lambda form: "\n".join("\u200e" + words for _, words in rows(form)),
    "byte order mark": lambda form: "\ufeff" + plain(form),
    "zero-width blanks": lambda form: "\n".join(words.replace(" ", " \u200b", 1) for _, words in rows(form)),
    "trailing blanks": lambda form: plain(form).replace("\n", "   \n"),
    "wrapped at 60": wrapped(60, "A/RES/86/1", "{n}/{of}"),
    "wrapped at 76": wrapped(76, "Lamps of the world                 page {n}", "- {n} -"),
    "wrapped at 100": wrapped(100, "{n}", "Printed by the guild of printers"),
}


def test_there_are_forms() -> None:
    """Many, in four languages."""
    assert len(FORMS) > 20


@pytest.mark.parametrize("form", FORMS)
def test_a_document_is_read_as_it_is(form: str, lexicons: Lexicons) -> None:
    """Every provision once, as what it is."""
    assert disagreements(form, plain(form).encode(), lexicons) == []


@pytest.mark.parametrize("made", [made for made in MADE if made != "plain"])
def test_however_the_file_was_made(made: str, lexicons: Lexicons) -> None:
    """The same provisions from every way in which a file may be written."""
    found = {form: disagreements(form, MADE[made](form).encode(), lexicons) for form in FORMS}
    assert {form: faults for form, faults in found.items() if faults} == {}


# Forms whose lost numbers leave something that only they told: articles, statutes, sections, numbered lists.
NUMBERS_TELL = {
    "annex_with_restarted_numbers",
    "articles_of_a_declaration",
    "mercosul_decisao",
    "mercosur_resolucion",
    "oas_resolution",
}
_NUMBER = re.compile(r"\A(?:\d+\.|\(\w{1,3}\)|[a-z\d]\)|[a-z]\.|[IVX]+\.(?= [A-Z][a-z]+s ))\s*")


@pytest.mark.parametrize("form", [form for form in FORMS if form not in NUMBERS_TELL])
def test_numbers_lost(form: str, lexicons: Lexicons) -> None:
    """As when the automatic numbers of a word processor are not read: the words and the place tell."""
    bare = [(letter, _NUMBER.sub("", words, count=1)) for letter, words in rows(form)]
    got = read("\n".join(words for _, words in bare).encode(), lexicons)
    due = {flat(words) for letter, words in bare if letter == "O"}
    assert due
    assert {flat(words) for letter, words in got if letter == "O"} == due


def test_the_place_in_the_file_is_known_after_invisible_characters() -> None:
    """Offsets of the text lead back past soft hyphens to the characters of the file."""
    source = "\n".join(f"{n}. Re\u00adquests the Secretary to re\u200bport on lamp {n};" for n in range(1, 5))
    reading = read_text("a.txt", source.encode())
    assert "Requests" in reading.text
    assert any("invisible" in note for note in reading.notes)
    for at in range(len(reading.text)):
        assert source[reading.place_in_file(at)[1]] == reading.text[at]


MISREAD = {"1.": "l.", "2.": "2,", "3.": "3.", "10.": "1O.", "5.": "S."}


@pytest.mark.parametrize(
    "form", ["human_rights_council", "security_council_resolution", "naciones_unidas_espanol", "two_resolutions"]
)
def test_numbers_that_a_scan_misread(form: str, lexicons: Lexicons) -> None:
    """“l.” is 1. where 2. follows, “S.” is 5. after 4.; the words of the file stay as they are."""
    scanned = [
        (letter, re.sub(r"^\d+\.", lambda found: MISREAD.get(found[0], found[0]), words))
        for letter, words in rows(form)
    ]
    assert any(words.startswith("l. ") for _, words in scanned)
    reading, documents = read_structure(read_text("a.txt", "\n".join(words for _, words in scanned).encode()), lexicons)
    got = [flat(reading.words(unit.block)) for document in documents for unit in document.of_part(Part.OPERATIVE)]
    assert got == [flat(re.sub(r"^\S+\s", "", words)) for letter, words in rows(form) if letter == "O"]
    assert any("scan" in note for note in reading.notes)


def test_letters_of_a_list_are_no_misread_numbers(lexicons: Lexicons) -> None:
    """“l.” after “k.” is the twelfth letter, and “I.” over “1.” a roman number."""
    lines = [
        "The Council,",
        "1. Invites the towns of:",
        *(f"{letter}. Town {letter} of the coast;" for letter in "abcdefghijklm"),
    ]
    reading, documents = read_structure(read_text("a.txt", "\n".join(lines).encode()), lexicons)
    assert len(documents[0].of_part(Part.OPERATIVE)) == 1
    assert not any("scan" in note for note in reading.notes)


ENGLISH = (
    "The Council,",
    "Recalling its resolution 12 on the lanterns of the harbour and of the town,",
    "1. Requests the Secretary to report on lanterns to the Council at its next session;",
    "2. Invites all States to light the lanterns of their harbours;",
    "3. Decides to remain seized of the matter.",
)
FRENCH = (
    "Le Conseil,",
    "Rappelant sa résolution 12 sur les lanternes du port et de la ville,",
    "1. Prie le Secrétaire de faire rapport au Conseil sur les lanternes à sa prochaine session;",
    "2. Invite tous les États à allumer les lanternes de leurs ports;",
    "3. Décide de rester saisi de la question.",
)


def side_by_side() -> str:
    """Both languages in columns, a blank line between paragraphs."""
    found: list[str] = []
    for english, french in zip(ENGLISH, FRENCH, strict=True):
        left, right = textwrap.wrap(english, 38), textwrap.wrap(french, 38)
        rows = max(len(left), len(right))
        left, right = [*left, *[""] * (rows - len(left))], [*right, *[""] * (rows - len(right))]
        found += [f"{one:44}{other}".rstrip() for one, other in zip(left, right, strict=True)] + [""]
    return "\n".join(found)


BOTH = {
    "interleaved": "\n".join(words for pair in zip(ENGLISH, FRENCH, strict=True) for words in pair),
    "one after the other": "\n".join([*ENGLISH, *FRENCH]),
    "side by side": side_by_side(),
}


@pytest.mark.parametrize("way", BOTH)
def test_two_languages_are_parted_to_the_last_line(way: str, lexicons: Lexicons) -> None:
    """Short lines too, which hold one small word that tells."""
    reading, documents = read_structure(read_text("a.txt", BOTH[way].encode()), lexicons)
    assert [document.language for document in documents] == ["en", "fr"]
    assert documents[1].expression_of == 0
    for document, lines in zip(documents, (ENGLISH, FRENCH), strict=True):
        got = [flat(reading.words(unit.block)) for unit in document.of_part(Part.ORGAN, Part.PREAMBLE, Part.OPERATIVE)]
        assert got == [flat(re.sub(r"^\d\.", "", line)) for line in lines]
