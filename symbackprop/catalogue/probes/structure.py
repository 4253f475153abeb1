"""Nets as structures and functions: what they compute, their types, their bias styles, perceptrons, composition."""

from __future__ import annotations

from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbackprop.catalogue.row import need
from symbackprop.claims.boolean_nets import run as run_exactly
from symbackprop.claims.linear_nets import deep_product, kronecker
from symbackprop.claims.separability import check_weights, inputs
from symbackprop.errors import ShapeError
from symbackprop.networks import Network
from symbackprop.specs import read_spec
from symbackprop.training import compile_trainer
from symbackprop.training.encodings import Images, OneOfK
from symbackprop.training.perceptron import learn

NETS = Path(__file__).parent.parent / "nets"


def sigma(x: NDArray[Any]) -> NDArray[Any]:
    """The logistic function."""
    return np.asarray(1 / (1 + np.exp(-x)))


def nine() -> Network:
    """The nine-neuron net."""
    return read_spec(str(NETS / "nine_neurons.toml"))


def fixed_bias() -> Network:
    """Gordon's chain with one fixed bias."""
    return read_spec(str(NETS / "fixed_bias.toml"))


def _close(one: object, other: object) -> bool:
    return bool(np.allclose(np.asarray(one, dtype=float), np.asarray(other, dtype=float), rtol=1e-12, atol=1e-12))


def runs_layered() -> str:
    """6-6-4-3-1: the compiled forward pass against layer after layer in plain NumPy."""
    trainer = compile_trainer(Network.layered([6, 6, 4, 3, 1]), "numpy", seed=2)
    x = np.linspace(-1, 1, 6)
    a = x
    for layer in range(1, 5):
        a = sigma(trainer.weights[f"W{layer}"] @ a + trainer.weights[f"b{layer}"])
    return need(_close(trainer.predict([x])[0], a), f"f_L4(f_L3(f_L2(f_L1 x))) = {float(a[0]):.6f}, compiled alike")


def runs_one_neuron() -> str:
    """sigma(w1 x1 + w2 x2 + w3 x3 + b)."""
    trainer = compile_trainer(Network.layered([3, 1]), "numpy", seed=0)
    trainer.weights = {"W1": [[0.5, -1.0, 2.0]], "b1": [0.25]}
    seen = float(trainer.predict([[1, 2, 3]])[0, 0])
    return need(_close(seen, sigma(np.array(0.5 - 2 + 6 + 0.25))), f"sigma(4.75) = {seen:.6f}")


def shapes_are_checked() -> str:
    """A weight of the wrong shape is refused with both shapes."""
    trainer = compile_trainer(Network.layered([4, 2, 5, 3]), "numpy")
    try:
        trainer.weights = {"W2": np.zeros((2, 5))}
    except ShapeError as refusal:
        return need(refusal.expected == "(5, 2)", f"W2 is {refusal.expected}, {refusal.got} is refused")
    return need(False, "a transposed weight was taken")


def partial_application() -> str:
    """f_N p x with p fixed is a function of x, with x fixed a function of p."""
    net = Network.layered([1, 1, 1], bias=False)
    trainer = compile_trainer(net, "numpy")

    def f(p: list[float], x: float) -> float:
        trainer.weights = {"W1": [[p[0]]], "W2": [[p[1]]]}
        return float(trainer.predict([[x]])[0, 0])

    of_x, of_p = partial(f, [0.5, 2.0]), partial(f, x=0.3)
    return need(
        of_x(0.3) == of_p([0.5, 2.0]), f"f_N p : R -> R and (lambda p. f_N p 0.3) : R^2 -> R meet at {of_x(0.3):.6f}"
    )


def perceptron_runs() -> str:
    """o = 1 if w_0 + w.x > 0, with x_0 = 1."""
    net = Network.layered([2, 1], "threshold", "performance")
    trainer = compile_trainer(net, "numpy", certify=False)
    trainer.weights = {"W1": [[1.0, 1.0]], "b1": [-1.5]}
    outputs = trainer.predict([[0, 0], [0, 1], [1, 0], [1, 1]]).ravel().tolist()
    return need(outputs == [0, 0, 0, 1], f"w = (-1.5, 1, 1) puts out AND: {outputs}")


