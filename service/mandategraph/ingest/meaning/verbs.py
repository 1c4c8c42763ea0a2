"""Which operative verb stands at a word, what its force is, and whether whom it names is asked to act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mandategraph.ingest.english import english_forms
from mandategraph.ingest.meaning.tokens import Tokens, cut

# From "invite" on somebody is asked: such a statement is a mandate.
MANDATES = frozenset({"invite", "encourage", "urge", "request", "binding"})


# “Se compromete”, “S’engage”: with the pronoun it is another verb.
_REFLEXIVE = frozenset({"se", "s", "nos", "nous"})


def _taken_apart(phrase: str, language: str) -> tuple[str, tuple[str, ...], bool]:
    """
    Return the verb of a phrase, the words that belong to it, and whether it takes a pronoun.

    >>> _taken_apart("s’engager", "fr"), _taken_apart("comprometerse", "es"), _taken_apart("tomar nota", "es")
    (('engager', (), True), ('comprometer', (), True), ('tomar', ('nota',), False))
    """
    words = cut(phrase)
    if words[0] in _REFLEXIVE and len(words) > 1:
        return words[1], words[2:], True
    if language == "pt" and words[0].endswith("-se"):
        return words[0][:-3], words[1:], True
    if language == "es" and words[0].endswith(("arse", "erse", "irse")):
        return words[0][:-2], words[1:], True
    return words[0], words[1:], False


class Person:
    """Who speaks a form: the body ("requests"), several ("we request", "States request"), nobody ("to request")."""

    THIRD = 1
    PLURAL = 2
    INFINITIVE = 4
    TOLD = 8


@dataclass(frozen=True, slots=True)
class VerbFound:
    """
    An operative verb: its key and force, dictionary form, person, and the token after the words that belong to it.

    `is_phrase` says that words after the verb were needed to know it ("take note").
    """

    key: str
    lemma: str
    force: str
    asks: bool
    person: int
    token: int
    end: int
    is_phrase: bool
    is_known: bool


@dataclass(frozen=True, slots=True)
class _Verb:
    key: str
    force: str
    asks: bool
    rest: tuple[str, ...]
    is_known: bool = True
    reflexive: bool = False


class Verbs:
    """
    The operative verbs of one language, by the forms in which they are written.

    >>> verbs = Verbs({"language": "en", "operative": ["request", "take", "jump"]}, {"inside_phrases": ["careful"]}, {
    ...     "request": {"force": "request", "asks": True, "en": ["request"]},
    ...     "take-note": {"force": "declaratory", "en": ["take note"]}})
    >>> verbs.at(Tokens("Takes careful note of"), 0).key, verbs.at(Tokens("to request"), 1).force
    ('take-note', 'request')
    >>> verbs.at(Tokens("jumps"), 0).is_known, verbs.at(Tokens("of"), 0)
    (False, None)
    """

    def __init__(self, words: Mapping[str, Any], grammar: Mapping[str, Any], verbs: Mapping[str, Any]) -> None:
        self.language: str = words["language"]
        self._inside = frozenset(grammar.get("inside_phrases", ()))
        self._forms: dict[str, tuple[str, int]] = {}
        self._meanings: dict[str, list[_Verb]] = {}
        irregular: Mapping[str, Any] = words.get("forms", {})
        for key, verb in verbs.items():
            for phrase in verb.get(self.language, ()):
                first, rest, reflexive = _taken_apart(phrase, self.language)
                self._meanings.setdefault(first, []).append(
                    _Verb(key, str(verb.get("force", "")), bool(verb.get("asks")), rest, reflexive=reflexive)
                )
        for meanings in self._meanings.values():
            meanings.sort(key=lambda verb: -len(verb.rest))
        for lemma in {*self._meanings, *map(str, words.get("operative", ()))}:
            self._meanings.setdefault(lemma, []).append(_Verb(lemma, "", False, (), is_known=False))
            self._add_forms(lemma, irregular.get(lemma, ()))

    def _add_forms(self, lemma: str, irregular: tuple[str, ...]) -> None:
        if self.language == "en":
            forms = english_forms(lemma)
            self._forms.setdefault(forms["past"], (lemma, Person.TOLD))
            self._forms[forms["third"]] = (lemma, Person.THIRD)
            self._forms[forms["plain"]] = (lemma, Person.PLURAL | Person.INFINITIVE)
        else:
            self._forms[lemma] = (lemma, Person.INFINITIVE)
            for place, form in enumerate(irregular):
                last = cut(form)[-1].removesuffix("-se")
                if last == lemma:
                    continue
                person = Person.THIRD if place == 0 else Person.PLURAL
                known = self._forms.get(last)
                self._forms[last] = (lemma, person | known[1] if known and known[0] == lemma else person)

    def may_stand(self, written: str) -> bool:
        """Whether a word may be the form of a verb: asked of every word, so it is asked first."""
        return written in self._forms or written.endswith("-se")

    def at(self, tokens: Tokens, token: int) -> VerbFound | None:
        """Return the verb whose form stands at a token, with the longest phrase that goes on from it."""
        written = tokens.lower[token]
        found = self._forms.get(written)
        if found is None:
            # Portuguese writes the pronoun after the verb: "compromete-se".
            found = self._forms.get(written.removesuffix("-se")) if written.endswith("-se") else None
            if found is None:
                return None
        lemma, person = found
        meanings = self._meanings[lemma]
        if written.endswith("-se") or (token and tokens.lower[token - 1] in _REFLEXIVE):
            meanings = [*(verb for verb in meanings if verb.reflexive), *meanings]
        for verb in meanings:
            end = self._end(tokens, token, verb.rest)
            if end is not None and (not verb.reflexive or meanings is not self._meanings[lemma]):
                return VerbFound(
                    verb.key, lemma, verb.force, verb.asks, person, token, end, bool(verb.rest), verb.is_known
                )
        return None

    def _end(self, tokens: Tokens, token: int, rest: tuple[str, ...]) -> int | None:
        at = token + 1
        for word in rest:
            skipped = 0
            while at < len(tokens) and tokens.lower[at] != word:
                if skipped >= 6 or (tokens.lower[at] not in self._inside):
                    return None
                at, skipped = at + 1, skipped + 1
            if at >= len(tokens):
                return None
            at += 1
        return at
