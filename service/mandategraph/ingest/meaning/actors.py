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
        self._qualifiers = grammar.words("qualifiers")
        self._leading = grammar.words("leading_prepositions")
        self._goes_on_with = grammar.words("name_goes_on")
        self._joint_words = grammar.words("joint_words")
        self._sharing = grammar.words("sharing_nouns")
        self._quantifiers = grammar.words("quantifiers")

    @cached_property
    def _joint(self) -> re.Pattern[str]:
        return self._grammar.compiled("list_joint")

    @cached_property
    def _side(self) -> re.Pattern[str]:
        return re.compile(rf"\s*(?:{any_phrase(self._grammar.table.get('side_clauses', ()))})\b", re.IGNORECASE)

    @cached_property
    def _list_aside(self) -> re.Pattern[str]:
        """Words set apart that open a list of their own: “including”, “in cooperation with”."""
        return re.compile(rf"\s*(?:{self._grammar.table.get('list_asides') or '(?!)'})", re.IGNORECASE)

    @cached_property
    def _not_qualifying(self) -> re.Pattern[str]:
        return self._grammar.compiled("not_qualifying")

    @cached_property
    def _participle(self) -> re.Pattern[str]:
        """What qualifies a name from behind: “States concerned”, “entities facilitating the dialogue”."""
        return self._grammar.compiled("participle_ending")

    @cached_property
    def _adverb(self) -> re.Pattern[str]:
        return self._grammar.compiled("adverb_ending")

    @cached_property
    def _agent(self) -> re.Pattern[str]:
        """Words for those who do something: “regulators”, “journalists”."""
        return self._grammar.compiled("agent_noun")

    @cached_property
    def _list_aside_inside(self) -> re.Pattern[str]:
        return re.compile(rf"\s(?:{self._grammar.table.get('inside_asides') or '(?!)'})", re.IGNORECASE)

    @cached_property
    def _article(self) -> re.Pattern[str]:
        articles = any_phrase(self._grammar.table.get("articles", ()))
        return re.compile(rf"(?:{articles})(?:\s+|(?<=[’']))", re.IGNORECASE)

    def _pieces(self, tokens: Tokens, start: int, end: int) -> list[tuple[int, int, str]]:
        """The stretches between the joints of a list, each with the joint before it."""
        pieces, at, before = [], start, ""
        for joint in self._joint.finditer(tokens.words, start, end):
            pieces.append((at, joint.start(), before))
            at, before = joint.end(), joint.group()
        pieces.append((at, end, before))
        return [piece for piece in pieces if tokens.at(piece[0]) < tokens.at(piece[1])]

    def of(self, tokens: Tokens, start: int, end: int) -> list[Mention]:
        """Return the actors of a stretch that is a list of them; none where its first word group is no actor."""
        words = tokens.words
        found: list[tuple[int, int]] = []
        opened: int | None = None
        aside = ""
        pieces = self._pieces(tokens, start, end)
        for place, (begin, stop, joint) in enumerate(pieces):
            comma = "," in joint or ";" in joint
            if comma and self._side.match(words, begin, stop) is not None:
                if opened is not None:
                    break
                aside = "list" if self._list_aside.match(words, begin, stop) is not None else "words"
                continue
            if aside and (
                not comma or (aside == "list" and joint.strip() == ",") or not self._may_resume(tokens, begin, stop)
            ):
                continue
            aside = ""
            if found and opened is None and tokens.lower[tokens.at(found[-1][1]) - 1] in self._qualifiers:
                # “Heads of intergovernmental, regional and subregional organizations”
                found[-1] = (found[-1][0], stop)
                continue
            if found and opened is None and self._goes_on(tokens, found[-1], begin, stop):
                found[-1] = (found[-1][0], stop)
                continue
            if found and opened is None and self._belongs(tokens, found[-1], begin, stop):
                found[-1] = (found[-1][0], stop)
                continue
            is_actor = self._is_actor(tokens, begin, stop)
            if opened is not None:
                if is_actor:
                    found.append((opened, stop))
                    opened = None
                elif self._qualifies(tokens, begin, stop):
                    continue
                else:
                    break
            elif found and not comma:
                if is_actor and self._is_new(tokens, found[-1], begin, stop):
                    found.append((begin, stop))
                elif not is_actor and self._opens(tokens, pieces, place):
                    opened = begin
                else:
                    found[-1] = (found[-1][0], stop)
            elif is_actor:
                found.append((begin, stop))
            elif found and not self._head_is_last:
                # “organizaciones regionales, internacionales y de la sociedad civil”: what qualifies stands behind.
                found[-1] = (found[-1][0], stop)
            elif self._qualifies(tokens, begin, stop):
                opened = begin
            elif not found:
                break
        return [mention for begin, stop in found if (mention := self._mention(tokens, begin, stop)) is not None]

    def _qualifies(self, tokens: Tokens, start: int, end: int) -> bool:
        """Whether words may be no more than what qualifies the next actor: “regional”, “all relevant international”."""
        first, last = tokens.at(start), tokens.at(end)
        if not 0 < last - first <= 5:
            return False
        return not any(word in self._prepositions for word in tokens.lower[first:last])

    def _goes_on(self, tokens: Tokens, last: tuple[int, int], start: int, end: int) -> bool:
        """Whether a noun alone shares what stands before it: “United Nations agencies, funds and programmes”."""
        first, before = tokens.at(start), tokens.at(last[1]) - 1
        return (
            tokens.lower[first] in self._sharing
            and tokens.lower[before] in self._sharing
            and (tokens.at(end) - first == 1 or tokens.lower[first + 1] in self._prepositions)
            and before - tokens.at(last[0]) >= 1
        )

    def _belongs(self, tokens: Tokens, last: tuple[int, int], start: int, end: int) -> bool:
        """Whether a name goes on after its own “and”: “the Economic and Social Council”, “for Gender, the Family”."""
        first = tokens.at(start)
        article = tokens.lower[first] in self._grammar.articles
        name = first + 1 if article and first + 1 < tokens.at(end) else first
        if (
            not self._is_name(tokens, name)
            or self.register.at(tokens, name) is not None
            or tokens.lower[first] in self._new - self._grammar.articles
        ):
            return False
        opening, before = tokens.at(last[0]), tokens.at(last[1]) - 1
        if not self._is_name(tokens, before):
            return False
        if not article and tokens.lower[opening] in self._grammar.articles and not self._has_head(tokens, *last):
            return True
        inside = any(word in self._prepositions for word in tokens.lower[opening + 1 : before])
        return inside and not self._has_head(tokens, start, end)

    def _has_head(self, tokens: Tokens, start: int, end: int) -> bool:
        """Whether the head of a name is the word for a kind of actor, not a name alone."""
        head = self._head_of(tokens, start, end)
        if not head:
            return False
        if self.register.at(tokens, head[0]) is not None:
            return True
        return any(tokens.lower[token] in self._heads for token in (head[-1:] if self._head_is_last else head))

    def _opens(self, tokens: Tokens, pieces: list[tuple[int, int, str]], place: int) -> bool:
        """Whether a piece without a head qualifies the head of the next: “members and relevant international and …”."""
        begin, stop, _ = pieces[place]
        first, last = tokens.at(begin), tokens.at(stop)
        if not self._qualifies(tokens, begin, stop):
            return False
        if tokens.lower[first] not in self._new and any(
            word not in self._qualifiers for word in tokens.lower[first:last]
        ):
            return False
        for following in pieces[place + 1 :]:
            if self._is_actor(tokens, *following[:2]):
                return True
            if not self._qualifies(tokens, *following[:2]):
                return False
        return False

    def _may_resume(self, tokens: Tokens, start: int, end: int) -> bool:
        """Whether the list goes on after words set apart by commas."""
        return self._is_actor(tokens, start, end) or self._begins_actor(tokens, start, end)

    def _begins_actor(self, tokens: Tokens, start: int, end: int) -> bool:
        first = tokens.at(start)
        return first < len(tokens) and tokens.starts[first] < end and tokens.lower[first] in self._new

    def _is_new(self, tokens: Tokens, last: tuple[int, int], start: int, end: int) -> bool:
        """Whether, after “and”, another actor begins instead of the complement of the one before going on."""
        first, stop = tokens.at(start), tokens.at(end)
        if first >= stop:
            return False
        if self.register.at(tokens, first, stop) is not None or tokens.lower[first] in self._new:
            return True
        if any(word in self._prepositions for word in tokens.lower[tokens.at(last[0]) + 1 : tokens.at(last[1])]):
            return False
        if not _CAPITAL.match(tokens.words, tokens.starts[first]):
            return not self._shares(tokens, last, first, stop)
        # “Israel and Lebanon”, but “the Food and Agriculture Organization”
        before = tokens.at(last[1]) - 1
        return not _CAPITAL.match(tokens.words, tokens.starts[before]) or self._is_actor(tokens, *last)

    def _shares(self, tokens: Tokens, last: tuple[int, int], first: int, stop: int) -> bool:
        """Whether both share an article and a complement: “the funds and programmes of the system”."""
        return (
            tokens.lower[tokens.at(last[0])] in self._grammar.articles
            and tokens.at(last[1]) - tokens.at(last[0]) == 2
            and stop - first > 1
            and tokens.lower[first + 1] in self._prepositions
        )

    def _head_of(self, tokens: Tokens, start: int, end: int) -> list[int]:
        """The tokens among which the head of a name is: those before its first preposition."""
        first, last = tokens.at(start), tokens.at(end)
        head: list[int] = []
        for token in range(first, last):
            word = tokens.lower[token]
            if head and word in self._prepositions and not self._is_name(tokens, token):
                break
            if (
                head
                and tokens.lower[token - 1] in self._heads
                and self._participle.search(word) is not None
                and word not in self._heads
            ):
                break
            if head and "(" in tokens.gap(token):
                break
            head.append(token)
        while len(head) > 1 and self._adverb.search(tokens.lower[head[-1]]) is not None:
            head.pop()
        return head

    def _is_actor(self, tokens: Tokens, start: int, end: int) -> bool:
        head = self._head_of(tokens, start, end)
        if not head or tokens.lower[head[0]] in self._leading:
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
        return word in self._heads or self._is_name(tokens, last) or self._agent.match(word) is not None

    def _is_name(self, tokens: Tokens, token: int) -> bool:
        """Whether a word is written as a name: with a capital, inside a sentence."""
        return token > 0 and _CAPITAL.match(tokens.words[tokens.starts[token] : tokens.starts[token] + 1]) is not None

    def _mention(self, tokens: Tokens, start: int, end: int) -> Mention | None:
        words = tokens.words
        aside = self._list_aside_inside.search(words, start, end)
        if aside is not None and aside.start() > start:
            end = aside.start()
        start, end = trimmed(words, start, end)
        last = tokens.at(end) - 1
        if last > tokens.at(start) and tokens.lower[last] in self._joint_words:
            start, end = trimmed(words, start, tokens.starts[last])
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
            tokens.lower[token] in self._collective
            or (tokens.lower[token].endswith("s") and tokens.lower[token] in self._heads)
            for token in head[:3]
        )

    def one_at(self, tokens: Tokens, start: int, end: int) -> list[Mention]:
        """Return the actors that a stretch begins with, whatever follows them."""
        stop = end
        first = tokens.at(start)
        for token in range(first + 1, tokens.at(end)):
            gap = tokens.gap(token)
            ends = tokens.lower[token] in self._ends and not (
                token + 1 < len(tokens) and tokens.lower[token + 1] in self._goes_on_with
            )
            if ends or any(mark in gap for mark in ".;:()"):
                stop = tokens.ends[token - 1]
                break
        found = self.of(tokens, start, stop)
        if first >= len(tokens) or (found and found[0].key is not None):
            return found
        # A known name goes on where others end: “the Committee on Lamps”, “the General Assembly the measures taken”.
        at = first + 1 if tokens.lower[first] in self._grammar.articles and first + 1 < len(tokens) else first
        named = self.register.at(tokens, at)
        if named is None or (found and named.end <= found[0].end) or named.end > end:
            return found
        return self.of(tokens, start, named.end)

    def shortest_at(self, tokens: Tokens, start: int, end: int) -> list[Mention]:
        """Return the actor that a stretch begins with, its name as short as may be: “all Governments intensify …”."""
        first = tokens.at(start)
        for token in range(first, min(first + 8, tokens.at(end))):
            if token > first and any(mark in tokens.gap(token) for mark in ",.;:()"):
                break
            if tokens.lower[token] in self._heads or self._is_name(tokens, token):
                if token + 1 >= len(tokens):
                    return []
                gap, following = tokens.gap(token + 1), tokens.lower[token + 1]
                if following in self._heads or self._is_name(tokens, token + 1):
                    continue
                if (
                    gap.strip()
                    or following in self._prepositions
                    or following in self._ends
                    or self._joint.match(gap + following + " ")
                ):
                    return []
                return self.of(tokens, start, tokens.ends[token])
        return []

    @cached_property
    def _ends(self) -> frozenset[str]:
        """Words after which a name does not go on: verbs, and prepositions other than “of”."""
        return frozenset(cut(" ".join(self._grammar.words("name_ends"))))
