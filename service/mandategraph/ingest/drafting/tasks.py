"""The quads of what a plan asks for: functions of a quoted article, suggestions to actors, duties."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mandategraph.core.namespaces import DCTERMS, ID
from mandategraph.ingest.drafting.draft import Weight
from mandategraph.ingest.drafting.keys import key_of
from mandategraph.ingest.drafting.paper import TYPE, iri, kos, mg, text
from mandategraph.ingest.drafting.registers import NO_VERB
from mandategraph.ingest.drafting.reproduced import Reproduced
from mandategraph.ingest.drafting.voice import Voice
from mandategraph.ingest.reading import Block
from mandategraph.ingest.workplan.outline import PlannedDuty

if TYPE_CHECKING:
    from mandategraph.ingest.drafting.work import Work
    from mandategraph.ingest.meaning import Meaning

_SUGGESTED = ("open", "A suggested and optional activity: nothing entered here says that it was taken up or dropped.")
_GOES_ON = ("continuous", "A task that goes on; the words state no end.")
_RULE = ("standing", "A rule to observe in all work: it calls for no activity of its own.")
_NOT_STATED = ("begins", "ends", "programmeArea", "priority")
# “will” says little of what is to be done; the verb or noun after it belongs to it.
_BARE = frozenset(["will", "shall", "be", "take", "consider"])
_BY = re.compile(r"\b(?:by|por|par|pela|pelo)\s+")
_NEAR = 8
_GOES_WITH = re.compile(r"\s(?:\w+(?:ed|ing|en)|account|part|note|steps)\b")


class TaskWriter:
    """
    Writes the tasks of a plan at `path` whose day is `voice.adopted`.

    `whole` is the document whose words it holds.
    """

    def __init__(
        self, work: Work, meaning: Meaning, words: Mapping[str, Any], path: str, whole: Reproduced, voice: Voice
    ) -> None:
        self._work = work
        self._paper = work.paper
        self._draft = work.draft
        self._meaning = meaning
        self._words = words
        self._path = path
        self._whole = whole
        self._voice = voice
        self._day = voice.adopted

    def _text(self, block: Block) -> str:
        return self._paper.reading.words(block)

    def function(self, item: Block, path: str, provision: str, lead: str, document: str) -> None:
        """A letter of an article that gives a body its functions is a task of that body."""
        phrases = "|".join(re.escape(phrase) for phrase in self._words.get("functions", {}).get("words", []))
        found = re.search(rf"(?:{phrases})", lead, re.IGNORECASE)
        if found is None or not phrases:
            return
        self._draft.statements += 1
        self._draft.mandates += 1
        voice, language = self._work.voice_of(document), self._paper.language
        act = self._act(re.sub(r";\s*\w*$", "", self._text(item)))
        asked = self._asked(lead[found.end() :].strip(" ():"))
        pairs = [
            TYPE,
            mg("Mandate"),
            f"<{DCTERMS}identifier>",
            text(f"{path}/s1"),
            mg("expressedIn"),
            provision,
            mg("verb"),
            self._work.entries.verb("have-as-function", "binding"),
            mg("verbAsWritten"),
            text(found[0], language),
            mg("requiredAct"),
            text(act, language),
            mg("dutyKind"),
            kos("duty-sustained"),
            mg("textSpan"),
            self._paper.span(item.start, item.end),
            *([mg("issuer"), self._work.entries.body(voice.issuer)] if voice.issuer else []),
            *asked,
        ]
        named = self._mentioned(self._text(item), 0, voice, asked)
        pairs += [part for pair in named for part in pair]
        pairs += [part for term in _NOT_STATED for part in (mg("notStated"), mg(term))]
        self._paper.read(iri(ID, f"{path}/s1"), *pairs)
        standing = self._meaning.kind_of_act(act) == "standing"
        self._work.says.status(f"{path}/s1", _RULE if standing else _GOES_ON, self._day)

    def _act(self, words: str) -> str:
        """The words of an act, as they stand within a sentence: without “To” and stop, the first letter small."""
        act = re.sub(r"^(?:To|A|Para)\s+(?=\w)", "", words.strip()).rstrip(".;, ")
        return act[:1].lower() + act[1:] if act[1:2].islower() else act

    def _mentioned(self, words: str, start: int, voice: Voice, pairs: Sequence[str]) -> list[tuple[str, str]]:
        """What words name beside the parts that `pairs` has given out already."""
        told = self._work.says.documents(self._meaning, "", words, start, len(words), voice)
        named = list(zip(told[::2], told[1::2], strict=True))
        return [pair for pair in named if pair[0] != mg("mentions") or pair[1] not in pairs]

    def suggestion(self, full: str, provision: str, block: Block, actor: str) -> None:
        """Write what is suggested in a provision, whose path is `full`, to the actor that the heading names."""
        words, language = self._text(block), self._paper.language
        voice = self._whole.voice(block.start, self._voice)
        self._draft.statements += 1
        verbs = self._meaning.verbs_of(words)
        pairs = [
            TYPE,
            mg("SuggestedActivity"),
            f"<{DCTERMS}identifier>",
            text(f"{full}/s1"),
            mg("expressedIn"),
            provision,
            *(part for verb in verbs for part in (mg("verb"), self._work.entries.verb(key_of(verb) or NO_VERB, ""))),
            *(part for verb in verbs for part in (mg("verbAsWritten"), text(verb, language))),
            mg("requiredAct"),
            text(self._act(words), language),
            mg("textSpan"),
            self._paper.span(block.start, block.end),
            *([mg("issuer"), self._work.entries.body(voice.issuer)] if voice.issuer else []),
            *self._asked(actor.rstrip(" :")),
            *self._work.says.told(self._meaning.details(words), block.start, voice),
            *(part for term in ("begins", "ends", "deadline") for part in (mg("notStated"), mg(term))),
        ]
        pairs += [part for pair in self._mentioned(words, 0, voice, pairs) for part in pair]
        self._paper.read(iri(ID, f"{full}/s1"), *pairs)
        self._work.says.status(f"{full}/s1", _SUGGESTED, self._day)

    def _asked(self, words: str) -> list[str]:
        pairs: list[str] = []
        found = self._meaning.addressees(words)
        if not any(mention.key for mention in found):
            # “In order to ensure follow-up, the Council, through the Committee”: the first body named is asked.
            found = self._meaning.mentions(words)[:1] or found
        mentions = {mention.key or mention.as_written: mention for mention in found}
        for mention in mentions.values():
            if mention.key is not None:
                pairs += [mg("addressee"), iri(ID, mention.key)]
            else:
                pairs += [mg("addresseeAsWritten"), text(mention.as_written, self._paper.language)]
                self._draft.look(Weight.ACTOR, f"No register knows “{mention.as_written}”.")
        if not pairs and words:
            self._draft.look(Weight.ACTOR, f"No register knows “{words}”.")
            pairs = [mg("addresseeAsWritten"), text(words, self._paper.language)]
        return pairs

    def duty(self, duty: PlannedDuty, count: int) -> None:
        """Write a duty, the `count`th of its paragraph."""
        full, paper = f"{self._path}/sec/{duty.path}", self._paper
        words = paper.reading.text[duty.start : duty.end]
        voice = self._whole.voice(duty.start, self._voice)
        self._draft.statements += 1
        subject, _, rest = words.partition(duty.verb)
        goes_on = _GOES_WITH.match(rest) if duty.verb.rsplit(" ", 1)[-1] in _BARE else None
        verb = duty.verb + (goes_on.group() if goes_on is not None else "")
        # “Each year the Council …”: what stands before the body is no part of its name.
        subject = re.sub(r"^[^,]*?\b(?=[Tt]he [A-Z])", "", subject.strip(" ,"))
        act = f"{duty.verb}{rest}".split(" ", 1)[-1].strip(" .;")
        pairs = [
            TYPE,
            mg("Duty"),
            f"<{DCTERMS}identifier>",
            text(f"{full}/s{count}"),
            mg("expressedIn"),
            iri(ID, full),
            mg("verbAsWritten"),
            text(verb, paper.language),
            mg("modality"),
            kos(f"modality-{duty.modality}"),
            mg("requiredAct"),
            text(act or words, paper.language),
            *([mg("issuer"), self._work.entries.body(voice.issuer)] if voice.issuer else []),
            mg("dutyKind"),
            kos("duty-sustained"),
            mg("textSpan"),
            paper.span(duty.start, duty.end),
        ]
        # “will consider convening”: the verb after the auxiliary, where the organisation has it on its list.
        known = f"{self._work.key}/verb/{key_of(verb.split(' ', 1)[-1])}"
        pairs += [mg("verb"), iri(ID, known)] if self._work.entries.knows(known) else []
        pairs += [part for term in _NOT_STATED for part in (mg("notStated"), mg(term))]
        pairs += self._work.says.told(self._meaning.details(words), duty.start, voice, recurs=False)
        if duty.rrule:
            pairs += [mg("rrule"), text(duty.rrule)]
        pairs += self._asked_of_duty(subject, verb, rest)
        series = self._series(duty.before_each)
        pairs += [mg("beforeEach"), iri(ID, series)] if series else []
        pairs += [part for pair in self._mentioned(words, 0, voice, pairs) for part in pair]
        paper.read(iri(ID, f"{full}/s{count}"), *pairs)
        self._work.says.status(f"{full}/s{count}", _GOES_ON, self._day)
        if duty.before_each and not series:
            self._draft.look(
                Weight.NUMBERS, f"A duty falls before each “{duty.before_each}”: name the series of events."
            )

    def _asked_of_duty(self, subject: str, verb: str, rest: str) -> list[str]:
        """
        Who a sentence of follow-up asks, with whom it serves.

        The subject; what the subject will be (“The body in charge will be the Committee”); or by whom something will be
        done for it (“The Committee will be supported by the Secretariat”).
        """
        known = [mention for mention in self._meaning.addressees(subject) if mention.key]
        named = [mention for mention in self._meaning.mentions(rest) if mention.key]
        by = _BY.search(rest)
        if verb.endswith(" be") and not known and named and named[0].start <= _NEAR:
            return [mg("addressee"), iri(ID, str(named[0].key))]
        agents = [mention for mention in named if by is not None and 0 <= mention.start - by.end() <= _NEAR]
        if agents and " be " in f"{verb} " and known:
            pairs = [mg("addressee"), iri(ID, str(agents[0].key))]
            return pairs + [part for mention in known for part in (mg("beneficiary"), iri(ID, str(mention.key)))]
        return self._asked(subject) if subject else []

    def _series(self, event: str) -> str:
        """The address of a series of events of the register, "" where it has none of this name."""
        folded = " ".join(event.casefold().removeprefix("the ").split())
        known = (one.path for one in self._meaning.series if " ".join(one.label.casefold().split()) == folded)
        return next(known, "")
