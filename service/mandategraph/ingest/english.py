"""The forms of English verbs that resolutions and reports use."""

from __future__ import annotations

# Verbs that double their last letter; whether an English verb does is a matter of stress, so they are listed.
_DOUBLED = frozenset(
    ("admit", "annul", "begin", "commit", "compel", "confer", "defer", "forget", "let", "permit", "put", "recommit",
     "refer", "remit", "set", "submit", "transfer", "transmit")
)  # fmt: skip
_PAST = {
    "become": "became", "begin": "began", "bear": "bore", "choose": "chose", "draw": "drew", "find": "found",
    "give": "gave", "hold": "held", "keep": "kept", "let": "let", "make": "made", "pay": "paid", "put": "put",
    "see": "saw", "seek": "sought",
    "set": "set", "stand": "stood", "strive": "strove", "take": "took", "uphold": "upheld", "undertake": "undertook",
    "withdraw": "withdrew",
}  # fmt: skip


def english_forms(lemma: str) -> dict[str, str]:
    """
    Return the forms of an English verb.

    >>> english_forms("urge")
    {'third': 'urges', 'plain': 'urge', 'participle': 'urging', 'past': 'urged'}
    >>> english_forms("stress")["third"], english_forms("reply")["third"], english_forms("set")["participle"]
    ('stresses', 'replies', 'setting')
    >>> [english_forms(verb)["past"] for verb in ("take", "submit", "reply", "agree")]
    ['took', 'submitted', 'replied', 'agreed']
    """
    on_y = lemma.endswith("y") and len(lemma) > 1 and lemma[-2] not in "aeiou"
    doubled = lemma + lemma[-1] if lemma in _DOUBLED else lemma
    if lemma.endswith(("s", "x", "z", "ch", "sh", "o")):
        third = lemma + "es"
    else:
        third = lemma[:-1] + "ies" if on_y else lemma + "s"
    if lemma.endswith("ie"):
        participle = lemma[:-2] + "ying"
    elif lemma.endswith("e") and not lemma.endswith(("ee", "oe", "ye")):
        participle = lemma[:-1] + "ing"
    else:
        participle = doubled + "ing"
    if lemma in _PAST:
        past = _PAST[lemma]
    elif lemma.endswith("e"):
        past = lemma + "d"
    else:
        past = lemma[:-1] + "ied" if on_y else doubled + "ed"
    return {"third": third, "plain": lemma, "participle": participle, "past": past}
