"""
What a process may no longer do once it reads other people's files.

On Linux the kernel refuses it sockets, other programs and any change to the disk; elsewhere Python alone refuses
sockets. Limits of memory hold wherever the system knows them.
"""

from __future__ import annotations

import ctypes
import os
import platform
import socket
import struct
import sys
from typing import NoReturn

_NEW_NETWORK = 0x40000000
_NEW_USERS = 0x10000000
_NO_NEW_PRIVILEGES = 38
_SET_SECCOMP = 22
_FILTER = 2

_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW = 0x7FFF0000
_NOT_PERMITTED = 0x00050000 | 1
_UNKNOWN_CALL = 0x00050000 | 38
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_OTHER_TABLE = 0x40000000
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | getattr(os, "O_TRUNC", 0)

# For each processor: its mark, open and openat with the place of their flags, and the calls that are refused:
# network, other programs, other processes, changes of files, and doors around these.
_CALLS: dict[str, tuple[int, dict[int, int], tuple[int, ...]]] = {
    "x86_64": (
        0xC000003E,
        {2: 1, 257: 2},
        (
            *(41, 42, 43, 44, 46, 49, 50, 53, 288, 307),
            *(57, 58, 59, 322, 62, 101, 310, 311, 425, 321, 165, 272, 308, 323, 298),
            *(76, 77, 82, 83, 84, 85, 86, 87, 88, 90, 92, 132, 258, 259, 263, 264, 265, 266, 268, 316),
        ),
    ),
    "aarch64": (
        0xC00000B7,
        {56: 2},
        (
            *(198, 199, 200, 201, 202, 203, 206, 211, 242, 269),
            *(221, 281, 129, 117, 270, 271, 425, 280, 40, 97, 268, 282, 241),
            *(45, 46, 33, 34, 35, 36, 37, 38, 53, 54, 276),
        ),
    ),
}
_OPEN_ANEW = 437


def limit(memory_bytes: int) -> None:
    """Limit memory; forbid files and core dumps. Does nothing where the system has no such limits."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform != "darwin":
        # macOS knows this limit and refuses to set it.
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def allow_seconds(seconds: int) -> None:
    """Allow so much processor time from now on; beyond it the system ends the process."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, hard))


def cut_off(*, programs: bool) -> list[str]:
    """
    Take the network away, and other programs and the disk too unless `programs`; return the means that worked.

    `programs` is for the converter of old files, which has to start one: it keeps the disk, in a folder of its own.
    """
    means = ["sockets"]
    socket.socket = _refused  # type: ignore[misc, assignment]
    socket.create_connection = _refused
    if _own_network():
        means.append("network")
    if not programs and _filter_calls():
        means.append("calls")
    return means


def _refused(*_: object, **__: object) -> NoReturn:
    raise PermissionError("a reader of documents has no network")


def _library() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _own_network() -> bool:
    """A network of its own, with nothing in it; needs rights that some containers do not give."""
    library = _library()
    if library is None:
        return False
    return any(library.unshare(flags) == 0 for flags in (_NEW_NETWORK, _NEW_USERS | _NEW_NETWORK))


def _filter_calls() -> bool:
    library, calls = _library(), _CALLS.get(platform.machine())
    if library is None or calls is None or struct.calcsize("P") != 8:
        return False
    program = _program(*calls)
    code = ctypes.create_string_buffer(program, len(program))
    head = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code)))
    if library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(library.prctl(_SET_SECCOMP, _FILTER, head, 0, 0) == 0)


def _program(mark: int, opening: dict[int, int], refused: tuple[int, ...]) -> bytes:
    def step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
        return struct.pack("HBBI", code, then, otherwise, value)

    steps = [
        step(_LOAD, _ARCHITECTURE),
        step(_IF_EQUAL, mark, 1, 0),
        step(_RETURN, _NOT_PERMITTED),
        step(_LOAD, _NUMBER),
        step(_IF_AT_LEAST, _OTHER_TABLE, 0, 1),
        step(_RETURN, _NOT_PERMITTED),
        step(_IF_EQUAL, _OPEN_ANEW, 0, 1),
        step(_RETURN, _UNKNOWN_CALL),
    ]
    for call in refused:
        steps += [step(_IF_EQUAL, call, 0, 1), step(_RETURN, _NOT_PERMITTED)]
    for call, place in opening.items():
        steps += [
            step(_IF_EQUAL, call, 0, 4),
            step(_LOAD, _FIRST_ARGUMENT + 8 * place),
            step(_IF_SET, _WRITING, 0, 1),
            step(_RETURN, _NOT_PERMITTED),
            step(_RETURN, _ALLOW),
        ]
    return b"".join([*steps, step(_RETURN, _ALLOW)])
