"""Training data at the door: arrays that fit the net and the loss, or a DataError that says which entry does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbackprop.errors import DataError, ShapeError, quote
from symbackprop.networks import Network

Array = NDArray[Any]
_SUM_TOLERANCE = 1e-6  # float32 one-hot rows and averaged labels still sum to 1


@dataclass(frozen=True)
class Data:
    """Samples in rows: X (samples, inputs) and Y (samples, outputs), checked."""

    X: Array
    Y: Array
    classes: tuple[Any, ...] | None = None


def check_inputs(net: Network, X: Any, dtype: Any = np.float64) -> Array:
    """X as a matrix of finite numbers, one column per input."""
    made = _numbers(X, "X", dtype)
    if made.ndim == 1 and len(net.inputs) == 1:
        made = made[:, None]
    if made.ndim != 2 or made.shape[1] != len(net.inputs):
        raise ShapeError(
            "the inputs do not fit the net",
            where="X",
            expected=f"(samples, {len(net.inputs)}): one column for each of {_few(net.inputs)}",
            got=str(made.shape),
        )
    if len(made) == 0:
        raise DataError("there is no sample to learn from", where="X", got=str(made.shape))
    _finite(made, "X")
    return made


def check(net: Network, X: Any, y: Any, classes: tuple[Any, ...] | None = None, dtype: Any = np.float64) -> Data:
    """The data for this net; class labels become one column per class.

    Raises: ShapeError for a shape that does not fit; DataError for NaN, infinity, no data, a target outside the loss's
    domain, all before the first step.

    >>> net = Network.layered([2, 2, 1])
    >>> check(net, [[0, 1], [1, float("nan")]], [0, 1])
    Traceback (most recent call last):
        ...
    symbackprop.errors.DataError: DataError: not every entry is a finite number
      where     X[1, 1]
      got       nan
    """
    inputs = check_inputs(net, X, dtype)
    targets, classes = _targets(net, y, classes, dtype)
    if len(targets) != len(inputs):
        raise ShapeError(
            "inputs and targets differ in number", where="y", expected=f"{len(inputs)} samples", got=str(len(targets))
        )
    _finite(targets, "y")
    _domain(net, targets)
    return Data(np.ascontiguousarray(inputs), np.ascontiguousarray(targets), classes)


def float_type(dtype: Any) -> np.dtype[Any]:
    """The type of all numbers of a trainer: float64 or float32, for which the backends are written.

    >>> float_type("float32").itemsize
    4
    """
    try:
        made: np.dtype[Any] = np.dtype(dtype)
        if made in (np.dtype(np.float64), np.dtype(np.float32)):
            return made
    except TypeError:
        pass
    raise DataError("a trainer has no such numbers", where="dtype", expected="float64 or float32", got=quote(dtype))


def _numbers(value: Any, where: str, dtype: Any) -> Array:
    if np.ma.is_masked(value):  # NumPy would hand over what lies under the mask
        raise DataError("entries are masked", where=where, try_="leave these samples out, or fill the entries in")
    try:
        raw = np.asarray(value)
        if raw.dtype.kind in "cmM":
            raise ValueError("complex numbers" if raw.dtype.kind == "c" else "times")
        with np.errstate(over="ignore"):  # what the type cannot hold is infinite, and refused as that
            return raw.astype(dtype)
    except (TypeError, ValueError, OverflowError) as problem:
        raise DataError("this is not a table of numbers", where=where, got=quote(str(problem))) from None


def flat(given: Any, size: int, dtype: Any) -> Array:
    """All weights of a net as a vector of its own; DataError or ShapeError where they are no such numbers."""
    made = _numbers(given, "theta", dtype)
    if made.shape != (size,):
        raise ShapeError("the weights do not fit the net", where="theta", expected=str((size,)), got=str(made.shape))
    _finite(made, "theta")
    return np.array(made)


def _finite(made: Array, where: str) -> None:
    bad = np.argwhere(~np.isfinite(made))
    if len(bad):
        place = ", ".join(map(str, bad[0]))
        raise DataError("not every entry is a finite number", where=f"{where}[{place}]", got=str(made[tuple(bad[0])]))


def _targets(net: Network, y: Any, classes: tuple[Any, ...] | None, dtype: Any) -> tuple[Array, tuple[Any, ...] | None]:
    width = len(net.outputs)
    if np.ma.is_masked(y):
        raise DataError("entries are masked", where="y", try_="leave these samples out, or fill the entries in")
    raw = np.asarray(y)
    if raw.ndim == 2 and raw.shape[1] == 1 and raw.dtype.kind in "US":
        raw = raw[:, 0]  # one column of labels, as a table has it
    labels = raw.ndim == 1 and (width > 1 or raw.dtype.kind in "USOb")
    if not labels:
        made = _numbers(y, "y", dtype)
        if made.ndim == 1 and width == 1:
            made = made[:, None]
        if made.ndim != 2 or made.shape[1] != width:
            raise ShapeError(
                "the targets do not fit the net",
                where="y",
                expected=f"(samples, {width}): one column for each of {_few(net.outputs)}"
                + (", or class labels in one dimension" if width > 1 else ""),
                got=str(made.shape),
            )
        return made, classes
    return encode(net, raw, classes, dtype)


def encode(net: Network, labels: Array, classes: tuple[Any, ...] | None, dtype: Any) -> tuple[Array, tuple[Any, ...]]:
    """Class labels as one column per class, or as 0 and 1 for a single output."""
    width = len(net.outputs)
    if labels.dtype.kind == "f" and not np.isfinite(labels).all():
        raise DataError("not every label is a finite number", where="y")
    if classes is None:
        classes = tuple(np.unique(labels).tolist())
    needed = 2 if width == 1 else width
    if len(classes) != needed:
        raise DataError(
            "the classes do not fit the outputs",
            where="y",
            expected=f"{needed} classes for {width} output{'s' if width > 1 else ''}",
            got=f"{len(classes)}: {_few([str(each) for each in classes])}",
        )
    place = {each: k for k, each in enumerate(classes)}
    unknown = [each for each in labels.tolist() if each not in place]
    if unknown:
        raise DataError(
            "a label was not among the classes before",
            where="y",
            expected=_few(list(map(str, classes))),
            got=quote(unknown[0]),
        )
    index = np.array([place[each] for each in labels.tolist()], dtype=int)
    return (index[:, None].astype(dtype) if width == 1 else np.eye(width, dtype=dtype)[index]), classes


def _domain(net: Network, targets: Array) -> None:
    loss = net.loss
    if loss.target_range is not None:
        low, high = loss.target_range
        bad = np.argwhere((targets < low) | (targets > high))
        if len(bad):
            raise DataError(
                "a target lies outside the loss's domain",
                where=f"y[{', '.join(map(str, bad[0]))}]",
                expected=f"between {low} and {high} for {loss.name}",
                got=str(targets[tuple(bad[0])]),
            )
    if loss.targets_sum_to_one:
        sums = targets.sum(axis=1)
        bad = np.argwhere(abs(sums - 1) > _SUM_TOLERANCE)
        if len(bad):
            raise DataError(
                f"the targets of a sample do not sum to 1, and {loss.name} is proved under that condition",
                where=f"y[{bad[0][0]}]",
                expected="1",
                got=str(sums[bad[0][0]]),
                try_="class labels, or one column per class",
            )


def split(X: Array, y: Array, share: float, seed: int) -> tuple[Array, Array, Array, Array]:
    """Training and held-out samples, drawn with a seed: X, y, held-out X, held-out y."""
    if not 0 <= share < 1:
        raise DataError("the held-out share is not between 0 and 1", where="test", got=str(share))
    order = np.random.default_rng((seed, 2)).permutation(len(X)) if share else np.arange(len(X))
    cut = len(X) - round(share * len(X))
    if cut == 0:
        raise DataError("nothing is left to train on", where="test", got=f"{share} of {len(X)} samples")
    return X[order[:cut]], y[order[:cut]], X[order[cut:]], y[order[cut:]]


def whole(value: Any, where: str, least: int = 1) -> int:
    """A whole number from `least` up, or DataError."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise DataError(f"{where} is not a whole number from {least} up", where=where, got=quote(value))
    return int(value)


def _few(names: Any) -> str:
    names = list(names)
    return ", ".join(names if len(names) <= 6 else [*names[:5], "...", names[-1]])
