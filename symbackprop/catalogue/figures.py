"""The documents' figures as charts, each from the real object: a compiled net, a learnt weight, a measured run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symbackprop.catalogue.probes import experiments, learning, pictures, procedures, values
from symbackprop.networks import Network
from symbackprop.render.charts import Cells, Chart, Line, Marks
from symbackprop.training import Trainer, compile_trainer
from symbackprop.training.perceptron import learn
from symbackprop.training.procedures import decreasing, descend, error, stepped

GRID = np.linspace(-6, 6, 121)


def _line(label: str, x: Any, y: Any, dashed: bool = False) -> Line:
    return Line(label, tuple((float(a), float(b)) for a, b in zip(x, y)), dashed)


def _unit(name: str, title: str, *notes: tuple[str, tuple[float, float]]) -> Chart:
    return Chart(title, (_line(name, GRID, values.values_of(name, GRID)),), x="z", y="a", notes=notes)


def generalised() -> Chart:
    """max(z, 0) + alpha min(z, 0) for three alphas."""
    lines = [_line(f"alpha = {a:g}", GRID, values.rectified(a, GRID)) for a in (0.0, 0.1, 0.25)]
    notes = (("gradient alpha", (-3.2, 0.4)), ("gradient 1", (2.0, 3.2)))
    return Chart("generalised ReLU", tuple(lines), x="z", y="max(z,0) + alpha min(z,0)", notes=notes)


def saturation() -> Chart:
    """sigma and its slope, with the bounds 1/4 and exp(-|z|)."""
    y = values.values_of("sigmoid", GRID)
    lines = (_line("sigma", GRID, y), _line("sigma' <= 1/4", GRID, y * (1 - y)),
             _line("exp(-|z|)", GRID, np.exp(-np.abs(GRID)), dashed=True))  # fmt: skip
    notes = (("too small a gradient", (-4.4, 0.1)), ("too small a gradient", (4.4, 0.1)), ("gradient at most 1/4", (0.0, 0.31)))
    return Chart("saturation: too small a gradient far from 0", lines, x="z", y="", notes=notes)


def tangents() -> Chart:
    """A curve with the two tangents of Fig. 1: slope 1 through (2, 0) and (4, 2), slope -1/2 through (-3, 1) and (-1, 0)."""
    at, height, slope = np.array([-2.0, 3.0]), np.array([0.5, 1.0]), np.array([-0.5, 1.0])
    rows = [[x**n for n in range(4)] for x in at] + [[n * x ** max(n - 1, 0) for n in range(4)] for x in at]
    c = np.linalg.solve(np.array(rows), np.concatenate([height, slope]))
    x = np.linspace(-5, 5, 81)
    lines = (_line("a curve", x, sum(c[n] * x**n for n in range(4))), _line("gradient -1/2", [-4.0, 0.0], [1.5, -0.5]),
             _line("gradient 1", [1.0, 5.0], [-1.0, 3.0]))  # fmt: skip
    marks = (Marks("", ((-3.0, 1.0), (-1.0, 0.0), (2.0, 0.0), (4.0, 2.0))),)
    return Chart("tangents and their gradients", lines, marks, span=((-5, 5), (-3, 5)))


def _corners(function: Sequence[int]) -> tuple[Marks, ...]:
    corners = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]
    on, off = (tuple(c for c, v in zip(corners, function) if v == wanted) for wanted in (1, 0))
    return Marks("1", on), Marks("0", off, hollow=True)


def boundary() -> Chart:
    """AND, learnt by the perceptron rule, with its line."""
    return _line_of("AND", (0, 0, 0, 1))


def _line_of(name: str, function: tuple[int, ...]) -> Chart:
    w0, w1, w2 = map(float, learn([(0, 0), (0, 1), (1, 0), (1, 1)], function).weights)
    x = np.array([-0.5, 1.5])
    return Chart(
        f"{name} and its decision boundary",
        (_line("w_0 + w.x = 0", x, -(w0 + w1 * x) / w2),),
        _corners(function),
        x="x1",
        y="x2",
        span=((-0.5, 1.5), (-0.5, 1.5)),
    )


def _grid(
    trainer: Trainer, x: tuple[float, float], y: tuple[float, float], size: int = 40, classes: bool = False
) -> Cells:
    across, up = (np.linspace(a, b, size, endpoint=False) + (b - a) / size / 2 for a, b in (x, y))
    points = np.array([[a, b] for b in up for a in across])
    out = trainer.predict(points)
    shade = out.argmax(axis=1) if classes else out[:, 0]
    return Cells(x, y, tuple(tuple(float(v) for v in row) for row in shade.reshape(size, size)), classes)


def or_boundary() -> Chart:
    """OR, learnt by the perceptron rule, with its line."""
    return _line_of("OR", (0, 1, 1, 1))


def xor_regions() -> Chart:
    """What a trained 2-3-1 net puts out over the square."""
    trainer = compile_trainer(Network.layered([2, 3, 1]), "numpy", seed=3, certify=False)
    trainer.fit(*learning.XOR, 3000, None, 3.0)
    return Chart(
        "XOR by a trained 2-3-1 net", (), _corners((0, 1, 1, 0)), _grid(trainer, (-0.5, 1.5), (-0.5, 1.5)), "x1", "x2"
    )


def xor_points() -> Chart:
    """The four points that no line separates."""
    return Chart(
        "XOR: no line separates 1 from 0", (), _corners((0, 1, 1, 0)), x="x1", y="x2", span=((-0.5, 1.5), (-0.5, 1.5))
    )


def vowel_regions() -> Chart:
    """Decision regions of a net with hidden units for ten vowels, told by two formants."""
    trainer, (X, labels), _ = learning.vowels()
    marks = tuple(
        Marks(name, tuple((p[0], p[1]) for p, label in zip(X, labels) if label == name)) for name in trainer.classes or ()
    )
    return Chart(
        "ten vowels by two formants: decision regions",
        (),
        marks,
        _grid(trainer, (-2, 2.6), (-2, 2.2), 50, True),
        "first formant, scaled",
        "second formant, scaled",
    )


def surface() -> Chart:
    """E over two weights, with the path of gradient descent."""
    trainer = compile_trainer(Network.layered([2, 1], "identity", "half_squared", bias=False), "numpy", certify=False)
    data = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [[0.5], [-0.25], [0.25]]
    axis = np.linspace(-1.25, 1.25, 40, endpoint=False) + 1.25 / 40
    heights = []
    for w2 in axis:
        row = []
        for w1 in axis:
            trainer.weights = {"W1": [[w1, w2]]}
            row.append(trainer.loss(*data))
        heights.append(row)
    largest = max(map(max, heights))
    trainer.weights = {"W1": [[-1.0, 1.0]]}
    path = [(-1.0, 1.0)]
    for _ in range(15):
        trainer.fit(*data, 1, None, 0.6)
        path.append((float(trainer.theta[0]), float(trainer.theta[1])))
    shades = Cells((-1.25, 1.25), (-1.25, 1.25), tuple(tuple((h / largest) ** 0.5 for h in row) for row in heights))
    return Chart(
        "error surface and steepest descent", (Line("descent steps", tuple(path), steps=True),), (), shades, "w1", "w2"
    )


def _runs(title: str, runs: Sequence[tuple[str, Callable[[], Sequence[float]]]]) -> Chart:
    lines = []
    for label, run in runs:
        losses = [min(value, 10.0) for value in run()]
        lines.append(_line(label, range(len(losses)), losses))
    return Chart(title, tuple(lines), x="epoch", y="error")


def _descent(sizes: tuple[int, ...], data: tuple[Any, Any], **options: Any) -> Callable[[], list[float]]:
    def run() -> list[float]:
        trainer = procedures.trainer(sizes, seed=3)
        return [error(trainer, *data), *descend(trainer, *data, **options)]

    return run


def step_sizes() -> Chart:
    """A linear unit: too small, right and too large a step."""
    data = [[1.0], [-1.0], [0.5]], [[0.5], [-0.5], [0.25]]

    def run(rate: float) -> Callable[[], list[float]]:
        def losses() -> list[float]:
            trainer = procedures.trainer((1, 1), kind="identity", seed=3)
            return [error(trainer, *data), *descend(trainer, *data, epochs=25, rate=rate)]

        return losses

    return _runs(
        "step size: slow, arriving, diverging (cut off at 10)", [(f"rate {r:g}", run(r)) for r in (0.05, 0.8, 3.0)]
    )


def autocoder() -> Chart:
    """The loss of a 4-2-4 net that learns to put out its input."""
    return _runs("autocoding 4-2-4", [("4-2-4", _descent((4, 2, 4), learning.CODES, epochs=400, rate=2.0))])


def online_and_batch() -> Chart:
    """Error per epoch on XOR, online and batch, twelve starts each: the median and the quartiles. A measurement, no law."""
    net, lines = Network.layered([2, 4, 1], ["tanh", "sigmoid"], "half_squared"), []
    for name, size in (("online", 1), ("batch", None)):
        low, middle, high = np.percentile(
            experiments.histories(net, learning.XOR, size, 0.5, 400), (25, 50, 75), axis=0
        )
        points = tuple((float(n + 1), float(v)) for n, v in enumerate(middle))
        lines.append(Line(name, points, band=tuple((float(a), float(b)) for a, b in zip(low, high))))
    title = "online and batch on XOR, rate 0.5: median and quartiles of 12 starts"
    return Chart(title, tuple(lines), x="epoch", y="error")


def schedules() -> Chart:
    """Two decreasing rates."""
    epochs = np.arange(60)
    lines = (_line("1/(1 + k/20)", epochs, [decreasing(1.0, 20)(int(k)) for k in epochs]),
             _line("halved every 15", epochs, [stepped(1.0, 15)(int(k)) for k in epochs]))  # fmt: skip
    return Chart("decreasing step sizes", lines, x="epoch", y="rate")


def sine() -> Chart:
    """sin(3x) and what a trained 1-10-1 net puts out."""
    X = np.linspace(-1, 1, 41)[:, None]
    net = Network.layered([1, 10, 1], "tanh", "half_squared", output_activation="identity")
    trainer = compile_trainer(net, "numpy", seed=1, certify=False)
    trainer.fit(X, np.sin(3 * X), 1500, 4, 0.15)
    lines = (
        _line("sin(3x)", X[:, 0], np.sin(3 * X[:, 0])),
        _line("1-10-1", X[:, 0], trainer.predict(X)[:, 0], dashed=True),
    )
    return Chart("one hidden layer fits a continuous function", lines)


FIGURES: dict[str, Callable[[], Chart | str]] = {
    "boxes": pictures.boxes,
    "sigmoid": lambda: _unit("sigmoid", "sigmoid 1/(1 + exp(-z))"),
    "tanh": lambda: _unit("tanh", "tanh z = 2 sigma(2z) - 1"),
    "step": lambda: _unit("threshold", "step: 1 where z > 0"),
    "relu": lambda: _unit("relu", "ReLU max{z, 0}", ("gradient 0", (-3.2, 0.3)), ("gradient 1", (2.0, 3.2))),
    "generalised-relu": generalised,
    "saturation": saturation,
    "tangents": tangents,
    "boundary": boundary,
    "boundary-or": or_boundary,
    "xor": xor_points,
    "xor-regions": xor_regions,
    "vowel-regions": vowel_regions,
    "surface": surface,
    "step-sizes": step_sizes,
    "autocoder": autocoder,
    "online-and-batch": online_and_batch,
    "schedules": schedules,
    "sine": sine,
}
