"""Files that a user names are read up to a limit: no device that never ends, no pipe that nobody writes to but `-`."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from symbackprop.errors import nearest

LIMIT = 8_000_000  # bytes


def read_bytes(path: str | Path, limit: int = LIMIT) -> bytes:
    """The contents of an ordinary file, or of standard input where the path is `-`.

    Raises: OSError where there is none, or where it is a pipe, a device or a folder; ValueError for one longer than the limit.
    """
    if str(path) == "-":
        data = sys.stdin.buffer.read(limit + 1) if sys.stdin else b""
    elif not stat.S_ISREG(os.stat(path).st_mode):
        raise OSError(0, "it is no ordinary file")
    else:
        with open(path, "rb") as file:
            data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"it is longer than {limit:,} bytes")
    return data


def read_text(path: str | Path, limit: int = LIMIT) -> str:
    """The same as text, without the mark that some editors put first; ValueError where it is not text in UTF-8."""
    return read_bytes(path, limit).decode("utf-8-sig")


def nearest_file(path: str | Path) -> str | None:
    """The file that was meant by a name that no file has, where one beside it is called alike."""
    folder, name = os.path.split(str(path))
    try:
        close = nearest(name, os.listdir(folder or "."), 1)
    except OSError:
        return None
    return os.path.join(folder, close[0]) if close else None
