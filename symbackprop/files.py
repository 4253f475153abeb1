"""Files that a user names: read up to a limit (no device that never ends, no pipe but `-`), and written whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any

from symbackprop.errors import FileError, nearest, quote

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


def write_text(path: str, write: Callable[[IO[str]], object]) -> None:
    """Call write(file) on a temporary file beside `path` and move it into place; nothing of it is left where that fails.

    A pipe or a device is written to as it is: moving a file there would put an end to it.

    Raises: FileError where the file cannot be written.
    """
    _written(path, write, "w")


def write_pieces(path: str, pieces: Iterable[str] | bytes) -> None:
    """Write a text piece by piece, so that it is never held as a whole, or bytes; the file appears when it is whole."""
    if isinstance(pieces, bytes):
        _written(path, lambda file: file.write(pieces), "wb")
    else:
        write_text(path, lambda file: file.writelines(pieces))


def _written(path: str, write: Callable[[Any], object], mode: str) -> None:
    target, name, encoding = os.path.realpath(path), "", None if "b" in mode else "utf-8"
    try:
        if not path or (os.path.exists(target) and not os.path.isfile(target)):
            with open(path, mode, encoding=encoding) as file:
                write(file)
            return
        folder, start = os.path.dirname(target), f"{os.path.basename(target)[:60]}."
        with tempfile.NamedTemporaryFile(mode, encoding=encoding, dir=folder, prefix=start, delete=False, suffix=".part") as file:
            name = file.name
            write(file)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, target)
        name = ""
    except OSError as problem:
        raise FileError("this file cannot be written", where=quote(path), got=problem.strerror or "") from None
    finally:
        if name and os.path.exists(name):  # an error on the way, or Ctrl-C
            os.unlink(name)
