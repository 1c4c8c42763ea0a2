"""What kind of act words ask for, and how an act bears on the documents that it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mandategraph.ingest.meaning.grammar import Grammar, any_phrase, compiled

_KINDS = ("standing", "once", "sustained")
_LONGEST = 200


class Acts:
    """Reads acts by the verbs of a language: table `[acts]` of `data/meaning`, and `open_lists`."""

    def __init__(self, grammar: Grammar) -> None:
        table: Mapping[str, Any] = grammar.table.get("acts", {})
        where = f"{grammar.language}.toml, acts"
        skipped = any_phrase(grammar.adverbs_written)
        self._kinds = {
            kind: re.compile(rf"(?:(?:{skipped})\s+)*(?:{any_phrase(table.get(kind, ()))})\b", re.IGNORECASE)
            for kind in _KINDS
        }
        self._joint = re.compile(rf"(?:\s*,)?\s+(?:{any_phrase(table.get('joints', ('and',)))})\s+")
        articles = any_phrase(grammar.words("articles"))
        aside = r"(?:\s*,[^,;.]{3,60},)?"
        self._at_once = re.compile(rf"{aside}\s*(?:(?:{articles})\s*)?[“\"«]?\Z", re.IGNORECASE)
        self._objects = {str(verb): str(term) for term, verbs in table.get("objects", {}).items() for verb in verbs}
        self._brought_up = compiled(str(table.get("updating", "(?!)")), where, re.IGNORECASE)
        self._keeping = compiled(str(table.get("keeping", "(?!)")), where, re.IGNORECASE)
        self._open = compiled(str(table.get("open_list", "(?!)")), where, re.IGNORECASE)

    def kind(self, act: str) -> str:
        """
        Return whether an act is done "once", is "sustained", or is a "standing" rule of conduct; "" where unknown.

        The verb that comes first decides: to submit a report ends, to monitor a programme goes on, to function as a
        forum asks for no act of its own.
        """
        return next((kind for kind, pattern in self._kinds.items() if pattern.match(act)), "")

    def verbs(self, act: str) -> list[str]:
        """
        Return the verbs of an act that begins with one: two where a second is joined to it.

        “Design and promote mechanisms”, “Intensify the study …, and promote the discussion”.
        """
        first = re.match(r"\w+", act)
        found = [first.group()] if first is not None else []
        for joint in self._joint.finditer(act):
            if joint.start() == (first.end() if first is not None else 0) or joint.group().lstrip().startswith(","):
                match = next((m for p in self._kinds.values() if (m := p.match(act, joint.end()))), None)
                if match is not None:
                    found.append(match.group())
        return found

    def bearing(self, words: str, start: int, at: int, verb: str) -> str:
        """
        Return how what stands at `at` is borne on by a statement whose verb ends at `start`.

        A property of statements: adopts, establishes, updates, inKeepingWith; "" where the words do not tell.
        """
        between = words[max(start, at - _LONGEST) : at]
        if verb in self._objects and at - start < _LONGEST and self._at_once.match(between):
            return self._objects[verb]
        if self._brought_up.search(between):
            return "updates"
        return "inKeepingWith" if self._keeping.search(between) else ""

    def is_open_list(self, words: str) -> bool:
        """Whether the words say that the list after them is not closed: “among others:”."""
        return self._open.search(words) is not None
