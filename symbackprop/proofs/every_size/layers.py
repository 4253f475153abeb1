"""The layered net of any width, as a draft: some consecutive layers in the middle or at the end of a net of any depth.

Layers are counted from layer l (offset 0) or, where `output` is set, from the output layer L (offset 0). Each layer has a
letter, which is the name of its index set and the mark of its symbols: J for layer l, I for l-1, K for l+1. So

    z_J[j] = sum_i w_J[j,i] a_I[i] + b_J[j],   a_J[j] = f_j(z_J[j]) with slope s_J[j],

and above the highest layer C is any differentiable function: of its z (with delta_K its gradient; later weights held
fixed), or, at the output layer, of its a (with g_J). A batch adds one more index n to z, a, s and delta, and a net whose
cost couples the examples in any way at all is allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symbackprop.errors import ShapeError
from symbackprop.proofs.every_size.calculus import Draft

_LETTERS = "ABDEFGHIJKMOPQRST"  # C is the cost, L the last layer, N the batch
_HERE = _LETTERS.index("J")


def letter(distance: int) -> str:
    """The letter of the layer `distance` layers after layer l.

    >>> letter(0), letter(1), letter(-1)
    ('J', 'K', 'I')
    """
    if not 0 <= _HERE + distance < len(_LETTERS):
        expected = f"layers from l{-_HERE} to l+{len(_LETTERS) - 1 - _HERE}"
        raise ShapeError("the formula reaches too many layers away", expected=expected, got=f"l{distance:+d}")
    return _LETTERS[_HERE + distance]


def offset(layer: str) -> int:
    """The offset of the layer with a letter.

    >>> offset("K")
    1
    """
    return _LETTERS.index(layer) - _HERE


def mark(distance: int, output: bool = False) -> str:
    """The layer as it is written: l, l+1, l-1, L, L-1."""
    base = "L" if output else "l"
    return base if not distance else f"{base}{distance:+d}"


@dataclass(frozen=True)
class Layers:
    """Layers `low` (only its outputs) to `high`; `output` says that `high` is the output layer of the net."""

    low: int
    high: int
    output: bool = False
    batch: bool = False

    def index(self, o: int, batch: bool = True) -> str:
        """The indices of z, a, s, delta of a layer: "j" or, in a batch, "j,n"."""
        return letter(o).lower() + (",n" if self.batch and batch else "")

    def sorted_index(self, o: int, batch: bool = True) -> str:
        """The same with their sorts: "j:J" or "j:J,n:N"."""
        return f"{letter(o).lower()}:{letter(o)}" + (",n:N" if self.batch and batch else "")

    def computing(self) -> Iterator[tuple[int, str, str, str, str]]:
        """(offset, letter and index, letter and index of the layer below) of each layer with weights, from below."""
        for o in range(self.low + 1, self.high + 1):
            yield o, letter(o), letter(o).lower(), letter(o - 1), letter(o - 1).lower()

    def draft(self, title: str) -> Draft:
        """The symbols and definitions; no theorem yet."""
        shift = self.high if self.output else 0
        sorts = {letter(o): f"units of layer {mark(o - shift, self.output)}" for o in range(self.low, self.high + 1)}
        draft = Draft(title, sorts | ({"N": "examples of the batch"} if self.batch else {}))
        draft.declare(f"a_{letter(self.low)}[{self.sorted_index(self.low)}]", "variable", "outputs of the layer below")
        for o, J, j, I, i in self.computing():  # noqa: E741 (I is a layer)
            at = self.sorted_index(o)
            draft.declare(f"w_{J}[{j}:{J},{i}:{I}]", "variable", "weights")
            draft.declare(f"b_{J}[{j}:{J}]", "variable", "biases")
            value = f"w_{J}[{j},{i}] a_{I}[{self.index(o - 1)}] + b_{J}[{j}]"
            draft.declare(f"z_{J}[{at}]", "definition", "pre-activations", **{"as": value})
            if o < self.high or self.output:
                slope = f"s_{J}[{at}]"
                draft.declare(f"a_{J}[{at}]", "function", "outputs", of=f"z_{J}[{self.index(o)}]", slope=slope)
            if o < self.high:
                continue
            last, gradient = ("a", "g") if self.output else ("z", "delta")
            words = "cost" if self.output else "cost, the weights of later layers held fixed"
            draft.declare("C", "function", words, of=f"{last}_{J}[{self.index(o)}]", slope=f"{gradient}_{J}[{at}]")
        for o, J, j, I, i in self.computing():  # noqa: E741
            if o < self.high or self.output:
                draft.declare(f"delta_{J}[{self.sorted_index(o)}]", "derivative", of="C", by=f"z_{J}")
            draft.declare(f"ga_{I}[{self.sorted_index(o - 1)}]", "derivative", of="C", by=f"a_{I}")
            draft.declare(f"gw_{J}[{j}:{J},{i}:{I}]", "derivative", of="C", by=f"w_{J}")
            draft.declare(f"gb_{J}[{j}:{J}]", "derivative", of="C", by=f"b_{J}")
        return draft

    def prove(self, draft: Draft) -> list[str]:
        """Add the total differential of C at each z and each a, from the top, and read every derivative off.

        Returns the names of the theorems that write a derivative by those above it, lowest first: BP1 (at the output), BP2,
        BP3, BP4, and "dC/da". Each may be used to rewrite.
        """
        above, by = "", ["d C"]
        deltas: list[str] = []  # from below, the order in which to write a delta by the ones above it
        source, others = "", list[str]()
        for o, J, j, I, i in reversed(list(self.computing())):  # noqa: E741
            here, below = self.index(o), self.index(o - 1)
            at_top = o == self.high
            if not at_top or self.output:
                K = letter(o + 1)
                pulled = f"g_{J}[{here}]" if at_top else f"w_{K}[{K.lower()},{j}] delta_{K}[{self.index(o + 1)}]"
                value, source, name = f"{pulled} s_{J}[{here}]", f"C by z_{J}", "BP1" if at_top else f"BP2 at {J}"
                by = [*by, f"d a_{J}"]
                draft.theorem(source, "d C", f"{value} d z_{J}[{here}]{above}", by=[*by, *deltas])
                free = self.sorted_index(o)
                draft.theorem(name, f"delta_{J}[{here}]", value, free=free, source=source, lead=True)
                deltas = [name, *deltas]
            above += f" + delta_{J}[{here}] a_{I}[{below}] d w_{J}[{j},{i}] + delta_{J}[{here}] d b_{J}[{j}]"
            by = [*by, f"d z_{J}"]
            value, source, name = f"w_{J}[{j},{i}] delta_{J}[{here}]", f"C by a_{I}", f"dC/da at {I}"
            draft.theorem(source, "d C", f"{value} d a_{I}[{below}]{above}", by=[*by, *deltas])
            free = self.sorted_index(o - 1)
            draft.theorem(name, f"ga_{I}[{below}]", value, free=free, source=source, lead=True)
            others = [name, *others]
        for o, J, j, I, i in self.computing():  # noqa: E741
            delta = f"delta_{J}[{self.index(o)}]"
            bias, weight, value = f"BP3 at {J}", f"BP4 at {J}", f"{delta} a_{I}[{self.index(o - 1)}]"
            draft.theorem(bias, f"gb_{J}[{j}]", delta, free=f"{j}:{J}", source=source, lead=True)
            draft.theorem(weight, f"gw_{J}[{j},{i}]", value, free=f"{j}:{J},{i}:{I}", source=source, lead=True)
            others += [bias, weight]
        return [*others, *deltas]
