"""symbackprop encode KIND VALUE ...: values as the numbers that a net takes, and decoded again."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAME = "encode"
HELP = "encode values as a net takes them (1-of-k, thermometer, scaled, centred, quantised, bits, images), and decode them"
EXAMPLE = "symbackprop encode one-of-k --of A,C,G,T G A T T"


@dataclass(frozen=True)
class Kind:
    """A kind of encoding: what its values look like, and values to codes and back."""

    about: str
    both_ways: Callable[[list[str], argparse.Namespace], tuple[list[Any], NDArray[Any], list[Any], bool]]


def _names(made: str) -> Callable[[list[str], argparse.Namespace], tuple[list[Any], Any, list[Any], bool]]:
    def both_ways(values: list[str], options: argparse.Namespace) -> tuple[list[Any], Any, list[Any], bool]:
        from symbackprop.errors import DataError
        from symbackprop.training import encodings

        if not options.of:
            raise DataError("the known values are missing", where=f"encode {options.kind}", try_="--of small,medium,large")
        code = getattr(encodings, made)(tuple(options.of.split(",")))
        codes = code.encode(values)
        back = [str(value) for value in code.decode(codes)]
        return values, codes.astype(int), back, back == values

    return both_ways


def _columns(made: str) -> Callable[[list[str], argparse.Namespace], tuple[list[Any], Any, list[Any], bool]]:
    def both_ways(values: list[str], options: argparse.Namespace) -> tuple[list[Any], Any, list[Any], bool]:
        import numpy as np

        from symbackprop.training import encodings

        table = np.array(_numbers(values))
        fitted = getattr(encodings, made).fit(table)
        codes = fitted.encode(table)
        back = fitted.decode(codes)
        good = bool(np.allclose(back, table, rtol=1e-12, atol=1e-12 * max(1.0, float(np.abs(table).max()))))
        return table.tolist(), codes, back.tolist(), good

    return both_ways


def _quantised(values: list[str], options: argparse.Namespace) -> tuple[list[Any], Any, list[Any], bool]:
    import numpy as np

    from symbackprop.training.encodings import Quantiser

    code = Quantiser(options.bits, -4.0, 4.0)
    numbers = np.array(_numbers(values)).ravel()
    codes = code.encode(numbers)
    back = code.decode(codes)
    words = np.array([[int(bit) for bit in f"{int(c):0{options.bits}b}"] for c in codes])
    return numbers.tolist(), words, back.tolist(), bool((np.abs(back - numbers) <= code.step / 2 + 1e-12).all())


def _float(values: list[str], options: argparse.Namespace) -> tuple[list[Any], Any, list[Any], bool]:
    import numpy as np

    numbers = np.array(_numbers(values)).ravel()
    codes = np.unpackbits(numbers.astype(">f8").view(np.uint8)).reshape(len(numbers), 64)
    back = np.packbits(codes, axis=1).view(">f8").ravel()
    return numbers.tolist(), codes, back.tolist(), bool((back == numbers).all())


def _bits(values: list[str], options: argparse.Namespace) -> tuple[list[Any], Any, list[Any], bool]:
    import numpy as np

    from symbackprop.training.encodings import Bits

    data = [value.encode("utf-8") for value in values]
    longest = max(map(len, data))
    table = np.array([list(each.ljust(longest, b"\0")) for each in data], dtype=np.uint8)
    codes = Bits().encode(table)
    back = [bytes(row).rstrip(b"\0").decode("utf-8") for row in Bits().decode(codes).astype(np.uint8).tolist()]
    return values, codes.astype(int), back, back == values


def _images(values: list[str], options: argparse.Namespace) -> tuple[list[Any], Any, list[Any], bool]:
    import numpy as np

    from symbackprop.errors import DataError, quote
    from symbackprop.training.encodings import Images

    pictures = [_numbers(value.split("/")) for value in values]
    if len({(len(each), len(each[0])) for each in pictures}) != 1:
        raise DataError("images of different sizes", where="encode image", got=quote(" ".join(values)))
    table = np.array(pictures)
    shape = Images((table.shape[1], table.shape[2]))
    codes = shape.encode(table)
    back = shape.decode(codes)
    return table.tolist(), codes, back.tolist(), bool((back == table).all())


def _numbers(values: list[str]) -> list[list[float]]:
    """Rows of numbers, each written 1,2,3 and all of one length."""
    from symbackprop.errors import DataError, quote

    try:
        rows = [[float(entry) for entry in value.split(",")] for value in values]
    except ValueError:
        rows = []
    if not rows or len({len(row) for row in rows}) != 1 or any(v != v or abs(v) == float("inf") for row in rows for v in row):
        raise DataError("not rows of numbers", where="VALUE", got=quote(" ".join(values)), expected="finite numbers such as 150,1 200,3")
    return rows


KINDS: dict[str, Kind] = {
    "one-of-k": Kind("one 1 among the values of --of", _names("OneOfK")),
    "thermometer": Kind("as many 1 as the value is high among those of --of", _names("Thermometer")),
    "scaled": Kind("rows of numbers, each column onto [0, 1]", _columns("Scaling")),
    "centred": Kind("rows of numbers, the mean of each column taken away, then into [-1, 1]", _columns("Centring")),
    "quantised": Kind("numbers from -4 to 4 in --bits bits, within half a step", _quantised),
    "float64": Kind("numbers in 64 bits: sign, exponent, fraction", _float),
    "bits": Kind("texts, eight bits a byte", _bits),
    "image": Kind("images such as 0,1,2/3,4,5 as vectors", _images),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `encode`."""
    parser.add_argument("kind", choices=list(KINDS), help="; ".join(f"{name}: {kind.about}" for name, kind in KINDS.items()))
    parser.add_argument("values", metavar="VALUE", nargs="+", help="what is encoded")
    parser.add_argument("--of", metavar="A,B,...", help="the known values, in their order")
    parser.add_argument("--bits", type=int, default=8, help="bits of a quantised number (8)")
    parser.add_argument("--json", action="store_true", help="print plain data")


def run(options: argparse.Namespace) -> int:
    """0 where decoding gives the values back (a quantised number within half a step)."""
    values, codes, back, good = KINDS[options.kind].both_ways(list(options.values), options)
    rows = [[round(float(v), 6) for v in row] if codes.dtype.kind == "f" else [int(v) for v in row] for row in codes]
    if options.json:
        print(json.dumps({"kind": options.kind, "values": values, "codes": rows, "decoded": back, "undone": good}))
        return 0 if good else 1
    for value, row, again in zip(values, rows, back):
        shown = "".join(map(str, row)) if codes.dtype.kind != "f" else str(row)
        print(f"  {value} -> {shown if len(shown) <= 96 else f'{shown[:80]}... ({len(row)} numbers)'} -> {again}")
    print(f"{len(rows)} encoded as {len(rows[0])} numbers each, {'decoded as they were' if good else 'NOT decoded as they were'}")
    return 0 if good else 1
