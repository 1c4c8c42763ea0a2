"""Whom a verb asks, and to do what: the words after the verb taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from mandategraph.ingest.meaning.actors import Actors
from mandategraph.ingest.meaning.clauses import Clause
from mandategraph.ingest.meaning.found import Mention
from mandategraph.ingest.meaning.grammar import Grammar, any_phrase
from mandategraph.ingest.meaning.tokens import Tokens

_BLANK_OR_COMMA = re.compile(r"[\s,]*")
# “Requests, within existing resources, the Secretary-General”: words set apart by commas right after the verb.
_ASIDE = re.compile(r"\s*,\s[^,;:.]{2,200},\s+")
_END = re.compile(r"[;:]|\.(?=\s|\Z)|\s—")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked, and where the words of the act begin."""

    addressees: tuple[Mention, ...]
    act_start: int


class Addressees:
    """Finds who is asked by a clause, by the words of a language."""

    def __init__(self, grammar: Grammar, actors: Actors) -> None:
        self._grammar, self._actors = grammar, actors
        self._that, self._marks = grammar.words("that"), grammar.words("infinitive_marks")
        self._nominal = grammar.words("before_nominal_to")
        self._addressing = grammar.words("decisions_that_ask")

    @cached_property
    def _before(self) -> re.Pattern[str]:
        prepositions = any_phrase(self._grammar.table.get("before_actor", ()))
        return re.compile(rf"(?:{prepositions})(?:\s+|(?<=[’']))", re.IGNORECASE)

    @cached_property
    def _act_mark(self) -> re.Pattern[str]:
        return self._grammar.compiled("act_mark", 0)

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
            return self._of_duty(tokens, clause)
        words = tokens.words
        start = self._after_links(tokens, clause.verb.end, clause.end)
        first = tokens.at(start)
        if first < len(tokens) and tokens.starts[first] < clause.end and tokens.lower[first] in self._that:
            return self._of_that_clause(tokens, clause, tokens.ends[first])
        if not clause.verb.asks and clause.verb.key not in self._addressing:
            return Asked((), self._act_of_other(words, clause))
        before = self._before.match(words, start, clause.end)
        if before is not None:
            start = self._after_links(tokens, tokens.at(before.end()), clause.end)
            first = tokens.at(start)
            if first < len(tokens) and tokens.starts[first] < clause.end and tokens.lower[first] in self._that:
                return self._of_that_clause(tokens, clause, tokens.ends[first])
        end = _END.search(words, start, clause.end)
        stop = end.start() if end is not None else clause.end
        mark = self._mark(tokens, start, stop)
        if mark is not None:
            found = self._actors.of(tokens, start, mark)
            if found:
                return Asked(tuple(found), self._after_mark(tokens, mark))
        if clause.verb.asks:
            found = self._actors.one_at(tokens, start, stop)
            if found and (mark is None or found[-1].end <= mark):
                return Asked(tuple(found), found[-1].end)
        return Asked((), self._act_of_other(words, clause))

    @staticmethod
    def _act_of_other(words: str, clause: Clause) -> int:
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
        """The act begins after “to”."""
        first = tokens.at(mark)
        if first + 1 < len(tokens) and tokens.lower[first] in self._marks:
            return tokens.starts[first + 1]
        return mark

    def _mark(self, tokens: Tokens, start: int, end: int) -> int | None:
        """Where the act begins: the first infinitive that is not part of a name."""
        for found in self._act_mark.finditer(tokens.words, start, end):
            token = tokens.at(found.start())
            if tokens.is_closed(found.start()):
                continue
            if token and tokens.starts[token - 1] >= start and tokens.lower[token - 1] in self._nominal and "," not in tokens.gap(token):
                continue
            return found.start()
        return None

    def _of_that_clause(self, tokens: Tokens, clause: Clause, start: int) -> Asked:
        """“Requests that the Secretary-General submit …”, “Decides that the Committee shall …”."""
        words = tokens.words
        asks = clause.verb.asks
        if not asks and clause.verb.key not in self._addressing:
            return Asked((), self._act_of_other(words, clause))
        start = self._after_links(tokens, tokens.at(start), clause.end)
        pattern = self._that_verb if asks else self._duty
        verb = pattern.search(words, start, min(clause.end, start + 320))
        while verb is not None and tokens.is_closed(verb.start()):
            verb = pattern.search(words, verb.end(), min(clause.end, start + 320))
        if verb is None or self._passive.match(words, verb.start(), clause.end) is not None:
            return Asked((), start)
        found = self._actors.of(tokens, start, verb.start())
        return Asked(tuple(found), verb.start() if found else start)

    def _of_duty(self, tokens: Tokens, clause: Clause) -> Asked:
        assert clause.duty_subject is not None
        start, end = clause.duty_subject
        act = self._duty.match(tokens.words, clause.verb_start, clause.end)
        act_start = act.start("verb") if act is not None and "verb" in act.re.groupindex else clause.verb_start
        if self._passive.match(tokens.words, clause.verb_start, clause.end) is not None:
            return Asked((), act_start)
        subject = tokens.words[start:end]
        comma = subject.rfind(", ")
        if comma > 0 and self._actors.of(tokens, start, start + comma) == []:
            start += comma + 2
        found = self._actors.of(tokens, start, end)
        return Asked(tuple(found), act_start)
