"""A text comes back as the tree it was drafted as."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from mandategraph.ingest.lexicon import Lexicon, Lexicons
from mandategraph.ingest.readers.text import read_text
from mandategraph.ingest.reading import Reading
from mandategraph.ingest.structure.outline import Document, Part, Unit
from mandategraph.ingest.structure.read import read_structure

LANGUAGES = Path(__file__).resolve().parents[3] / "data" / "languages"


@pytest.fixture(scope="module")
def lexicons() -> Lexicons:
    """The words of every language we ship, English first."""
    files = sorted(LANGUAGES.glob("*.toml"), key=lambda path: path.stem != "en")
    assert files
    return Lexicons(Lexicon(tomllib.loads(path.read_text(encoding="utf-8"))) for path in files)


def read(text: str, lexicons: Lexicons) -> tuple[Reading, list[Document]]:
    return read_structure(read_text("a.txt", text.encode()), lexicons)


def shown(reading: Reading, documents: list[Document]) -> list[str]:
    """Each unit on a line: its depth as dots, its part, its number, its first word."""
    lines: list[str] = []

    def show(unit: Unit, depth: int) -> None:
        number = unit.number.printed if unit.number else "-"
        lines.append(f"{'.' * depth}{unit.part} {number} {reading.words(unit.block).split()[0]}")
        for child in unit.children:
            show(child, depth + 1)

    for document in documents:
        for unit in document.units:
            show(unit, 0)
    return lines


RESOLUTION = """Resolution adopted by the Council on 3 May 2031
Lanterns in public places
The Council,
Recalling its resolution 12/4 on lanterns and their use in public places,
Noting with concern the dark,
1. Requests the Secretary to report on lanterns to the Council at its next session;
2. Invites member States:
(a) To light their streets, and in particular:
(i) The streets near schools;
(ii) The streets near water;
(b) To tell the Secretary what they lit;
3. Also invites the press:
• To look;
• To write;
4. Decides to remain seized of the matter.
12th meeting
3 May 2031
"""


def test_a_resolution_has_its_preamble_its_paragraphs_and_their_items(lexicons: Lexicons) -> None:
    """Items hang under the paragraph or the item that introduces them."""
    assert shown(*read(RESOLUTION, lexicons)) == [
        "front - Resolution",
        "front - Lanterns",
        "organ - The",
        "preamble - Recalling",
        "preamble - Noting",
        "operative 1. Requests",
        "operative 2. Invites",
        ".item (a) To",
        "..item (i) The",
        "..item (ii) The",
        ".item (b) To",
        "operative 3. Also",
        ".bullet • To",
        ".bullet • To",
        "operative 4. Decides",
        "back - 12th",
        "back - 3",
    ]


def test_lost_numbers_leave_the_paragraphs(lexicons: Lexicons) -> None:
    """Words and place alone tell paragraphs and items."""
    bare = re.sub(r"(?m)^(?:\d\.|\(\w+\)|•) ", "", RESOLUTION)
    reading, documents = read(bare, lexicons)
    parts = [unit.part for unit in documents[0].walk()]
    assert parts.count(Part.OPERATIVE) == 4
    assert parts.count(Part.PREAMBLE) == 2
    assert parts.count(Part.ITEM) == 6
    assert reading.text.startswith("Resolution adopted")


def test_one_line_holds_all(lexicons: Lexicons) -> None:
    """A flattened page is cut into the same paragraphs."""
    reading, documents = read(RESOLUTION.replace("\n", " "), lexicons)
    numbers = [unit.number.printed for unit in documents[0].of_part(Part.OPERATIVE) if unit.number]
    assert numbers == ["1.", "2.", "3.", "4."]
    assert len(documents[0].of_part(Part.PREAMBLE)) == 2
    assert any("one line" in note for note in reading.notes)


def test_several_resolutions_in_one_file(lexicons: Lexicons) -> None:
    """Each organ's line after operative paragraphs begins another document, with its title."""
    text = RESOLUTION + "Ropes in public places\n" + RESOLUTION.split("places\n", 1)[1]
    _, documents = read(text, lexicons)
    assert [len(document.of_part(Part.OPERATIVE)) for document in documents] == [4, 4]


def test_articles_of_mercosur(lexicons: Lexicons) -> None:
    """VISTO and CONSIDERANDO are the preamble, RESUELVE opens the articles."""
    text = """MERCOSUR/GMC/RES. N° 99/31
FAROLES EN LA VÍA PÚBLICA
VISTO: El Tratado de Asunción y la Resolución N° 1/30 del Grupo Mercado Común.
CONSIDERANDO:
Que resulta necesario iluminar las calles de los Estados Partes y de sus ciudades.
EL GRUPO MERCADO COMÚN
RESUELVE:
Art. 1 - Aprobar los faroles que constan en el Anexo de la presente Resolución.
Art. 2 - Encomendar a la Secretaría que informe sobre los faroles antes de fin de año.
"""
    reading, documents = read(text, lexicons)
    assert documents[0].language == "es"
    articles = documents[0].of_part(Part.ARTICLE)
    assert [unit.number.printed.split(" -")[0] for unit in articles if unit.number] == ["Art. 1", "Art. 2"]
    assert [reading.words(unit.block).split()[0] for unit in documents[0].of_part(Part.PREAMBLE)][:1] == ["VISTO:"]


