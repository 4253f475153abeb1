"""Pictures of nets beyond the plain diagram: product and sigmoid boxes, the four stages."""

from __future__ import annotations

import re

import numpy as np

from symbackprop.catalogue.row import need
from symbackprop.derive.shown import Quantity
from symbackprop.networks import Network
from symbackprop.notation import notation
from symbackprop.render.naming import Naming
from symbackprop.render.plain_math import plain
from symbackprop.training import compile_trainer


def boxes(net: Network | None = None) -> str:
    """A chain as boxes, the two neurons unless told: each neuron a product with its weight, then its function; as SVG.

    >>> boxes().count("Sigmoid")
    2
    """
    chain = (net or Network.layered([1, 1, 1], bias=False)).units
    naming = Naming(notation("winston"), net or Network.layered([1, 1, 1], bias=False))
    letters = [plain(naming.quantity(Quantity("output", unit.name))).removeprefix("o_") for unit in chain]
    parts, x = [], 20.0
    for n, letter in enumerate(letters):
        title = chain[n].activation.name.capitalize()
        before = letters[n - 1] if n else ""
        signal = f"i_{letter}" if not n else f"o_{before} = i_{letter}"
        steps = (("×", 34.0, f"p_{letter}"), (title, 74.0, f"o_{letter}" if n == len(letters) - 1 else ""))
        parts.append(f'<text x="{x + 4}" y="52">{signal}</text>')
        for box, wide, after in steps:
            parts.append(f'<line x1="{x}" y1="60" x2="{x + 46}" y2="60" marker-end="url(#h)"/>')
            x += 46
            parts.append(f'<rect x="{x}" y="44" width="{wide}" height="32" rx="4"/>')
            parts.append(f'<text x="{x + wide / 2}" y="65" text-anchor="middle">{box}</text>')
            if box == "×":
                parts.append(f'<line x1="{x + wide / 2}" y1="112" x2="{x + wide / 2}" y2="78" marker-end="url(#h)"/>')
                parts.append(f'<text x="{x + wide / 2}" y="128" text-anchor="middle">w_{letter}</text>')
            x += wide
            parts.append(f'<text x="{x + 6}" y="52">{after}</text>' if after else "")
    parts.append(f'<line x1="{x}" y1="60" x2="{x + 60}" y2="60" marker-end="url(#h)"/>')
    head = '<marker id="h" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker>'
    style = "line{stroke:#333;stroke-width:1.4}rect{fill:#fff;stroke:#333;stroke-width:1.4}text{font:14px serif}"
    frame = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {x + 80} 150" role="img">'
    return (
        "\n".join(
            [
                frame,
                f"<style>{style}</style><defs>{head}</defs>",
                '<rect width="100%" height="100%" style="stroke:none"/>',
                *parts,
                "</svg>",
            ]
        )
        + "\n"
    )


def two_neurons() -> str:
    """Two products and two sigmoids, as many as the net has units."""
    net, other = Network.layered([1, 1, 1], bias=False), Network.layered([1, 1, 1, 1], "tanh", bias=False)
    words = [re.findall(r">([^<>]+)</text>", boxes(each)) for each in (net, other)]
    wanted = ["i_l", "×", "w_l", "p_l", "Sigmoid", "o_l = i_r", "×", "w_r", "p_r", "Sigmoid", "o_r"]
    good = sorted(words[0]) == sorted(wanted) and words[1].count("Tanh") == words[1].count("×") == 3
    return need(good, f"boxes from left to right: {' '.join(words[0])}")


def four_stages() -> str:
    """Error of the outputs, their weights' updates, error of the hidden units, their weights' updates: the step table."""
    trainer = compile_trainer(Network.layered([2, 2, 1], loss="half_squared"), "numpy", seed=1, certify=False)
    x, y, blocks, rate = np.array([0.3, 0.9]), np.array([1.0]), trainer.weights, 0.5
    hidden = 1 / (1 + np.exp(-(blocks["W1"] @ x + blocks["b1"])))
    out = 1 / (1 + np.exp(-(blocks["W2"] @ hidden + blocks["b2"])))
    delta_out = (y - out) * out * (1 - out)
    delta_hidden = (blocks["W2"].T @ delta_out) * hidden * (1 - hidden)
    stages = [
        ("error of the output units", delta_out), ("updates of their weights", rate * np.outer(delta_out, hidden)),
        ("error of the hidden units", delta_hidden), ("updates of their weights", rate * np.outer(delta_hidden, x)),
    ]  # fmt: skip
    trainer.fit([x], [y], 1, 1, rate)
    good = np.allclose(trainer.weights["W2"], blocks["W2"] + stages[1][1]) and np.allclose(
        trainer.weights["W1"], blocks["W1"] + stages[3][1]
    )
    return need(
        bool(good),
        "; ".join(f"{n + 1}. {words}: {np.round(value, 4).tolist()}" for n, (words, value) in enumerate(stages)),
    )
