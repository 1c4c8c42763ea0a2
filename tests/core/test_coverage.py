"""The account of a text, against its plain definition: each character looked at by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mandategraph.core.coverage import account_for

_TEXTS = st.text(st.sampled_from("ab. \t\n\r\u00a0\u2028\x1c"), max_size=40)


@st.composite
def texts_with_spans(draw):
    text = draw(_TEXTS)
    places = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(places, places), max_size=6))
    return text, [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]


@given(texts_with_spans())
def test_the_account_equals_its_plain_definition(given_text):
    """What is covered and what is left out are those characters, blanks apart."""
    text, spans = given_text
    covered = {place for start, end in spans for place in range(start, end)}
    meaningful = {place for place, character in enumerate(text) if not character.isspace()}
    account = account_for(text, spans)
    assert account.meaningful == len(meaningful)
    assert account.covered == len(meaningful & covered)
    left = [place for stretch in account.left_out for place in range(stretch.start, stretch.end)]
    assert {place for place in left if not text[place].isspace()} == meaningful - covered
    assert len(left) == len(set(left))
    for stretch in account.left_out:
        assert stretch.words == text[stretch.start : stretch.end] == stretch.words.strip()
        assert "\n" not in stretch.words
        assert stretch.line == text.count("\n", 0, stretch.start) + 1


@given(texts_with_spans())
def test_words_left_out_side_by_side_are_one_stretch(given_text):
    """Between two stretches of a line stands something that is covered."""
    text, spans = given_text
    account = account_for(text, spans)
    for before, after in zip(account.left_out, account.left_out[1:], strict=False):
        assert before.line != after.line or text[before.end : after.start].strip()
