"""
A disk that forgets at a power cut what was not synced: files and folders, each as it is and as it would come back.

What POSIX promises, and no more: a file's content and length last once the file was synced; its name, or that a name
is gone or means another file, lasts once the folder was synced. What was not synced may come back or not, each
`Survival` in its own way.
"""

from __future__ import annotations

import random
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import count
from typing import TypeVar

SECTOR = 512
Names = dict[str, "Node"]


class Survival(Enum):
    """What of the unsynced comes back after a cut."""

    NOTHING = "nothing that was not synced"
    IN_ORDER = "all until some moment, the last write torn"
    EACH_UNTIL = "of each file and folder all until a moment of its own, the last write torn"
    ANY = "any sectors of any write, any names"
    EVERYTHING = "everything, as after a kill"


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes that were written into a file and not yet synced; `size` where it was cut or lengthened instead."""

    moment: int
    at: int = 0
    data: bytes = b""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """Names that were changed together in a folder and not yet synced; None where one was taken away."""

    moment: int
    names: tuple[tuple[str, Node | None], ...]


Change = TypeVar("Change", Written, Named)


@dataclass(slots=True, eq=False)
class Node:
    """A file, a folder or a socket."""

    mode: int
    number: int = 0
    data: bytearray = field(default_factory=bytearray)
    synced: bytearray = field(default_factory=bytearray)
    written: list[Written] = field(default_factory=list)
    names: Names = field(default_factory=dict)
    synced_names: Names = field(default_factory=dict)
    named: list[Named] = field(default_factory=list)
    links: int = 1
    changed: float = 0.0

    @property
    def is_folder(self) -> bool:
        """Whether names lie in it."""
        return stat.S_ISDIR(self.mode)


class Disk:
    """
    The whole disk. Nothing here knows who mounts it.

    >>> disk = Disk()
    >>> file = disk.make(disk.root, "a", 0o100600)
    >>> disk.write(file, 0, b"kept"); disk.sync(file); disk.write(file, 4, b" lost")
    >>> disk.cut(Survival.NOTHING, random.Random(1)).files()
    {}
    >>> disk.sync(disk.root)
    >>> disk.cut(Survival.NOTHING, random.Random(1)).files()
    {'a': b'kept'}
    """

    def __init__(self) -> None:
        self.syncs = 0
        self._moments = count(1)
        self._numbers = count(1)
        self.root = self._new(stat.S_IFDIR | 0o755)

    def make(self, folder: Node, name: str, mode: int) -> Node:
        """Put something new and empty under a name."""
        node = self._new(mode)
        self._name(folder, (name, node))
        return node

    def write(self, file: Node, at: int, data: bytes) -> None:
        """Write into a file; what lies between its end and the place is zero."""
        change = Written(next(self._moments), at, data)
        file.written.append(change)
        _apply(file.data, change)

    def resize(self, file: Node, size: int) -> None:
        """Cut a file off, or lengthen it with zeros."""
        change = Written(next(self._moments), size=size)
        file.written.append(change)
        _apply(file.data, change)

    def link(self, node: Node, folder: Node, name: str) -> None:
        """Give something one more name."""
        node.links += 1
        self._name(folder, (name, node))

    def remove(self, folder: Node, name: str) -> None:
        """Take a name away."""
        folder.names[name].links -= 1
        self._name(folder, (name, None))

    def rename(self, folder: Node, name: str, into: Node, new: str) -> None:
        """Move a name, over what has the new one; within one folder that comes back whole or not at all."""
        node, there = folder.names[name], into.names.get(new)
        if there is node:
            return
        if there is not None:
            there.links -= 1
        if folder is into:
            self._name(folder, (name, None), (new, node))
        else:
            # The same moment: what comes back in order comes back in both.
            moment = next(self._moments)
            self._name(into, (new, node), moment=moment)
            self._name(folder, (name, None), moment=moment)

    def swap(self, folder: Node, name: str, into: Node, other: str) -> None:
        """Let two things change names; within one folder that comes back whole or not at all."""
        one, two = folder.names[name], into.names[other]
        if folder is into:
            self._name(folder, (name, two), (other, one))
        else:
            moment = next(self._moments)
            self._name(folder, (name, two), moment=moment)
            self._name(into, (other, one), moment=moment)

    def sync(self, node: Node) -> None:
        """Make last what a file holds, or which names a folder holds."""
        self.syncs += 1
        for change in node.written:
            _apply(node.synced, change)
        node.written.clear()
        for named in node.named:
            _rename(node.synced_names, named)
        node.named.clear()

    def cut(self, how: Survival, chance: random.Random) -> Disk:
        """Return the disk as it comes back when the power goes now."""
        last = next(self._moments)
        until = last
        if how is Survival.IN_ORDER:
            moments = [change.moment for node in self._all() for change in node.written]
            moments += [change.moment for node in self._all() for change in node.named]
            until = chance.choice([0, *sorted(moments)])
        back = Disk()
        made: dict[int, Node] = {self.root.number: back.root}
        # Only what some name leads to comes back.
        todo = [self.root]
        while todo:
            node = todo.pop()
            copy = made[node.number]
            if node.is_folder:
                for name, child in _names_left(node, how, until, chance).items():
                    if child.number not in made:
                        made[child.number] = back._new(child.mode)
                        made[child.number].links = 0
                        todo.append(child)
                    other = made[child.number]
                    other.links += 1
                    copy.names[name] = copy.synced_names[name] = other
            else:
                copy.data = _data_left(node, how, until, chance)
                copy.synced = bytearray(copy.data)
        return back

    def files(self) -> dict[str, bytes]:
        """Return the content of each file by its path, for looking at."""
        found: dict[str, bytes] = {}
        todo = [("", self.root)]
        while todo:
            path, node = todo.pop()
            for name, child in sorted(node.names.items()):
                if child.is_folder:
                    todo.append((f"{path}{name}/", child))
                else:
                    found[path + name] = bytes(child.data)
        return dict(sorted(found.items()))

    def _new(self, mode: int) -> Node:
        return Node(mode, next(self._numbers))

    def _name(self, folder: Node, *names: tuple[str, Node | None], moment: int = 0) -> None:
        change = Named(moment or next(self._moments), names)
        folder.named.append(change)
        _rename(folder.names, change)

    def _all(self) -> list[Node]:
        """Everything that a name leads to now or may lead to after a cut."""
        found: dict[int, Node] = {}
        todo = [self.root]
        while todo:
            node = todo.pop()
            if node.number in found:
                continue
            found[node.number] = node
            todo += node.names.values()
            todo += node.synced_names.values()
            todo += [child for change in node.named for _, child in change.names if child is not None]
        return list(found.values())


def _apply(data: bytearray, change: Written) -> None:
    end = change.at + len(change.data) if change.size is None else change.size
    if len(data) < end:
        data.extend(bytes(end - len(data)))
    if change.size is None:
        data[change.at : end] = change.data
    else:
        del data[end:]


def _rename(names: Names, change: Named) -> None:
    for name, node in change.names:
        if node is None:
            names.pop(name, None)
        else:
            names[name] = node


def _names_left(folder: Node, how: Survival, until: int, chance: random.Random) -> Names:
    names = dict(folder.synced_names)
    for change in _kept(folder.named, how, until, chance):
        _rename(names, change)
    return names


def _data_left(file: Node, how: Survival, until: int, chance: random.Random) -> bytearray:
    data = bytearray(file.synced)
    kept = _kept(file.written, how, until, chance)
    for change in kept:
        is_last = change is kept[-1] and (how is not Survival.IN_ORDER or change.moment == until)
        is_torn = is_last and change.data and how in (Survival.IN_ORDER, Survival.EACH_UNTIL)
        if how is Survival.ANY and change.data:
            for start in range(0, len(change.data), SECTOR):
                if chance.random() < 0.5:
                    piece = change.data[start : start + SECTOR]
                    _apply(data, Written(change.moment, change.at + start, piece))
        elif is_torn:
            _apply(data, Written(change.moment, change.at, change.data[: chance.randint(0, len(change.data))]))
        else:
            _apply(data, change)
    return data


def _kept(changes: Sequence[Change], how: Survival, until: int, chance: random.Random) -> Sequence[Change]:
    match how:
        case Survival.NOTHING:
            return []
        case Survival.IN_ORDER:
            return [change for change in changes if change.moment <= until]
        case Survival.EACH_UNTIL:
            return changes[: chance.randint(0, len(changes))]
        case Survival.ANY:
            return [change for change in changes if chance.random() < 0.5]
        case Survival.EVERYTHING:
            return changes
