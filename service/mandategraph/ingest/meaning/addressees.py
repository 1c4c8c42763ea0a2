"""Whom a verb asks, and to do what: the words after the verb taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from mandategraph.ingest.meaning.actors import Actors
from mandategraph.ingest.meaning.clauses import Clause
from mandategraph.ingest.meaning.found import Mention
from mandategraph.ingest.meaning.grammar import Grammar, any_phrase, compiled
from mandategraph.ingest.meaning.tokens import Tokens
from mandategraph.ingest.meaning.verbs import MANDATES

_BLANK_OR_COMMA = re.compile(r"[\s,]*")
# “Requests, within existing resources, the Secretary-General”: words set apart by commas right after the verb.
_ASIDE = re.compile(r"\s*,\s[^,;:.]{2,200},\s+")
_END = re.compile(r"[;:]|\.(?=\s+[“\"«]?[A-ZÀ-Ý]|\s*\Z)|\s—")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked, and where the words of the act begin."""

    addressees: tuple[Mention, ...]
    act_start: int


class Addressees:
    """Finds who is asked by a clause, by the words of a language."""

    def __init__(self, grammar: Grammar, actors: Actors) -> None:
        self._grammar, self._actors = grammar, actors
        self._that, self._leads = grammar.words("that"), grammar.words("act_leads")
        self._clause_starts = grammar.words("clause_starts")
        self._nominal = grammar.words("before_nominal_to")
        self._calling = grammar.words("ask_if_somebody_is_to_act")
        self._addressing = grammar.words("decisions_that_ask")

    @cached_property
    def _before(self) -> re.Pattern[str]:
        prepositions = any_phrase(self._grammar.table.get("before_actor", ()))
        return re.compile(rf"(?:{prepositions})(?:\s+|(?<=[’']))", re.IGNORECASE)

    @cached_property
    def _act_mark(self) -> re.Pattern[str]:
        return self._grammar.compiled("act_mark", 0)

    @cached_property
    def _act_marks(self) -> dict[str, re.Pattern[str]]:
        """Verbs after which the act begins in a way of its own: “instar a los Estados a que …”."""
        where = f"{self._grammar.language}.toml, act_mark_after"
        marks = {
            lemma: compiled(str(pattern), where)
            for lemma, pattern in self._grammar.table.get("act_mark_after", {}).items()
        }
        return marks | {lemma: marks[like] for lemma, like in self._grammar.table.get("act_mark_as", {}).items()}

    @cached_property
    def _plural(self) -> re.Pattern[str]:
        return self._grammar.compiled("plural_noun")

    @cached_property
    def _that_verb(self) -> re.Pattern[str]:
        return self._grammar.compiled("that_clause_verb", 0)

    @cached_property
    def _passive(self) -> re.Pattern[str]:
        return self._grammar.compiled("passive", 0)

    @cached_property
    def _duty(self) -> re.Pattern[str]:
        return self._grammar.compiled("duty", 0)

    def of(self, tokens: Tokens, clause: Clause) -> Asked:
        """Return who is asked by a clause; nobody where the verb asks nobody."""
        if clause.duty_subject is not None:
            return self._of_duty(tokens, clause, *clause.duty_subject)
        words = tokens.words
        start = self._after_links(tokens, clause.verb.end, clause.end)
        first = tokens.at(start)
        if first < len(tokens) and tokens.starts[first] < clause.end and tokens.lower[first] in self._that:
            return self._of_that_clauses(tokens, clause, tokens.ends[first])
        if not clause.verb.asks and clause.verb.key not in self._calling:
            return Asked((), self._act_of_other(tokens, clause))
        before = self._before.match(words, start, clause.end)
        if before is not None:
            start = self._after_links(tokens, tokens.at(before.end()), clause.end)
            first = tokens.at(start)
            if first < len(tokens) and tokens.starts[first] < clause.end and tokens.lower[first] in self._that:
                return self._of_that_clauses(tokens, clause, tokens.ends[first])
        end = _END.search(words, start, clause.end)
        stop = end.start() if end is not None else clause.end
        mark = self._mark(tokens, start, stop, clause.verb.lemma)
        if mark is not None:
            found = self._actors.of(tokens, start, mark)
            if found:
                return Asked(tuple(found), self._after_mark(tokens, mark))
        if clause.verb.asks:
            found = self._actors.one_at(tokens, start, stop)
            if found and (mark is None or found[-1].end <= mark):
                return Asked(tuple(found), found[-1].end)
        return Asked((), self._act_of_other(tokens, clause))

    def _act_of_other(self, tokens: Tokens, clause: Clause) -> int:
        """Where the act begins if nobody is asked: at the verb itself where it names the act (“To promote …”)."""
        words = tokens.words
        if clause.verb.force in MANDATES and not clause.verb.asks and clause.verb.key not in self._calling:
            return tokens.starts[clause.verb.token]
        found = _BLANK_OR_COMMA.match(words, clause.verb_end, clause.end)
        return found.end() if found is not None else clause.verb_end

    def _after_links(self, tokens: Tokens, token: int, end: int) -> int:
        """Skip adverbs, links and one aside after a verb; return the place where the words go on."""
        words = tokens.words
        for _ in range(4):
            step = self._grammar.links.after(tokens, token)
            if step == token:
                place = tokens.ends[token - 1] if token else 0
                aside = _ASIDE.match(words, place, end)
                if aside is None:
                    break
                step = tokens.at(aside.end())
                if step <= token:
                    break
            token = step
        return tokens.starts[token] if token < len(tokens) else end

    def _after_mark(self, tokens: Tokens, mark: int) -> int:
        """The act begins after “to”, “a que”."""
        first = tokens.at(mark)
        while first + 1 < len(tokens) and tokens.lower[first] in self._leads:
            first += 1
        return tokens.starts[first] if first < len(tokens) else mark

    def _mark(self, tokens: Tokens, start: int, end: int, lemma: str = "") -> int | None:
        """Where the act begins: the first infinitive that is not part of a name."""
        for found in self._act_marks.get(lemma, self._act_mark).finditer(tokens.words, start, end):
            token = tokens.at(found.start())
            last = tokens.at(found.end())
            if tokens.is_closed(found.start()) or (
                last < len(tokens) and self._plural.match(tokens.lower[last]) is not None
            ):
                continue
            if (
                token
                and tokens.starts[token - 1] >= start
                and tokens.lower[token - 1] in self._nominal
                and "," not in tokens.gap(token)
            ):
                continue
            return found.start()
        return None

    def _of_that_clauses(self, tokens: Tokens, clause: Clause, start: int) -> Asked:
        """“Demands that the parties cease … and that the Government hold …”: each clause has a subject of its own."""
        asked = self._of_that_clause(tokens, clause, start)
        if not clause.verb.asks:
            return asked
        addressees = list(asked.addressees)
        for found in self._and_that.finditer(tokens.words, start, clause.end):
            addressees += self._of_that_clause(tokens, clause, found.end()).addressees
        return Asked(tuple(addressees), asked.act_start)

    @cached_property
    def _and_that(self) -> re.Pattern[str]:
        joints = any_phrase(self._grammar.table.get("joint_words", ()))
        return re.compile(rf"\b(?:{joints})\s+(?:{any_phrase(self._that)})\s+")

    def _of_that_clause(self, tokens: Tokens, clause: Clause, start: int) -> Asked:
        """“Requests that the Secretary-General submit …”, “Decides that the Committee shall …”."""
        words = tokens.words
        asks = clause.verb.asks
        if not asks and clause.verb.key not in self._addressing:
            return Asked((), self._act_of_other(tokens, clause))
        start = self._after_links(tokens, tokens.at(start), clause.end)
        found = self._actors.shortest_at(tokens, start, clause.end) if asks else []
        if found:
            passive = self._passive.match(words, found[-1].end + 1, clause.end) is not None
            return Asked((), start) if passive else Asked(tuple(found), found[-1].end)
        pattern = self._that_verb if asks else self._duty
        verb = pattern.search(words, start, min(clause.end, start + 320))
        while verb is not None and tokens.is_closed(verb.start()):
            verb = pattern.search(words, verb.end(), min(clause.end, start + 320))
        if verb is None or self._passive.match(words, verb.start(), clause.end) is not None:
            return Asked((), start)
        found = self._actors.of(tokens, self._after_asides(tokens, start, verb.start()), verb.start())
        return Asked(tuple(found), verb.start() if found else start)

    def _after_asides(self, tokens: Tokens, start: int, end: int) -> int:
        """Skip words set apart at the beginning: “in addition to the tasks of the Mission, the Mission”."""
        first = tokens.at(start)
        opens_clause = first < len(tokens) and tokens.lower[first] in self._clause_starts
        if not opens_clause and self._actors.of(tokens, start, end):
            return start
        comma = tokens.words.rfind(", ", start, end)
        while comma > start:
            if self._actors.of(tokens, comma + 2, end):
                return comma + 2
            comma = tokens.words.rfind(", ", start, comma)
        return start

    def _of_duty(self, tokens: Tokens, clause: Clause, start: int, end: int) -> Asked:
        """“The Committee shall …”: the subject of the sentence."""
        act = self._duty.match(tokens.words, clause.verb_start, clause.end)
        act_start = act.start("verb") if act is not None and "verb" in act.re.groupindex else clause.verb_start
        if self._passive.match(tokens.words, clause.verb_start, clause.end) is not None:
            return Asked((), act_start)
        found = self._actors.of(tokens, self._after_asides(tokens, start, end), end)
        return Asked(tuple(found), act_start)
