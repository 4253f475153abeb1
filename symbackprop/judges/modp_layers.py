"""The finite difference modulo a prime for layered nets of tens of millions of parameters, by matrices.

The matrix form of backpropagation, delta^l = (W^(l+1)^T delta^(l+1)) o p^l, dC/dW^l = delta^l (a^(l-1))^T, dC/db^l = delta^l, is
compared along a random direction with the cost itself at 2L + 1 points. Weights and directions are drawn in blocks and
drawn again when needed, so that memory stays bounded. Products modulo p = 2^31 - 1 are exact in double precision: each factor
is cut into halves of 16 bits, and a sum of n <= 2^20 products of halves stays below 2^53.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from symbackprop import symbols
from symbackprop.errors import ShapeError
from symbackprop.judges import modp_numba
from symbackprop.judges.field import entry, slope_at_zero
from symbackprop.networks import Network
from symbackprop.proofs.verdict import Checked, Refuted, Verdict

P = 2**31 - 1
BLOCK = 1 << 21  # weights drawn at once
POINTS = 2  # at least; each counts a factor of about 1e-8
Array = Any  # an int64 array of residues
Tamper = Callable[[int, Array], Array]
Multiply = Callable[[Array, Array], Array]
COMPILED = 20_000_000  # parameters from which numba's product makes up for the time that loading it takes
FORM = "delta^l = ((W^(l+1))^T delta^(l+1)) o sigma'(z^l), dC/dW^l = delta^l (a^(l-1))^T, dC/db^l = delta^l"


def product(left: Array, right: Array) -> Array:
    """left @ right modulo P, exactly, by four products of 16-bit halves in double precision.

    >>> product(np.array([[P - 1, 2]]), np.array([[P - 1], [3]]))
    array([[7]])
    """
    if left.shape[-1] > 1 << 20:
        raise ShapeError(
            "a layer is too wide for exact products", expected="at most 1,048,576 units", got=str(left.shape)
        )
    n = right.shape[-1]
    halves = np.concatenate([right >> 16, right & 0xFFFF], axis=-1).astype(np.float64)
    high, middle = np.split(((left >> 16).astype(np.float64) @ halves).astype(np.int64) % P, [n], axis=-1)
    middle2, low = np.split(((left & 0xFFFF).astype(np.float64) @ halves).astype(np.int64) % P, [n], axis=-1)
    return (high * (2**32 % P) + (middle + middle2) % P * 2**16 + low) % P


class Draws:
    """The random numbers of one point: blocks of weights and of the direction, the same whenever they are asked for."""

    def __init__(self, sizes: tuple[int, ...], seed: tuple[int, int]) -> None:
        self.sizes, self.seed = sizes, seed

    def block(self, kind: int, layer: int, start: int, count: int, width: int) -> Array:
        """`count` rows of a matrix of the given width, from row `start` on."""
        source = np.random.Generator(np.random.PCG64([*self.seed, kind, layer, start]))
        return source.integers(0, P, (count, width), dtype=np.int64)

    def vector(self, kind: int, layer: int, count: int) -> Array:
        """A column of residues."""
        return self.block(kind, layer, 0, 1, count)[0]

    def rows(self, layer: int, direction: bool = True) -> Iterator[tuple[int, Array, Array]]:
        """The weights of a layer and, where wanted, their direction, in blocks of rows: (first row, W, V)."""
        width, count = self.sizes[layer - 1], self.sizes[layer]
        step = max(1, BLOCK // width)
        for start in range(0, count, step):
            some = min(step, count - start)
            v = self.block(1, layer, start, some, width) if direction else None
            yield start, self.block(0, layer, start, some, width), v


class Point:
    """One random point of the field, and both sides of the comparison there."""

    def __init__(
        self, network: Network, seed: int, number: int, tamper: Tamper | None = None, multiply: Multiply = product
    ) -> None:
        layers = network.architecture
        assert layers is not None
        self.multiply = multiply
        self.network, self.sizes, self.layers, self.tamper = network, layers.sizes, layers, tamper
        self.depth = len(self.sizes) - 1
        self.draws = Draws(self.sizes, (seed, number))
        self.degree = 2 * self.depth
        self.o = [self.draws.vector(2, layer, count) for layer, count in enumerate(self.sizes)]
        self.y = self.draws.vector(3, 0, self.sizes[-1])
        if network.loss.targets_sum_to_one:
            self.y[0] = (1 - int(self.y[1:].sum())) % P
        self.p = [self._slope(layer) for layer in range(self.depth + 1)]
        self.upstream: list[Array] = [None] * (self.depth + 1)  # dC/da of each layer, for the learnt alphas

    def _slope(self, layer: int) -> Array:
        kind = self.layers.activations[layer - 1]
        if layer == 0 or kind.vector:
            return None
        if kind.slope_is_polynomial:
            return self._table(kind.slope, {symbols.a: self.o[layer]}, self.sizes[layer])
        return self.draws.vector(4, layer, self.sizes[layer])

    @staticmethod
    def _table(expression: Any, values: dict[Any, Array], count: int) -> Array:
        """A table entry at every unit of a layer."""
        keys, columns = list(values), list(values.values())
        rows = zip(*(column.tolist() for column in columns))
        return np.array([entry(expression, dict(zip(keys, row)), P) for row in rows], dtype=np.int64).reshape(count)

    def bias(self, layer: int) -> tuple[Array, Array]:
        """The biases of a layer and their direction; zeros where there are none."""
        count, style = self.sizes[layer], self.layers.bias
        if style == "none":
            return np.zeros(count, np.int64), np.zeros(count, np.int64)
        if style == "shared":
            return tuple(np.repeat(self.draws.vector(kind, 0, 1), count) for kind in (5, 6))  # type: ignore[return-value]
        return self.draws.vector(5, layer, count), self.draws.vector(6, layer, count)

    def alpha(self, layer: int) -> tuple[Array, Array] | None:
        """What an output gains per learnt alpha, free like the slopes, and the direction of the alphas."""
        if not self.layers.activations[layer - 1].learnt:
            return None
        return self.draws.vector(8, layer, self.sizes[layer]), self.draws.vector(9, layer, self.sizes[layer])

    def loss_slope(self) -> Array:
        """dC/da of every output."""
        slope = self.network.loss.slope
        if slope is None:
            return self.draws.vector(7, 0, self.sizes[-1])
        return self._table(slope, {symbols.a: self.o[-1], symbols.y: self.y}, self.sizes[-1])

    def costs(self) -> tuple[list[int], list[Array]]:
        """The cost at theta + t v for t = 0, ..., 2L; a column a value of t.  Also V a of every layer, for the other side."""
        times = np.arange(self.degree + 1, dtype=np.int64)
        a = np.repeat(self.o[0][:, None], len(times), axis=1)
        along = []
        for layer in range(1, self.depth + 1):
            z = np.empty((self.sizes[layer], len(times)), np.int64)
            moved = np.empty(self.sizes[layer], np.int64)
            b, vb = self.bias(layer)
            for start, w, v in self.draws.rows(layer):
                rows = slice(start, start + len(w))
                va = self.multiply(v, a)
                z[rows] = (self.multiply(w, a) + va * times % P + b[rows, None] + vb[rows, None] * times) % P
                moved[rows] = (va[:, 0] + vb[rows]) % P
            along.append(moved)
            change = (z - z[:, :1]) % P
            if self.p[layer] is None:  # softmax: a_i (dz_i - sum_j a_j dz_j)
                mean = product(self.o[layer][None, :], change)
                a = (self.o[layer][:, None] + self.o[layer][:, None] * ((change - mean) % P)) % P
            else:
                a = (self.o[layer][:, None] + self.p[layer][:, None] * change) % P
            if learnt := self.alpha(layer):
                gain, moves = learnt
                a = (a + (gain * moves % P)[:, None] * times) % P
        return [self._cost(a[:, t]) for t in range(len(times))], along

    def _cost(self, a: Array) -> int:
        value = self.network.loss.value
        if value is not None and value.is_polynomial(symbols.a, symbols.y):
            return int(self._table(value, {symbols.a: a, symbols.y: self.y}, len(a)).sum() % P)
        return int((self.loss_slope() * ((a - self.o[-1]) % P) % P).sum() % P)

    def deltas(self) -> list[Array]:
        """The recursion in matrix form, from the last layer to the first."""
        found: list[Array] = [None] * (self.depth + 1)
        g = self.loss_slope()
        for layer in range(self.depth, 0, -1):
            self.upstream[layer] = g
            if self.p[layer] is None:
                mean = int((self.o[layer] * g % P).sum() % P)
                delta = self.o[layer] * ((g - mean) % P) % P
            else:
                delta = self.p[layer] * g % P
            found[layer] = delta if self.tamper is None else self.tamper(layer, delta)
            if layer > 1:
                g = np.zeros(self.sizes[layer - 1], np.int64)
                for start, w, _ in self.draws.rows(layer, direction=False):
                    g = (g + self.multiply(found[layer][None, start : start + len(w)], w)[0]) % P
        return found

    def sides(self) -> tuple[int, int]:
        """The derivative along the direction: by interpolation of the cost, and as the sum of the layers' delta . (V a + v_b)."""
        costs, along = self.costs()
        deltas = self.deltas()
        claimed = sum(int((deltas[k + 1] * along[k] % P).sum()) for k in range(self.depth)) % P
        for layer in range(1, self.depth + 1):
            if learnt := self.alpha(layer):
                gain, moves = learnt
                claimed += int((gain * moves % P * self.upstream[layer] % P).sum())
        return slope_at_zero(costs, P), claimed % P


