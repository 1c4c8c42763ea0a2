"""Whatever the text, nothing is lost and nothing breaks; what is generated comes back as it was built."""

from __future__ import annotations

import string
import tomllib
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mandategraph.ingest.lexicon import Lexicon, Lexicons
from mandategraph.ingest.readers.text import read_text
from mandategraph.ingest.reading import Reading
from mandategraph.ingest.structure.marks import Style, letter_value, read_mark, roman_value
from mandategraph.ingest.structure.outline import Document, Part, Unit
from mandategraph.ingest.structure.read import read_structure

LANGUAGES = Path(__file__).resolve().parents[3] / "data" / "languages"
LEXICONS = Lexicons(
    Lexicon(tomllib.loads(path.read_text(encoding="utf-8")))
    for path in sorted(LANGUAGES.glob("*.toml"), key=lambda path: path.stem != "en")
)
WORDS = st.sampled_from(
    [
        *(
            "The Council,",
            "Recalling that",
            "1.",
            "2.",
            "(a)",
            "(b)",
            "(i)",
            "•",
            "Requests the Secretary;",
            "| a | b |",
            "|",
            "Annex",
        ),
        *("Contents", "“quoted:", "text.”", "14", "[x]", "Decides to meet.", "Art. 3", "Le Conseil", "Prie de", "A."),
        *("VISTO:", "RESUELVE:", "12th meeting", "\n", "\n\n", "\f", "\t", "- —", "Ⅱ."),
    ]
)
PIECES = st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=80)


def covered(reading: Reading) -> list[bool]:
    """For each character, whether it lies in a block or in the number of one."""
    held = [False] * len(reading.text)
    for block in reading.blocks:
        spans = [(block.start, block.end)]
        if block.number is not None and not block.number.computed:
            spans.append((block.number.start, block.number.end))
        for start, end in spans:
            for place in range(start, end):
                held[place] = True
    return held


@settings(max_examples=300, deadline=None)
@given(PIECES, st.sampled_from([" ", "\n", "  "]))
def test_no_text_breaks_the_reader_and_no_character_is_lost(pieces: list[str], between: str) -> None:
    """Blocks are in order and apart; every character that is not blank lies in one, and every block in the tree."""
    text = between.join(pieces)
    reading, documents = read_structure(read_text("a.txt", text.encode("utf-8", "replace")), LEXICONS)
    end = 0
    for block in reading.blocks:
        assert block.start >= end
        assert block.end > block.start
        end = block.end
    for character, held in zip(reading.text, covered(reading), strict=True):
        assert (
            held
            or character.isspace()
            or character in "|\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
            or ord(character) < 32
        )
    placed = sorted(unit.block.start for document in documents for unit in document.walk())
    assert placed == sorted(block.start for block in reading.blocks)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read(data: bytes) -> None:
    """Whatever the encoding, there is a text."""
    reading = read_text("a.txt", data)
    assert all(0 <= block.start < block.end <= len(reading.text) for block in reading.blocks)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(string.ascii_letters + " ,;", min_size=1, max_size=200), min_size=8, max_size=40),
    st.integers(50, 90),
)
def test_every_character_of_a_mended_text_is_found_in_the_file(paragraphs: list[str], width: int) -> None:
    """Offsets lead back to the same characters."""
    import textwrap

    text = "\n\n".join("\n".join(textwrap.wrap(words, width)) for words in paragraphs)
    reading = read_text("a.txt", text.encode())
    for block in reading.blocks:
        for offset in (block.start, block.end - 1):
            _, place = reading.place_in_file(offset)
            assert text[place] == reading.text[offset]


ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
FORMS = {
    Style.ARABIC: lambda count: f"{count}.",
    Style.ARABIC_BOTH: lambda count: f"({count})",
    Style.LETTER_BOTH: lambda count: f"({string.ascii_lowercase[count - 1]})",
    Style.LETTER_PARENTHESIS: lambda count: f"{string.ascii_lowercase[count - 1]})",
    Style.CAPITAL: lambda count: f"{string.ascii_uppercase[count - 1]}.",
    Style.ARTICLE: lambda count: f"Art. {count}",
}


@given(st.sampled_from(sorted(FORMS)), st.integers(1, 26))
def test_a_number_is_read_as_it_was_written(style: Style, count: int) -> None:
    """Marks round trip: style and count."""
    mark = read_mark(f"{FORMS[style](count)} Words")
    assert mark is not None
    assert (mark.style, mark.value) == (style, count)


@given(st.integers(1, 12))
def test_roman_numbers_are_read_as_roman(count: int) -> None:
    """Whether as their own style or as letters that may be roman."""
    mark = read_mark(f"({ROMANS[count - 1]}) Words")
    assert mark is not None
    assert mark.roman == count == roman_value(ROMANS[count - 1])
    assert letter_value("a") == 1


# A generated resolution: for each paragraph, the number of items, and for each item the number of its sub-items.
SHAPE = st.lists(st.lists(st.lists(st.integers(0, 5), max_size=11), max_size=12), min_size=1, max_size=8)


def lines_of(shape: list[list[list[int]]]) -> list[str]:
    lines = ["The Council,", "Recalling its earlier resolutions on the lanterns of the city,"]
    for place, items in enumerate(shape, 1):
        lines.append(f"{place}. Requests the Secretary to look after the lanterns of the city{':' if items else ';'}")
        for letter, subitems in enumerate(items, 1):
            lines.append(f"({string.ascii_lowercase[letter - 1]}) To look at the lanterns{':' if subitems else ';'}")
            for roman, bullets in enumerate(subitems, 1):
                lines.append(f"({ROMANS[roman - 1]}) In the streets of the city{':' if bullets else ';'}")
                lines += ["• By day and by night;"] * bullets
    return lines


def shape_of(document: Document) -> list[list[list[int]]]:
    def below(unit: Unit) -> list[Unit]:
        return [child for child in unit.children if child.part in (Part.ITEM, Part.BULLET)]

    return [
        [[len(below(subitem)) for subitem in below(item)] for item in below(paragraph)]
        for paragraph in document.of_part(Part.OPERATIVE)
    ]


@settings(max_examples=150, deadline=None)
@given(SHAPE)
def test_a_generated_resolution_comes_back_as_it_was_built(shape: list[list[list[int]]]) -> None:
    """Numbers, letters, romans and bullets at four depths."""
    _, documents = read_structure(read_text("a.txt", "\n".join(lines_of(shape)).encode()), LEXICONS)
    assert len(documents) == 1
    assert shape_of(documents[0]) == shape
