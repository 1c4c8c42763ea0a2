"""
What an installation may choose, and who chose it.

A flag comes before the environment, the environment before the file, the file before what we chose ourselves.
"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from mandategraph.core.errors import UnknownName, WrongUse, WrongValue
from mandategraph.core.namespaces import AT

LANGUAGES = ("en", "es", "fr", "pt")
PREFIX = "MANDATEGRAPH_"
FLAG, ENVIRONMENT, FILE, DEFAULT = "flag", "environment", "file", "default"


@dataclass(frozen=True)
class Settings:
    """
    The settings of an installation; `origins` says of each that is not our own choice where it comes from.

    >>> Settings().lang, Settings().origin("lang")
    ('en', 'default')
    """

    store: str = ""
    store_update: str = ""
    store_user: str = ""
    store_secret_file: str = ""
    base: str = AT
    public_url: str = ""
    lang: str = "en"
    host: str = "127.0.0.1"
    port: int = 8000
    organisation: str = "oas"
    plan: str = "cam"
    licence: str = "https://creativecommons.org/publicdomain/zero/1.0/"
    rights_holder: str = "Organization of American States"
    timeout_seconds: float = 30.0
    query_seconds: float = 10.0
    query_megabytes: int = 512
    query_rows: int = 1_000_000
    answer_megabytes: int = 256
    readers: int = 20
    write_seconds: float = 30.0
    write_megabytes: int = 2048
    upload_megabytes: int = 32
    free_megabytes: int = 512
    reading: str = "public"
    log: str = "automatic"
    log_level: str = ""
    stop_seconds: float = 8.0
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    def origin(self, name: str) -> str:
        """Return who chose a setting: `flag`, `environment NAME`, `file PATH` or `default`."""
        return self.origins.get(name, DEFAULT)

    @property
    def is_default_store(self) -> bool:
        """Whether nobody named a store."""
        return not self.store

    @property
    def store_folder(self) -> Path:
        """The folder of the store, the default one under the XDG data home if nobody named one."""
        return Path(self.store).expanduser() if self.store else _xdg("XDG_DATA_HOME", ".local/share") / "store"

    @property
    def store_address(self) -> str:
        """The address of a remote store, or nothing for a folder."""
        return self.store.removeprefix("sparql+") if self.store.startswith("sparql+") else ""

    @property
    def own_folder(self) -> Path:
        """Where lies what belongs to the installation and is no graph: in the store, or by address of the endpoint."""
        if not self.store_address:
            return self.store_folder
        key = hashlib.sha256(self.store_address.encode()).hexdigest()[:16]
        return _xdg("XDG_STATE_HOME", ".local/state") / "remote" / key


MEANINGS: Mapping[str, str] = {
    "store": "folder of the store, or sparql+http://… for a SPARQL endpoint",
    "store_update": "address for updates of a remote store, where it differs from what its kind of address implies",
    "store_user": "name at a remote store that asks for one; its password is in store_secret_file",
    "store_secret_file": "file with the password of store_user or, without one, a bearer token; "
    "or the environment variable MANDATEGRAPH_STORE_SECRET",
    "base": "base of the addresses of local things and graphs, ending with /",
    "public_url": "address under which the service is reached, without / at its end",
    "lang": "language of answers: en, es, fr or pt",
    "host": "address on which the service listens",
    "port": "port on which the service listens",
    "organisation": "key of the organisation",
    "plan": "name of the plan that questions are about unless they name one",
    "licence": "licence of the data, as an IRI or in words",
    "rights_holder": "who holds the rights in the quoted words",
    "timeout_seconds": "how long a remote store may take for an answer",
    "query_seconds": "how long a query from outside may run before it is ended",
    "query_megabytes": "how much memory a query from outside may take, in MB",
    "query_rows": "how many rows the answer to a query from outside may have",
    "answer_megabytes": "how long the answer to a query from outside may be, in MB",
    "readers": "how many queries from outside may run at once",
    "write_seconds": "how long a change from outside may take before it is ended",
    "write_megabytes": "how much memory a change from outside may take, in MB",
    "upload_megabytes": "how long a graph that is sent may be, in MB",
    "free_megabytes": "how much room is left free on the disk of the store, in MB; with less, nothing is written",
    "reading": "who may read over HTTP: public, or closed to all who have no token",
    "log": "form of the log: json, text, or automatic: text on a terminal, else json",
    "log_level": "debug, info, warning or error; empty: info, with a line a request, for json, else warning",
    "stop_seconds": "how long running requests may go on when the service is told to stop",
}
"""What each setting is, in the order in which they are shown."""

_BETTER = "Use store_user and store_secret_file."
_CHOICES = {
    "reading": ("public", "closed"),
    "log": ("automatic", "text", "json"),
    "log_level": ("", "debug", "info", "warning", "error"),
}


def config_file(environ: Mapping[str, str] | None = None) -> Path:
    """Return the path of the settings file: MANDATEGRAPH_CONFIG, or under the XDG configuration home."""
    told = (os.environ if environ is None else environ).get(f"{PREFIX}CONFIG", "")
    return Path(told).expanduser() if told else _xdg("XDG_CONFIG_HOME", ".config", environ) / "config.toml"


def resolve(flags: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """
    Return the settings that hold: flags (None: not given), environment, file, default.

    Raises WrongUse, WrongValue or UnknownName, saying where the wrong value stands.

    >>> found = resolve({"lang": "fr"}, {"MANDATEGRAPH_PORT": "9000", "MANDATEGRAPH_CONFIG": "/dev/null"})
    >>> found.lang, found.port, found.origin("port")
    ('fr', 9000, 'environment MANDATEGRAPH_PORT')
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    path = config_file(environ)
    for name, value in _file(path, told=f"{PREFIX}CONFIG" in environ).items():
        values[name], origins[name] = _read(name, value, f"{path}: {name}"), f"{FILE} {path}"
    for name in MEANINGS:
        variable = PREFIX + name.upper()
        if environ.get(variable):
            values[name], origins[name] = _read(name, environ[variable], variable), f"{ENVIRONMENT} {variable}"
    for name, value in (flags or {}).items():
        if value is not None:
            values[name], origins[name] = _read(name, value, f"--{name.replace('_', '-')}"), FLAG
    return replace(Settings(), **values, origins=origins)


