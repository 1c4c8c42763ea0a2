"""
What a command said it did is there after a power cut: each command that changes a store, cut off anywhere.

A command that ended with status 0 before the power went has done all it says; any other all or nothing. Either way
the store opens and the record of writes holds.
"""

from __future__ import annotations

import random
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crash import Broken
from power_disk import Survival
from power_supply import PowerSupply
from running import PROGRAM, settings_apart

EARLIER = """A/RES/98/12

The General Assembly,

1. Encourages Member States to keep their lamps lit.
"""
LATER = """A/RES/99/7

The General Assembly,

1. Requests the Secretary-General to report on lighthouses at its hundredth session;
2. Decides to remain seized of the matter.
"""
DECISION = ("--by", "Ana Pérez", "--on", "2016-11-10", "--reason", "Item A names health.")
SECONDS = 300


@dataclass(frozen=True)
class Place:
    """Where the commands work: the store on the disk that forgets, what they read beside it on one that does not."""

    disk: Path
    beside: Path

    @property
    def store(self) -> Path:
        """The store."""
        return self.disk / "store"

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command on the store; Broken where it shows a fault of the program."""
        command = [*PROGRAM, "--store", str(self.store), *map(str, arguments)]
        done = subprocess.run(
            command, env=settings_apart(self.beside), capture_output=True, text=True, timeout=SECONDS, check=False
        )
        if "Traceback" in done.stderr or "should not" in done.stderr:
            raise Broken(f"{arguments[0]} told of a fault of its own: {done.stderr.strip()[-400:]}")
        return done

    def done(self, *arguments: str | Path) -> None:
        """Run a command that must end well."""
        ended = self.run(*arguments)
        if ended.returncode:
            raise Broken(f"{arguments[0]} without any cut: {ended.stderr.strip()[-400:]}")


Looked = dict[str, object]
COMMANDS: dict[str, Callable[[Place], tuple[str | Path, ...]]] = {
    "load cam, into a new store": lambda _: ("load", "cam"),
    "load FILE": lambda place: ("load", place.beside / "more.ttl"),
    "ingest": lambda place: ("ingest", place.beside / "later.txt", "--organisation", "un"),
    "accept": lambda place: ("accept", place.beside / "later.trig"),
    "withdraw": lambda _: ("withdraw", "A/RES/98/12"),
    "decide": lambda _: ("decide", "link", "health-2881-33-a", "accept", *DECISION),
    "token create": lambda _: ("token", "create", "--scope", "read", "--name", "new"),
    "token revoke": lambda _: ("token", "revoke", "old"),
    "backup": lambda place: ("backup", place.disk / "copies" / "second"),
    "restore": lambda place: ("restore", place.disk / "first", "--replace"),
}


def cut_commands(
    supply: PowerSupply, beside: Path, cuts: int, chance: random.Random, names: tuple[str, ...] = tuple(COMMANDS)
) -> Counter[str]:
    """Cut each command off so many times; return what happened, or raise Broken."""
    place = Place(supply.place, beside)
    happened: Counter[str] = Counter()
    supply.keep()
    for name in names:
        if name != "load cam, into a new store" and not (place.store / "current").exists():
            _back(supply)
            _lay_files(place)
            _lay_store(place)
            supply.keep()
        _cut_one(supply, place, name, cuts, chance, happened)
        _back(supply)
    return happened


def _cut_one(
    supply: PowerSupply, place: Place, name: str, cuts: int, chance: random.Random, happened: Counter[str]
) -> None:
    arguments = COMMANDS[name](place)
    before = look(place)
    began = supply.changes
    place.done(*arguments)
    changes = supply.changes - began
    after = look(place)
    if before == after:
        raise Broken(f"{name}: nothing is seen of it")
    for number in range(cuts):
        _back(supply)
        how = tuple(Survival)[number % len(Survival)]
        seed, at = chance.getrandbits(32), chance.randint(1, changes + changes // 4)
        supply.cut(how, seed, after=at)
        status = place.run(*arguments).returncode
        if not supply.is_off:
            supply.cut(how, seed)
        supply.on()
        found = look(place)
        happened["commands cut off"] += 1
        happened["of these acknowledged"] += not status
        # A text is put beside the graphs before they change, and shows nowhere without them.
        nothing = (before, {**before, "texts": after.get("texts")})
        if found != after and (status == 0 or found not in nothing):
            told = f"status {status}, cut before change {at} of {changes}, {how.name}, {seed}"
            raise Broken(f"{name} ({told}): {before} became {found} and not {after}")


def look(place: Place) -> Looked:
    """Return what is in the store, in the copies of it and beside them, by counts and names; Broken where it is bad."""
    from mandategraph.core.errors import MandateGraphError

    try:
        return _looked(place)
    except MandateGraphError as problem:
        raise Broken(f"after a cut: {problem.message}") from problem


def _looked(place: Place) -> Looked:
    from mandategraph.stores.audit import AuditLog
    from mandategraph.stores.backup import restore
    from mandategraph.stores.folder import is_store
    from mandategraph.stores.shipments import Shipments
    from mandategraph.stores.texts import Texts
    from mandategraph.stores.tokens import Tokens

    copies = []
    for copy in sorted((place.disk / "copies").glob("[!.]*")):
        backup, _ = restore(copy, place.disk / "restored")
        copies.append((copy.name, backup.triples))
    if not is_store(place.store):
        return {"copies": copies}
    looked = AuditLog(place.store).look()
    if not looked.holds:
        raise Broken(f"the record of writes: line {looked.broken_line}: {looked.fault}")
    texts = Texts(place.store / "texts")
    kept = sorted(path.stem for path in (place.store / "texts").glob("*.txt"))
    if any(texts.read(text) is None for text in kept):
        raise Broken("a text that is kept is not what it was")
    return {
        "graphs": _graphs(place.store),
        "texts": len(kept),
        "shipped": {name: len(Shipments(place.store / "shipped").of(name)) for name in ("cam",)},
        "tokens": sorted(token.name for token in Tokens(place.store).all()),
        "copies": copies,
    }


def _graphs(store: Path) -> dict[str, int]:
    from mandategraph.stores.folder import open_snapshot, release
    from mandategraph.stores.settling import settle

    settle(store)
    _, opened, lock = open_snapshot(store)
    try:
        return {name: sum(1 for _ in opened.quads(name)) for name in opened.graph_names()}
    finally:
        opened.close()
        release(lock)


def _back(supply: PowerSupply) -> None:
    supply.back()
    supply.on()


def _lay_files(place: Place) -> None:
    place.beside.mkdir(parents=True, exist_ok=True)
    (place.beside / "more.ttl").write_text("<https://example.org/a> <https://example.org/b> 1 .\n")
    for name, text in (("earlier", EARLIER), ("later", LATER)):
        (place.beside / f"{name}.txt").write_text(text)
        place.done("ingest", place.beside / f"{name}.txt", "--organisation", "un", "--out", place.beside)


def _lay_store(place: Place) -> None:
    place.done("load", "cam")
    place.done("backup", place.disk / "first")
    place.done("accept", place.beside / "earlier.trig")
    place.done("token", "create", "--scope", "read", "--name", "old")
