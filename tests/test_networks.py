"""Nets: what they describe, and each refusal with its own clear error."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from nets import NINE, graphs

from symbackprop.activations import activation
from symbackprop.errors import FileError, NameUnknown, NetworkError, ShapeError, SymbackpropError
from symbackprop.networks import Edge, Network, Unit
from symbackprop.specs import read_data, read_file, read_spec

GRAPH: dict[str, Any] = {
    "inputs": ["1", "3"],
    "bias_neurons": ["2b"],
    "outputs": ["9"],
    "units": {"6": {"from": ["1", "2b", "3"]}, "9": {"from": ["6", "1"], "activation": "tanh"}},
}


def changed(**change: Any) -> dict[str, Any]:
    return copy.deepcopy(GRAPH) | change


def test_the_simplest_net_and_its_names() -> None:
    net = read_spec("1-1-1", bias=False)
    assert net.parameters == ("w1_1_1", "w2_1_1")
    assert [unit.name for unit in net.units] == ["u1_1", "u2_1"]


@pytest.mark.parametrize(("spec", "bias", "count"), [("2-3-1", True, 13), ("6-4-3-1", False, 39), ("2-2-2-2-2", True, 24), ("784-100-10", True, 79_510)])
def test_parameter_counts(spec: str, bias: bool, count: int) -> None:
    net = read_spec(spec, bias=bias)
    assert net.architecture is not None and net.architecture.count() == count == len(net.parameters)


def test_twelve_weights_of_the_nine_neuron_net_style() -> None:
    net = read_data(NINE)
    assert not net.is_layered and net.depths is None


@pytest.mark.parametrize(
    ("data", "error", "needle"),
    [
        (changed(units={"6": {"from": ["9"]}, "9": {"from": ["6"]}}), NetworkError, "6 <- 9 <- 6"),
        (changed(units={"6": {"from": ["1", "7"]}, "9": {"from": ["6"]}}), NetworkError, "unknown source"),
        (changed(inputs=["1", "3", "9"]), NetworkError, "one name"),
        (changed(inputs=["1", "1", "3"]), NetworkError, "one name"),
        (changed(units={"6": {"from": ["1"]}, "9": {"from": ["3"]}}), NetworkError, "reaches no output"),
        (changed(outputs=["8"]), NetworkError, "not a unit"),
        (changed(outputs=[]), NetworkError, "no output"),
        (changed(outputs=["1"]), NetworkError, "not a unit"),
        (changed(units={"9": {"from": []}}), NetworkError, "no source"),
        (changed(units={"9": {"from": ["1", "1"]}}), NetworkError, "two edges"),
        (changed(units={"9": {"from": ["1", "3"], "weights": ["w"]}}), ShapeError, "2 weights"),
        (changed(units={"9": {"from": ["1"], "weights": [True]}}), NetworkError, "not a weight"),
        (changed(units={"9": {"from": ["1"], "weights": ["3"]}}), NetworkError, "name of another thing"),
        (changed(units={"9": {"from": ["1"], "weights": ["a b"]}}), NetworkError, "not a name"),
        (changed(units={"9": {"from": ["1"], "activation": "sigmod"}}), NameUnknown, "try       sigmoid"),
        (changed(units={"9": {"from": ["1"], "alpha": 2}}), NetworkError, "no alpha"),
        (changed(units={"9": {"from": ["1"], "activation": "softmax"}}), ShapeError, "constant 1"),
        (changed(units={"9": {"form": ["1"]}}), FileError, "try       from"),
        (changed(loss="nonsense"), NameUnknown, "loss"),
        (changed(loss="binary_cross_entropy"), NetworkError, "between 0 and 1"),
        (changed(loss="softmax_cross_entropy"), NetworkError, "softmax"),
        (changed(layers=[2, 1]), FileError, "layered|kind of net"),
        ({"layers": [2, 0, 1]}, ShapeError, "0"),
        ({"layers": [2]}, ShapeError, "two layers"),
        ({"layers": [2, -1]}, ShapeError, "-1"),
        ({"layers": [2, 1.5]}, ShapeError, "1.5"),
        ({"layers": "2-3"}, ShapeError, "list of sizes"),
        ({"layers": [2, 3, 1], "activation": ["tanh"]}, ShapeError, "one activation"),
        ({"layers": [2, 3, 1], "bias": "nueron"}, NameUnknown, "neuron"),
        ({"units": {}}, FileError, "no inputs"),
        ({}, FileError, "describes no net"),
    ],
)
def test_refusals(data: dict[str, Any], error: type[SymbackpropError], needle: str) -> None:
    import re

    with pytest.raises(error) as caught:
        read_data(data)
    assert re.search(needle, str(caught.value)), str(caught.value)


def test_a_cycle_through_a_softmax_group_is_a_cycle() -> None:
    units = {
        "s": {"from": ["1", "v"], "activation": "softmax"},
        "t": {"from": ["1"], "activation": "softmax"},
        "v": {"from": ["t"]},
    }
    with pytest.raises(NetworkError, match="cycle"):
        read_data({"inputs": ["1"], "outputs": ["s", "t"], "units": units})


@pytest.mark.parametrize("spec", ["2-0-1", "2--1", "-2-1", "2", "", "2-3-", "2 3", "1e3-1", "٣-1", "9999999999-1", "0x2-1"])
def test_bad_sizes(spec: str) -> None:
    with pytest.raises((ShapeError, FileError)):
        read_spec(spec)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"layers = [2,", b"a = nan", bytes(range(256)) * 16, b"[" * 5000])
def test_files_that_are_no_nets(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "net.toml"
    path.write_bytes(content)
    with pytest.raises(FileError):
        read_file(str(path))


def test_decimal_weights_are_exact(tmp_path: Path) -> None:
    from fractions import Fraction

    path = tmp_path / "net.toml"
    path.write_text('inputs = ["x"]\noutputs = ["o"]\n[units.o]\nfrom = ["x"]\nweights = [0.1]\nbias = "b"\n')
    assert read_file(str(path)).units[0].edges[0].weight == Fraction(1, 10)


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_every_source_comes_before_its_use(net: Network) -> None:
    known = {*net.inputs, *net.ones}
    for unit in net.units:
        assert all(edge.source in known for edge in unit.edges)
        known.add(unit.name)


def test_a_second_edge_from_one_source_is_refused_with_a_way_out() -> None:
    kind = activation("identity")
    with pytest.raises(NetworkError) as refused:
        Network(["x"], [Unit("o", kind, (Edge("x", "w"), Edge("x", "v")))], ["o"])
    assert "identity unit" in str(refused.value)