def perceptron_learns() -> str:
    """The rule ends with weights on all 14 separable functions of two inputs and on neither XOR nor XNOR."""
    corners = inputs(2)
    ends = {f: learn(corners, f) for f in product((0, 1), repeat=4)}
    learnt = [f for f, end in ends.items() if end.converged and check_weights(f, end.weights)]
    never = [f for f, end in ends.items() if end.cycle is not None]
    good = len(learnt) == 14 and never == [(0, 1, 1, 0), (1, 0, 0, 1)]
    return need(good, f"{len(learnt)} learnt, {len(never)} never, for the weights come back: XOR, XNOR")


def xor_by_hand() -> str:
    """OR and NAND below, AND above: XOR by threshold units with weights set by hand."""
    units = [
        {
            "name": "or",
            "activation": "threshold",
            "edges": [["x", {"fixed": "1"}], ["y", {"fixed": "1"}]],
            "bias": {"fixed": "-1/2"},
        },
        {
            "name": "nand",
            "activation": "threshold",
            "edges": [["x", {"fixed": "-1"}], ["y", {"fixed": "-1"}]],
            "bias": {"fixed": "3/2"},
        },
        {
            "name": "and",
            "activation": "threshold",
            "edges": [["or", {"fixed": "1"}], ["nand", {"fixed": "1"}]],
            "bias": {"fixed": "-3/2"},
        },
    ]
    net = {"inputs": ["x", "y"], "units": units, "outputs": ["and"]}
    outputs = [int(run_exactly(net, {}, point)[0]) for point in product((0, 1), repeat=2)]
    return need(outputs == [0, 1, 1, 0], f"OR and NAND, then AND: {outputs}")


LETTERS = {"T": "#####..#....#....#....#..", "L": "#....#....#....#....#####", "X": "#...#.#.#...#...#.#.#...#", "O": "######...##...##...######"}


def _letters(each: int, seed: int) -> tuple[NDArray[Any], list[str]]:
    """Images of letters, five by five, each point turned over with a chance of one in ten."""
    rng = np.random.default_rng(seed)
    clean = np.array([[sign == "#" for sign in LETTERS[name]] for name in LETTERS for _ in range(each)])
    turned = clean ^ (rng.random(clean.shape) < 0.1)
    return turned.astype(float).reshape(-1, 5, 5), [name for name in LETTERS for _ in range(each)]


def images_and_labels() -> str:
    """Noisy 5 x 5 images as vectors, labels one-hot, one output for each letter: learnt, and read on images not seen before."""
    (pictures, labels), (new, truth) = _letters(20, 1), _letters(50, 2)
    names, shape = OneOfK(tuple(LETTERS)), Images((5, 5))
    net = Network.layered([25, 8, 4], "tanh", "softmax_cross_entropy", output_activation="softmax")
    trainer = compile_trainer(net, "numpy", seed=1)
    before = trainer.loss(shape.encode(pictures), names.encode(labels))
    trainer.fit(shape.encode(pictures), names.encode(labels), 60, 8, 0.3)
    after = trainer.loss(shape.encode(pictures), names.encode(labels))
    read = names.nearest(trainer.predict(shape.encode(new)))
    right = sum(one == other for one, other in zip(read, truth)) / len(truth)
    first = np.round(trainer.predict(shape.encode(new[:1]))[0], 3).tolist()
    seen = (
        f"25-8-4 on 80 images: loss {before:.3f} -> {after:.4f}, code {trainer.verdict.kind}; {right:.3f} right of {len(truth)} new images; "
        f"the first, a {truth[0]}: {dict(zip(LETTERS, first))}"
    )
    return need(right > 0.9 and after < 0.1 * before, seen)


def not_layered() -> str:
    """A net with an edge that skips a layer has no layer numbers."""
    net = read_spec(str(NETS / "skip.toml"))
    flat = all(unit.layer is None for unit in net.units) and net.architecture is None
    return need(flat, "x -> out skips h: the net has no layers, and is derived as a graph")


