"""Every net of examples/ is proved, and is what its comment says."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbackprop.networks import Network
from symbackprop.proofs.prove import prove

FOLDER = Path(__file__).parent.parent / "examples"
NETS = sorted(FOLDER.glob("*.toml"))


@pytest.mark.parametrize("path", NETS, ids=lambda path: path.stem)
def test_every_example_is_proved(path: Path) -> None:
    proof = prove(Network.from_toml(str(path)))
    assert proof.proved
    assert path.read_text().startswith("# "), "an example says what it is and where it comes from"


def test_the_nine_neuron_net_has_twelve_weights() -> None:
    net = Network.from_toml(str(FOLDER / "nine_neurons.toml"))
    assert len(net.parameters) == 12 and len(net.units) + len(net.inputs) + len(net.ones) == 9
    assert [unit.name for unit, _ in net.successors["3"]] == ["6"]
    assert net.is_layered


def test_the_skip_edge_net_cannot_be_layered() -> None:
    assert not Network.from_toml(str(FOLDER / "not_layered.toml")).is_layered


def test_gordons_24_derivatives() -> None:
    assert len(Network.from_toml(str(FOLDER / "gordon_two_per_layer.toml")).parameters) == 24
