"""The words that open paragraphs, in each language: which verb, of which part of a resolution."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mandategraph.ingest.alternatives import any_of
from mandategraph.ingest.colons import Colons
from mandategraph.ingest.english import english_forms
from mandategraph.ingest.once import once
from mandategraph.ingest.openings import LOOK_ALIKES, Opening

# “XC GMC – Montevideo, 3/XII/31.”, “Asunción, 26.III.91”
_PLACE_AND_DAY = re.compile(r"[^\d.;:]{4,60}[,–—-]\s*\d{1,2}[/.](?:[IVX]{1,4}|\d{1,2})[/.]\d{2,4}\.?\s*\Z")
_NEVER = re.compile(r"\b\B")
_QUOTES = "“”\"«‘' \u00a0\u200e\u200f"


class Lexicon:
    """
    The drafting words of one language, from `data/languages/*.toml` and what an organisation adds.

    >>> lexicon = Lexicon({"language": "en", "operative": ["request", "call"], "phrases": ["call upon"],
    ...     "before_verb": ["also"], "clause_openers": ["in"], "preamble": ["mindful"], "organs": ["Assembly"],
    ...     "speakers": ["we"], "will": ["will"]})
    >>> lexicon.operative("Also calls upon member States")
    Opening(lemma='call', written='calls upon', start=5, end=15, speaks=True, infinitive=False)
    >>> lexicon.operative("In this regard, requests the Secretariat").lemma
    'request'
    >>> lexicon.operative("Callous disregard"), lexicon.preamble("Requesting also that").lemma
    (None, 'request')
    >>> lexicon.operative("We will protect our planet").written, lexicon.operative("Request a report").speaks
    ('will protect', False)
    >>> lexicon.spoken("The members of the General Assembly also request that").lemma
    'request'
    """

    def __init__(self, words: Mapping[str, Any]) -> None:
        self.language: str = words["language"]
        self._words = words

    def _list(self, key: str) -> list[str]:
        return list(self._words.get(key, []))

    @once
    def _forms(self) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
        """Form to dictionary form: of operative paragraphs, of the preamble, and as reports tell of what was done."""
        operative: dict[str, str] = {}
        participles: dict[str, str] = {}
        told: dict[str, str] = {}
        acts = self._list("acts")
        for lemma in (*self._list("operative"), *acts):
            if self.language == "en":
                forms = english_forms(lemma)
                operative[forms["third"]] = operative[forms["plain"]] = lemma
                told[forms["past"]] = lemma
                if lemma not in acts:
                    participles[forms["participle"]] = lemma
            else:
                operative[lemma] = lemma
        for lemma, irregular in dict(self._words.get("forms", {})).items():
            for form in irregular:
                operative[form] = lemma
        for lemma, irregular in dict(self._words.get("participles", {})).items():
            for form in irregular:
                participles[form] = lemma
        for opener in self._list("preamble"):
            participles.setdefault(opener, opener)
        return operative, participles, operative | told

    @once
    def _plain(self) -> frozenset[str]:
        """Forms that instruct and in which nobody speaks: “Request”."""
        if self.language != "en":
            return frozenset()
        return frozenset((*self._list("operative"), *self._list("acts"))) - {
            form for forms in self._words.get("forms", {}).values() for form in forms
        }

    @once
    def _phrases(self) -> dict[str, re.Pattern[str]]:
        """Dictionary form of a verb to what may follow it and belongs to it."""
        following: dict[str, list[str]] = {}
        for phrase in self._list("phrases"):
            lemma, _, rest = phrase.partition(" ")
            following.setdefault(lemma, []).append(rest)
        return {lemma: re.compile(rf"\s+(?:{any_of(rests)})\b", re.I) for lemma, rests in following.items()}

    @once
    def _before(self) -> re.Pattern[str]:
        words = any_of(self._list("before_verb"))
        return re.compile(rf"(?:(?:{words})\s*,?\s+)*", re.I) if words else re.compile("")

    @once
    def _infinitive(self) -> re.Pattern[str]:
        """“To instruct”: a mark of the infinitive before the verb."""
        marks = any_of(self._list("infinitive_marks"))
        return re.compile(rf"(?:{marks})\s+", re.I) if marks else _NEVER

    @once
    def _speaker(self) -> re.Pattern[str]:
        words = any_of(self._list("speakers"))
        return re.compile(rf"(?:{words})\b\s*(?:,[^,;:.]{{2,120}},)?\s*", re.I) if words else _NEVER

    @once
    def _will(self) -> re.Pattern[str]:
        words = any_of(self._list("will"))
        return (
            re.compile(rf"(?:{words})\s+(?:(?:not|also|further|continue\s+to)\s+)?[^\W\d_]+", re.I) if words else _NEVER
        )

    @once
    def _clause(self) -> re.Pattern[str]:
        words = any_of(self._list("clause_openers"))
        return re.compile(rf"(?:{words})\b[^;:.]{{2,260}}?,\s+", re.I) if words else _NEVER

    _further_clause = re.compile(r"[^;:.]{1,260}?,\s+")

    @once
    def _organs(self) -> str:
        return any_of(self._list("organs"))

    @once
    def _articles(self) -> str:
        return any_of(self._list("articles") or ["The"])

    @once
    def _organ(self) -> re.Pattern[str]:
        # “The General Assembly,” or, the comma lost, the name alone: “The General Assembly”.
        officers = any_of(self._list("officers"))
        nobody = rf"(?!\s*(?:{officers})\b)" if officers else ""
        opening = rf"(?:(?:{self._articles})\s*{nobody}|We,?\s+(?:the\s+)?)"
        return re.compile(
            rf"{opening}(?:[^.;:]{{0,90}}?\b(?:{self._organs})\b[^.;:]{{0,120}},\s*"
            rf"|(?:[\w-]+\s){{0,4}}(?:{self._organs}):?\s*)\Z"
        )

    @once
    def _organ_capitals(self) -> re.Pattern[str]:
        """“EL GRUPO MERCADO COMÚN”, “THE PERMANENT COUNCIL,”."""
        articles, organs = self._articles.upper(), self._organs.upper().replace(r"\S", r"\s")
        return (
            re.compile(rf"(?:{articles})\s*(?:[\w-]+\s){{0,4}}(?:{organs})(?:\s[\w\s]{{0,80}})?[,:]?\s*\Z")
            if organs
            else _NEVER
        )

    @once
    def _subject(self) -> re.Pattern[str]:
        """A body as the subject of a sentence, a clause before it allowed: “In this regard, the Council”."""
        if not self._organs:
            return _NEVER
        articles = self._articles
        return re.compile(
            rf"(?i:(?P<clause>[^;:.]{{2,200}}?,\s+)?(?:{articles}|all)\s*"
            rf"(?:(?:members|parties|states members)\s+(?:of|to)\s+(?:the\s+)?)?)"
            rf"(?:(?:[A-Z][\w’-]*|and|on|of)\s+){{0,6}}(?:{self._organs})(?:\s+(?:of|on|for|to)\s+(?:the\s+)?[A-Z][^,;:.]{{1,60}}?)?"
            rf"(?:\s*,[^;:.]{{2,140}}?,)?\s+"
        )

    _word = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")

    def _verb_at(self, words: str, start: int, forms: Mapping[str, str]) -> Opening | None:
        found = self._word.match(words, start)
        if found is None:
            return None
        form = found.group().translate(LOOK_ALIKES).lower()
        lemma = forms.get(form)
        if lemma is None:
            return None
        end = found.end()
        if form in self._plain and words[end : end + 4] == " by ":
            return None  # a noun: “Note by the Secretariat”
        phrases = self._phrases.get(lemma)
        more = phrases.match(words, end) if phrases is not None else None
        if more is not None:
            end = more.end()
        return Opening(lemma, words[start:end], start, end, form not in self._plain)

    def operative(self, words: str) -> Opening | None:
        """Return the operative verb that opens the words; adverbs, “To”, a speaker or a clause may stand before it."""
        begin = len(words) - len(words.lstrip(_QUOTES))
        opening = self._opening_at(words, begin)
        if opening is not None:
            return opening
        # A clause before the verb may itself hold commas: try the verb after each.
        clause = self._clause.match(words, begin)
        tries = 0
        while clause is not None and tries < 6:
            opening = self._opening_at(words, clause.end())
            if opening is not None:
                return opening
            tries += 1
            clause = self._further_clause.match(words, clause.end())
        return None

    def _opening_at(self, words: str, start: int) -> Opening | None:
        spoken, marked = False, False
        start = self._end_of(self._before, words, start)
        speaker = self._speaker.match(words, start)
        if speaker is not None:
            spoken, start = True, self._end_of(self._before, words, speaker.end())
            will = self._will.match(words, start)
            if will is not None:
                return Opening(will.group().split()[-1].lower(), will.group(), start, will.end())
        infinitive = self._infinitive.match(words, start)
        if infinitive is not None:
            marked, start = True, self._end_of(self._before, words, infinitive.end())
        opening = self._verb_at(words, start, self._forms[0])
        if opening is None and speaker is not None and "," in speaker.group():
            opening = self._after_clauses(words, start)  # “We, the Ministers, having met in Lima, reaffirm”
        if opening is None or not (spoken or marked):
            return opening
        return Opening(
            opening.lemma,
            opening.written,
            opening.start,
            opening.end,
            spoken or (opening.speaks and not marked),
            marked,
        )

    def _after_clauses(self, words: str, start: int) -> Opening | None:
        for _ in range(4):
            clause = self._further_clause.match(words, start)
            if clause is None:
                return None
            start = self._end_of(self._before, words, clause.end())
            opening = self._verb_at(words, start, self._forms[0])
            if opening is not None:
                return opening
        return None

    @staticmethod
    def _end_of(pattern: re.Pattern[str], words: str, start: int) -> int:
        found = pattern.match(words, start)
        return found.end() if found is not None else start

    def spoken(self, words: str, *, told_of_a_meeting: bool = False) -> Opening | None:
        """
        Return the verb of which a body is the subject: “The Council also reaffirms”.

        Where a report tells what the body did (“The Committee took note”), `speaks` is false. A decision is told of the
        meeting that took it, “At its 9th meeting, on 3 May, the Council decided”: to be asked for, since reports tell
        of an earlier time in the same way.
        """
        begin = len(words) - len(words.lstrip(_QUOTES))
        found = self._subject.match(words[: begin + 420], begin)
        if found is None:
            return None
        start = self._end_of(self._before, words, found.end())
        opening = self._verb_at(words, start, self._forms[2])
        if opening is None:
            return None
        speaks = words[start : opening.end].split()[0].lower() in self._forms[0]
        if not speaks and found["clause"] and not told_of_a_meeting:
            return None  # “At its tenth session, the Committee decided”: told of an earlier time
        return Opening(opening.lemma, opening.written, opening.start, opening.end, speaks)

    def preamble(self, words: str) -> Opening | None:
        """Return the participle or other opener of a preamble paragraph."""
        _, participles, _ = self._forms
        begin = len(words) - len(words.lstrip(_QUOTES))
        for at in dict.fromkeys((self._end_of(self._before, words, begin), begin)):
            found = self._preamble_phrases.match(words, at)
            if found is not None:
                return Opening(found.group().lower(), found.group(), at, found.end())
            opening = self._verb_at(words, at, participles)
            if opening is not None:
                return opening
        return None

    @once
    def _preamble_phrases(self) -> re.Pattern[str]:
        phrases = any_of(opener for opener in self._list("preamble") if " " in opener)
        return re.compile(rf"(?:{phrases})\b", re.I) if phrases else _NEVER

    def is_organ(self, words: str) -> bool:
        """Whether the words are the line on which the organ names itself: “The General Assembly,”."""
        if len(words) >= 260 or not self._organs:
            return False
        words = words.lstrip(_QUOTES)
        return self._organ.match(words) is not None or (
            words.isupper() and self._organ_capitals.match(words) is not None
        )

    def enacts(self, words: str) -> bool:
        """
        Whether the words are the formula after which the operative part begins: “RESUELVE:”, “DECIDES:”, “Resolves”.

        >>> Lexicon({"language": "es", "operative": ["resuelve"]}).enacts("RESUELVE:")
        True
        """
        if len(words) > 60 or not words.rstrip().endswith(":"):
            return False
        opening = self.operative(words)
        return opening is not None and not words[opening.end :].strip(" :") and (words.isupper() or opening.start == 0)

    @once
    def _organ_inside(self) -> re.Pattern[str]:
        return re.compile(
            rf"(?<!\S)(?:{self._articles})\s*(?:[A-Z]\w+ ){{0,3}}(?:{self._organs})"
            rf"(?: (?:of|on) [^,.;:]{{2,80}})?(?:,?\s+(?=[A-ZÀ-Ý])|,\s*\Z)"
        )

    def organ_lines(self, text: str, start: int, end: int) -> list[int]:
        """Return where, within a line, the organ names itself before a paragraph: “… The Council, Recalling”."""
        if not self._organs:
            return []
        return [
            found.start()
            for found in self._organ_inside.finditer(text, start, end)
            if found.end() >= end
            or self.preamble(text[found.end() : found.end() + 60]) is not None
            or self.operative(text[found.end() : found.end() + 60]) is not None
        ]

    @once
    def _heads(self) -> dict[str, frozenset[str]]:
        return {key: frozenset(self._list(key)) for key in ("annex", "contents")}

    def is_annex(self, words: str) -> bool:
        """Whether the words head an annex."""
        if len(words) >= 120:
            return False
        first = words.split(None, 1)[:1]
        return bool(first) and first[0].strip(" :.*").lower() in self._heads["annex"]

    def is_contents(self, words: str) -> bool:
        """Whether the words head a table of contents."""
        return len(words) < 40 and words.strip(" :.*").lower() in self._heads["contents"]

    def is_plan_title(self, words: str) -> bool:
        """Whether the words are a title by which a budget or a plan calls itself."""
        short = len(words) < 140 and words.rstrip()[-1:] not in ";:"
        return short and any(plan in words.lower() for plan in self._list("plans"))

    @once
    def _ends(self) -> tuple[str, ...]:
        return tuple(self._list("ends"))

    def is_end(self, words: str) -> bool:
        """Whether the words close a text: the meeting, the vote, the day."""
        # A vote may name every State; anything else that closes a text is short, and no list goes on after it.
        plainly = words[:1] == "[" or words[:1].isdigit()
        if not plainly and (len(words) >= 160 or words.rstrip()[-1:] in ";:"):
            return False
        lower = words[: 60 if plainly else 160].lower()
        return any(mark in lower for mark in self._ends) or _PLACE_AND_DAY.match(words) is not None

    @once
    def _colons(self) -> Colons:
        return Colons(self._words)

    def introduces_text(self, words: str) -> bool:
        """Whether a whole text follows the words, not a list: “Adopts the following declaration:”."""
        return self._colons.introduce_text(words, self.operative)

    def opens_predicates(self, words: str, item: str) -> bool:
        """Whether the words and the first item under them say what somebody is: “that the panel:”, “Is open;”."""
        return self._colons.open_predicates(words, item)

    @once
    def _unknown_verb(self) -> re.Pattern[str]:
        words = self._words.get("unknown_verb", "")
        return re.compile(words) if words else _NEVER

    def resembles_verb(self, words: str) -> bool:
        """
        Whether the first word has the shape of a verb in which a body speaks, with what only follows verbs.

        >>> words = {"language": "en", "unknown_verb": r"[A-Z][a-z]+s (?:the|its)\\b"}
        >>> Lexicon(words).resembles_verb("Lauds the efforts of"), Lexicon(words).resembles_verb("Measures to ensure")
        (True, False)
        """
        return self._unknown_verb.match(words.lstrip(_QUOTES)) is not None


class Lexicons:
    """The lexicons of several languages; the one whose words open most of a text's paragraphs is the text's."""

    def __init__(self, lexicons: Iterable[Lexicon]) -> None:
        self.by_language = {lexicon.language: lexicon for lexicon in lexicons}

    def of_text(self, paragraphs: Sequence[str]) -> Lexicon:
        """Return the lexicon that knows most openings; the first one where none knows any."""
        best, most = next(iter(self.by_language.values())), -1
        for lexicon in self.by_language.values():
            known = sum(1 for words in paragraphs if lexicon.operative(words) or lexicon.preamble(words))
            if known > most:
                best, most = lexicon, known
        return best
