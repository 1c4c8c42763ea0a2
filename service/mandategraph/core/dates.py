"""Dates as people write and read them, in four languages, to and from EDTF: a month stays a month."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

LANGUAGES = ("en", "es", "fr", "pt")

_MONTHS: dict[str, tuple[str, ...]] = {
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "es": (
        "enero", "febrero", "marzo", "abril", "mayo", "junio",
        "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
    ),
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "pt": (
        "janeiro", "fevereiro", "março", "abril", "maio", "junho",
        "julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
    ),
}  # fmt: skip

_ORDER = {
    "en": ("{day} {month} {year}", "{month} {year}"),
    "es": ("{day} de {month} de {year}", "{month} de {year}"),
    "fr": ("{day} {month} {year}", "{month} {year}"),
    "pt": ("{day} de {month} de {year}", "{month} de {year}"),
}

_TO_BE_DETERMINED = {
    "en": "date to be determined",
    "es": "fecha por determinar",
    "fr": "date à déterminer",
    "pt": "data a determinar",
}

# "every year", "every 2 years": by frequency, one and several.
_EVERY = {
    "DAILY": {
        "en": ("every day", "every {n} days"),
        "es": ("cada día", "cada {n} días"),
        "fr": ("chaque jour", "tous les {n} jours"),
        "pt": ("a cada dia", "a cada {n} dias"),
    },
    "WEEKLY": {
        "en": ("every week", "every {n} weeks"),
        "es": ("cada semana", "cada {n} semanas"),
        "fr": ("chaque semaine", "toutes les {n} semaines"),
        "pt": ("a cada semana", "a cada {n} semanas"),
    },
    "MONTHLY": {
        "en": ("every month", "every {n} months"),
        "es": ("cada mes", "cada {n} meses"),
        "fr": ("chaque mois", "tous les {n} mois"),
        "pt": ("a cada mês", "a cada {n} meses"),
    },
    "YEARLY": {
        "en": ("every year", "every {n} years"),
        "es": ("cada año", "cada {n} años"),
        "fr": ("chaque année", "tous les {n} ans"),
        "pt": ("a cada ano", "a cada {n} anos"),
    },
}
_RECURRENCE = re.compile(r"FREQ=(?P<every>[A-Z]+)(?:;INTERVAL=(?P<n>\d+))?\Z")

_EDTF = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?\Z")
_DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|o)?\s+(?:de\s+|of\s+)?(?P<month>[a-z]+)\s+(?:de\s+)?(?P<year>\d{4})\Z"
)
_MONTH_FIRST = re.compile(r"(?P<month>[a-z]+)\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?P<year>\d{4})\Z")
_MONTH_ONLY = re.compile(r"(?P<month>[a-z]+)\s+(?:de\s+)?(?P<year>\d{4})\Z")


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(character for character in plain if not unicodedata.combining(character))


_MONTH_NUMBERS = {_folded(name): number for names in _MONTHS.values() for number, name in enumerate(names, 1)}


def read_date(text: str) -> str | None:
    """
    Return the EDTF of a day, month or year as people write it, None where it is no date.

    >>> read_date("3 November 2016"), read_date("OCTOBER 20, 2016"), read_date("abril de 2017"), read_date("2017")
    ('2016-11-03', '2016-10-20', '2017-04', '2017')
    >>> read_date("31 April 2017") is None
    True
    """
    folded = " ".join(_folded(text).replace(",", " ").split())
    found = _EDTF.match(folded) or _DAY_FIRST.match(folded) or _MONTH_FIRST.match(folded) or _MONTH_ONLY.match(folded)
    if found is None:
        return None
    parts = found.groupdict()
    year, month, day = parts["year"], parts.get("month"), parts.get("day")
    if month is None:
        return year
    number = int(month) if month.isdigit() else _MONTH_NUMBERS.get(month)
    if number is None or not 1 <= number <= 12:
        return None
    if day is None:
        return f"{year}-{number:02}"
    try:
        return date(int(year), number, int(day)).isoformat()
    except ValueError:
        return None


def write_date(edtf: str, language: str = "en", to_be_determined: bool = False) -> str:
    """
    Return a date as a reader of the language expects it; what is not known stays away.

    >>> write_date("2016-11-03"), write_date("2016-10", to_be_determined=True)
    ('3 November 2016', 'October 2016 (date to be determined)')
    >>> write_date("2016-11-03", "es"), write_date("2016/2017", "fr"), write_date("2017-04", "pt")
    ('3 de noviembre de 2016', '2016–2017', 'abril de 2017')
    >>> write_date("{2009,2010}")
    '2009, 2010'
    """
    language = language if language in _MONTHS else "en"
    if edtf[:1] == "{" and edtf[-1:] == "}":
        written = ", ".join(_written_day(part.strip(), language) for part in edtf[1:-1].split(","))
    else:
        written = "–".join(_written_day(part, language) for part in edtf.split("/"))
    return f"{written} ({_TO_BE_DETERMINED[language]})" if to_be_determined else written


def write_recurrence(rule: str, language: str = "en") -> str:
    """
    Return a simple iCalendar rule in words; one that says more than frequency and interval as it is.

    >>> write_recurrence("FREQ=YEARLY"), write_recurrence("FREQ=YEARLY;INTERVAL=2", "fr")
    ('every year', 'tous les 2 ans')
    >>> write_recurrence("FREQ=MONTHLY;BYDAY=2TU")
    'FREQ=MONTHLY;BYDAY=2TU'
    """
    found = _RECURRENCE.match(rule)
    if found is None or found["every"] not in _EVERY:
        return rule
    words = _EVERY[found["every"]]
    one, several = words.get(language, words["en"])
    interval = int(found["n"] or 1)
    return one if interval == 1 else several.format(n=interval)


def _written_day(edtf: str, language: str) -> str:
    found = _EDTF.match(edtf)
    if found is None or not found["month"] or not 1 <= int(found["month"]) <= 12:
        return edtf
    month = _MONTHS[language][int(found["month"]) - 1]
    with_day, without = _ORDER[language]
    if not found["day"]:
        return without.format(month=month, year=found["year"])
    day = "1er" if language == "fr" and found["day"] == "01" else str(int(found["day"]))
    return with_day.format(day=day, month=month, year=found["year"])
