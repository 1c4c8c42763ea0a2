"""The days that commands take, and the one they suppose."""

from __future__ import annotations

from datetime import UTC, date, datetime

from mandategraph.core.errors import WrongValue


def today() -> date:
    """Return the present day, by universal time."""
    return datetime.now(UTC).date()


def day_given(text: str | None, option: str = "--on") -> date | None:
    """Return the day that an option gives, None without one; WrongValue where it is none."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise WrongValue(option, text, "a day", "2017-06-01") from problem
