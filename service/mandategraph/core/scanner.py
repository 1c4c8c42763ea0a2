"""SPARQL as a row of tokens, with strings, IRIs, names and comments told apart as the grammar tells them."""

from __future__ import annotations

import re
from typing import NamedTuple

from mandategraph.core.errors import MalformedQuery, RefusedQuery

# SPARQL 1.1, productions 164 to 167, exactly: Python's \w differs, and a scanner that differs from the engine is open.
_LETTER = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_IN_VARIABLE = f"{_LETTER}_0-9\u00b7\u0300-\u036f\u203f-\u2040"
_IN_NAME = f"{_IN_VARIABLE}\\-"
_UNICODE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_IN_LOCAL_TOO = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"

# A prefix is at most 200 characters, so that no text costs more than its length times that.
_PREFIX = f"(?:[{_LETTER}](?:[{_IN_NAME}.]{{0,200}}[{_IN_NAME}])?)?:"
_LOCAL = (
    f"(?:[{_LETTER}_0-9:]|{_IN_LOCAL_TOO})(?:(?:[{_IN_NAME}:.]|{_IN_LOCAL_TOO})*(?:[{_IN_NAME}:]|{_IN_LOCAL_TOO}))?"
)

_TOKEN = re.compile(
    f"""
      (?P<space> [\\x20\\t\\r\\n]+ | \\#[^\\r\\n]* )
    | (?P<iri> <(?: [^\\x00-\\x20<>"{{}}|^`\\\\] | {_UNICODE} )*> )
    | (?P<string>
          \"\"\"(?: \"{{0,2}}(?: [^\"\\\\] | \\\\[tbnrf\\\\\"'] | {_UNICODE} ) )*\"\"\"
        | '''(?: '{{0,2}}(?: [^'\\\\] | \\\\[tbnrf\\\\\"'] | {_UNICODE} ) )*'''
        | \"(?: [^\"\\\\\\n\\r] | \\\\[tbnrf\\\\\"'] | {_UNICODE} )*\"
        | '(?: [^'\\\\\\n\\r] | \\\\[tbnrf\\\\\"'] | {_UNICODE} )*' )
    | (?P<blank> _:[{_LETTER}_0-9](?:[{_IN_NAME}.]*[{_IN_NAME}])? )
    | (?P<var> [?$][{_LETTER}_0-9][{_IN_VARIABLE}]* )
    | (?P<pname> {_PREFIX}(?:{_LOCAL})? )
    | (?P<langtag> @[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)? )
    | (?P<number> (?: [0-9]+\\.?[0-9]* | \\.[0-9]+ )[eE][+-]?[0-9]+ | [0-9]*\\.[0-9]+ | [0-9]+ )
    | (?P<word> [{_LETTER}_][{_IN_VARIABLE}]* )
    | (?P<punct> \\^\\^ | \\|\\| | && | != | <= | >= | [{{}}()\\[\\].,;=<>!+\\-*/|^?~$&] )
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """
    One token: its kind, its text as written and where it starts.

    Kinds: iri, string, blank, var, pname, langtag, number, word, punct.
    """

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the token ends, one past its last character."""
        return self.start + len(self.text)

    @property
    def keyword(self) -> str:
        """The word in capitals, as the grammar's keywords; empty for anything that is no word."""
        return self.text.upper() if self.kind == "word" else ""


def tokens(text: str) -> list[Token]:
    """
    Return the tokens of a query or update, blanks and comments left out.

    Raises MalformedQuery where a string is not closed or a character has no place in SPARQL, RefusedQuery for a
    backslash outside strings, IRIs and names.

    >>> [(token.kind, token.text) for token in tokens("ASK { ?s <urn:x#y> 'SERVICE' } # LOAD")][2:5]
    [('var', '?s'), ('iri', '<urn:x#y>'), ('string', "'SERVICE'")]
    """
    found: list[Token] = []
    at, end = 0, len(text)
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise _no_token(text, at)
        kind, written = match.lastgroup or "", match[0]
        if "\\" in written and _ENDS_A_TOKEN.search(written):
            line, column = place(text, at)
            what = "a quotation mark, bracket, backslash or line end"
            raise RefusedQuery(f"Line {line}, column {column}: {what} may not be written with \\u.")
        if kind != "space":
            found.append(Token(kind, written, at))
        at = match.end()
    return found


# The standard resolves \u before tokens are read, some engines after it: what could end a token would be read two ways.
_ENDS_A_TOKEN = re.compile(r"\\(?:u00|U000000)(?:0[ad]|2[27]|3[ce]|5c)", re.IGNORECASE)


def unescaped(token: Token) -> str:
    r"""
    Return the IRI of an IRI token, its escapes resolved.

    >>> unescaped(Token("iri", r"<urn:\u00e9>", 0))
    'urn:é'
    """
    return re.sub(_UNICODE, lambda escape: chr(int(escape.group()[2:], 16)), token.text[1:-1])


def place(text: str, start: int) -> tuple[int, int]:
    r"""
    Return line and column of a place, both from 1.

    >>> place("ASK {\n  ?s }", 8)
    (2, 3)
    """
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


def _no_token(text: str, at: int) -> MalformedQuery | RefusedQuery:
    line, column = place(text, at)
    character = text[at]
    if character == "\\":
        where = "inside a string, an IRI or the local part of a name"
        return RefusedQuery(f"Line {line}, column {column}: a backslash may stand only {where}.")
    if character in "\"'":
        return MalformedQuery(f"Line {line}, column {column}: this string is not closed.", line, column)
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return MalformedQuery(f"Line {line}, column {column}: “{shown}” has no place in SPARQL.", line, column)
