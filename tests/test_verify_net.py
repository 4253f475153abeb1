"""`verify --net`: a valid certificate of another net is told apart, whatever the difference; the same net otherwise written is not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nets import NINE

from symbackprop.__main__ import main
from symbackprop.errors import CertificateError
from symbackprop.kernel.verify import digest, verify
from symbackprop.networks import Network
from symbackprop.proofs.about import about
from symbackprop.proofs.prove import prove
from symbackprop.specs import read_data

NET = read_data(NINE, "nine.toml")
OTHERS: dict[str, Network] = {
    "a size": Network.layered([2, 4, 1]),
    "an input more": Network.layered([3, 3, 1]),
    "an activation": Network.layered([2, 3, 1], "tanh"),
    "an output activation": Network.layered([2, 3, 1], output_activation="identity"),
    "a loss": Network.layered([2, 3, 1], loss="half_squared"),
    "no bias": Network.layered([2, 3, 1], bias=False),
    "a shared bias": Network.layered([2, 3, 1], bias="shared"),
    "bias neurons": Network.layered([2, 3, 1], bias="neuron"),
    "another layer": Network.layered([2, 3, 1, 1]),
}


@pytest.mark.parametrize("lines", [False, True])
@pytest.mark.parametrize("net", [Network.layered([2, 3, 1]), NET, Network.layered([2, 3, 3], "relu", "softmax_cross_entropy")], ids=str)
def test_a_certificate_is_about_its_own_net(net: Network, lines: bool, tmp_path: Path) -> None:
    path = str(tmp_path / "net.cert")
    proof = prove(net, numbers=False, lines=path if lines else None)
    if not lines:
        proof.save(path)
    assert f"the same {len(net.units)} units" in about(path, net)
    for other in OTHERS.values() if net.name == "2-3-1" else (OTHERS["a size"],):
        with pytest.raises(CertificateError, match="another net"):
            about(path, other)


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {  # each leaves a certificate that the kernel accepts
    "a weight fixed": lambda c: (
        c["network"]["units"][0]["edges"][0].__setitem__(1, {"fixed": "1/2"}),
        c["gradients"].pop("w1_1_1"),
    ),
    "a bias dropped": lambda c: (c["network"]["units"][0].pop("bias"), c["gradients"].pop("b1_1")),
    "an edge dropped": lambda c: (c["network"]["units"][0]["edges"].pop(), c["gradients"].pop("w1_1_2")),
    "an input more": lambda c: c["network"]["inputs"].append("x3"),
    "sigmoid that is something else": lambda c: c["activations"]["sigmoid"].update(
        {"value": ["+", c["activations"]["sigmoid"]["value"], 0]}
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_valid_certificate_of_another_net_is_told_apart(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    certificate = json.loads(json.dumps(prove(Network.layered([2, 3, 1]), numbers=False).certificate))
    CHANGES[name](certificate)
    certificate["sha256"] = digest(certificate)
    assert verify(certificate)
    path = tmp_path / "c.json"
    path.write_text(json.dumps(certificate))
    assert main(["verify", str(path)]) == 0
    capsys.readouterr()
    assert main(["verify", str(path), "--net", "2-3-1"]) == 1
    assert "REJECTED" in capsys.readouterr().out


def test_the_order_and_the_writing_of_a_number_do_not_matter(tmp_path: Path) -> None:
    spec = {
        "inputs": ["x", "v"],
        "outputs": ["o"],
        "units": {"h": {"from": ["x"], "weights": [0.5]}, "k": {"from": ["v"]}, "o": {"from": ["h", "k"]}},
    }
    net = read_data(spec, "a.toml")
    certificate = json.loads(json.dumps(prove(net, numbers=False).certificate))
    described = certificate["network"]
    described["name"] = "other words"
    described["units"][0]["edges"][0][1] = {"fixed": "2/4"}
    described["units"][:2] = described["units"][1::-1]
    described["units"][2]["edges"].reverse()
    described["inputs"].reverse()
    certificate["sha256"] = digest(certificate)
    verify(certificate)
    (tmp_path / "c.json").write_text(json.dumps(certificate, indent=1))
    assert about(str(tmp_path / "c.json"), net)
    for text in ("1/3", "-1/2"):
        wrong = copy.deepcopy(certificate)
        wrong["network"]["units"][1]["edges"][0][1] = {"fixed": text}
        (tmp_path / "d.json").write_text(json.dumps(wrong))
        with pytest.raises(CertificateError, match="another net"):
            about(str(tmp_path / "d.json"), net)


def test_the_command_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "net.cert")
    assert main(["prove", "2-3-1", "--activation", "tanh", "--cert", path]) == 0
    assert main(["verify", path, "--net", "2-3-1", "--activation", "tanh"]) == 0
    assert "about     the net 2-3-1: the same 4 units" in capsys.readouterr().out
    assert main(["verify", path, "--net", "2-3-1", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["accepted"] is False
    theorem = str(tmp_path / "theorem.cert")
    assert main(["theorem", "--out", theorem]) == 0
    assert main(["verify", theorem, "--net", "2-3-1"]) == 1
    assert "every-size" in capsys.readouterr().out
    assert main(["verify", str(tmp_path), "--net", "2-3-1"]) == 2
