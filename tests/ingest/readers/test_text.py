"""Text files as they reach a secretariat: encodings, broken lines, running heads."""

from __future__ import annotations

import textwrap

from mandategraph.ingest.readers.text import read_text
from mandategraph.ingest.reading import Kind, Reading

STREETS = ("north", "south", "east", "west", "harbour", "market", "river", "bridge")


def pages(hyphens: bool = False) -> str:
    """A text of several pages, with a running head and a page number on each."""
    lines: list[str] = []
    for number, street in enumerate(STREETS, 1):
        words = (
            f"{number}. Requests the Secretary-General to light the lanterns of the {street} street and of its "
            f"neighbour-\nhood, and to report on the {street} street to the Council at its next session;"
        )
        lines += [*textwrap.wrap(words.replace("-\n", ""), 72, initial_indent="    "), ""]
    held = [lines[place : place + 9] for place in range(0, len(lines), 9)]
    return "\f".join(
        "\n".join(["C/RES/31/7", "", *page, "", f"{number}/{len(held)}".rjust(72)])
        for number, page in enumerate(held, 1)
    )


def words_of(reading: Reading, kind: Kind = Kind.PARAGRAPH) -> list[str]:
    return [reading.words(block) for block in reading.blocks if block.kind is kind]


def test_broken_lines_are_joined_across_pages() -> None:
    """Each numbered paragraph is whole, and nothing of the page is in it."""
    reading = read_text("a.txt", pages().encode())
    paragraphs = words_of(reading)
    assert len(paragraphs) == len(STREETS)
    assert all(words.endswith("next session;") and "C/RES" not in words for words in paragraphs)
    assert [block.number.printed for block in reading.blocks if block.number] == [f"{n}." for n in range(1, 9)]
    assert any("broken" in note for note in reading.notes)


def test_running_heads_and_page_numbers_are_furniture() -> None:
    """They are kept, apart."""
    furniture = words_of(read_text("a.txt", pages().encode()), Kind.FURNITURE)
    assert furniture.count("C/RES/31/7") == len(furniture) // 2 > 2


def test_the_place_in_the_file_is_known() -> None:
    """Offsets of the joined text lead back to the file."""
    source = pages()
    reading = read_text("a.txt", source.encode())
    for block in reading.blocks:
        _, place = reading.place_in_file(block.start)
        assert source[place : place + 3] == reading.text[block.start : block.start + 3]


def test_a_hyphen_is_kept_where_the_word_has_one_and_dropped_where_the_line_put_it() -> None:
    """“Secretary-General” keeps its own; “govern-ment” loses the line's."""
    body = (
        "The Secretary-General and the government of the city met to speak of lan-\n"
        "terns in public places. The lanterns of the government are old, the Secretary-\n"
        "General said, and so are the age-, disability- and gender-sensitive lamps of\n"
        "the city. The govern-\n"
        "ment of the city replied that lanterns last for many years if they are kept\n"
        "well by the people of the city, and that nobody should worry about any lamps\n"
        "in the streets of the city, or in the harbour, or by the river, or elsewhere.\n"
    )
    text = read_text("a.txt", body.encode()).text
    assert "lanterns in public" in text
    assert "the Secretary-General said" in text
    assert "disability- and gender" in text


def test_whole_lines_are_left_as_they_are() -> None:
    """The text of such a file is the file's own."""
    source = "The Council,\n\n1. Requests a report on lanterns;\n\n2. Decides to meet again.\n"
    assert read_text("a.txt", source.encode()).text == source


def test_a_number_alone_on_its_line_numbers_the_next() -> None:
    """As some programs save lists."""
    reading = read_text("a.txt", b"1.\nRequests a report;\n(a)\nTo be short;\n")
    assert [(block.number.printed, reading.words(block)) for block in reading.blocks if block.number] == [
        ("1.", "Requests a report;"),
        ("(a)", "To be short;"),
    ]


def test_encodings_are_found_and_said() -> None:
    """UTF-16, Windows-1252, text saved twice, letters of another system."""
    words = "La résolution “Lanternes” – à l’été"
    assert read_text("a.txt", words.encode("utf-16")).text == words
    assert read_text("a.txt", words.encode("utf-8-sig")).text == words
    windows = read_text("a.txt", words.encode("cp1252"))
    assert windows.text == words
    assert "Windows-1252" in windows.notes[0]
    twice = read_text("a.txt", words.encode().decode("cp1252", errors="ignore").encode())
    assert "résolution" in twice.text
    assert twice.notes


def test_an_empty_file_is_an_empty_reading() -> None:
    """No block, no exception."""
    assert read_text("a.txt", b"").blocks == ()
