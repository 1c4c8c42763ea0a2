"""The words of a check in four languages, and what may stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mandategraph.checks.groups import variable
from mandategraph.checks.shapes import Shape, Sparql
from mandategraph.checks.wording import LANGUAGES, Template, read_template
from mandategraph.core.errors import BrokenLibrary
from mandategraph.core.scanner import tokens

GIVEN = frozenset({"focus", "value", "plan", "body", "date_today", "line", "lines", "words", "n", "m", "k"})
"""Placeholders that every message may use beside the variables of its SELECT."""

_REQUIRED = ("heading", "message", "why", "todo")
_OPTIONAL = ("heading_all", "where")
_WHERE = {
    "en": "[[{lines}: “{words}”]]",
    "es": "[[{lines}: «{words}»]]",
    "fr": "[[{lines} : « {words} »]]",
    "pt": "[[{lines}: “{words}”]]",
}


@dataclass(frozen=True, slots=True)
class Message:
    """The words of one check: templates by language and key; `group` is the variable that parts its rows."""

    code: str
    group: str
    templates: Mapping[str, Mapping[str, Template]]

    def template(self, language: str, key: str) -> Template | None:
        """Return one sentence's template, None where this check has no such sentence."""
        return self.templates[language].get(key)

    @property
    def counts_suggestions(self) -> bool:
        """Whether a sentence tells how many suggestions wait."""
        return any("k" in template.names() for told in self.templates.values() for template in told.values())


def read_message(shape: Shape, told: Mapping[str, Any], brief: bool = False) -> Message:
    """
    Return the words of a check; a brief one (an integrity check) has only `message`.

    Raises BrokenLibrary for a missing or unknown key, language or placeholder.
    """
    file = f"messages/{shape.code}.toml"
    group = told.get("group", "")
    allowed = GIVEN | variables(shape)
    if not isinstance(group, str) or (group and group not in allowed):
        raise BrokenLibrary(f"{file}: group names no variable of the shape")
    languages = {key for key in told if key != "group"}
    if languages != set(LANGUAGES):
        raise BrokenLibrary(f"{file}: the languages are {', '.join(LANGUAGES)}, not {', '.join(sorted(languages))}")
    required = ("message",) if brief else _REQUIRED
    templates: dict[str, dict[str, Template]] = {}
    for language in LANGUAGES:
        texts = told[language]
        missing = [key for key in required if not isinstance(texts.get(key), str) or not texts[key].strip()]
        odd = [key for key in texts if key not in (*_REQUIRED, *_OPTIONAL)]
        if missing or odd:
            raise BrokenLibrary(f"{file}, [{language}]: missing {missing}, unknown {odd}")
        templates[language] = {"where": read_template(_WHERE[language])}
        for key, text in texts.items():
            try:
                template = read_template(text)
            except ValueError as problem:
                raise BrokenLibrary(f"{file}, [{language}] {key}: {problem}") from problem
            unknown = set(template.names()) - allowed
            if unknown:
                raise BrokenLibrary(f"{file}, [{language}] {key}: unknown placeholder {', '.join(sorted(unknown))}")
            templates[language][key] = template
    if len({frozenset(one) for one in templates.values()}) != 1:
        raise BrokenLibrary(f"{file}: the languages do not have the same keys")
    return Message(shape.code, group, templates)


def variables(shape: Shape) -> frozenset[str]:
    """Return the variables that the SELECTs of a shape project."""
    names: set[str] = set()
    for constraint in shape.constraints:
        if not isinstance(constraint, Sparql):
            continue
        depth, aliased = 0, False
        for word in tokens(constraint.select):
            if word.keyword == "WHERE" or word.text == "{":
                break
            depth += {"(": 1, ")": -1}.get(word.text, 0)
            if variable(word) and (depth == 0 or aliased):
                names.add(variable(word))
            aliased = word.keyword == "AS"
    return frozenset(names - {"this"})