def bound(network: Network) -> int:
    """The degree of both sides in everything drawn: 3 a layer, the loss's slope, the direction; denominators cleared."""
    layers = network.architecture
    assert layers is not None
    slope = network.loss.slope
    cleared = 0 if slope is None or slope.is_polynomial() else 2 * layers.sizes[-1]
    return 4 * (len(layers.sizes) - 1) + 5 + cleared


def multiplier(network: Network) -> Multiply:
    """numba's product where it is installed and the net so large that compiling it pays, else NumPy's."""
    layers = network.architecture
    large = layers is not None and layers.count() > COMPILED
    if large and modp_numba.installed():
        compiled: Multiply = modp_numba.product()
        return compiled
    return product


def check(
    network: Network,
    points: int = POINTS,
    seed: int = 0,
    tamper: Tamper | None = None,
    multiply: Multiply | None = None,
) -> Verdict:
    """CHECKED with the error bound, or REFUTED; `tamper` changes a layer's deltas and is there to be caught."""
    points = max(points, POINTS)
    layers = network.architecture
    assert layers is not None
    for number in range(points):
        true, claimed = Point(network, seed, number, tamper, multiply or multiplier(network)).sides()
        if true != claimed:
            return Refuted(
                engine="finite difference modulo a prime",
                reason="the matrix form of the recursion is not the derivative",
                witness={"modulus": str(P), "seed": str(seed), "point": str(number + 1)},
                left=str(true),
                right=str(claimed),
            )
    return Checked(
        engine="finite difference modulo a prime",
        error_bound=(bound(network) / P) ** points,
        scope=f"the net {network.name}",
        reason=f"{points} random points, one direction over all {layers.count():,} parameters each; what is checked are the "
        f"equations in matrix form, {FORM}",
    )
