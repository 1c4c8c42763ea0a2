"""`mandategraph token`: who may do what over HTTP."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from mandategraph.cli.options import JsonFlag, StoreOption, open_store, settings_from
from mandategraph.cli.output import print_table, say, write_out
from mandategraph.core.errors import StoreUnavailable, UnknownName, WrongUse, WrongValue
from mandategraph.core.scopes import SCOPES
from mandategraph.settings import Settings
from mandategraph.stores.tokens import Token, Tokens

_ACTIONS = ("create", "list", "revoke")
_SPAN = re.compile(r"([1-9][0-9]{0,4})d\Z")


def command(
    action: Annotated[str, typer.Argument(metavar="create | list | revoke", help="What to do.")],
    which: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="With revoke: the id of the token, or its name.")
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help=f"With create: {', '.join(SCOPES)}; may be given again.")
    ] = None,
    expires: Annotated[
        str | None, typer.Option(metavar="DAY|90d", help="With create: the last day it holds, or how many days.")
    ] = None,
    name: Annotated[str, typer.Option(help="With create: whose it is, for the list and the record of writes.")] = "",
    store: StoreOption = None,
    as_json: JsonFlag = False,
) -> None:
    """
    Make, list or revoke the tokens with which programs read more or write over HTTP.

    A new token is printed once and kept nowhere. A running service knows at once. Send it as “Authorization: Bearer”.
    """
    if action not in _ACTIONS:
        raise UnknownName("action of token", action, _ACTIONS, f"There are {', '.join(_ACTIONS)}.")
    if (action == "revoke") != (which is not None):
        raise WrongUse(
            "Say which token: mandategraph token revoke ID" if action == "revoke" else f"{action} takes no id."
        )
    tokens = Tokens(_folder(settings_from(store=store)))
    if action == "create":
        _create(tokens, scope or [], expires, name, as_json)
    elif action == "list":
        _list(tokens, as_json)
    else:
        revoked = tokens.revoke(which or "")
        say(f"Revoked {revoked.id}{f' ({revoked.name})' if revoked.name else ''}. Nobody can use it any more.")


def _folder(settings: Settings) -> Path:
    """Return the folder in which an installation keeps its tokens; a default store is made where there is none yet."""
    from mandategraph.stores.folder import is_store

    if not settings.store_address and not is_store(settings.store_folder):
        if not settings.is_default_store:
            raise StoreUnavailable(
                f"There is no store in {settings.store_folder}. "
                f"Make one with: mandategraph load cam --store {settings.store_folder}"
            )
        open_store(settings).close()
    return settings.own_folder


def _create(tokens: Tokens, scopes: list[str], expires: str | None, name: str, as_json: bool) -> None:
    if not scopes:
        raise WrongUse(f"Say what it shall allow: --scope {' | '.join(SCOPES)}")
    if not name.isprintable() or len(name) > 100:
        raise WrongValue("--name", name, "one line of at most 100 characters", "“statistics office”")
    secret, made = tokens.create(scopes, name, _end(expires) if expires else None)
    if as_json:
        write_out(json.dumps({"token": secret, **_told(made)}, ensure_ascii=False, indent=2) + "\n")
        return
    write_out(secret + "\n")
    until = f", until {made.expires}" if made.expires else ""
    say(f"Token {made.id}, scope {', '.join(made.scopes)}{until}. It is not kept and cannot be shown again.")


def _list(tokens: Tokens, as_json: bool) -> None:
    now = datetime.now(UTC)
    listed = tokens.all()
    if as_json:
        write_out(json.dumps([_told(one) for one in listed], ensure_ascii=False, indent=2) + "\n")
        return
    if not listed:
        say("There is no token. Make one with: mandategraph token create --scope read")
    rows = [[one.id, one.name, ", ".join(one.scopes), one.created, _until(one, now)] for one in listed]
    print_table(["id", "name", "scopes", "created", "until"], rows)


def _until(token: Token, now: datetime) -> str:
    if not token.expires:
        return "no end"
    return f"{token.expires} (expired)" if token.is_expired(now) else token.expires


def _told(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": list(token.scopes),
        "created": token.created,
        "expires": token.expires or None,
    }


def _end(told: str) -> datetime:
    """Return the moment after which a token does not hold: the end of a day, or so many days from now."""
    now = datetime.now(UTC)
    span = _SPAN.match(told)
    try:
        end = now + timedelta(days=int(span[1])) if span else _end_of(date.fromisoformat(told))
    except (ValueError, OverflowError) as problem:
        raise WrongValue("--expires", told, "a day or a number of days", "2027-06-30") from problem
    if end <= now:
        raise WrongValue("--expires", told, "a day to come", "90d")
    return end


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, UTC).replace(microsecond=0)
