"""Where the statements of a paragraph begin: one at each verb in which the body itself speaks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property

from mandategraph.ingest.lexicon import Lexicon
from mandategraph.ingest.meaning.grammar import Grammar, any_phrase
from mandategraph.ingest.meaning.tokens import Tokens, cut
from mandategraph.ingest.meaning.verbs import Person, VerbFound, Verbs

_STOP = re.compile(r"[.;]\s*\Z")
_FULL_STOP = re.compile(r"[.;]\s+(?=[“\"«]?[A-ZÀ-Ý])")
_BLANK_OR_STOP = re.compile(r"[\s.]")


@dataclass(frozen=True, slots=True)
class Clause:
    """
    A stretch of the words with one verb: `start` to `end` of the paragraph, the verb from `verb_start` on.

    `duty_subject` is set where the sentence has a subject that shall act (“The Committee shall …”): where it begins
    and ends.
    """

    start: int
    end: int
    verb: VerbFound
    verb_start: int
    verb_end: int
    duty_subject: tuple[int, int] | None = None


class Clauses:
    """Finds the clauses of a paragraph by the words of a language."""

    def __init__(self, lexicon: Lexicon, grammar: Grammar, verbs: Verbs) -> None:
        self._lexicon, self._grammar, self._verbs = lexicon, grammar, verbs
        self._speech = grammar.words("speech")
        self._only_phrases = grammar.words("only_phrases")
        self._nouns, self._after_noun = grammar.words("noun_forms"), grammar.words("after_noun")
        self._verbs_all_the_same = {cut(phrase) for phrase in grammar.words("verbs_all_the_same")}
        self._after_asking = grammar.words("speech_after_asking")
        self._after_asking_comma = grammar.words("speech_after_asking_and_comma")
        self._relative = grammar.words("that") | grammar.words("relatives")
        self._marks = grammar.words("infinitive_marks")
        self._subordinators = grammar.words("subordinators")
        self._permissions = grammar.words("permissions")
        self._doubtful = grammar.words("plain_forms_in_doubt")
        self._joint_words = grammar.words("joint_words")
        self._speakers = any_phrase(grammar.table.get("speakers", ()))
        self._stances = grammar.words("stances")
        self._duty_keys = dict(grammar.table.get("duty_keys", {}))
        self._duty_key = str(grammar.table.get("duty_key", ""))

    @cached_property
    def _joint(self) -> re.Pattern[str]:
        """What stands before a further statement, at the end of the words before it."""
        joints = any_phrase(self._grammar.table.get("joints", ()))
        return re.compile(
            rf"(?:(?P<stop>[.;:—])|(?P<comma>,))?\s*(?P<joint>\b(?:{joints})\b)?\s*,?\s*\Z", re.IGNORECASE
        )

    @cached_property
    def _duty(self) -> re.Pattern[str]:
        return self._grammar.compiled("duty", 0)

    def of(self, tokens: Tokens) -> list[Clause]:
        """Return the clauses in their order; none where nothing is said."""
        if not tokens.lower:
            return []
        heads = self._heads(tokens)
        clauses = []
        for place, (start, verb, subject) in enumerate(heads):
            end = heads[place + 1][0] if place + 1 < len(heads) else len(tokens.words)
            end = self._without_joint(tokens, start, end) if place + 1 < len(heads) else end
            verb_start, verb_end = tokens.starts[self._first_of_verb(tokens, verb, start)], tokens.ends[verb.end - 1]
            clauses.append(Clause(start, max(end, verb_end), verb, verb_start, verb_end, subject))
        return clauses

    def _first_of_verb(self, tokens: Tokens, verb: VerbFound, start: int) -> int:
        """The verb as people quote it: “To instruct”, “strongly urges”."""
        at = verb.token
        while (
            at
            and tokens.starts[at - 1] >= start
            and tokens.lower[at - 1] in self._stances
            and not tokens.gap(at).strip()
        ):
            at -= 1
        if at and tokens.starts[at - 1] >= start and tokens.lower[at - 1] in self._marks:
            at -= 1
        return at

    def _without_joint(self, tokens: Tokens, start: int, end: int) -> int:
        found = self._joint.search(tokens.words, max(start, end - 40), end)
        if found is None:
            return end
        # The full stop belongs to the sentence that it ends.
        return found.end("stop") if found["stop"] == "." else found.start()

    def _heads(self, tokens: Tokens) -> list[tuple[int, VerbFound, tuple[int, int] | None]]:
        heads: list[tuple[int, VerbFound, tuple[int, int] | None]] = []
        words, sentences = tokens.words, [0]
        for found in _FULL_STOP.finditer(words):
            # An initial (“K. Lamp”) ends no sentence.
            at = found.start()
            if at >= 2 and _BLANK_OR_STOP.search(words, at - 2, at) is None and not tokens.is_closed(found.end()):
                sentences.append(found.end())
        person = 0
        for place, start in enumerate(sentences):
            end = sentences[place + 1] if place + 1 < len(sentences) else len(tokens.words)
            head = self._opening(tokens, start, end)
            if head is not None:
                heads.append((start, head, None))
                person = head.person
            else:
                duty = self._duty_in(tokens, start, end)
                if duty is None:
                    if not heads:
                        continue
                else:
                    heads.append((start, *duty))
                    continue
            if head is None and not heads:
                continue
            begin = head.end if head is not None else tokens.at(start)
            for further in self._further(tokens, begin, tokens.at(end), heads[-1][1], person):
                heads.append((self._start_of(tokens, further.token), further, None))
        return heads

    def _opening(self, tokens: Tokens, start: int, end: int) -> VerbFound | None:
        """The verb of which the body is the speaker, at the beginning of a sentence."""
        words = tokens.words[start:end]
        opening = self._lexicon.operative(words)
        if (opening is None and start == 0) or opening is None:
            opening = self._lexicon.spoken(words)
            if opening is not None and opening.start and words[opening.start].isupper() and not words.isupper():
                # “The Committee on Migration Issues shall …”: a name goes on, nobody issues.
                opening = None
        if opening is None or not (opening.speaks or opening.lemma in self._speech):
            spoken = self._spoken_after_clause(tokens, start, end)
            if spoken is not None or opening is None:
                return spoken
        token, last = tokens.at(start + opening.start), tokens.at(start + opening.end)
        verb = self._verbs.at(tokens, token) if token < len(tokens) else None
        if verb is None and token + 1 < last:
            verb = self._verbs.at(tokens, token + 1)  # “S’engage à”
        if (
            verb is not None
            and verb.lemma not in self._only_phrases
            and verb.person & Person.THIRD
            and self._is_noun(tokens, verb)
        ):
            following = tokens.lower[verb.token + 1] if verb.token + 1 < len(tokens) else ""
            if following in self._grammar.words("after_noun_at_start"):
                return None
        if verb is None:
            # A form that only the lexicon knows: “We will protect”.
            first = tokens.at(start + opening.start)
            if first >= len(tokens):
                return None
            last = max(first + 1, tokens.at(start + opening.end))
            key = self._duty_key if len(cut(opening.written)) > 1 else opening.lemma
            force = "binding" if key == self._duty_key else ""
            return VerbFound(key, opening.lemma, force, False, Person.PLURAL, first, last, False, bool(force))
        if verb.person & Person.INFINITIVE and opening.speaks and verb.person & Person.PLURAL:
            before = tokens.lower[verb.token - 1] if verb.token else ""
            if verb.token == 0 or before in self._marks:
                return verb
            return replace(verb, person=Person.PLURAL)
        return verb

    def _spoken_after_clause(self, tokens: Tokens, start: int, end: int) -> VerbFound | None:
        """“To strengthen the process, we encourage …”: a speaker after a clause."""
        for found in self._speaker.finditer(tokens.words, start, min(end, start + 400)):
            token = tokens.at(found.end())
            while token < len(tokens) and self._grammar.adverbs.after(tokens, token) > token:
                token = self._grammar.adverbs.after(tokens, token)
            verb = self._verbs.at(tokens, token) if token < len(tokens) else None
            if verb is not None and verb.person & Person.PLURAL and not tokens.is_closed(tokens.starts[token]):
                return replace(verb, person=Person.PLURAL)
        return None

    @cached_property
    def _speaker(self) -> re.Pattern[str]:
        return re.compile(rf",\s+(?:{self._speakers})\s+", re.IGNORECASE)

    def _duty_in(self, tokens: Tokens, start: int, end: int) -> tuple[VerbFound, tuple[int, int]] | None:
        """“The Committee shall submit a report”: a sentence whose subject has a duty."""
        for found in self._duty.finditer(tokens.words, start, min(end, start + 420)):
            before = tokens.words[start : found.start()]
            if not before.strip() or not before.lstrip('“"« ')[:1].isupper():
                return None
            if not tokens.is_closed(found.start()) and not self._is_subordinate(tokens, start, found.start()):
                break
        else:
            return None
        subject = (start, found.start())
        first, last = tokens.at(found.start()), tokens.at(found.end())
        lemma = tokens.lower[max(first, last - 1)] if last > first else ""
        key = self._duty_keys.get(tokens.lower[first], self._duty_key)
        phrase = self._verbs.at(tokens, last - 1) if last > first else None
        if phrase is not None and phrase.is_phrase:
            last = phrase.end
        force = "binding"
        if not self._permissions.isdisjoint(tokens.lower[first:last]):
            key, force = "may", "permission"
        return VerbFound(key, lemma, force, True, Person.THIRD, first, max(last, first + 1), False, True), subject

    def _is_subordinate(self, tokens: Tokens, start: int, end: int) -> bool:
        """Whether a verb stands in a clause of its own: “as far as it will be useful”, “once it is set up”."""
        comma = tokens.words.rfind(",", start, end)
        begin = tokens.at(comma + 1 if comma > start else start)
        return not self._subordinators.isdisjoint(tokens.lower[begin : tokens.at(end)])

    def _start_of(self, tokens: Tokens, token: int) -> int:
        """Where the statement of a verb begins: with the adverbs, the link and the mark of the infinitive before it."""
        at = token
        while at > 0 and (tokens.lower[at - 1] in self._marks or self._grammar.links.before(tokens, at) < at):
            if tokens.lower[at - 1] in self._marks:
                at -= 1
                continue
            step = self._grammar.links.before(tokens, at)
            if "." in tokens.gap(at) or ";" in tokens.gap(at):
                break
            at = step
        return tokens.starts[at]

    def _further(self, tokens: Tokens, begin: int, end: int, current: VerbFound, person: int) -> list[VerbFound]:
        found: list[VerbFound] = []
        nested = self._verb_after_that(tokens, current)
        blocked = False
        for token in range(max(begin, 1), min(end, len(tokens))):
            if not self._verbs.may_stand(tokens.lower[token]):
                continue
            verb = self._verbs.at(tokens, token)
            if verb is None or token < current.end:
                continue
            if self._is_statement(tokens, verb, current, person, blocked=blocked):
                found.append(verb)
                current, blocked = verb, False
                nested = self._verb_after_that(tokens, verb)
            elif verb.person & Person.THIRD and (nested or tokens.lower[token - 1] in self._relative):
                blocked = blocked or not self._is_noun(tokens, verb)
        return found

    def _verb_after_that(self, tokens: Tokens, verb: VerbFound) -> bool:
        """Whether what the verb governs is a clause with “that”."""
        after = self._grammar.links.after(tokens, verb.end)
        return after < len(tokens) and tokens.lower[after] in self._grammar.words("that")

    def _is_statement(self, tokens: Tokens, verb: VerbFound, current: VerbFound, person: int, *, blocked: bool) -> bool:
        if not verb.person & person or tokens.is_closed(tokens.starts[verb.token]):
            return False
        left, linked = self._left_of(tokens, verb.token)
        marked = left > 0 and tokens.lower[left - 1] in self._marks
        if marked:
            left -= 1
        joint = self._joint.search(tokens.words, max(0, tokens.starts[left] - 40), tokens.starts[left])
        if joint is None or not (joint["stop"] or joint["comma"] or joint["joint"]):
            # “… Armed Conflict in this regard, encourages …”: the link may belong to what stands before.
            joint = self._joint.search(tokens.words, max(0, tokens.starts[verb.token] - 3), tokens.starts[verb.token])
            if joint is None or not joint["comma"]:
                return False
        strong = verb.lemma in self._speech and (verb.is_phrase or verb.lemma not in self._only_phrases)
        if person & Person.INFINITIVE and not person & Person.THIRD:
            return self._is_infinitive_statement(
                verb,
                current,
                marked=marked,
                stop=bool(joint["stop"]),
                # “Urge States, to take …” goes on with what is asked; “…, and to take note” does not.
                comma=bool(joint["comma"] and joint["joint"]),
                strong=strong,
            )
        if self._is_noun(tokens, verb):
            return False
        if person == Person.PLURAL:
            # “We urge States to adopt rules and approve budgets”: the plain form may belong to what is asked.
            told = linked or verb.token > left
            allowed = self._after_asking | (self._after_asking_comma if joint["comma"] or told else frozenset())
            if marked or (current.asks and verb.lemma not in allowed) or (verb.lemma in self._doubtful and not told):
                return False
        if joint["stop"] == ":":
            return False
        if joint["stop"]:
            return strong or left == verb.token or linked
        if not strong:
            return False
        if joint["comma"] or linked:
            return True
        # A bare “and” after “which …”, or between two nouns (“requests and appeals”), goes on with what stands there.
        before = max(0, left - 2)
        return not blocked and not (tokens.lower[before] in self._nouns and before != current.token)

    def _is_infinitive_statement(
        self, verb: VerbFound, current: VerbFound, *, marked: bool, stop: bool, comma: bool, strong: bool
    ) -> bool:
        asking = current.asks
        needs_mark = bool(self._marks)
        if stop:
            return marked or not needs_mark or strong
        if needs_mark and not marked:
            return strong and not asking
        if asking:
            return verb.lemma in self._after_asking or (comma and verb.lemma in self._after_asking_comma)
        return strong

    def _left_of(self, tokens: Tokens, token: int) -> tuple[int, bool]:
        """Return the first token of the adverbs and links before a verb, and whether a link was among them."""
        at, linked = token, False
        while True:
            step = self._grammar.links.before(tokens, at)
            if step == at or any(mark in tokens.gap(at) for mark in ".;:"):
                return at, linked
            linked = linked or at - step > 1
            at = step

    def _is_noun(self, tokens: Tokens, verb: VerbFound) -> bool:
        form = tokens.lower[verb.token]
        if form not in self._nouns:
            return False
        following = tokens.lower[verb.token + 1] if verb.token + 1 < len(tokens) else ""
        if (form, following) in self._verbs_all_the_same:
            return False
        if self._grammar.links.after(tokens, verb.token + 1) > verb.token + 1:
            return False
        if following in self._joint_words and verb.token + 2 < len(tokens):
            # “supports and reiterates its commitment”
            second = self._verbs.at(tokens, verb.token + 2)
            if second is not None and second.person & Person.THIRD:
                return False
        if following and "," in tokens.gap(verb.token + 1):
            return True
        return following in self._after_noun or (not following and ":" not in tokens.words[tokens.ends[verb.token] :])
