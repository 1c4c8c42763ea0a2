"""Who is named: a list of actors taken apart into its members, each with its own words."""

from __future__ import annotations

import re
from functools import cached_property

from mandategraph.ingest.meaning.found import Mention
from mandategraph.ingest.meaning.grammar import Grammar, any_phrase
from mandategraph.ingest.meaning.register import Register
from mandategraph.ingest.meaning.tokens import Tokens, cut, trimmed

_ABBREVIATED = re.compile(r"\s*\([A-Z][^()]{1,30}\)\Z")
_CAPITAL = re.compile(r"[A-ZÀ-Ý]")


class Actors:
    """
    Reads lists of actors by the words of a language and the register of an organisation.

    Words that only qualify (“regional, international and civil society organizations”) stay together: a member of the
    list needs a head of its own.
    """

    def __init__(self, grammar: Grammar, register: Register) -> None:
        self._grammar, self.register = grammar, register
        self._heads, self._not = grammar.words("actors"), grammar.words("not_actors")
        self._collective = grammar.words("collective_heads")
        self._prepositions = grammar.words("prepositions")
        self._head_is_last = grammar.table.get("head", "last") == "last"
        self._new = grammar.words("new_actor_words")
        self._quantifiers = grammar.words("quantifiers")

    @cached_property
    def _joint(self) -> re.Pattern[str]:
        return self._grammar.compiled("list_joint")

    @cached_property
    def _side(self) -> re.Pattern[str]:
        return re.compile(rf"\s*(?:{any_phrase(self._grammar.table.get('side_clauses', ()))})\b", re.IGNORECASE)

    @cached_property
    def _article(self) -> re.Pattern[str]:
        articles = any_phrase(self._grammar.table.get("articles", ()))
        return re.compile(rf"(?:{articles})(?:\s+|(?<=[’']))", re.IGNORECASE)

    def _pieces(self, words: str, start: int, end: int) -> list[tuple[int, int, str]]:
        """The stretches between the joints of a list, each with the joint before it."""
        pieces, at, before = [], start, ""
        for joint in self._joint.finditer(words, start, end):
            pieces.append((at, joint.start(), before))
            at, before = joint.end(), joint.group()
        pieces.append((at, end, before))
        return [piece for piece in pieces if words[piece[0] : piece[1]].strip()]

    def of(self, tokens: Tokens, start: int, end: int) -> list[Mention]:
        """Return the actors of a stretch that is a list of them; none where its first word group is no actor."""
        words = tokens.words
        found: list[tuple[int, int]] = []
        opened: int | None = None
        aside = False
        for begin, stop, joint in self._pieces(words, start, end):
            comma = "," in joint or ";" in joint
            if comma and self._side.match(words, begin, stop) is not None:
                aside = True
                if opened is not None:
                    break
                continue
            if aside and comma and not self._begins_actor(tokens, begin, stop):
                continue
            if aside and not comma:
                continue
            if opened is None and found and not comma and not self._is_new(tokens, found[-1], begin, stop):
                found[-1] = (found[-1][0], stop)
                continue
            if self._is_actor(tokens, opened if opened is not None else begin, begin, stop):
                aside = False
                found.append((opened if opened is not None else begin, stop))
                opened = None
            elif found and not comma:
                found[-1] = (found[-1][0], stop)
            elif opened is None and (not found or comma):
                opened = begin
        return [mention for begin, stop in found if (mention := self._mention(tokens, begin, stop)) is not None]

    def _begins_actor(self, tokens: Tokens, start: int, end: int) -> bool:
        first = tokens.at(start)
        return first < len(tokens) and tokens.starts[first] < end and tokens.lower[first] in self._new

    def _is_new(self, tokens: Tokens, last: tuple[int, int], start: int, end: int) -> bool:
        """Whether, after “and”, another actor begins instead of the complement of the one before going on."""
        first, stop = tokens.at(start), tokens.at(end)
        if first >= stop:
            return False
        if self.register.at(tokens, first, stop) is not None:
            return True
        inside = any(word in self._prepositions for word in tokens.lower[tokens.at(last[0]) + 1 : tokens.at(last[1])])
        capital = _CAPITAL.match(tokens.words[tokens.starts[first] :]) is not None
        if capital and tokens.lower[first] not in self._new:
            # “the Food and Agriculture Organization”, “Israel and Lebanon”
            before = tokens.words[tokens.starts[tokens.at(last[1]) - 1] :]
            return not inside and (self._is_actor(tokens, *last[:1], *last) or not _CAPITAL.match(before))
        if tokens.lower[first] in self._new:
            return self._is_actor(tokens, start, start, end)
        if inside:
            return False
        # “Governments and regional organizations”; “agencies, funds and programmes” share what stands around them.
        return self._is_actor(tokens, start, start, end)

    def _head_of(self, tokens: Tokens, start: int, end: int) -> list[int]:
        """The tokens among which the head of a name is: those before its first preposition."""
        first, last = tokens.at(start), tokens.at(end)
        head: list[int] = []
        for token in range(first, last):
            if head and tokens.lower[token] in self._prepositions:
                break
            if head and "(" in tokens.gap(token):
                break
            head.append(token)
        return head

    def _is_actor(self, tokens: Tokens, opened: int, start: int, end: int) -> bool:
        head = self._head_of(tokens, start, end)
        if not head:
            return False
        if self.register.at(tokens, head[0]) is not None:
            return True
        articles = self._grammar.articles
        if not self._head_is_last:
            told = [token for token in head if tokens.lower[token] not in articles][:4]
            if any(tokens.lower[token] in self._not for token in told[:2]):
                return False
            return any(tokens.lower[token] in self._heads or self._is_name(tokens, token) for token in told)
        last = head[-1]
        word = tokens.lower[last]
        if word in self._not:
            return False
        return word in self._heads or self._is_name(tokens, last)

    def _is_name(self, tokens: Tokens, token: int) -> bool:
        """Whether a word is written as a name: with a capital, inside a sentence."""
        return token > 0 and _CAPITAL.match(tokens.words[tokens.starts[token] : tokens.starts[token] + 1]) is not None

    def _mention(self, tokens: Tokens, start: int, end: int) -> Mention | None:
        words = tokens.words
        start, end = trimmed(words, start, end)
        article = self._article.match(words, start, end)
        if article is not None and article.end() < end:
            start = article.end()
        if start >= end:
            return None
        as_written = words[start:end]
        return Mention(start, end, as_written, self._key(as_written), self._is_collective(tokens, start, end))

    def _key(self, as_written: str) -> str | None:
        """The address of a body or collective that these words name, nothing more and nothing less."""
        bare = _ABBREVIATED.sub("", as_written)
        known = self.register.exactly(bare)
        if known is None:
            first, _, rest = bare.partition(" ")
            if first.lower() in self._quantifiers and rest:
                known = self.register.exactly(rest)
        return known.path if known is not None and known.family in ("body", "collective") else None

    def _is_collective(self, tokens: Tokens, start: int, end: int) -> bool:
        head = self._head_of(tokens, start, end)
        if not head:
            return False
        if self._head_is_last:
            word = tokens.lower[head[-1]]
            return word in self._collective or (word.endswith("s") and word in self._heads)
        return any(
            tokens.lower[token] in self._collective or (tokens.lower[token].endswith("s") and tokens.lower[token] in self._heads)
            for token in head[:3]
        )

    def one_at(self, tokens: Tokens, start: int, end: int) -> list[Mention]:
        """Return the actors that a stretch begins with, whatever follows them."""
        stop = end
        first = tokens.at(start)
        for token in range(first + 1, tokens.at(end)):
            gap = tokens.gap(token)
            if any(mark in gap for mark in ".;:()") or (tokens.lower[token] in self._ends and token > first + 1):
                stop = tokens.ends[token - 1]
                break
        return self.of(tokens, start, stop)

    @cached_property
    def _ends(self) -> frozenset[str]:
        """Words after which a name does not go on: verbs, and prepositions other than “of”."""
        return frozenset(cut(" ".join(self._grammar.words("name_ends"))))
