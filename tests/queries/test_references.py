"""Values as people write them stand for the thing they mean, or say what is wrong with them."""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandategraph.core.answers import QuestionTexts
from mandategraph.core.errors import AmbiguousName, UnknownName, WrongUse, WrongValue
from mandategraph.core.graphs import Graphs
from mandategraph.core.namespaces import AT, DCTERMS, ID, KOS, MG
from mandategraph.core.references import References
from mandategraph.core.symbols import Symbols
from mandategraph.stores.embedded import EmbeddedStore

OAS = tomllib.loads((Path(__file__).resolve().parents[2] / "data" / "oas" / "organisation.toml").read_text("utf-8"))
SYMBOLS = Symbols.of(OAS)
RES_33_A = "oas/ag/res/2016/2881/op/33/a"
ACTIVITY = f"{AT}oas/cidi/cam/activity/"


@pytest.fixture(scope="module")
def references(plan_store: EmbeddedStore, texts: QuestionTexts) -> References:
    return References(plan_store, Graphs().public(), texts.names, texts.symbols)


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("AG/RES. 2881 (XLVI-O/16), op. para. 33.A", RES_33_A),
        ("AG/RES. 2881, 33.A", RES_33_A),
        ("ag/res 2881, 33 (a)", RES_33_A),
        ("2881/33.A", RES_33_A),
        ("2881, 33.a", RES_33_A),
        ("33.A of 2881", RES_33_A),
        ("paragraph 33.A of AG/RES. 2881", RES_33_A),
        ("párrafo resolutivo 33.A de AG/RES. 2881", RES_33_A),
        (f"id:{RES_33_A}", RES_33_A),
        (f"{ID}{RES_33_A}", RES_33_A),
        ("2881/33", "oas/ag/res/2016/2881/op/33"),
        ("2816/19.B.1", "oas/ag/res/2014/2816/op/19/b/1"),
        ("2816/19.B •", "oas/ag/res/2014/2816/op/19/b/1"),
        ("AG/RES. 2816 (XLIV-OR/14), 19", "oas/ag/res/2014/2816/op/19"),
        ("Art. 58 c", "oas/cidi/rules/regular-and-special-meetings/art/58/c"),
        ("Rules of Procedure of CIDI, Article 58 c", "oas/cidi/rules/regular-and-special-meetings/art/58/c"),
        ("V.A.3.c", "oas/cidi/cam/plan/2016-2017/sec/v/a/3/c"),
        ("section VI.3", "oas/cidi/cam/plan/2016-2017/sec/vi/3"),
    ],
)
def test_paragraph_as_people_write_it(references: References, written: str, path: str) -> None:
    assert str(references.resolve("provision", written)) == ID + path


@pytest.mark.parametrize(
    ("kind", "written", "iri"),
    [
        ("document", "2881", f"{ID}oas/ag/res/2016/2881"),
        ("document", "AG/RES. 2816 (XLIV-OR/14)", f"{ID}oas/ag/res/2014/2816"),
        ("document", "AG/RES.2816(XLIV 0/14)", f"{ID}oas/ag/res/2014/2816"),
        ("document", "CIDI/CAM/doc.11/14 rev. 4", f"{ID}oas/cidi/cam/doc/2014/11/rev-4"),
        ("document", "AG/DEC. 88", f"{ID}oas/ag/dec/2016/88"),
        ("actor", "CAM", f"{ID}oas/org/cam"),
        ("actor", "OIM", f"{ID}org/iom"),
        ("actor", "IOM", f"{ID}org/iom"),
        ("actor", "PMA", f"{ID}org/wfp"),
        ("actor", "comision de asuntos migratorios", f"{ID}oas/org/cam"),
        ("actor", "Pan American Health Organization (PAHO)", f"{ID}org/paho"),
        ("actor", "member states", f"{ID}oas/collective/member-states"),
        ("actor", "Panamá", f"{ID}org/panama"),
        ("activity", "3 November 2016", f"{ACTIVITY}migration-and-health"),
        ("activity", "NOVEMBER 3, 2016", f"{ACTIVITY}migration-and-health"),
        ("activity", "3 de noviembre de 2016", f"{ACTIVITY}migration-and-health"),
        ("activity", "migration and health", f"{ACTIVITY}migration-and-health"),
        ("activity", "October 2016 (date to be determined)", f"{ACTIVITY}working-group-meeting"),
        ("activity", "May 2017: Approval of draft resolution", f"{ACTIVITY}approval-of-draft-resolution"),
        ("theme", "human trafficking", f"{ID}oas/theme/human-trafficking"),
        ("theme", "Trata de personas", f"{ID}oas/theme/human-trafficking"),
        ("plan", "CAM", f"{ID}oas/cidi/cam/plan/2016-2017"),
        ("plan", "2016-2017", f"{ID}oas/cidi/cam/plan/2016-2017"),
        ("status", "open", f"{KOS}mandate-open"),
        ("statement", "2881/35 s2", f"{ID}oas/ag/res/2016/2881/op/35/s2"),
        ("task", "2881/33", f"{ID}oas/ag/res/2016/2881/op/33/s1"),
        ("iri", "PAHO", f"{ID}org/paho"),
        ("iri", "2881/33.A", f"{ID}{RES_33_A}"),
        ("iri", "2881/35 s1", f"{ID}oas/ag/res/2016/2881/op/35/s1"),
        ("iri", "k:status-stated", f"{KOS}status-stated"),
    ],
)
def test_other_things_as_people_write_them(references: References, kind: str, written: str, iri: str) -> None:
    assert str(references.resolve(kind, written)) == iri


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("date", "3 November 2016", "2016-11-03"),
        ("when", "abril de 2017", "2017-04"),
        ("when", "2017", "2017"),
        ("integer", "007", "7"),
        ("text", "any {text} at “all”", "any {text} at “all”"),
    ],
)
def test_plain_values(references: References, kind: str, written: str, value: str) -> None:
    assert str(references.resolve(kind, written)) == value