def _file(path: Path, told: bool) -> Mapping[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as problem:
        if told:
            raise WrongUse(f"There is no settings file {path}, which {PREFIX}CONFIG names.") from problem
        return {}
    except tomllib.TOMLDecodeError as problem:
        raise WrongUse(f"The settings file {path} is not TOML: {problem}.") from problem
    except (OSError, UnicodeDecodeError) as problem:
        raise WrongUse(f"The settings file {path} cannot be read: {problem}.") from problem
    for name in table:
        if name not in MEANINGS:
            raise UnknownName("setting", name, MEANINGS, f"It stands in {path}.")
    return table


def _read(name: str, value: Any, where: str) -> Any:
    default = next(known.default for known in fields(Settings) if known.name == name)
    if isinstance(default, str):
        if not isinstance(value, str):
            raise WrongValue(where, str(value), "text", '"…"')
        return _checked(name, value, where)
    kind: Callable[[Any], Any] = type(default)
    try:
        number = kind(value)
    except (TypeError, ValueError) as problem:
        raise WrongValue(where, str(value), "a number", str(default)) from problem
    if isinstance(value, bool) or number <= 0 or (name == "port" and number > 65_535):
        raise WrongValue(where, str(value), "a port, 1 to 65535" if name == "port" else "above zero", str(default))
    return number


def _checked(name: str, value: str, where: str) -> str:
    if name == "lang" and value not in LANGUAGES:
        raise WrongValue(where, value, "one of en, es, fr, pt", "es")
    if name in _CHOICES and value not in _CHOICES[name]:
        raise WrongValue(where, value, f"one of {', '.join(filter(None, _CHOICES[name]))}", _CHOICES[name][-1])
    if name == "base" and not (value.startswith(("http://", "https://")) and value.endswith("/")):
        raise WrongValue(where, value, "an address that ends with /", AT)
    if name == "public_url":
        if value and not value.startswith(("http://", "https://")):
            raise WrongValue(where, value, "an address", "https://example.org/mandates")
        return value.rstrip("/")
    if name in {"store", "store_update"} and _has_secret(value):
        raise WrongUse(f"{where}: an address is shown and logged, so no password may stand in it. {_BETTER}")
    if name == "store" and "://" in value and not value.startswith(("sparql+http://", "sparql+https://")):
        raise WrongValue(where, value, "a folder or the address of an endpoint", "sparql+http://localhost:7878/query")
    return value


def _has_secret(address: str) -> bool:
    """
    Return whether an address names who asks.

    >>> _has_secret("sparql+http://clerk:secret@localhost/sparql"), _has_secret("sparql+http://localhost/a@b")
    (True, False)
    """
    _, found, rest = address.partition("://")
    return bool(found) and "@" in re.split(r"[/?#]", rest, maxsplit=1)[0]


def _xdg(variable: str, below_home: str, environ: Mapping[str, str] | None = None) -> Path:
    told = (os.environ if environ is None else environ).get(variable, "")
    # The XDG rules: a path that is not absolute is to be ignored.
    home = Path(told) if told and Path(told).is_absolute() else Path.home() / below_home
    return home / "mandategraph"
