"""On any text whatever: places lie within the words, nothing is raised, the same words give the same answer."""

from __future__ import annotations

import time
import tomllib
from dataclasses import fields, is_dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mandategraph.core.errors import BrokenLibrary
from mandategraph.ingest.meaning import Meaning

DATA = Path(__file__).resolve().parents[3] / "data"
LANGUAGES = ("en", "es", "fr", "pt")


def read_toml(path: str) -> dict[str, Any]:
    """One of the shipped files."""
    return tomllib.loads((DATA / path).read_text("utf-8"))


def meaning(language: str, organisation: str) -> Meaning:
    """A reader without a register."""
    return Meaning(
        read_toml(f"languages/{language}.toml"),
        read_toml(f"meaning/{language}.toml"),
        read_toml("meaning/verbs.toml"),
        read_toml(f"{organisation}/organisation.toml"),
    )


READERS = [meaning(*pair) for pair in (("en", "un"), ("es", "mercosur"), ("fr", "un"), ("pt", "oas"), ("en", "cites"))]
WORDS = """
Requests the Secretary-General to report; Urges States, donors and others , and in this regard invites that which shall
will “quoted” (a) resolutions 71/1 of 19 December 2016 paragraph 4 its forty-fifth session by 2020 subject to Solicita a
los Estados que Prie le Comité de présenter à l’Assemblée Encarregar a Comissão – — : . ‑ \u200d É 𝒳 () [] «» y et e
AG/RES. 1 (X-O/10)
"""
PIECES = (*WORDS.split(), "\n", "\t")
TEXTS = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join))


def places(found: object, length: int, words: str) -> None:
    """Fail where a place lies outside the words, or the words at it are others."""
    if isinstance(found, list | tuple):
        for one in found:
            places(one, length, words)
    elif is_dataclass(found):
        if hasattr(found, "as_written"):
            assert words[found.start : found.end] == found.as_written
        if hasattr(found, "start"):
            assert 0 <= found.start <= found.end <= length
        for field in fields(found):
            places(getattr(found, field.name), length, words)


@settings(max_examples=300, deadline=None)
@given(words=TEXTS, reader=st.sampled_from(READERS))
def test_places_lie_within_the_words(words: str, reader: Meaning) -> None:
    """Whatever the text, every finding points at its own words, and statements come in order without overlap."""
    statements = reader.statements(words)
    for found in (
        statements,
        reader.details(words),
        reader.addressees(words),
        reader.citations(words),
        reader.dates(words),
        reader.sessions(words),
        reader.participants(words),
        reader.mentions(words),
    ):
        places(found, len(words), words)
    for one in statements:
        assert one.start <= one.verb_start < one.verb_end <= one.end
        assert one.start <= one.act_start <= one.act_end <= one.end
        assert words[one.verb_start : one.verb_end] == one.verb_as_written
    for before, after in pairwise(statements):
        assert before.end <= after.start
    assert reader.statements(words) == statements


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_words_take_linear_time(language: str) -> None:
    """A paragraph of 200,000 characters without a verb, and one with thousands, are read in seconds."""
    reader = meaning(language, "un")
    started = time.perf_counter()
    reader.statements("the States and the Parties, " * 4000)
    reader.statements("Requests, invites and urges; " * 4000)
    reader.citations("resolutions 71/1, " * 4000)
    assert time.perf_counter() - started < 20


def test_a_broken_pattern_is_named() -> None:
    """Whoever writes a new language learns which key is wrong."""
    grammar = read_toml("meaning/en.toml") | {"conditions": {"words": ["a"], "patterns": ["("]}}
    with pytest.raises(BrokenLibrary, match=r"en\.toml, conditions"):
        Meaning(read_toml("languages/en.toml"), grammar, read_toml("meaning/verbs.toml"), {"key": "x"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verb_of_the_scheme_is_known_in_every_language(language: str) -> None:
    """The shared scheme has phrases in the language, and the language's words know them as operative verbs."""
    verbs = read_toml("meaning/verbs.toml")
    words = read_toml(f"languages/{language}.toml")
    assert len(verbs) > 60
    assert {verb["force"] for verb in verbs.values()} == {
        "binding", "request", "urge", "encourage", "invite", "permission", "performative", "declaratory",
    }  # fmt: skip
    known = set(words["operative"])
    missing = [
        phrase
        for key, verb in verbs.items()
        for phrase in verb.get(language, ())
        if key not in ("shall", "will", "must", "may")
        and phrase.removeprefix("se ").removeprefix("s’").split(" ")[0].removesuffix("-se").replace("rse", "r")
        not in known
    ]
    if language != "en":
        assert missing == []
    else:
        assert len(missing) < 20
