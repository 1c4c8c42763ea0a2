"""The languages of a text, told by its smallest words; the two languages of an original are parted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from mandategraph.ingest.reading import Block, Kind, Reading

# The smallest words of a language are in every sentence and in no other language; no drafting habits are in them.
_SMALL_WORDS = {
    "en": "the of and to in that for with its on by as is be which shall this from are has at "
    "have their should not all",
    "fr": "le la les des du et à au aux que qui dans pour par sur est une un sont son "
    "ses leur leurs ce cette il ne pas être ou",
    "es": "el la los las del y que en por para con una un su sus al se lo como es ser sobre o no entre más fin han ha",
    "pt": "o os das do dos e que em na nas no nos por para com uma um seu seus ao aos à "
    "se como é ser sobre ou não mais",
}
_LANGUAGES: dict[str, tuple[str, ...]] = {
    word: tuple(language for language, words in _SMALL_WORDS.items() if word in words.split())
    for words in _SMALL_WORDS.values()
    for word in words.split()
}
_ELISION = re.compile(r"\b[dlnsqDLNSQ][’']|\bqu[’']", re.IGNORECASE)
# How much of a text must be in a second language, and in how many paragraphs, to be an original in two languages.
_SHARE, _PARAGRAPHS = 0.12, 3


def language_of(words: str) -> str:
    """
    Return the language of a few words, empty where they do not tell.

    >>> language_of("Requests the Secretary to report on this")
    'en'
    >>> language_of("Prie le Secrétaire de rendre compte à ses membres")
    'fr'
    >>> [language_of(words) for words in ("Pide a los Estados que informen", "Solicita aos Estados que não", "ANNEX I")]
    ['es', 'pt', '']
    """
    counts = _counts(words)
    best = max(counts, key=counts.__getitem__)
    most = counts[best]
    return best if most >= 2 and list(counts.values()).count(most) == 1 else ""


def _counts(words: str) -> dict[str, int]:
    held = words[:400]
    counts = dict.fromkeys(_SMALL_WORDS, 0)
    for languages in filter(None, map(_LANGUAGES.get, held.lower().split())):
        for language in languages:
            counts[language] += 1
    if "’" in held or "'" in held:
        counts["fr"] += len(_ELISION.findall(held))
    return counts


def _likelier(words: str, kept: Sequence[str]) -> str:
    """Which of the two languages of an original a few words are in; one small word is enough to tell."""
    counts = _counts(words)
    first, second = sorted(kept, key=lambda language: -counts[language])[:2]
    return first if counts[first] > counts[second] else ""


def parted(reading: Reading) -> list[tuple[str, list[Block]]]:
    """
    Return the blocks of each language of a text, the one that begins first.

    A text in one language, with words of another quoted here and there, comes back whole.
    """
    told = [language_of(reading.text[block.start : block.end]) for block in reading.blocks]
    sizes: Counter[str] = Counter()
    paragraphs: Counter[str] = Counter()
    for block, language in zip(reading.blocks, told, strict=True):
        if language:
            sizes[language] += block.end - block.start
            paragraphs[language] += 1
    if not sizes:
        return [("", list(reading.blocks))]
    total = sum(sizes.values())
    kept = [
        language
        for language, size in sizes.most_common()
        if size >= _SHARE * total and paragraphs[language] >= _PARAGRAPHS
    ]
    if len(kept) < 2:
        return [(sizes.most_common(1)[0][0], list(reading.blocks))]
    # The language that begins is the first of the original, unless it is a small part.
    begins = next(language for language in told if language in kept)
    if sizes[begins] >= 0.3 * total:
        kept.sort(key=lambda language: language != begins)
    told = [
        language if language in kept else _likelier(reading.text[block.start : block.end], kept)
        for language, block in zip(told, reading.blocks, strict=True)
    ]
    languages = _settled(reading.blocks, told, kept)
    return [
        (language, [block for block, its in zip(reading.blocks, languages, strict=True) if its == language])
        for language in kept
    ]


def _settled(blocks: Sequence[Block], told: Sequence[str], kept: Sequence[str]) -> list[str]:
    """Headings and numbers, which do not tell, go with the paragraph after them, furniture with the first language."""
    settled: list[str] = [language if language in kept else "" for language in told]
    following = kept[0]
    for place in range(len(settled) - 1, -1, -1):
        if blocks[place].kind is Kind.FURNITURE:
            settled[place] = kept[0]
        elif settled[place]:
            following = settled[place]
        else:
            settled[place] = following
    return settled
