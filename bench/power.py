"""
Whether what was acknowledged survives a power cut: `make bench-power`.

The store lies on a disk that forgets, when its power is cut, what was not synced (`power_disk.py`). Four clients write
to a service until the power goes, before a change or sync chosen by chance; then the service is killed, the disk is
mounted with what came back, and the service started again. Of each acknowledged write all must be there, of one that
was told not to be written nothing, of any other all or nothing, and the record of writes must hold and have a line for
each. Then every command that changes a store is run in the same way.

    bench/power.py [--cuts 200] [--command-cuts 20] [--clients 4] [--seed N]
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from crash import ACKNOWLEDGED, Broken, Clients, Service, judge
from power_commands import COMMANDS, cut_commands
from power_disk import Survival
from power_supply import NoSuchDisk, PowerSupply, disk_at

LONGEST_SECONDS = 3.0
MOST_CHANGES = 400
WHILE_STARTING = 0.2
HOW = tuple(Survival)


def cut_under_writers(
    supply: PowerSupply, cuts: int, clients: int, chance: random.Random, how: tuple[Survival, ...] = HOW
) -> Counter[str]:
    """Cut the power so many times under a service with several clients; return what happened, or raise Broken."""
    from mandategraph.stores.folder import create

    folder = supply.place / "store"
    create(folder)
    service = Service(folder)
    happened: Counter[str] = Counter()
    try:
        writers = Clients(service, clients, service.token())
        service.start()
        for number in range(cuts):
            survival = how[number % len(how)]
            writers.start()
            # The more so, the earlier: what is synced in groups is soon over.
            supply.cut(survival, chance.getrandbits(32), after=1 + int(MOST_CHANGES * chance.random() ** 2))
            _wait_for_the_cut(supply, survival, chance)
            service.kill()
            writers.stop()
            supply.on()
            happened[f"cuts, {survival.value}"] += 1
            if chance.random() < WHILE_STARTING:
                happened["cuts while it started"] += _cut_at_start(supply, service, chance)
            began = service.start()
            happened["slowest start, ms"] = max(happened["slowest start, ms"], round(began * 1000))
            judge(writers.told[writers.epoch], service.counts(writers.epoch))
            _look_at_record(folder, writers)
            if sys.stderr.isatty():
                print(f"\r{number + 1} of {cuts}", end="", file=sys.stderr)
        for epoch, told in writers.told.items():
            judge(told, service.counts(epoch))
            happened.update(told.values())
        happened["syncs"] = supply.syncs
    finally:
        service.stop()
    return happened


def _wait_for_the_cut(supply: PowerSupply, survival: Survival, chance: random.Random) -> None:
    until = time.monotonic() + LONGEST_SECONDS
    while not supply.is_off:
        if time.monotonic() > until:
            supply.cut(survival, chance.getrandbits(32))
        time.sleep(0.01)


def _cut_at_start(supply: PowerSupply, service: Service, chance: random.Random) -> bool:
    """Cut the power while the service looks at what came back of the cut before; False where it was ready first."""
    survival = chance.choice(HOW)
    supply.cut(survival, chance.getrandbits(32), after=chance.randint(1, 60))
    try:
        service.start()
    except Broken:
        if not supply.is_off:
            raise
    is_cut = supply.is_off
    service.kill()
    if not is_cut:
        supply.cut(survival, chance.getrandbits(32))
    supply.on()
    return is_cut


def _look_at_record(folder: Path, writers: Clients) -> None:
    from mandategraph.stores.audit import AuditLog

    log = AuditLog(folder)
    looked = log.look()
    if not looked.holds:
        raise Broken(f"the record of writes: line {looked.broken_line}: {looked.fault}")
    lines = sum(line.write.what == "update" for line in log.lines())
    acknowledged = sum(list(told.values()).count(ACKNOWLEDGED) for told in writers.told.values())
    if lines < acknowledged:
        raise Broken(f"the record of writes has {lines} lines, and {acknowledged} writes were acknowledged")


def main() -> int:
    """Run as the command line says; return the exit status."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--cuts", type=int, default=200)
    asked.add_argument("--command-cuts", type=int, default=20, help="of each command")
    asked.add_argument("--command", action="append", choices=COMMANDS, help="only this one")
    asked.add_argument("--clients", type=int, default=4)
    asked.add_argument("--seed", type=int, default=None)
    given = asked.parse_args()
    seed = time.time_ns() % 1_000_000 if given.seed is None else given.seed
    chance = random.Random(seed)  # noqa: S311
    try:
        with tempfile.TemporaryDirectory() as folder, disk_at(Path(folder) / "disk") as supply:
            happened = cut_under_writers(supply, given.cuts, given.clients, chance)
        with tempfile.TemporaryDirectory() as folder, disk_at(Path(folder) / "disk") as supply:
            happened += cut_commands(
                supply, Path(folder) / "beside", given.command_cuts, chance, tuple(given.command or COMMANDS)
            )
    except NoSuchDisk as problem:
        print(f"Not measured: {problem}.")
        return 3
    except Broken as problem:
        print(f"BROKEN (seed {seed}): {problem}")
        return 1
    for name, number in sorted(happened.items()):
        print(f"{name:70} {number:>9,}")
    print(f"{'lost, torn, refused at the start':70} {0:>9,}\n{'seed':70} {seed:>9}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
