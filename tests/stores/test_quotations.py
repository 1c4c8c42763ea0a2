"""A quotation is the words at its place on its line in the text of its SHA-256, or nothing is loaded."""

import hashlib
from pathlib import Path

import pytest

from mandategraph.core.errors import SourceMismatch
from mandategraph.core.graphs import Dataset
from mandategraph.stores.embedded import EmbeddedStore
from mandategraph.stores.quotations import text_in, verify

TEXT = "Título:\n\nA. Peace, “always”\nB. Work 🌍 and bread\n"
SHA = hashlib.sha256(TEXT.encode()).hexdigest()
UNNAMED = Dataset((None,))
SPAN = """
@prefix mg: <https://w3id.org/mandategraph/ns#> . @prefix oa: <http://www.w3.org/ns/oa#> .
<urn:text> a mg:SourceText ; mg:sha256 "%s" .
<urn:span> oa:hasSource <urn:text> ; mg:line %d ; oa:hasSelector <urn:position> , <urn:quote> .
<urn:position> oa:start %d ; oa:end %d .
<urn:quote> oa:exact "%s"@es .
"""


def store_of(turtle: str) -> EmbeddedStore:
    import io

    store = EmbeddedStore.in_memory()
    store.load(io.BytesIO(turtle.encode()), "text/turtle")
    return store


def nowhere(_span: str) -> str:
    return ""


def checked(line: int, start: int, end: int, words: str) -> int:
    store = store_of(SPAN % (SHA, line, start, end, words))
    return verify(store, UNNAMED, {SHA: TEXT}.get, lambda span: {"urn:span": "facts.ttl"}.get(span, "")).compared


@pytest.mark.parametrize("words", ["Título:", "Peace, “always”", "Work 🌍 and bread", "bread"])
def test_places_are_code_points(words: str) -> None:
    start = TEXT.index(words)
    assert checked(TEXT.count("\n", 0, start) + 1, start, start + len(words), words) == 1


@pytest.mark.parametrize(
    ("line", "start", "end", "words", "sentence"),
    [
        (3, 12, 17, "peace", "line 3 of the source is quoted as “peace”, but “Peace” stands there \\(12-17\\)"),
        (3, 13, 18, "Peace", "but “eace,” stands there"),
        (4, 12, 17, "Peace", "is said to stand on line 4; it is line 3"),
        (9, 900, 905, "Peace", "lies outside its source \\(900-905\\)"),
        (1, 3, 3, "", "lies outside"),
    ],
)
def test_a_mismatch_names_file_line_and_words(line: int, start: int, end: int, words: str, sentence: str) -> None:
    with pytest.raises(SourceMismatch, match=sentence) as caught:
        checked(line, start, end, words)
    assert (caught.value.file, caught.value.line, caught.value.words) == ("facts.ttl", line, words)
    assert caught.value.message.startswith("facts.ttl: ")


@pytest.mark.parametrize("left_out", ["mg:line 3 ;", "oa:start 12 ;", '<urn:quote> oa:exact "Peace"@es .'])
def test_a_span_that_does_not_say_its_place_is_told(left_out: str) -> None:
    turtle = SPAN % (SHA, 3, 12, 17, "Peace")
    assert left_out in turtle
    with pytest.raises(SourceMismatch, match="does not say its"):
        verify(store_of(turtle.replace(left_out, "")), UNNAMED, {SHA: TEXT}.get, nowhere)


def test_a_second_place_is_compared_too() -> None:
    turtle = SPAN % (SHA, 3, 12, 17, "Peace") + '<urn:quote> oa:exact "Truce"@es .'
    with pytest.raises(SourceMismatch, match="Truce"):
        verify(store_of(turtle), UNNAMED, {SHA: TEXT}.get, nowhere)


def test_without_its_text_a_quotation_is_counted_as_not_compared() -> None:
    found = verify(store_of(SPAN % ("0" * 64, 3, 12, 17, "Peace")), UNNAMED, {SHA: TEXT}.get, nowhere)
    assert (found.compared, found.not_compared) == (0, {"urn:text": 1})


def test_a_text_may_lie_beside_the_files(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("other")
    assert text_in([tmp_path], SHA) is None
    (tmp_path / "text.txt").write_bytes(TEXT.encode())
    assert text_in([tmp_path], SHA) == TEXT
