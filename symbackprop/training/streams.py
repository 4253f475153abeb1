"""Data larger than memory: files read in parts, and training on whatever yields parts."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import ArrayLike

from symbackprop.errors import DataError, FileError, quote
from symbackprop.files import nearest_file
from symbackprop.networks import Network
from symbackprop.training import passes, tables
from symbackprop.training.data import whole
from symbackprop.training.masks import Constraints
from symbackprop.training.updates import Update

if TYPE_CHECKING:
    from symbackprop.training.trainer import Trainer

Part = tuple[Any, Any]
ROWS = 4096  # samples a part, unless said otherwise


class FileStream:
    """A CSV or .npz file as parts of at most `rows` samples; every call reads it anew from the start.

    Shapes: X (rows, inputs), y (rows, outputs) or labels (rows,). At most one part is in memory.
    Raises: FileError and DataError as `tables.read` does, when the offending line is reached.
    Not: shuffled. The samples come in the order of the file.
    """

    def __init__(self, net: Network, path: str, rows: int = ROWS) -> None:
        self.net, self.path, self.rows = net, path, whole(rows, "rows")

    def __call__(self) -> Iterator[Part]:
        return self._npz() if self.path.endswith(".npz") else self._csv()

    def classes(self) -> tuple[Any, ...] | None:
        """All labels of the file, by one pass over it; None where the targets are numbers."""
        found: set[Any] = set()
        for _, y in self():
            raw = np.asarray(y)
            if raw.ndim != 1 or (len(self.net.outputs) == 1 and raw.dtype.kind not in "USOb"):
                return None
            found.update(raw.tolist())
        return tuple(sorted(found))

    def _csv(self) -> Iterator[Part]:
        try:
            with open(self.path, newline="", encoding="utf-8-sig") as file:
                reader = csv.reader(file, strict=True)
                rows = ((reader.line_num, [cell.strip() for cell in row]) for row in reader if any(map(str.strip, row)))
                first = list(islice(rows, 2))
                if not first:
                    raise DataError("the file has no sample", where=self.path)
                layout = tables.Layout.of(self.net, self.path, first)
                part = first[layout.header :]
                while True:
                    part += islice(rows, max(0, self.rows - len(part)))
                    if not part:
                        return
                    yield layout.arrays(part)
                    part = []
        except OSError as problem:
            raise FileError(
                "the data file cannot be read", where=quote(self.path), got=problem.strerror or "?", try_=nearest_file(self.path)
            ) from None
        except (UnicodeDecodeError, csv.Error) as problem:
            raise FileError("this is not a CSV file", where=quote(self.path), got=quote(str(problem))) from None

    def _npz(self) -> Iterator[Part]:
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open("X.npy") as x, archive.open("y.npy") as y:
                (n, *shape_x), kind_x = _header(x, self.path)
                (m, *shape_y), kind_y = _header(y, self.path)
                if n != m:
                    raise DataError("inputs and targets differ in number", where=self.path, got=f"{n} and {m}")
                for at in range(0, n, self.rows):
                    rows = min(self.rows, n - at)
                    yield _take(x, rows, shape_x, kind_x, self.path), _take(y, rows, shape_y, kind_y, self.path)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError) as problem:
            raise FileError(
                "this file cannot be read as .npz", where=quote(self.path), got=quote(str(problem))
            ) from None


def _header(file: Any, path: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
    version = npy.read_magic(file)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, turned, kind = read(file)
    if kind.hasobject or (turned and len(shape) > 1) or not shape:
        why = "Python objects" if kind.hasobject else "columns one after the other" if turned else "a single number"
        raise FileError("this array cannot be read in parts", where=path, got=why, expected="numbers or texts in rows")
    return shape, kind


def _take(file: BinaryIO | Any, rows: int, shape: list[int], kind: np.dtype[Any], path: str) -> Any:
    size = rows * int(np.prod(shape, dtype=int)) * kind.itemsize
    raw = file.read(size)
    if len(raw) != size:
        raise FileError("the file ends too early", where=path, expected=f"{size} bytes", got=str(len(raw)))
    return np.frombuffer(raw, kind).reshape((rows, *shape))


def fit(
    trainer: Trainer,
    batches: Callable[[], Iterable[tuple[ArrayLike, ArrayLike]]],
    epochs: int,
    batch_size: int | None,
    rate: float | Callable[[int], float],
    extra: Constraints | None = None,
) -> None:
    """Passes over everything that `batches()` yields; each part is checked, then trained on in its own order."""
    trainer.net.require_gradient()
    if not callable(batches):
        what = "this is used up after one epoch" if isinstance(batches, Iterator) else "this cannot be called"
        raise DataError(what, where="batches", got=quote(batches), expected="a function that yields (X, y) parts, called once an epoch")
    if trainer.classes is None and isinstance(batches, FileStream):
        trainer.classes = batches.classes()
    for step in passes.rates(rate, trainer.epoch, whole(epochs, "epochs", 0)):
        begin, kept, total, samples = (trainer.epoch, len(trainer.history)), trainer.theta.copy(), 0.0, 0
        for number, (X, y) in enumerate(_parts(batches)):
            data = trainer.checked(X, y)
            size = min(whole(batch_size if batch_size is not None else len(data.X), "batch_size"), len(data.X))
            if passes.inside(trainer.compiled, trainer.update, extra):
                loaded = trainer.compiled.load(data.X, data.Y, size)
                passes.compiled(trainer, loaded, None, size, np.array([step]), len(data.X), extra, number)
            else:
                passes.ruled(trainer, data, None, size, np.array([step]), extra, number)
            total, samples = total + trainer.history[-1] * len(data.X), samples + len(data.X)
            trainer.epoch = begin[0]
            del trainer.history[begin[1] :]
        if not samples:
            trainer.theta[:] = kept
            raise DataError("the stream gave no sample", where="fit_stream")
        trainer.history.append(total / samples)
        trainer.epoch += 1


def _parts(batches: Callable[[], Iterable[tuple[ArrayLike, ArrayLike]]]) -> Iterator[Part]:
    """What `batches()` yields, pair by pair."""
    parts = batches()
    if not isinstance(parts, Iterable):
        raise DataError("this gives no parts", where="batches()", got=quote(parts), expected="(X, y) pairs, one after the other")
    for number, part in enumerate(parts):
        if not isinstance(part, tuple | list) or len(part) != 2:
            raise DataError("a part is not a pair", where=f"batches(), part {number + 1}", got=quote(part), expected="(X, y)")
        yield part[0], part[1]


def choose(
    trainer: Trainer, optimiser: str | Update, weight_decay: float | None = None, clip: float | None = None
) -> None:
    """An Update object as given; a name starts a new one unless that rule is already at work. None: as it was."""
    if isinstance(optimiser, Update):
        if weight_decay is not None or clip is not None:
            raise DataError("an Update says itself how weights decay and gradients are clipped", where="optimiser", try_="its name with these options")
        trainer.update = optimiser
        return
    now = trainer.update if trainer.update.rule == optimiser else Update(optimiser)
    numbers: dict[str, Any] = {name: value for name, value in (("weight_decay", weight_decay), ("clip", clip)) if value is not None}
    changed = any(getattr(now, name) != value for name, value in numbers.items())
    trainer.update = replace(now, **numbers) if changed else now  # what it remembers goes on
