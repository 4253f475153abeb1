"""Data from files: CSV (a header is optional, the last columns are the targets) and .npz with X and y."""

from __future__ import annotations

import csv
import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbackprop.errors import DataError, FileError, quote
from symbackprop.networks import Network

MAX_BYTES = 2_000_000_000  # larger data goes through `Trainer.fit_stream`


def read(net: Network, path: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """X and y for this net from a .csv or .npz file.

    Raises: FileError for a file that cannot be read; DataError for ragged rows, empty cells, NaN, a wrong number of
    columns, with the line.
    """
    return _npz(path) if path.endswith(".npz") else _csv(net, path)


def _npz(path: str) -> tuple[NDArray[Any], NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as file:
            if "X" not in file or "y" not in file:
                raise FileError("the file has no X and y", where=path, got=", ".join(file.files) or "nothing")
            return file["X"], file["y"]
    except (OSError, ValueError, zipfile.BadZipFile, EOFError) as problem:
        raise FileError("this file cannot be read as .npz", where=quote(path), got=quote(str(problem))) from None


def _csv(net: Network, path: str) -> tuple[NDArray[Any], NDArray[Any]]:
    rows = _rows(path)
    inputs, outputs = len(net.inputs), len(net.outputs)
    number, first = rows[0]
    if any(not _is_number(cell) for cell in first[:inputs]):  # a name above an input column: a header
        rows = rows[1:]
        if not rows:
            raise DataError("the file has a header and no sample", where=path)
    width = len(first)
    labels = width == inputs + 1 and (outputs > 1 or not _is_number(rows[0][1][-1]))
    if width != inputs + outputs and not labels:
        raise DataError(
            "the columns do not fit the net",
            where=f"{path}, line {number}",
            expected=f"{inputs} inputs, then {outputs} targets" + (", or one class label" if outputs > 1 else ""),
            got=f"{width} columns",
        )
    X = np.empty((len(rows), inputs))
    Y = np.empty((len(rows), width - inputs))
    names: list[Any] = []
    for k, (line, cells) in enumerate(rows):
        if len(cells) != width:
            raise DataError(
                "the rows differ in length",
                where=f"{path}, line {line}",
                expected=f"{width} cells",
                got=str(len(cells)),
            )
        X[k] = [_number(cell, path, line, column) for column, cell in enumerate(cells[:inputs], start=1)]
        if labels:
            names.append(_label(cells[-1], path, line))
        else:
            Y[k] = [_number(cell, path, line, column) for column, cell in enumerate(cells[inputs:], start=inputs + 1)]
    return X, (np.array(names) if labels else Y)


def _rows(path: str) -> list[tuple[int, list[str]]]:
    try:
        if Path(path).stat().st_size > MAX_BYTES:
            raise FileError(
                "the file is too large to read at once", where=path, expected=f"at most {MAX_BYTES:,} bytes"
            )
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, strict=True)
            rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(map(str.strip, row))]
    except OSError as problem:
        raise FileError("the data file cannot be read", where=quote(path), got=problem.strerror or "?") from None
    except (UnicodeDecodeError, csv.Error) as problem:
        raise FileError("this is not a CSV file", where=quote(path), got=quote(str(problem))) from None
    if not rows:
        raise DataError("the file has no sample", where=path)
    return rows


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _number(cell: str, path: str, line: int, column: int) -> float:
    where = f"{path}, line {line}, column {column}"
    try:
        value = float(cell)
    except ValueError:
        raise DataError("this is not a number", where=where, got=quote(cell) if cell else "an empty cell") from None
    if not math.isfinite(value):
        raise DataError("not every entry is a finite number", where=where, got=quote(cell))
    return value


def _label(cell: str, path: str, line: int) -> str | int:
    if not cell or cell.lower() in ("nan", "inf", "-inf"):
        raise DataError("a label is missing", where=f"{path}, line {line}", got=quote(cell))
    return cell
