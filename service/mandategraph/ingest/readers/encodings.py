"""The encoding of a text file: found, and repaired where an earlier program got it wrong."""

from __future__ import annotations

import re

# What UTF-8 looks like when it was read as Windows-1252 and written again.
_TWICE = re.compile(r"[ÂÃÅÐÑâ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]+")
# What Latin-1 looks like when it was read as a Macintosh's text: “ResoluciÛn”, “S·hara”, “inglÈs”.
_MACINTOSH_LETTERS = "ÛÌ·ÈÒ˙¸Í‚"
_MACINTOSH = re.compile(rf"(?<=[a-zé])[{_MACINTOSH_LETTERS}](?=[a-z\s,.)])")
_RIGHT = re.compile(r"[áéíóúñüçãõâêôàè]")
_LINE_ENDS = re.compile(r"\r\n?|[\u0085\u2028\u2029]")


def decoded(data: bytes) -> tuple[str, list[str]]:
    """
    Return the text of a file and notes on what was repaired.

    >>> decoded("résolution".encode("cp1252"))
    ('résolution', ['The file is not UTF-8; it was read as Windows-1252.'])
    >>> decoded("rÃ©solution â€“ sÃ©ance".encode())
    ('résolution – séance', ['Characters that were saved twice in the wrong encoding were repaired in 3 places.'])
    >>> decoded("La ResoluciÛn en inglÈs, segun la ConvenciÛn.".encode())[0]
    'La Resolución en inglés, segun la Convención.'
    """
    notes: list[str] = []
    text = _as_text(data, notes)
    if text.isascii() and "\r" not in text:
        return text, notes
    text, repaired = _mended(text)
    if repaired:
        notes.append(f"Characters that were saved twice in the wrong encoding were repaired in {repaired} places.")
    strange = len(_MACINTOSH.findall(text)) if any(letter in text for letter in _MACINTOSH_LETTERS) else 0
    if strange >= 3 and strange > 2 * len(_RIGHT.findall(text)):
        text = "".join(_from_macintosh(character) for character in text)
        notes.append("Accented letters stood in the encoding of another system; they were repaired.")
    if "\ufffd" in text:
        notes.append(f"{text.count(chr(0xFFFD))} characters could not be read.")
    if any(mark in text for mark in "\r\u0085\u2028\u2029"):
        text = _LINE_ENDS.sub("\n", text)
    return text, notes


def _as_text(data: bytes, notes: list[str]) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        notes.append("The file is not UTF-8; it was read as Windows-1252.")
        return data.decode("cp1252", errors="replace")


def _mended(text: str) -> tuple[str, int]:
    repaired = 0

    def mend(found: re.Match[str]) -> str:
        nonlocal repaired
        for encoding in ("cp1252", "latin-1"):
            try:
                whole = found.group().encode(encoding).decode("utf-8")
            except (UnicodeEncodeError, UnicodeDecodeError):
                continue
            repaired += 1
            return whole
        return found.group()

    if not any(letter in text for letter in "ÂÃÅÐÑâ"):
        return text, 0
    return _TWICE.sub(mend, text), repaired


def _from_macintosh(character: str) -> str:
    if character < "\x80":
        return character
    if character == "™":  # of the one letter that programs change on the way
        return "ú"
    try:
        return character.encode("mac_roman").decode("cp1252")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return character
