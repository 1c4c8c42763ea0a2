"""Readable keys, made of words and of addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_LONGEST_KEY = 60
_SMALL_WORDS = """a an and the of on in for to with by
    de la el los las y en para con les des du et le da do e o"""
_SMALL = frozenset(_SMALL_WORDS.split())


def key_of(title: str) -> str:
    """
    Return a readable key made of a title.

    >>> key_of("Thematic meeting:  Migration and Health, with PAHO specialists")
    'thematic-meeting-migration-health-paho-specialists'
    """
    plain = unicodedata.normalize("NFKD", title.casefold())
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    return _joined(word for word in words if word not in _SMALL)


def slug_of(name: str) -> str:
    """
    Return a name as it stands in an address.

    >>> slug_of("Specialists from Panamá")
    'specialists-from-panama'
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    return _joined(re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c))))


def _joined(words: Iterable[str]) -> str:
    key = ""
    for word in words:
        if len(key) + len(word) >= _LONGEST_KEY:
            break
        key = f"{key}-{word}" if key else word
    return key or "entry"


def short_of(path: str) -> str:
    """
    Return what tells a document apart in the key of a link.

    >>> short_of("oas/ag/res/2016/2883"), short_of("oas/ag/dec/2016/88"), short_of("oas/cidi/rules/special-meetings")
    ('2883', 'dec88', 'rules')
    """
    parts = path.split("/")
    if not parts[-1].isdigit():
        return parts[-2] if len(parts) > 1 else path
    kind = parts[-3] if len(parts) > 2 else ""
    return parts[-1] if kind in ("res", "") else f"{kind}{parts[-1]}"
