"""The meaning of paragraphs in one language and one organisation."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mandategraph.ingest.lexicon import Lexicon
from mandategraph.ingest.meaning.actors import Actors
from mandategraph.ingest.meaning.acts import Acts
from mandategraph.ingest.meaning.addressees import Addressees
from mandategraph.ingest.meaning.citations import Citations
from mandategraph.ingest.meaning.clauses import Clause, Clauses
from mandategraph.ingest.meaning.details import DetailsReader
from mandategraph.ingest.meaning.found import (
    Citation,
    DateFound,
    Details,
    Known,
    Mention,
    Participant,
    SessionFound,
    Statement,
    ThemeFound,
)
from mandategraph.ingest.meaning.grammar import Grammar
from mandategraph.ingest.meaning.participants import Participants
from mandategraph.ingest.meaning.register import Register, is_abbreviation
from mandategraph.ingest.meaning.times import Times
from mandategraph.ingest.meaning.tokens import Tokens, trimmed
from mandategraph.ingest.meaning.verbs import MANDATES, Person, Verbs


@functools.lru_cache(maxsize=8)
def _cut(words: str) -> Tokens:
    """The words cut once, whatever is asked of them one after the other."""
    return Tokens(words)


class Meaning:
    """
    Reads paragraphs by the drafting words of a language, its grammar, the shared verbs, and an organisation's own.

    `words` is a file of `data/languages`, `grammar` one of `data/meaning`, `verbs` is `data/meaning/verbs.toml`,
    `organisation` a configuration, whose table `[verbs]` ranks and adds verbs, `register` the names it knows.
    """

    def __init__(
        self,
        words: Mapping[str, Any],
        grammar: Mapping[str, Any],
        verbs: Mapping[str, Any],
        organisation: Mapping[str, Any],
        register: Iterable[Known] = (),
    ) -> None:
        self.language: str = str(words["language"])
        # Texts use the abbreviations of every language.
        known = [one for one in register if one.language in ("", self.language) or is_abbreviation(one.label)]
        self.series = tuple(one for one in known if one.family == "series")
        """The names of series of events."""
        self.known = tuple(one for one in known if one.family in ("body", "document"))
        """The names of bodies and documents, in the language of the texts or abbreviated."""
        self._grammar = Grammar(grammar)
        self._soft = self._grammar.words("soft_duties")
        self._future_is_duty = bool(grammar.get("future_is_duty", False))
        self._pronouns = self._grammar.words("pronouns") | self._grammar.words("latter")
        self._one, self._latter = self._grammar.words("singular_pronouns"), self._grammar.words("latter")
        self._own = {str(grammar.get("duty_key", "")), *grammar.get("duty_keys", {}).values()}
        self._actors = Actors(self._grammar, Register(one for one in known if one.family in ("body", "collective")))
        self._themes = Register(one for one in known if one.family == "theme")
        self._times = Times(self._grammar)
        documents = Register(one for one in known if one.family == "document")
        self._citations = Citations(organisation, self._grammar, documents, self._times)
        own: Mapping[str, Mapping[str, Any]] = organisation.get("verbs", {})
        ranked = {key: {**verbs.get(key, {}), **own.get(key, {})} for key in (*own, *verbs)}
        self._clauses = Clauses(Lexicon(words), self._grammar, Verbs(words, grammar, ranked))
        self._addressees = Addressees(self._grammar, self._actors)
        self._details = DetailsReader(self._grammar, self._actors, self._times)
        self._participants = Participants(self._grammar, self._actors)
        self._acts = Acts(self._grammar)
        self._last: tuple[str, str, list[Citation]] = ("", "", [])
        self._last_mentions: tuple[str, list[Mention]] = ("", [])

    def statements(self, words: str, *, is_item: bool = False) -> list[Statement]:
        """
        Return the statements of a paragraph, one for each verb in which its body speaks.

        An item says something of its own only where a body speaks in it (“(a) Requests …”); otherwise what it says
        belongs to its paragraph, and `details` reads it.
        """
        tokens = _cut(words)
        clauses = self._clauses.of(tokens)
        if is_item and clauses and not clauses[0].verb.person & Person.THIRD:
            return []
        found = []
        for clause in clauses:
            statement = self._statement(tokens, clause)
            # “Conflicts will not end …” foretells; “The Committee will …” gives a task.
            if (
                clause.duty_subject is None
                or statement.addressees
                or not self._soft.intersection(tokens.lower[clause.verb.token : clause.verb.end])
            ):
                found.append(statement)
        return found

    def _statement(self, tokens: Tokens, clause: Clause) -> Statement:
        words, verb = tokens.words, clause.verb
        start, end = trimmed(words, clause.start, clause.end, " \t\r\n\u00a0")
        asked = self._addressees.of(tokens, clause)
        is_mandate, key, force = verb.force in MANDATES, verb.key, verb.force
        if clause.duty_subject is not None and not asked.addressees and self._future_is_duty:
            # “Las modificaciones tendrán vigencia”: a future that asks nobody lays down what is.
            is_mandate, key, force = False, "lay-down", "performative"
        act_start, act_end = trimmed(words, min(asked.act_start, end), end, " \t\r\n\u00a0,;:.—")
        doubts = []
        if not verb.is_known:
            doubts.append("The scheme of verbs does not know this verb.")
        if is_mandate and not asked.addressees and verb.key not in self._own:
            doubts.append("Nobody is named whom the words ask.")
        doubts += [
            f"No register knows “{mention.as_written}”."
            for mention in asked.addressees
            if mention.key is None and not mention.is_collective and mention.as_written.lower() not in self._pronouns
        ]
        doubts += [
            f"Whom “{mention.as_written}” means is said before."
            for mention in asked.addressees
            if mention.as_written.lower() in self._pronouns
        ]
        details = (
            self._details.of(tokens, clause.verb_end if clause.duty_subject is None else clause.verb_start, clause.end)
            if is_mandate or force in ("", "permission", "performative")
            else Details()
        )
        return Statement(
            start=start,
            end=end,
            verb=key,
            verb_start=clause.verb_start,
            verb_end=clause.verb_end,
            verb_as_written=words[clause.verb_start : clause.verb_end],
            force=force,
            is_mandate=is_mandate,
            act_start=act_start,
            act_end=act_end,
            addressees=asked.addressees,
            details=details,
            doubts=tuple(doubts),
        )

    def details(self, words: str) -> Details:
        """Return what an item's words say of its paragraph's act."""
        tokens = _cut(words)
        return self._details.of(tokens, 0, len(words))

    def addressees(self, words: str) -> list[Mention]:
        """Return the actors of words that are nothing but a list of them."""
        tokens = _cut(words)
        return self._actors.of(tokens, 0, len(words))

    def mentions(self, words: str) -> list[Mention]:
        """Return the bodies and collectives of the register that the words name anywhere."""
        if self._last_mentions[0] != words:
            found = [
                Mention(
                    named.start,
                    named.end,
                    words[named.start : named.end],
                    named.known.path,
                    named.known.family == "collective",
                )
                for named in self._actors.register.all(_cut(words))
            ]
            self._last_mentions = (words, found)
        return self._last_mentions[1]

    def citations(self, words: str, speaker: str = "") -> list[Citation]:
        """Return the documents that the words name; `speaker` is the address of the organ whose text this is."""
        # A statement and its paragraph ask for the same words one after the other.
        if self._last[:2] != (words, speaker):
            self._last = (words, speaker, self._citations.of(_cut(words), speaker))
        return self._last[2]

    def kind_of_act(self, act: str) -> str:
        """Return whether an act is done "once", is "sustained" or "standing"; "" where its verb does not tell."""
        return self._acts.kind(act)

    def meant(self, mention: Mention, before: Sequence[Mention]) -> tuple[Mention, ...]:
        """
        Return whom a pronoun means where that is certain, of those whom the words before it ask; else nobody.

        One that stands for one actor means the only one asked before; one that stands for several means several, or the
        only collective; “the latter” the last of several.
        """
        written = mention.as_written.lower()
        if mention.key is not None or any(one.key is None for one in before) or not before:
            return ()
        said = [replace(one, start=mention.start, end=mention.end, as_written=mention.as_written) for one in before]
        if written in self._latter:
            return (said[-1],)
        if written in self._one:
            return (said[0],) if len(said) == 1 and not said[0].is_collective else ()
        if written in self._pronouns and (len(said) > 1 or said[0].is_collective):
            return tuple(said)
        return ()

    def verbs_of(self, act: str) -> list[str]:
        """Return the verbs of an act whose words begin with one, as written."""
        return self._acts.verbs(act)

    def bearing(self, words: str, start: int, at: int, verb: str) -> str:
        """Return how a statement bears on what its words name: adopts, establishes, updates, inKeepingWith, ""."""
        return self._acts.bearing(words, start, at, verb)

    def is_open_list(self, words: str) -> bool:
        """Whether the words say that the list after them is not closed."""
        return self._acts.is_open_list(words)

    def dates(self, words: str) -> list[DateFound]:
        """Return the dates and periods in the words."""
        return self._times.dates(words)

    def sessions(self, words: str) -> list[SessionFound]:
        """Return the sessions that the words count."""
        return self._times.sessions(_cut(words))

    def participants(self, words: str) -> list[Participant]:
        """Return who takes part in the activity that the words describe."""
        return self._participants.of(_cut(words))

    def themes(self, words: str) -> list[ThemeFound]:
        """Return the themes of the organisation whose labels the words hold: proposals, each theme once."""
        tokens = _cut(words)
        found: dict[str, ThemeFound] = {}
        for named in self._themes.all(tokens):
            theme = ThemeFound(named.start, named.end, words[named.start : named.end], named.known.path)
            found.setdefault(theme.key, theme)
        return list(found.values())