def test_numbers_without_a_blank_as_the_biodiversity_convention_prints_them(lexicons: Lexicons) -> None:
    """“1.Decides”, “(a)To develop”."""
    text = (
        "The Conference of the Parties,\n"
        "1.Decides to keep lanterns in all public places of its members;\n"
        "2.Requests the Executive Secretary:\n"
        "(a)To buy oil;\n"
        "(b)To light them;\n"
    )
    assert shown(*read(text, lexicons)) == [
        "organ - The", "operative 1. Decides", "operative 2. Requests", ".item (a) To", ".item (b) To",
    ]  # fmt: skip


def test_infinitives_of_the_americas(lexicons: Lexicons) -> None:
    """“RESOLVES: 1. To instruct”."""
    text = (
        "THE GENERAL ASSEMBLY,\n"
        "RECALLING its earlier resolutions on lanterns and on their use by night,\n"
        "RESOLVES:\n"
        "1. To instruct the General Secretariat to light the lanterns of member states.\n"
        "2. To request the Permanent Council to look at them.\n"
    )
    documents = read(text, lexicons)[1]
    assert [unit.part for unit in documents[0].units] == [
        Part.ORGAN,
        Part.PREAMBLE,
        Part.ORGAN,
        Part.OPERATIVE,
        Part.OPERATIVE,
    ]


def test_two_languages_are_two_expressions(lexicons: Lexicons) -> None:
    """The second language of an original is a document of its own, not items of the first."""
    text = """The Council,
Noting that the lanterns of the city are out and that it is dark,
Le Conseil,
Notant que les lanternes de la ville sont éteintes et que la nuit est noire,
1. Requests the Secretary to light the lanterns of the city;
1. Prie le Secrétaire de bien vouloir allumer les lanternes de la ville;
2. Decides to meet again when it is light in the streets.
2. Décide de se réunir de nouveau quand il fera jour dans les rues.
"""
    _, documents = read(text, lexicons)
    assert [(document.language, document.expression_of) for document in documents] == [("en", None), ("fr", 0)]
    assert [len(document.of_part(Part.OPERATIVE)) for document in documents] == [2, 2]


def test_a_table_of_contents_holds_no_provisions(lexicons: Lexicons) -> None:
    """Its entries look like numbered paragraphs."""
    text = (
        "Report of the Committee\n"
        "Contents\n"
        "1. Opening of the session\t\t1-3\t4\n"
        "2. Lanterns\t\t4-9\t5\n"
        "3. Ropes\t\t10\t6\n"
        "Opening of the session\n"
        "1. The Committee opened its session and considered the lanterns before it.\n"
        "2. The Committee took note of the report on ropes, with thanks to its author.\n"
    )
    documents = read(text, lexicons)[1]
    assert len(documents[0].of_part(Part.CONTENTS)) == 4
    assert len(documents[0].of_part(Part.OPERATIVE)) == 2


def test_a_quoted_amendment_belongs_to_its_paragraph(lexicons: Lexicons) -> None:
    """The new text of a rule is no paragraph of the resolution."""
    text = (
        "The Council,\n"
        "1. Decides to replace rule 4 by the following:\n"
        "“Rule 4\n"
        "“The lamplighter shall be elected for two years, and may be elected again.”\n"
        "2. Requests the Secretary to print the rule.\n"
    )
    documents = read(text, lexicons)[1]
    operative = documents[0].of_part(Part.OPERATIVE)
    assert len(operative) == 2
    assert [unit.part for unit in operative[0].children] == [Part.QUOTATION, Part.QUOTATION]


def test_an_annexed_statute_does_not_speak_and_an_annexed_declaration_does(lexicons: Lexicons) -> None:
    """Only what itself asks, decides or declares is operative."""
    start = "The Council,\n1. Adopts the text annexed to the present resolution.\nAnnex\n"
    statute = (
        start + "1. The lamplighter shall be elected for two years by the members present.\n"
        "2. The lamplighter shall hold the keys of the city and of its towers.\n"
    )
    declaration = (
        start + "1. We recognize that the streets of many of our cities are dark at night.\n"
        "2. We request all Governments to light the streets of their cities.\n"
    )
    assert [len(read(text, lexicons)[1][0].of_part(Part.OPERATIVE)) for text in (statute, declaration)] == [1, 3]


def test_a_jump_and_a_number_twice_are_noted(lexicons: Lexicons) -> None:
    """Somebody should look where numbers are missing or stand twice."""
    text = (
        "The Council,\n"
        "1. Requests a report on lanterns;\n"
        "3. Requests a report on ropes;\n"
        "3. Requests a report on wells;\n"
        "4. Invites member States:\n"
        "(a) To look;\n"
        "(c) To see.\n"
    )
    notes = [note for unit in read(text, lexicons)[1][0].walk() for note in unit.notes]
    assert len(notes) == 3
    assert notes[0] == "The number 3. comes after 1: something may be missing between them."
    assert "twice" in notes[1]
    assert "(c)" in notes[2]


def test_no_text_ends_silently_without_operative_paragraphs(lexicons: Lexicons) -> None:
    """A letter has none, and the document says so."""
    documents = read("Letter from the Secretary\nI have the honour to send you a lantern.\nA. Nobody\n", lexicons)[1]
    assert documents[0].notes


def test_a_presidential_statement_speaks(lexicons: Lexicons) -> None:
    """“The Council urges …”: a body as the subject of the verb, without numbers."""
    text = (
        "Statement by the President of the Council\n"
        "At its 3rd meeting the President made the following statement:\n"
        "“The Council urges all Governments to light the streets of their cities by night.\n"
        "“The Council also requests the Secretary to report on this before the end of the year.”\n"
    )
    assert len(read(text, lexicons)[1][0].of_part(Part.OPERATIVE)) == 2
