"""A pattern for any of many phrases that is quick to fail: most places in a text begin none of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

_FEW = 3


def any_of(phrases: Iterable[str]) -> str:
    r"""
    Return a pattern for any of several phrases, the longest first, blanks of any kind between their words.

    What begins with the same letter stands together, so that another letter is refused at once. Put it into a group.

    >>> any_of(["in", "in view", "by"])
    'i(?:n\\s+view|n)|by'
    >>> [found.group() for found in re.finditer(any_of(["as", "in", "in  view"]), "as in view of it, in short")]
    ['as', 'in view', 'in']
    """
    groups: dict[str, list[str]] = {}
    for phrase in sorted({phrase for phrase in phrases if phrase}, key=lambda phrase: (-len(phrase), phrase)):
        # Where case does not count, the longest of “Council of” and “council” has to come first all the same.
        groups.setdefault(phrase.lstrip()[:1].lower(), []).append(r"\s+".join(map(re.escape, phrase.split())))
    if len(groups) <= _FEW:
        return "|".join(map(_one_of, groups.values()))
    letters = "".join(sorted({letter for group in groups.values() for one in group for letter in _first(one)}))
    return f"(?=[{re.escape(letters)}])(?:{'|'.join(map(_one_of, groups.values()))})"


def _first(pattern: str) -> str:
    """The letter with which a pattern begins, which may stand behind a stroke."""
    return pattern[1] if pattern[:1] == "\\" else pattern[:1]


def _one_of(patterns: list[str]) -> str:
    if len(patterns) == 1:
        return patterns[0]
    head = patterns[0][:2] if patterns[0][:1] == "\\" else patterns[0][:1]
    if all(pattern.startswith(head) for pattern in patterns):
        return f"{head}(?:{'|'.join(pattern[len(head) :] for pattern in patterns)})"
    return "|".join(patterns)
