"""
Files and folders that are there after a power cut.

A synced file may still be nameless after it: POSIX lets a new, moved or removed name last only once its folder was
synced too, and the name of a new folder once the folder around it was.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

# Some file systems have no way to sync a folder; then there is nothing to be done. Any other error is one of the disk.
_CANNOT = frozenset({errno.EINVAL, errno.ENOTSUP, errno.ENOSYS})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_HERE, _EXCHANGE = -100, 2


def is_full(problem: OSError) -> bool:
    """
    Return whether a disk, or what is allowed on it, is full.

    >>> is_full(OSError(errno.ENOSPC, "No space left on device")), is_full(OSError("something else"))
    (True, False)
    """
    return problem.errno in _FULL


def put(path: Path, data: bytes, mode: int = 0o666) -> None:
    """
    Replace a file so that a reader sees the old content or the new, also after a power cut; OSError where it cannot.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     put(Path(folder) / "a", b"old")
    ...     put(Path(folder) / "a", b"new")
    ...     [(path.name, path.read_bytes()) for path in Path(folder).iterdir()]
    [('a', b'new')]
    """
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
    sync_names(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and those around it that are missing, each for good; OSError where it cannot."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for place in missing:
        sync_names(place.parent)


def swap(one: Path, other: Path) -> bool:
    """
    Let two files or folders change names in one step and for good; False where this system or disk has no such step.

    OSError where they are not there, or the disk does not take it.
    """
    import ctypes

    step = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None
    if step is None:
        return False
    if step(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) != 0:
        number = ctypes.get_errno()
        if number in _CANNOT:
            return False
        raise OSError(number, os.strerror(number), str(one))
    for parent in {one.parent, other.parent}:
        sync_names(parent)
    return True


def sync_names(folder: Path) -> None:
    """Put the names in a folder on the disk; OSError where the disk does not take them."""
    if os.name == "nt":  # cannot be done there
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError as problem:
        if problem.errno not in _CANNOT:
            raise
    finally:
        os.close(number)


def sync_all_names(folder: Path) -> None:
    """Put the names in a folder and in all folders below it on the disk."""
    for place, _, _ in os.walk(folder):
        sync_names(Path(place))
