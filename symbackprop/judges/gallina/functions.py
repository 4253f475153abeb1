"""The activations and losses that the Coq judge speaks about: their names in Graph.v and the way their formulas are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

Pairs = Sequence[tuple[str, str]]  # (target, output), one a pair of identifiers


@dataclass(frozen=True)
class Activation:
    """An activation: its function and derivative in Graph.v, the lemma, and the slope as a person writes it in z and o."""

    function: str
    derivative: str
    lemma: str
    slope: Callable[[str, str], str]
    vector: bool = False
    opened: bool = True  # whether the slope is written out in z and o, so that the proof unfolds the derivative
    kink: bool = False  # a hypothesis z <> 0 in every theorem

    def at(self, alpha: str) -> Activation:
        """The entry for one unit, with its alpha: a number, or the name of the one that is learnt."""
        if "{alpha}" not in self.function:
            return self
        function, derivative = self.function.format(alpha=alpha), self.derivative.format(alpha=alpha)
        return replace(self, function=function, derivative=derivative, slope=lambda z, o: f"{derivative[1:-1]} {z}")


ACTIVATIONS = {
    "identity": Activation("identity", "one", "identity_derive", lambda z, o: ""),
    "sigmoid": Activation("sigmoid", "sigmoid'", "sigmoid_derive", lambda z, o: f"{o} * (1 - {o})"),
    "tanh": Activation("tanh", "tanh'", "tanh_derive", lambda z, o: f"(1 - {o} ^ 2)"),
    "softplus": Activation("softplus", "sigmoid", "softplus_derive", lambda z, o: f"sigmoid {z}"),
    "undefined": Activation("sigma", "sigma'", "sigma_derive", lambda z, o: f"sigma' {z}", opened=False),
    "relu": Activation("relu", "step", "relu_derive", lambda z, o: f"step {z}", opened=False, kink=True),
    "leaky_relu": Activation(
        "(leaky {alpha})", "(leaky' {alpha})", "leaky_derive", lambda z, o: "", opened=False, kink=True
    ),
    "parametric_relu": Activation(
        "(leaky {alpha})", "(leaky' {alpha})", "leaky_derive", lambda z, o: "", opened=False, kink=True
    ),
    "softmax": Activation("softmax", "", "Soft_smooth", lambda z, o: "", vector=True),
}


@dataclass(frozen=True)
class Loss:
    """A loss: how P and its slope by output k are written, and its factor, summand and lemma in Graph.v."""

    cost: Callable[[Pairs], str]
    slope: Callable[[int, Pairs], str]
    factor: str = "1"
    function: str = ""
    derivative: str = ""
    lemma: str = ""
    needs: str = ""  # what an output a must satisfy: "", "positive" or "between"


def _squares(pairs: Pairs) -> str:
    return " + ".join(f"({y} - {o}) ^ 2" for y, o in pairs)


def _undefined(name: str, pairs: Pairs) -> str:
    return " ".join([name, *(o for _, o in pairs), *(y for y, _ in pairs)])


_SQUARE = {"function": "square", "derivative": "square'", "lemma": "square_derive"}

LOSSES = {
    "performance": Loss(
        lambda p: f"- (1 / 2) * ({_squares(p)})", lambda k, p: f"({p[k][0]} - {p[k][1]})", "(- (1 / 2))", **_SQUARE
    ),
    "half_squared": Loss(
        lambda p: f"(1 / 2) * ({_squares(p)})", lambda k, p: f"({p[k][1]} - {p[k][0]})", "(1 / 2)", **_SQUARE
    ),
    "squared": Loss(_squares, lambda k, p: f"2 * ({p[k][1]} - {p[k][0]})", **_SQUARE),
    "binary_cross_entropy": Loss(
        lambda p: "- (" + " + ".join(f"({y} * ln {o} + (1 - {y}) * ln (1 - {o}))" for y, o in p) + ")",
        lambda k, p: f"({p[k][1]} - {p[k][0]}) / ({p[k][1]} * (1 - {p[k][1]}))",
        "(- (1))",
        "entropy",
        "entropy'",
        "entropy_derive",
        "between",
    ),
    "softmax_cross_entropy": Loss(
        lambda p: "- (" + " + ".join(f"{y} * ln {o}" for y, o in p) + ")",
        lambda k, p: f"- ({p[k][0]} / {p[k][1]})",
        "(- (1))",
        "log_loss",
        "log_loss'",
        "log_loss_derive",
        "positive",
    ),
    "undefined": Loss(lambda p: _undefined("C", p), lambda k, p: _undefined(f"C{k + 1}", p)),
}