@pytest.mark.parametrize(
    ("kind", "written", "candidates"),
    [
        ("activity", "April 2017", ["working-group-progress-report", "negotiation-of-draft-resolution"]),
        ("document", "Advancing Hemispheric Initiatives", ["AG/RES. 2816 (XLIV-O/14)", "AG/RES. 2881 (XLVI-O/16)"]),
        ("task", "2881/35", ["2881/35.s1", "2881/35.s2"]),
    ],
)
def test_what_may_be_several_lists_them(
    references: References, kind: str, written: str, candidates: Sequence[str]
) -> None:
    with pytest.raises(AmbiguousName) as told:
        references.resolve(kind, written)
    assert set(candidates) <= set(told.value.candidates)
    assert told.value.exit_status == 2


@pytest.mark.parametrize(
    ("kind", "written", "nearest"),
    [
        ("actor", "IMO", "IOM"),
        ("document", "AG/RES. 2818", "AG/RES. 2816"),
        ("provision", "2881/38", "2881/37"),
        ("theme", "human traficking", "human trafficking"),
        ("provision", "AG/RES. 2818, 3", "AG/RES. 2816 (XLIV-O/14)"),
    ],
)
def test_what_is_unknown_offers_the_nearest(references: References, kind: str, written: str, nearest: str) -> None:
    with pytest.raises(UnknownName) as told:
        references.resolve(kind, written)
    assert nearest in told.value.nearest


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("provision", "CAM"),
        ("provision", "2881"),
        ("actor", "2881/33"),
        ("actor", f"{ID}oas/ag/res/2016/2881"),
        ("provision", f"{ID}oas/org/cam"),
        ("provision", f"{ID}oas/ag/res/2016/2881/op/33/s1"),
        ("date", "November 2016"),
        ("date", "31 April 2017"),
        ("integer", "three"),
        ("when", "soon"),
    ],
)
def test_what_is_of_another_kind_says_what_was_expected(references: References, kind: str, written: str) -> None:
    with pytest.raises(WrongValue) as told:
        references.resolve(kind, written, "paragraph", "AG/RES. 2881, 33")
    assert written in told.value.message
    assert 'paragraph="AG/RES. 2881, 33"' in told.value.message


@given(kind=st.sampled_from(["provision", "document", "actor", "activity", "theme", "iri", "task"]), written=st.text())
def test_any_text_is_answered_by_a_term_or_by_one_of_our_errors(
    references: References, kind: str, written: str
) -> None:
    with contextlib.suppress(WrongUse):
        assert references.resolve(kind, written)


@given(
    number=st.integers(1, 9999),
    session=st.sampled_from(["XLII", "XLIV", "XLVI", "L", "XXXIX"]),
    kind=st.sampled_from(["O", "OR", "0"]),
    year=st.integers(0, 99),
    blanks=st.sampled_from(["", " ", "  "]),
)
def test_slips_are_read_as_the_symbol_they_stand_for(
    number: int, session: str, kind: str, year: int, blanks: str
) -> None:
    """However it is written, one resolution has one address; a canonical spelling reads as itself."""
    canonical = f"AG/RES. {number} ({session}-O/{year:02})"
    slip = f"AG/RES.{blanks}{number}{blanks}({session}{blanks}{'-' if blanks else ''}{kind}/{year:02})"
    right, read = SYMBOLS.read(canonical), SYMBOLS.read(slip)
    assert right
    assert read
    assert right.is_canonical
    assert read.path == right.path
    assert read.written == canonical


def test_special_sessions_number_anew() -> None:
    first, second = SYMBOLS.read("AG/RES. 1 (XLIV-E/13)"), SYMBOLS.read("AG/RES. 1 (XLV-E/13)")
    assert first
    assert second
    assert (first.path, second.path) == ("oas/ag/res/44-e/1", "oas/ag/res/45-e/1")


