"""Update rules: what a step does with a gradient. Plain steps run inside compiled code; these run around it.

Every rule takes g, the direction of steepest descent reversed (the gradient of a cost; of minus a performance), and moves
theta in place. State lives in named arrays, so that a checkpoint can hold it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbackprop.errors import DataError, quote, unknown_name

Array = NDArray[Any]
State = dict[str, Array]
Rule = Callable[[Array, Array, float, State, "Update"], None]


def _sgd(theta: Array, g: Array, rate: float, state: State, how: Update) -> None:
    theta -= rate * g


def _momentum(theta: Array, g: Array, rate: float, state: State, how: Update) -> None:
    """v = m v + g; theta -= rate v."""
    v = state.setdefault("v", np.zeros_like(theta))
    v *= how.momentum
    v += g
    theta -= rate * v


def _nesterov(theta: Array, g: Array, rate: float, state: State, how: Update) -> None:
    """v = m v + g; theta -= rate (g + m v): Nesterov's step in the form of Sutskever et al. 2013."""
    v = state.setdefault("v", np.zeros_like(theta))
    v *= how.momentum
    v += g
    theta -= rate * (g + how.momentum * v)


def _rmsprop(theta: Array, g: Array, rate: float, state: State, how: Update) -> None:
    """s = b s + (1 - b) g^2; theta -= rate g / (sqrt(s) + e)."""
    s = state.setdefault("s", np.zeros_like(theta))
    s *= how.decay
    s += (1 - how.decay) * g * g
    theta -= rate * g / (np.sqrt(s) + how.epsilon)


def _adam(theta: Array, g: Array, rate: float, state: State, how: Update) -> None:
    """Kingma and Ba 2015, algorithm 1, with both bias corrections."""
    m, v = state.setdefault("m", np.zeros_like(theta)), state.setdefault("v", np.zeros_like(theta))
    t = state.setdefault("t", np.zeros(1))
    t += 1
    m *= how.beta1
    m += (1 - how.beta1) * g
    v *= how.beta2
    v += (1 - how.beta2) * g * g
    first, second = m / (1 - how.beta1 ** t[0]), v / (1 - how.beta2 ** t[0])
    theta -= rate * first / (np.sqrt(second) + how.epsilon)


RULES: dict[str, Rule] = {
    "sgd": _sgd,
    "momentum": _momentum,
    "nesterov": _nesterov,
    "rmsprop": _rmsprop,
    "adam": _adam,
}

STATE = {"sgd": (), "momentum": ("v",), "nesterov": ("v",), "rmsprop": ("s",), "adam": ("m", "v", "t")}  # what they remember


_RANGES: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("momentum", "decay", "beta1", "beta2"), lambda value: 0 <= value < 1),
    "epsilon": lambda value: value > 0,
    "weight_decay": lambda value: value >= 0,
    "clip": lambda value: value > 0,
}


@dataclass
class Update:
    """A rule with its numbers, and what may happen to a gradient before it.

    weight_decay adds weight_decay * theta to g (L2, biases and learnt slopes included, as a penalty on the cost would); clip
    then shortens g, decay included, to this length where it is longer, one length for all weights together.

    Not: the conventions of PyTorch throughout. The rules are those of torch.optim.SGD (nesterov=True for "nesterov"),
    RMSprop (`decay` is its alpha, which is 0.99 there) and Adam, epsilon added to the root in both, and weight_decay is
    theirs, not AdamW's. But `clip_grad_norm_` shortens before the optimiser adds the decay, and to clip/(1 + 1e-6/length).

    >>> theta = np.array([1.0])
    >>> Update("momentum").step(theta, np.array([0.5]), 0.1)
    >>> theta.tolist()
    [0.95]
    """

    rule: str = "sgd"
    momentum: float = 0.9
    decay: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0
    clip: float | None = None
    state: State = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise unknown_name("update rule", self.rule, RULES)
        for name, fits in _RANGES.items():
            value = getattr(self, name)
            real = isinstance(value, int | float | np.number) and not isinstance(value, bool)
            if not (name == "clip" and value is None) and not (real and fits(value) and np.isfinite(value)):
                raise DataError(
                    "a number of the update rule is out of range",
                    where=f"Update({self.rule!r}), {name}",
                    expected="0 <= momentum, decay, beta < 1; epsilon > 0; weight_decay >= 0; clip > 0",
                    got=quote(value),
                )

    @property
    def plain(self) -> bool:
        """Whether this is the step that compiled code makes itself."""
        return self.rule == "sgd" and not self.weight_decay and self.clip is None

    def fits(self, theta: Array, whole: bool = False) -> None:
        """DataError where what is remembered is not of these weights; `whole`: where some of it is missing, too."""
        for name, each in self.state.items():
            fine = isinstance(each, np.ndarray) and each.dtype.kind == "f" and np.isfinite(each).all()
            count = name == "t" and fine and each.shape == (1,) and each[0] >= 0 and each[0] % 1 == 0 and each[0] < 2**53
            if not (count or (name != "t" and fine and each.shape == theta.shape)):
                raise DataError(
                    "the state of the update rule does not fit the weights",
                    where=f"state {name!r}",
                    expected="how many steps there were" if name == "t" else f"numbers of the shape {theta.shape}",
                )
        if whole and self.state and not set(self.state) >= set(STATE[self.rule]):
            raise DataError(
                "the state of the update rule is not whole",
                where="state",
                expected=", ".join(STATE[self.rule]) or "nothing",
                got=", ".join(self.state),
            )

    def step(self, theta: Array, g: Array, rate: float) -> None:
        """Move theta."""
        if self.weight_decay:
            g = g + self.weight_decay * theta
        if self.clip is not None:
            length = float(np.linalg.norm(g))
            if length > self.clip:
                g = g * (self.clip / length)
        RULES[self.rule](theta, g, rate, self.state, self)
