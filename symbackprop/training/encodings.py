"""Encodings of data as the numbers that a net takes, and back: each has encode and decode, and decode undoes encode.

OneOfK        A, C, G, T            -> one 1 among k              labels and nominal features
Thermometer   small, medium, large  -> 100, 110, 111              ordinal features: more is more ones
Scaling       reals                 -> [low, high] by column      (x - smallest) / (largest - smallest)
Centring      reals                 -> mean 0, then into [-1, 1]  (x - mean) / largest |x - mean|
Images        h x w or h x w x c    -> a vector
Bits          bytes                 -> {0, 1}, eight each
Quantiser     reals in [low, high]  -> k-bit codes                within half a step
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbackprop.errors import DataError, nearest, quote

Array = NDArray[Any]


def _reals(values: Any, where: str) -> Array:
    try:
        made = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as problem:
        raise DataError("not numbers", where=where, got=quote(values)) from problem
    if not np.isfinite(made).all():
        raise DataError("not finite", where=where, expected="finite numbers", got="NaN or infinity")
    return made


def _zeros_and_ones(codes: Any, width: int, where: str) -> Array:
    made = _reals(codes, where)
    if made.ndim != 2 or made.shape[1] != width:
        raise DataError("codes of another width", where=where, expected=f"(n, {width})", got=str(made.shape))
    if not np.isin(made, (0, 1)).all():
        raise DataError("a code holds something else than 0 and 1", where=where)
    return made


def _positions(values: Sequence[Hashable], known: Sequence[Hashable], where: str) -> list[int]:
    places = {value: place for place, value in enumerate(known)}
    if len(places) < len(known) or not known:
        raise DataError("the values to be told apart are not all different", where=where, got=quote(list(known)))
    for value in values:
        if value not in places:
            raise DataError("a value that is not encoded", where=where, expected=f"one of {', '.join(map(str, known[:40]))}", got=quote(value),
                            try_=" or ".join(nearest(str(value), map(str, known))) or None)  # fmt: skip
    return [places[value] for value in values]


@dataclass(frozen=True)
class OneOfK:
    """One position per value: the indicator vector.

    >>> bases = OneOfK(("A", "C", "G", "T"))
    >>> bases.encode(["C"]).tolist(), bases.decode([[0, 0, 0, 1]])
    ([[0.0, 1.0, 0.0, 0.0]], ['T'])
    """

    values: tuple[Hashable, ...]

    def encode(self, values: Sequence[Hashable]) -> Array:
        """(n,) values to (n, k) codes."""
        return np.eye(len(self.values))[_positions(values, self.values, "OneOfK.encode")]

    def decode(self, codes: Any) -> list[Hashable]:
        """(n, k) codes to (n,) values; raises DataError for a row that is no code."""
        made = _zeros_and_ones(codes, len(self.values), "OneOfK.decode")
        if (made.sum(axis=1) != 1).any():
            raise DataError("a row is no 1-of-k code", where="OneOfK.decode", expected="exactly one 1")
        return [self.values[place] for place in made.argmax(axis=1)]

    def nearest(self, outputs: Any) -> list[Hashable]:
        """The value whose output is largest, for what a net put out. Not: the inverse of `encode`, which is `decode`."""
        made = _reals(outputs, "OneOfK.nearest")
        return [self.values[place] for place in made.argmax(axis=1)]


@dataclass(frozen=True)
class Thermometer:
    """As many ones as the value has places from below, itself included; the order of values is the order of codes.

    >>> size = Thermometer(("small", "medium", "large"))
    >>> size.encode(["small", "large"]).tolist(), size.decode([[1, 1, 0]])
    ([[1.0, 0.0, 0.0], [1.0, 1.0, 1.0]], ['medium'])
    """

    values: tuple[Hashable, ...]

    def encode(self, values: Sequence[Hashable]) -> Array:
        """(n,) values to (n, k) codes."""
        rows = np.tril(np.ones((len(self.values), len(self.values))))
        return np.asarray(rows[_positions(values, self.values, "Thermometer.encode")])

    def decode(self, codes: Any) -> list[Hashable]:
        """(n, k) codes to (n,) values; raises DataError where a 0 stands before a 1, or nothing is 1."""
        made = _zeros_and_ones(codes, len(self.values), "Thermometer.decode")
        if (np.diff(made, axis=1) > 0).any() or (made[:, 0] == 0).any():
            raise DataError("a row is no thermometer code", where="Thermometer.decode", expected="ones, then zeros")
        return [self.values[int(count) - 1] for count in made.sum(axis=1)]


@dataclass(frozen=True)
class Scaling:
    """Each column linearly onto [low, high]; a column with one value goes to low.

    >>> heights = Scaling.fit([[1.5], [2.0]], low=-1, high=1)
    >>> heights.encode([[1.75]]).tolist(), heights.decode([[0.0]]).tolist()
    ([[0.0]], [[1.75]])
    """

    smallest: Array
    largest: Array
    low: float = 0.0
    high: float = 1.0

    @classmethod
    def fit(cls, data: Any, low: float = 0.0, high: float = 1.0) -> Scaling:
        """Take the range of each column of (n, m) data."""
        made = _table(data, "Scaling.fit")
        if not low < high:
            raise DataError("an empty range", where="Scaling.fit", expected="low < high", got=f"{low}, {high}")
        return cls(made.min(axis=0), made.max(axis=0), low, high)

    def _span(self) -> Array:
        return np.where(self.largest > self.smallest, self.largest - self.smallest, 1.0)

    def encode(self, data: Any) -> Array:
        """(n, m) to (n, m); data outside the range fitted goes outside [low, high]."""
        share = (_reals(data, "Scaling.encode") - self.smallest) / self._span()
        return np.asarray(self.low + share * (self.high - self.low))

    def decode(self, codes: Any) -> Array:
        """The inverse of `encode`, up to rounding."""
        share = (_reals(codes, "Scaling.decode") - self.low) / (self.high - self.low)
        return np.asarray(self.smallest + share * self._span())


@dataclass(frozen=True)
class Centring:
    """Each column less its mean, then divided so that the data fitted lies in [-1, 1].

    >>> Centring.fit([[1.0], [2.0], [6.0]]).encode([[1.0], [2.0], [6.0]]).ravel().tolist()
    [-0.6666666666666666, -0.3333333333333333, 1.0]
    """

    mean: Array
    radius: Array

    @classmethod
    def fit(cls, data: Any) -> Centring:
        """Take mean and largest distance from it of each column of (n, m) data."""
        made = _table(data, "Centring.fit")
        mean = made.mean(axis=0)
        radius = np.abs(made - mean).max(axis=0)
        return cls(mean, np.where(radius > 0, radius, 1.0))

    def encode(self, data: Any) -> Array:
        """(n, m) to (n, m)."""
        return np.asarray((_reals(data, "Centring.encode") - self.mean) / self.radius)

    def decode(self, codes: Any) -> Array:
        """The inverse of `encode`, up to rounding."""
        return np.asarray(_reals(codes, "Centring.decode") * self.radius + self.mean)


def _table(data: Any, where: str) -> Array:
    made = _reals(data, where)
    if made.ndim != 2 or not len(made):
        raise DataError("not a table of rows", where=where, expected="(n, m) with n > 0", got=str(made.shape))
    return made


@dataclass(frozen=True)
class Images:
    """Images of one shape as vectors, row after row.

    >>> Images((2, 3)).encode([[[1, 2, 3], [4, 5, 6]]]).tolist()
    [[1, 2, 3, 4, 5, 6]]
    """

    shape: tuple[int, ...]

    def encode(self, images: Any) -> Array:
        """(n, *shape) to (n, the product of shape)."""
        made = np.asarray(images)
        if made.shape[1:] != self.shape:
            raise DataError(
                "images of another shape", where="Images.encode", expected=str(self.shape), got=str(made.shape[1:])
            )
        return made.reshape(len(made), int(np.prod(self.shape)))

    def decode(self, vectors: Any) -> Array:
        """(n, the product of shape) to (n, *shape)."""
        made = np.asarray(vectors)
        size = int(np.prod(self.shape))
        if made.ndim != 2 or made.shape[1] != size:
            raise DataError(
                "vectors of another length", where="Images.decode", expected=f"(n, {size})", got=str(made.shape)
            )
        return made.reshape(len(made), *self.shape)


@dataclass(frozen=True)
class Bits:
    """Bytes as bits, the highest first: an image of n bytes is a point of {0,1}^(8n).

    >>> Bits().encode([[5]]).tolist(), Bits().decode([[0, 0, 0, 0, 0, 1, 0, 1]]).tolist()
    ([[0, 0, 0, 0, 0, 1, 0, 1]], [[5]])
    """

    def encode(self, data: Any) -> Array:
        """(n, m) bytes to (n, 8 m) bits."""
        made = np.asarray(data)
        if made.dtype.kind not in "iu" or made.ndim != 2 or (made < 0).any() or (made > 255).any():
            raise DataError("not bytes", where="Bits.encode", expected="(n, m) integers from 0 to 255", got=quote(data))
        return np.unpackbits(made.astype(np.uint8), axis=1)

    def decode(self, bits: Any) -> Array:
        """(n, 8 m) bits to (n, m) bytes."""
        made = np.asarray(bits)
        if made.ndim != 2 or made.shape[1] % 8 or not np.isin(made, (0, 1)).all():
            raise DataError("not the bits of bytes", where="Bits.decode", expected="(n, 8 m) of 0 and 1")
        return np.packbits(made.astype(np.uint8), axis=1)


@dataclass(frozen=True)
class Quantiser:
    """Numbers in [low, high] as one of 2^bits codes, evenly spaced; decode gives a number within half a step.

    >>> Quantiser(2, -3, 3).decode([0, 1, 2, 3]).tolist(), Quantiser(2, -3, 3).encode([0.9]).tolist()
    ([-3.0, -1.0, 1.0, 3.0], [2])
    """

    bits: int
    low: float
    high: float

    def __post_init__(self) -> None:
        if not 1 <= self.bits <= 32 or not self.low < self.high:
            raise DataError(
                "no such encoding",
                where="Quantiser",
                expected="1 to 32 bits and low < high",
                got=quote((self.bits, self.low, self.high)),
            )

    @property
    def count(self) -> int:
        """How many numbers can be told apart."""
        return 1 << self.bits

    @property
    def step(self) -> float:
        """The distance of two neighbouring numbers."""
        return (self.high - self.low) / (self.count - 1)

    def encode(self, numbers: Any) -> Array:
        """Numbers to the nearest codes; raises DataError outside [low, high]."""
        made = _reals(numbers, "Quantiser.encode")
        if (made < self.low).any() or (made > self.high).any():
            raise DataError("outside the range", where="Quantiser.encode", expected=f"{self.low} to {self.high}")
        return np.asarray(np.rint((made - self.low) / self.step)).astype(np.int64)

    def decode(self, codes: Any) -> Array:
        """Codes to numbers."""
        made = np.asarray(codes)
        if made.dtype.kind not in "iu" or (made < 0).any() or (made >= self.count).any():
            raise DataError("not codes", where="Quantiser.decode", expected=f"integers from 0 to {self.count - 1}")
        return np.asarray(self.low + made * self.step)


def facts(encodings: Sequence[Scaling | Centring]) -> list[dict[str, Any]]:
    """Encodings of the inputs as plain data, every number exactly, for a saved trainer.

    >>> made = facts([Scaling.fit([[1.0], [3.0]])])
    >>> made[0]["encoding"], from_facts(made)[0].encode([[2.0]]).tolist()
    ('scaling', [[0.5]])
    """
    found: list[dict[str, Any]] = []
    for each in encodings:
        if isinstance(each, Scaling):
            ends = {"smallest": each.smallest.tolist(), "largest": each.largest.tolist()}
            found.append({"encoding": "scaling", **ends, "low": each.low, "high": each.high})
        else:
            found.append({"encoding": "centring", "mean": each.mean.tolist(), "radius": each.radius.tolist()})
    return found


def from_facts(given: Sequence[dict[str, Any]]) -> tuple[Scaling | Centring, ...]:
    """What `facts` described; raises KeyError, TypeError or ValueError where the data describe no encoding."""
    kinds: dict[str, type[Scaling] | type[Centring]] = {"scaling": Scaling, "centring": Centring}
    made = []
    for each in given:
        numbers = {k: np.array(v, float) if isinstance(v, list) else float(v) for k, v in each.items() if k != "encoding"}
        made.append(kinds[each["encoding"]](**numbers))  # type: ignore[arg-type]
    return tuple(made)
