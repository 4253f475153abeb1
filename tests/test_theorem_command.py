"""Instances of the graph theorem at given nets, and the command that prints the theorems."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from symbackprop.__main__ import main
from symbackprop.errors import NetworkError
from symbackprop.proofs.every_size.instantiate import instantiate


def test_the_instance_of_a_tied_graph_matches_finite_differences() -> None:
    """A net with a skip, a tied weight, a fixed one and a bias neuron; identity units, cost the product of two outputs."""
    net = {
        "inputs": ["x"],
        "ones": ["B"],
        "units": [
            {"name": "u", "edges": [["x", "t"], ["B", "c"]]},
            {"name": "v", "edges": [["u", "t"], ["x", {"fixed": "3"}]], "bias": "c"},
            {"name": "y", "edges": [["u", "s"], ["v", "t"]], "bias": "e"},
        ],
        "outputs": ["y", "v"],
    }
    point = {"t": Fraction(2), "c": Fraction(-3), "s": Fraction(5), "e": Fraction(7), "x": Fraction(4)}

    def run(at: dict[str, Fraction]) -> dict[str, Fraction]:
        u = at["t"] * at["x"] + at["c"]
        v = at["t"] * u + 3 * at["x"] + at["c"]
        return {"u": u, "v": v, "y": at["s"] * u + at["t"] * v + at["e"]}

    out = run(point)
    known: dict[str, Fraction] = {"B": Fraction(1)} | point
    known |= {f"o[{unit}]": value for unit, value in out.items()} | {f"p[{unit}]": Fraction(1) for unit in out}
    known |= {"g[y]": out["v"], "g[v]": out["y"]}
    for line in instantiate(net):
        total = Fraction(0)
        for term in line.right.split(" + "):
            number = Fraction(1)
            for factor in term.split(" "):
                number *= known[factor] if factor in known else Fraction(factor)
            total += number
        known[line.left] = total
    h = Fraction(1, 10**9)
    for name in "tcse":
        up, down = run(point | {name: point[name] + h}), run(point | {name: point[name] - h})
        slope_seen = (up["y"] * up["v"] - down["y"] * down["v"]) / (2 * h)
        assert abs(slope_seen - known[f"dC/d{name}"]) < Fraction(1, 10**6), name


def test_a_softmax_net_is_not_squeezed_into_the_graph_theorem() -> None:
    net = {"inputs": [], "units": [{"name": "u", "activation": "softmax", "edges": [], "group": "g"}], "outputs": ["u"]}
    with pytest.raises(NetworkError, match="own z"):
        list(instantiate(net))


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    file = tmp_path / "all.json"
    assert main(["theorem", "all", "--out", str(file)]) == 0
    printed = capsys.readouterr().out
    assert printed.count("PROVED") >= 40 and "every width, every depth" in printed and "in words" in printed
    assert main(["verify", str(file)]) == 0
    capsys.readouterr()
    assert main(["theorem", "backprop", "--batch", "--dag", "--softmax-ce", "--net", "2-2-1", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [d.get("name") for d in data[:3]] == ["batch", "dag", "softmax-ce"]
    assert "dC/dw1_1_2 = delta[u1_1] x2" in data[3]["lines"]
    assert main(["theorem", "backprob"]) == 2
    assert "backprop" in capsys.readouterr().err
