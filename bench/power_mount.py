"""
Mounts a `Disk` where programs can use it, by the kernel's own FUSE protocol, and cuts its power when told to.

A process of its own, because whoever serves a file system must not wait for it. It is told on standard input, one line
of JSON each, and answers each with one:

    {"do": "cut", "how": "ANY", "seed": 7}                 the power goes now
    {"do": "cut", "how": "ANY", "seed": 7, "after": 120}   it goes before the 120th change or sync from now on
    {"do": "on"}                                           what came back is mounted
    {"do": "keep"}, {"do": "back"}                         keeps the disk as it is (all of it synced), puts it back
    {"do": "told"}                                         changes and syncs so far, and whether the power is gone

Needs root, /dev/fuse and Linux.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import random
import select
import stat
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from power_disk import Disk, Node, Survival

# https://www.kernel.org/doc/html/latest/filesystems/fuse.html, include/uapi/linux/fuse.h, protocol 7.31
_IN = struct.Struct("<IIQQIIIHH")
_OUT = struct.Struct("<IiQ")
_ATTRIBUTES = struct.Struct("<6Q10I")
_INIT = struct.Struct("<IIIIHHIIHHII24x")
_MOST_BYTES = 1 << 20
_BIG_WRITES, _MANY_PAGES = 1 << 5, 1 << 22
_KEEP_CACHE = 1 << 1
_FOREVER = 3600
_NOSUID, _NODEV, _DETACH = 2, 4, 2
_SIZE, _MODE, _CHANGED = 8, 1, 32
_BLOCKS = 1 << 24
Answer = bytes | int
"""What a request is answered with: bytes, or the number of an error."""


class Mount:
    """A disk under a path, until its power is cut."""

    def __init__(self, place: Path, disk: Disk) -> None:
        self.disk = disk
        self.changes = 0
        self._place = place
        # The first request of all is of no node.
        self._nodes: dict[int, Node] = {0: disk.root, 1: disk.root}
        self._numbers: dict[int, int] = {disk.root.number: 1}
        self.device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        told = f"fd={self.device},rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions"
        if _libc.mount(b"power", os.fsencode(place), b"fuse", _NOSUID | _NODEV, told.encode()) != 0:
            problem = ctypes.get_errno()
            os.close(self.device)
            raise OSError(problem, f"no file system can be mounted here: {os.strerror(problem)}")

    def serve_one(self) -> bool:
        """Answer one request; False where nothing more is to come."""
        try:
            asked = os.read(self.device, _MOST_BYTES + 4096)
        except OSError as problem:
            return problem.errno in (errno.EINTR, errno.EAGAIN, errno.ENOENT)
        _, code, unique, node, *_ = _IN.unpack_from(asked)
        if code in _UNANSWERED:
            return True
        work = _WORK.get(code)
        answer: Answer = errno.ENOSYS
        if work is not None:
            try:
                answer = work(self, self._nodes[node], asked[_IN.size :])
            except KeyError:
                answer = errno.ENOENT
        data, fault = (b"", -answer) if isinstance(answer, int) else (answer, 0)
        try:
            os.write(self.device, _OUT.pack(_OUT.size + len(data), fault, unique) + data)
        except OSError as problem:
            # Whoever asked was killed meanwhile.
            return problem.errno == errno.ENOENT
        return True

    def end(self) -> None:
        """Break off whatever is under way; what comes later finds no device."""
        os.close(self.device)

    def init(self, _: Node, body: bytes) -> Answer:
        ahead = struct.unpack_from("<IIII", body)[2]
        return _INIT.pack(7, 31, ahead, _BIG_WRITES | _MANY_PAGES, 16, 12, _MOST_BYTES, 1, 256, 0, 0, 0)

    def lookup(self, folder: Node, body: bytes) -> Answer:
        return self._entry(folder.names[_name(body)])

    def attributes(self, node: Node, _: bytes) -> Answer:
        return struct.pack("<QII", _FOREVER, 0, 0) + self._attributes(node)

    def set_attributes(self, node: Node, body: bytes) -> Answer:
        valid, _, _, size, _, _, changed = struct.unpack_from("<IIQQQQQ", body)
        if valid & _SIZE and size != len(node.data):
            self._count()
            self.disk.resize(node, size)
        if valid & _MODE:
            node.mode = stat.S_IFMT(node.mode) | stat.S_IMODE(struct.unpack_from("<I", body, 68)[0])
        if valid & _CHANGED:
            node.changed = changed
        return self.attributes(node, b"")

    def make_node(self, folder: Node, body: bytes) -> Answer:
        mode = struct.unpack_from("<I", body)[0]
        return self._made(folder, _name(body[16:]), mode)

    def make_folder(self, folder: Node, body: bytes) -> Answer:
        mode = struct.unpack_from("<I", body)[0]
        return self._made(folder, _name(body[8:]), stat.S_IFDIR | stat.S_IMODE(mode))

    def create(self, folder: Node, body: bytes) -> Answer:
        mode = struct.unpack_from("<II", body)[1]
        return self._made(folder, _name(body[16:]), stat.S_IFREG | stat.S_IMODE(mode)) + _opened()

    def remove(self, folder: Node, body: bytes) -> Answer:
        name = _name(body)
        if folder.names[name].is_folder and folder.names[name].names:
            return errno.ENOTEMPTY
        self._count()
        self.disk.remove(folder, name)
        return b""

    def rename(self, folder: Node, body: bytes, head: int = 8) -> Answer:
        into = self._nodes[struct.unpack_from("<Q", body)[0]]
        flags = struct.unpack_from("<I", body, 8)[0] if head == 16 else 0
        name, new, _ = body[head:].split(b"\0", 2)
        there = into.names.get(os.fsdecode(new))
        if flags == 2:
            self._count()
            self.disk.swap(folder, os.fsdecode(name), into, os.fsdecode(new))
            return b""
        if flags & ~1:
            return errno.EINVAL
        if there is not None and flags & 1:
            return errno.EEXIST
        if there is not None and there.is_folder and there.names:
            return errno.ENOTEMPTY
        self._count()
        self.disk.rename(folder, os.fsdecode(name), into, os.fsdecode(new))
        return b""

    def rename_as(self, folder: Node, body: bytes) -> Answer:
        return self.rename(folder, body, 16)

    def link(self, folder: Node, body: bytes) -> Answer:
        node = self._nodes[struct.unpack_from("<Q", body)[0]]
        self._count()
        self.disk.link(node, folder, _name(body[8:]))
        return self._entry(node)

    def open(self, _: Node, __: bytes) -> Answer:
        return _opened()

    def read(self, file: Node, body: bytes) -> Answer:
        _, at, size = struct.unpack_from("<QQI", body)
        return bytes(file.data[at : at + size])

    def write(self, file: Node, body: bytes) -> Answer:
        _, at, size = struct.unpack_from("<QQI", body)
        self._count()
        self.disk.write(file, at, body[40 : 40 + size])
        file.changed = time.time()
        return struct.pack("<II", size, 0)

    def room(self, _: Node, __: bytes) -> Answer:
        return struct.pack("<5Q4I24x", _BLOCKS, _BLOCKS, _BLOCKS, 1 << 20, 1 << 20, 4096, 255, 4096, 0)

    def sync(self, node: Node, _: bytes) -> Answer:
        self._count()
        self.disk.sync(node)
        return b""

    def list(self, folder: Node, body: bytes) -> Answer:
        _, at, size = struct.unpack_from("<QQI", body)
        told = bytearray()
        for place, (name, node) in enumerate(list(folder.names.items())[at:], at + 1):
            raw = os.fsencode(name)
            entry = struct.pack("<QQII", node.number, place, len(raw), stat.S_IFMT(node.mode) >> 12) + raw
            entry += bytes(-len(entry) % 8)
            if len(told) + len(entry) > size:
                break
            told += entry
        return bytes(told)

    def close(self, _: Node, __: bytes) -> Answer:
        return b""

    def _count(self) -> None:
        self.changes += 1

    def _made(self, folder: Node, name: str, mode: int) -> bytes:
        self._count()
        node = self.disk.make(folder, name, mode)
        node.changed = time.time()
        return self._entry(node)

    def _entry(self, node: Node) -> bytes:
        number = self._numbers.setdefault(node.number, len(self._numbers) + 1)
        self._nodes[number] = node
        return struct.pack("<4Q2I", number, 0, _FOREVER, _FOREVER, 0, 0) + self._attributes(node)

    def _attributes(self, node: Node) -> bytes:
        size = len(node.data)
        seconds = int(node.changed)
        part = int((node.changed - seconds) * 1e9)
        links = 2 if node.is_folder else node.links
        times = (seconds, seconds, seconds, part, part, part)
        return _ATTRIBUTES.pack(node.number, size, -(-size // 512), *times, node.mode, links, 0, 0, 0, 4096, 0)


def _name(body: bytes) -> str:
    return os.fsdecode(body.partition(b"\0")[0])


def _opened() -> bytes:
    return struct.pack("<QII", 0, _KEEP_CACHE, 0)


_UNANSWERED = frozenset({2, 36, 42})
_WORK: dict[int, Callable[[Mount, Node, bytes], Answer]] = {
    1: Mount.lookup,
    3: Mount.attributes,
    4: Mount.set_attributes,
    8: Mount.make_node,
    9: Mount.make_folder,
    10: Mount.remove,
    11: Mount.remove,
    12: Mount.rename,
    13: Mount.link,
    14: Mount.open,
    15: Mount.read,
    16: Mount.write,
    17: Mount.room,
    18: Mount.close,
    20: Mount.sync,
    26: Mount.init,
    27: Mount.open,
    28: Mount.list,
    29: Mount.close,
    30: Mount.sync,
    35: Mount.create,
    45: Mount.rename_as,
}
_libc = ctypes.CDLL(None, use_errno=True)


class Power:
    """The switch of a disk: does what it is told while the disk is in use."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._disk = Disk()
        self._kept = self._disk
        self._mount: Mount | None = None
        self._is_taken = False
        self._coming: tuple[int, Survival, random.Random] | None = None
        self._changes = self._syncs = 0

    def work(self) -> None:
        """Serve until there is nobody to tell us anything."""
        told = bytearray()
        while True:
            if self._mount is not None and self._coming is not None and self._mount.changes >= self._coming[0]:
                self._cut(*self._coming[1:])
            ends = [0] if self._mount is None else [0, self._mount.device]
            ready, _, _ = select.select(ends, [], [])
            if 0 in ready:
                piece = os.read(0, 1 << 16)
                if not piece:
                    return
                told += piece
                while b"\n" in told:
                    line, _, told = told.partition(b"\n")
                    print(json.dumps(self._do(json.loads(line))), flush=True)
            elif self._mount is not None and not self._mount.serve_one():
                self.end()

    def end(self) -> None:
        """Take the disk from under its path; the path stays taken until it is on again."""
        if self._mount is not None:
            self._mount.end()
            self._changes += self._mount.changes
            self._syncs += self._mount.disk.syncs
            self._mount = None

    def unmount(self) -> None:
        """Free the path, where a disk of ours was there."""
        if self._is_taken:
            _libc.umount2(os.fsencode(self._place), _DETACH)
        self._is_taken = False

    def _do(self, told: dict[str, Any]) -> dict[str, Any]:
        match told["do"]:
            case "cut" if "after" in told and self._mount is not None:
                at = self._mount.changes + int(told["after"])
                self._coming = at, Survival[told["how"]], random.Random(told["seed"])  # noqa: S311
            case "cut":
                self._cut(Survival[told["how"]], random.Random(told["seed"]))  # noqa: S311
            case "keep":
                self._kept = self._disk.cut(Survival.EVERYTHING, random.Random(0))  # noqa: S311
            case "back":
                self.end()
                self._disk = self._kept.cut(Survival.EVERYTHING, random.Random(0))  # noqa: S311
                self._coming = None
            case "on" if self._mount is None:
                self.unmount()
                try:
                    self._mount = Mount(self._place, self._disk)
                except OSError as problem:
                    return {"problem": problem.strerror}
                self._coming, self._is_taken = None, True
        mounted = self._mount
        changes, syncs = (0, 0) if mounted is None else (mounted.changes, mounted.disk.syncs)
        return {"is_off": mounted is None, "changes": self._changes + changes, "syncs": self._syncs + syncs}

    def _cut(self, how: Survival, chance: random.Random) -> None:
        self.end()
        self._coming = None
        self._disk = self._disk.cut(how, chance)


if __name__ == "__main__":
    power = Power(Path(sys.argv[1]))
    try:
        power.work()
    finally:
        power.end()
        power.unmount()
