"""Which words a datatype has: the lexical spaces of XML Schema, as SPARQL expressions."""

from __future__ import annotations

from mandategraph.core.namespaces import XSD
from mandategraph.core.terms import Literal

RANGES: dict[str, tuple[int | None, int | None]] = {
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "nonNegativeInteger": (0, None),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
    "positiveInteger": (1, None),
}
"""The integers of each type that XML Schema derives from integer."""

_ZONE = r"(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?"
_DAY = r"(0[1-9]|[12][0-9]|3[01])"
_MONTH = r"(0[1-9]|1[0-2])"
_YEAR = r"-?([1-9][0-9]{3,}|0[0-9]{3})"
_TIME = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_WORDS = {
    "boolean": "true|false|1|0",
    "decimal": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    "float": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN",
    "double": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN",
    "integer": "[+-]?[0-9]+",
    "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}",
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "dateTimeStamp": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE.rstrip('?')}",
    "time": f"{_TIME}{_ZONE}",
    "gYear": f"{_YEAR}{_ZONE}",
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}",
    "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}",
    "gMonth": f"--{_MONTH}{_ZONE}",
    "gDay": f"---{_DAY}{_ZONE}",
    "hexBinary": "([0-9a-fA-F]{2})*",
}
# Days that no month has are words of none of these either.
_NO_DAY = r"-(02-30|02-31|04-31|06-31|09-31|11-31)"
_WITH_DAYS = ("date", "dateTime", "dateTimeStamp", "gMonthDay")
_LEAP = r"^-?[0-9]*([02468][048]|[13579][26])-02-29"
_CENTURY = r"^-?[0-9]*([02468][1235679]|[13579][01345789])00-02-29"


def well_formed(datatype: str, words: str) -> str:
    """
    Return an expression that some words (an expression) are words of a datatype; empty where any are.

    >>> well_formed(XSD + "boolean", "STR(?v)")
    'REGEX(STR(?v), "^(true|false|1|0)$")'
    """
    if not datatype.startswith(XSD):
        return ""
    name = datatype[len(XSD) :]
    if name in RANGES:
        least, most = RANGES[name]
        parts = [_matches(_WORDS["integer"], words)]
        parts += [f"COALESCE(<{XSD}integer>({words}) >= {least}, false)"] if least is not None else []
        parts += [f"COALESCE(<{XSD}integer>({words}) <= {_most(most)}, false)"] if most is not None else []
        return f"({' && '.join(parts)})"
    if name not in _WORDS:
        return ""
    matches = _matches(_WORDS[name], words)
    if name not in _WITH_DAYS:
        return matches
    parts = [matches, f"!REGEX({words}, {Literal(_NO_DAY).sparql()})"]
    if name != "gMonthDay":
        leap = f"(REGEX({words}, {Literal(_LEAP).sparql()}) && !REGEX({words}, {Literal(_CENTURY).sparql()}))"
        parts.append(f'(!CONTAINS({words}, "-02-29") || {leap})')
    return f"({' && '.join(parts)})"


_SOME = {"date": "2000-01-01", "dateTime": "2000-01-01T00:00:00", "boolean": "true"}


def is_value(datatype: str, at: str) -> str:
    """
    Return an expression that holds only for literals that have a value, of a datatype that they are known to have.

    It may be false of some that have one. Empty for datatypes without such an expression.

    >>> is_value(XSD + "integer", "?v")
    'isNumeric(?v)'
    """
    name = datatype.removeprefix(XSD)
    if name in ("integer", "decimal", "double", "float"):
        return f"isNumeric({at})"
    if name in _SOME:
        # What has no value cannot be compared.
        return f"COALESCE(IF({at} < {Literal(_SOME[name], datatype).sparql()}, true, true), false)"
    return ""


def _most(number: int) -> str:
    # Oxigraph's integers end at 2^63: beyond, a decimal says it.
    return str(number) if number < 2**63 else f"{number}.0"


def _matches(pattern: str, words: str) -> str:
    return f"REGEX({words}, {Literal(f'^({pattern})$').sparql()})"