def test_another_organisation_is_another_table_and_no_code() -> None:
    un = Symbols.of(
        {
            "key": "un",
            "symbols": {
                "pattern": [
                    {
                        "read": r"(?P<organ>{organs})/(?P<type>{types})/(?P<session>\d+)/(?P<number>\d+)",
                        "write": "{organ}/{type}/{session}/{number}",
                        "path": "{numbered}",
                    }
                ],
                "numbering": {"by-session": "{organ}/{type}/{session}/{number}"},
            },
            "organ": [{"path": "un/ga", "prefix": "A", "types": {"RES": "res"}, "numbering": "by-session"}],
        }
    )
    read = un.read("A/RES/71/4")
    assert read
    assert read.path == "un/ga/res/71/4"
    assert un.read("AG/RES. 2881 (XLVI-O/16)") is None


def test_symbols_are_found_in_running_text() -> None:
    text = "as AG/RES. 2738 (XLII-O/12) and CIDI/CAM/doc.14/14 rev. 1 say, not AG/RES 3 or XAG/RES. 4"
    assert [symbol.written for symbol in SYMBOLS.find(text)] == [
        "AG/RES. 2738 (XLII-O/12)",
        "CIDI/CAM/doc.14/14 rev. 1",
        "AG/RES. 3",
    ]


COUNCIL = tomllib.loads((Path(__file__).resolve().parents[2] / "data" / "un" / "organisation.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def of_the_council(texts: QuestionTexts) -> References:
    """Two invented resolutions whose paragraphs have numbers of their own, and one whose number is in another."""
    store = EmbeddedStore.in_memory()
    symbols = {
        "un/sc/res/2044/9143": "S/RES/9143 (2044)",
        "un/sc/res/2044/914": "S/RES/914 (2044)",
        "un/ga/res/25/2601": "A/RES/2601 (XXV)",
        "un/ga/res/98/12": "A/RES/98/12",
    }
    store.update(
        f"INSERT DATA {{ GRAPH <{Graphs().facts}> {{"
        + "".join(
            f'<{ID}{path}> a <{MG}Document> ; <{DCTERMS}identifier> "{path}" ; <{MG}symbol> "{symbol}" . '
            + "".join(f"<{ID}{path}/op/{number}> <{MG}partOf> <{ID}{path}> . " for number in ("24", "24/b", "12"))
            for path, symbol in symbols.items()
        )
        + "} }"
    )
    return References(store, Graphs().public(), texts.names, [SYMBOLS, Symbols.of(COUNCIL)])


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("S/RES/9143, 24", "un/sc/res/2044/9143/op/24"),
        ("S/RES/9143 (2044), 24", "un/sc/res/2044/9143/op/24"),
        ("S/RES/9143(2044) 24", "un/sc/res/2044/9143/op/24"),
        ("S/RES/9143/24", "un/sc/res/2044/9143/op/24"),
        ("S/RES/9143: 24 (b)", "un/sc/res/2044/9143/op/24/b"),
        ("s/res/9143, para. 24", "un/sc/res/2044/9143/op/24"),
        ("S/RES/9143 paragraph 24", "un/sc/res/2044/9143/op/24"),
        ("S/RES/9143 op 24", "un/sc/res/2044/9143/op/24"),
        ("S/RES/9143, OP24", "un/sc/res/2044/9143/op/24"),
        ("S/RES/9143 § 24.b", "un/sc/res/2044/9143/op/24/b"),
        ("paragraph 24 of S/RES/9143", "un/sc/res/2044/9143/op/24"),
        ("para. 24, S/RES/9143", "un/sc/res/2044/9143/op/24"),
        ("24 of S/RES/9143", "un/sc/res/2044/9143/op/24"),
        ("párrafo 24 de S/RES/9143", "un/sc/res/2044/9143/op/24"),
        ("paragraphe 24 de la S/RES/9143", "un/sc/res/2044/9143/op/24"),
        ("S/RES/914, 24", "un/sc/res/2044/914/op/24"),
        ("A/RES/2601, 12", "un/ga/res/25/2601/op/12"),
        ("A/RES/2601 (XXV), 12", "un/ga/res/25/2601/op/12"),
        ("A/RES/98/12, 24", "un/ga/res/98/12/op/24"),
        ("A/RES/98/12/24", "un/ga/res/98/12/op/24"),
        ("A/RES/98/12 para 24", "un/ga/res/98/12/op/24"),
    ],
)
def test_a_symbol_without_its_bracket_and_a_paragraph(of_the_council: References, written: str, path: str) -> None:
    """The year or session in brackets may be left out, in every form in which symbol and paragraph are put together."""
    assert str(of_the_council.resolve("provision", written)) == ID + path


@pytest.mark.parametrize("written", ["S/RES/9143", "S/RES/9143 (2044)", "s/res/9143"])
def test_a_document_without_the_bracket_of_its_symbol(of_the_council: References, written: str) -> None:
    assert str(of_the_council.resolve("document", written)) == f"{ID}un/sc/res/2044/9143"


@pytest.mark.parametrize("written", ["S/RES/91, 24", "S/RES/9143, 25", "S/RES, 24", "A/RES/98, 24"])
def test_what_is_not_there_is_not_guessed(of_the_council: References, written: str) -> None:
    """A part of a symbol is no symbol."""
    with pytest.raises((UnknownName, AmbiguousName)):
        of_the_council.resolve("provision", written)
