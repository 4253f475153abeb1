"""Files that a user names are read up to a limit: no device that never ends, no pipe that nobody writes to."""

from __future__ import annotations

import os
import stat
from pathlib import Path

LIMIT = 8_000_000  # bytes


def read_bytes(path: str | Path, limit: int = LIMIT) -> bytes:
    """The contents of an ordinary file.

    Raises: OSError where there is none, or where it is a pipe, a device or a folder; ValueError for one longer than the limit.
    """
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise OSError(0, "it is no ordinary file")
    with open(path, "rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"it is longer than {limit:,} bytes")
    return data


def read_text(path: str | Path, limit: int = LIMIT) -> str:
    """The same as text; ValueError where it is not text in UTF-8."""
    return read_bytes(path, limit).decode("utf-8")