def bias_styles_run_alike() -> str:
    """Parameter, bias neuron and w_0 on x_0 = 1 with the same numbers: the same outputs and gradients."""
    results = []
    for style in ("parameter", "neuron", "w0"):
        net = Network.layered([2, 2, 1], bias=style)
        trainer = compile_trainer(net, "numpy", certify=False)
        numbers: dict[str, list[list[float]]] = {
            f"W{n}": w for n, w in ((1, [[1.0, -2.0], [0.5, 3.0]]), (2, [[2.0, -1.0]]))
        }
        biases = {1: [0.1, -0.2], 2: [0.3]}
        named = {"b1": biases[1], "b2": biases[2]}
        if set(named) <= set(trainer.weights):
            trainer.weights = {**numbers, **named}
        else:
            for n in (1, 2):
                rows = [[bias, *weights] for bias, weights in zip(biases[n], numbers[f"W{n}"])]
                flat = {f"w{n}_{j + 1}_{k}": v for j, row in enumerate(rows) for k, v in enumerate(row)}
                trainer.weights = {f"W{n}": rows} if f"W{n}" in trainer.weights else flat
        results.append(float(trainer.predict([[0.5, -1.0]])[0, 0]))
    return need(max(results) - min(results) < 1e-15, f"all three put out {results[0]:.6f}")


def inputs_apply_nothing() -> str:
    """An input neuron hands on its value: no unit of the net is an input."""
    net = nine()
    none = not {unit.name for unit in net.units} & set(net.inputs) and "1" in net.inputs
    return need(none, f"{len(net.inputs)} input hands on its value; {len(net.units)} units apply a function")


def composition() -> str:
    """sigma_3 o A_3 o sigma_2 o A_2 with bias columns, against the compiled node-by-node evaluation, at 20 points."""
    trainer = compile_trainer(Network.layered([3, 4, 2], "tanh"), "numpy", seed=4)
    points = np.random.default_rng(0).normal(size=(20, 3))
    value = points
    for n in (1, 2):
        extended = np.hstack([value, np.ones((len(value), 1))])
        value = np.tanh(extended @ np.hstack([trainer.weights[f"W{n}"], trainer.weights[f"b{n}"][:, None]]).T)
    return need(
        _close(trainer.predict(points), value), f"composition and net agree at 20 points; code {trainer.verdict.kind}"
    )


def products_run() -> str:
    """The flat and the deep net multiply ((5, 6), (7, 8)) by ((1, 2), (3, 4))."""
    b = [[1, 2], [3, 4]]
    flat, deep = (run_exactly(net, {}, [5, 6, 7, 8]) for net in (kronecker(b, 2), deep_product(b)))
    return need(flat == deep == [23, 34, 31, 46], f"both put out {[int(v) for v in flat]}")


def universal_approximation() -> str:
    """One hidden layer fits sin on [-1, 1] (any continuous function on a compact set; Cybenko 1989, Hornik 1991)."""
    X = np.linspace(-1, 1, 41)[:, None]
    y = np.sin(3 * X)
    net = Network.layered([1, 10, 1], "tanh", "half_squared", output_activation="identity")
    trainer = compile_trainer(net, "numpy", seed=1)
    trainer.fit(X, y, 1500, 4, 0.15)
    worst = float(np.abs(trainer.predict(X) - y).max())
    return need(worst < 0.1, f"1-10-1 within {worst:.3f} of sin(3x) at 41 points of [-1, 1]")


def types() -> str:
    """n is the number of input neurons, bias neurons not counted; m the number of outputs."""
    net = Network.layered([2, 3, 1], bias="neuron")
    seen = f"R^{len(net.inputs)} -> R^{len(net.outputs)}, and {len(net.ones)} bias neurons are no inputs"
    return need((len(net.inputs), len(net.outputs)) == (2, 1) and len(net.ones) > 0, seen)


def boundary() -> str:
    """The decision boundary w_0 + w1 x1 + w2 x2 = 0 of the learnt AND is a line with the points on their sides."""
    weights = learn(inputs(2), (0, 0, 0, 1)).weights
    sides = {point: weights[0] + weights[1] * point[0] + weights[2] * point[1] for point in product((0, 1), repeat=2)}
    good = all((side > 0) == (point == (1, 1)) for point, side in sides.items())
    return need(good, f"boundary {weights[0]} + {weights[1]} x1 + {weights[2]} x2 = 0; only (1, 1) lies above")


def bound_is_cited() -> str:
    """The count behind the lower bound: 2^(2^n) functions, and W-bit descriptions give at most 2^W nets (Shannon 1949)."""
    counts = {n: 2 ** (2**n) for n in (1, 2, 3, 4)}
    return need(
        counts[4] == 65_536,
        f"functions: {counts}; a net described by W bits is one of 2^W, so W >= 2^n for some function",
    )
