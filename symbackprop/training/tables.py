"""Data from files: CSV (a header is optional, the last columns are the targets) and .npz with X and y."""

from __future__ import annotations

import csv
import math
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbackprop.errors import DataError, FileError, quote
from symbackprop.files import nearest_file
from symbackprop.networks import Network

MAX_BYTES = 2_000_000_000  # larger data goes through `streams.FileStream`


def read(net: Network, path: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """X and y for this net from a .csv or .npz file.

    Raises: FileError for a file that cannot be read; DataError for ragged rows, empty cells, NaN, a wrong number of
    columns, with the line.
    """
    return _npz(path) if path.endswith(".npz") else _csv(net, path)


def questions(net: Network, path: str) -> tuple[NDArray[Any], NDArray[Any] | None]:
    """X for this net from a .csv or .npz file, and y where the file has it too.

    Raises: as `read`.
    """
    if path.endswith(".npz"):
        X, y = _npz(path, needed=("X",))
        return X, y
    rows, inputs = _rows(path), len(net.inputs)
    if len(rows[0][1]) != inputs:
        layout = Layout.of(net, path, rows[:2], wanted=f"{inputs} inputs, alone or with")
        return layout.arrays(rows[layout.header :])
    layout = Layout.alone(net, path, rows[:2])
    return layout.arrays(rows[layout.header :])[0], None


def _npz(path: str, needed: tuple[str, ...] = ("X", "y")) -> tuple[NDArray[Any], Any]:
    try:
        with np.load(path, allow_pickle=False) as file:
            if any(name not in file for name in needed):
                raise FileError(f"the file has no {' and '.join(needed)}", where=path, got=", ".join(file.files) or "nothing")
            return file["X"], file["y"] if "y" in file.files else None
    except (OSError, ValueError, zipfile.BadZipFile, EOFError) as problem:
        raise FileError("this file cannot be read as .npz", where=quote(path), got=quote(str(problem))) from None


@dataclass(frozen=True)
class Layout:
    """How the rows of a CSV file are to be read: so many inputs, then targets or one label."""

    path: str
    inputs: int
    width: int
    labels: bool
    header: int  # rows before the first sample, 0 or 1

    @staticmethod
    def alone(net: Network, path: str, first: list[tuple[int, list[str]]]) -> Layout:
        """The layout of a file of inputs without targets, by the first two rows."""
        return Layout(path, len(net.inputs), len(net.inputs), False, _header(first, len(net.inputs), path))

    @staticmethod
    def of(net: Network, path: str, first: list[tuple[int, list[str]]], wanted: str = "") -> Layout:
        """The layout by the first two rows; DataError where the columns do not fit the net."""
        inputs, outputs = len(net.inputs), len(net.outputs)
        number, top = first[0]
        width = len(top)
        labels = width == inputs + 1 and (outputs > 1 or not any(_is_number(cells[-1]) for _, cells in first if cells))
        if width != inputs + outputs and not labels:
            raise DataError(
                "the columns do not fit the net",
                where=f"{path}, line {number}",
                expected=f"{wanted or f'{inputs} inputs, then'} {outputs} targets" + (", or one class label" if outputs > 1 else ""),
                got=f"{width} columns",
                try_=_other_mark(top),
            )
        return Layout(path, inputs, width, labels, _header(first, inputs, path))

    def arrays(self, rows: list[tuple[int, list[str]]]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Inputs and targets (or labels) of numbered rows."""
        X = np.empty((len(rows), self.inputs))
        Y = np.empty((len(rows), self.width - self.inputs))
        names: list[Any] = []
        for k, (line, cells) in enumerate(rows):
            if len(cells) != self.width:
                raise DataError(
                    "the rows differ in length",
                    where=f"{self.path}, line {line}",
                    expected=f"{self.width} cells",
                    got=str(len(cells)),
                )
            numbers = cells[: self.inputs] if self.labels else cells
            made = [_number(cell, self.path, line, column) for column, cell in enumerate(numbers, start=1)]
            X[k] = made[: self.inputs]
            if self.labels:
                names.append(_label(cells[-1], self.path, line))
            else:
                Y[k] = made[self.inputs :]
        return X, (np.array(names) if self.labels else Y)


def _csv(net: Network, path: str) -> tuple[NDArray[Any], NDArray[Any]]:
    rows = _rows(path)
    layout = Layout.of(net, path, rows[:2])
    return layout.arrays(rows[layout.header :])


def _rows(path: str) -> list[tuple[int, list[str]]]:
    try:
        if path != "-" and Path(path).stat().st_size > MAX_BYTES:
            raise FileError(
                "the file is too large to read at once",
                where=path,
                expected=f"at most {MAX_BYTES:,} bytes",
                try_="train --stream",
            )
        with open(0 if path == "-" else path, newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, strict=True)
            rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(map(str.strip, row))]
    except OSError as problem:
        raise FileError("the data file cannot be read", where=quote(path), got=problem.strerror or "?", try_=nearest_file(path)) from None
    except (UnicodeDecodeError, csv.Error) as problem:
        raise FileError("this is not a CSV file", where=quote(path), got=quote(str(problem))) from None
    if not rows:
        raise DataError("the file has no sample", where=path)
    return rows


def _header(first: list[tuple[int, list[str]]], inputs: int, path: str) -> int:
    """1 where names stand above all the input columns (an empty cell among numbers is no name), else 0."""
    header = int(not any(_is_number(cell) for cell in first[0][1][:inputs]))
    if header == len(first):
        raise DataError("the file has a header and no sample", where=path)
    return header


def _other_mark(cells: list[str]) -> str | None:
    """What to say where the cells seem to be divided by something else than commas."""
    mark = next((each for each in (";", "\t", "|") if any(each in cell for cell in cells)), None)
    return None if mark is None else f"commas between the cells; this file seems to have {'tabs' if mark == chr(9) else mark}"


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
