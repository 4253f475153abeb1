"""Every update rule against its paper's recursion written a second time, number by number, and against PyTorch's own."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from symbackprop.training import updates
from symbackprop.training.updates import RULES, Update

Numbers = list[float]
START, GRADS = [0.7, -1.3, 2.0], [[0.5, -0.2, 0.0], [0.1, 0.4, -3.0], [-0.6, 0.0, 1.5], [0.3, 0.3, 0.3]]
NUMBERS = {"momentum": 0.8, "decay": 0.85, "beta1": 0.7, "beta2": 0.95, "epsilon": 1e-3}


def by_hand(rule: str, weight_decay: float = 0.0, clip: float | None = None, rate: float = 0.1) -> Numbers:
    """One weight after the other, in plain floats."""
    grads, theta = [list(g) for g in GRADS], list(START)
    v, s, m = [0.0] * 3, [0.0] * 3, [0.0] * 3
    n = NUMBERS
    for t, raw in enumerate(grads, start=1):
        g = [a + weight_decay * w for a, w in zip(raw, theta)]
        length = math.sqrt(sum(a * a for a in g))
        if clip is not None and length > clip:
            g = [a * clip / length for a in g]
        for k in range(3):
            if rule == "sgd":
                theta[k] -= rate * g[k]
            elif rule in ("momentum", "nesterov"):
                v[k] = n["momentum"] * v[k] + g[k]
                theta[k] -= rate * (v[k] if rule == "momentum" else g[k] + n["momentum"] * v[k])
            elif rule == "rmsprop":
                s[k] = n["decay"] * s[k] + (1 - n["decay"]) * g[k] ** 2
                theta[k] -= rate * g[k] / (math.sqrt(s[k]) + n["epsilon"])
            else:
                m[k] = n["beta1"] * m[k] + (1 - n["beta1"]) * g[k]
                s[k] = n["beta2"] * s[k] + (1 - n["beta2"]) * g[k] ** 2
                top, below = m[k] / (1 - n["beta1"] ** t), s[k] / (1 - n["beta2"] ** t)
                theta[k] -= rate * top / (math.sqrt(below) + n["epsilon"])
    return theta


def by_us(rule: str, weight_decay: float = 0.0, clip: float | None = None) -> Numbers:
    theta, update = np.array(START), Update(rule, weight_decay=weight_decay, clip=clip, **NUMBERS)
    for g in GRADS:
        update.step(theta, np.array(g), 0.1)
    return theta.tolist()


CASES = [(rule, decay, clip) for rule in RULES for decay in (0.0, 0.05) for clip in (None, 0.4)]


@pytest.mark.parametrize(("rule", "decay", "clip"), CASES)
def test_a_rule_is_its_recursion(rule: str, decay: float, clip: float | None) -> None:
    np.testing.assert_allclose(by_us(rule, decay, clip), by_hand(rule, decay, clip), rtol=1e-13)


@pytest.mark.parametrize(("rule", "decay", "clip"), CASES)
def test_a_rule_is_pytorchs(rule: str, decay: float, clip: float | None) -> None:
    torch = pytest.importorskip("torch")
    n = NUMBERS
    weights = torch.nn.Parameter(torch.tensor(START, dtype=torch.float64))
    make: dict[str, Callable[[], object]] = {
        "sgd": lambda: torch.optim.SGD([weights], 0.1, weight_decay=decay),
        "momentum": lambda: torch.optim.SGD([weights], 0.1, n["momentum"], weight_decay=decay),
        "nesterov": lambda: torch.optim.SGD([weights], 0.1, n["momentum"], weight_decay=decay, nesterov=True),
        "rmsprop": lambda: torch.optim.RMSprop([weights], 0.1, n["decay"], n["epsilon"], weight_decay=decay),
        "adam": lambda: torch.optim.Adam([weights], 0.1, (n["beta1"], n["beta2"]), n["epsilon"], weight_decay=decay),
    }
    if decay and clip:
        pytest.skip("PyTorch decays after clipping, we before")
    optimiser = make[rule]()
    for g in GRADS:
        weights.grad = torch.tensor(g, dtype=torch.float64)
        if clip is not None:
            torch.nn.utils.clip_grad_norm_([weights], clip)
        optimiser.step()  # type: ignore[attr-defined]
    np.testing.assert_allclose(by_us(rule, decay, clip), weights.detach().numpy(), rtol=1e-5 if clip else 1e-12)


WRONG: list[tuple[str, str, str]] = [
    ("momentum", "v *= how.momentum", "v *= 0.0"),
    ("momentum", "theta -= rate * v", "theta += rate * v"),
    ("nesterov", "(g + how.momentum * v)", "(how.momentum * v)"),
    ("rmsprop", "(1 - how.decay) * g * g", "how.decay * g * g"),
    ("rmsprop", "np.sqrt(s) + how.epsilon", "np.sqrt(s + how.epsilon)"),
    ("adam", "t += 1", "t += 2"),
    ("adam", "m / (1 - how.beta1 ** t[0])", "m"),
    ("adam", "(1 - how.beta2) * g * g", "(1 - how.beta2) * g"),
    ("sgd", "theta -= rate * g", "theta -= rate * abs(g)"),
]


@pytest.mark.parametrize(("rule", "text", "wrong"), WRONG)
def test_a_wrong_rule_is_seen(rule: str, text: str, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the rule's own source with one slip in it."""
    import inspect
    import textwrap

    source = textwrap.dedent(inspect.getsource(RULES[rule]))
    assert text in source
    scope = dict(vars(updates))
    exec(compile("from __future__ import annotations\n" + source.replace(text, wrong), "<planted>", "exec"), scope)
    monkeypatch.setitem(RULES, rule, scope[RULES[rule].__name__])
    assert not np.allclose(by_us(rule), by_hand(rule), rtol=1e-9)
