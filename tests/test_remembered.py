"""A second process that trains the same net needs no SymPy, does the same to the bit, and trusts nothing that was not judged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from symbackprop import Network, compile_trainer, remembered, shipped
from symbackprop.activations import entries
from symbackprop.activations.activation import SYMBOLIC, Activation
from symbackprop.codegen import compile_c, recall
from symbackprop.codegen.backends import table
from symbackprop.codegen.certify import CodeRefused
from symbackprop.symbols import z

_TRAIN = """
import sys, numpy as np
from symbackprop import Network, compile_trainer, read_spec
net = {net}
made = compile_trainer(net, {backend!r}, seed=4)
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(12, len(net.inputs))), rng.uniform(size=(12, len(net.outputs)))
Y /= Y.sum(axis=1, keepdims=True)
made.fit(X, Y, 5, 4)
print("sympy" in sys.modules, made.verdict.kind, made.theta.tobytes().hex())
{more}
"""
NETS = {
    "xor": "Network.layered([2, 2, 1])",
    "soft": "Network.layered([4, 10, 3], 'relu', 'softmax_cross_entropy')",
    "leaky": "Network.layered([2, 3, 2], 'tanh', 'squared')",
    "graph": "read_spec('examples/nine_neurons.toml')",
}


def fresh(cache: Path, text: str, with_shipped: bool = False) -> list[str]:
    """The words of a new process; without what is shipped, as beside another SymPy, the first one has to derive."""
    if not with_shipped:
        text = "from symbackprop import shipped; shipped.tables = lambda: None\n" + text
    env = {**os.environ, "SYMBACKPROP_CACHE": str(cache), "PYTHONPATH": os.pathsep.join([".", *sys.path])}
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize(
    ("backend", "name"),
    [
        pytest.param(b, n, marks=[] if (b, n) in (("c", "xor"), ("numpy", "graph")) else [pytest.mark.slow])
        for b in ("c", "numpy")
        for n in NETS
    ],
)
def test_the_second_process_loads_no_sympy_and_gets_the_same_bits(backend: str, name: str, tmp_path: Path) -> None:
    if table()[backend].missing() is not None or (backend == "c" and not compile_c.can_run_exactly()):
        pytest.skip("no C and C++ here")
    text = _TRAIN.format(net=NETS[name], backend=backend, more="")
    first, second = fresh(tmp_path, text), fresh(tmp_path, text)
    assert first[0] == "True" and first[1] in ("CHECKED", "PROVED") and second == ["False", *first[1:]]


def test_the_second_command_loads_no_sympy_either(tmp_path: Path) -> None:
    model, words = tmp_path / "xor.npz", ["2-2-1", "--data", "examples/xor.csv", "--epochs", "3", "--backend", "numpy"]
    train = f"from symbackprop.__main__ import main; import sys; main({['train', *words, '--half-life', '9', '--save', str(model)]})"
    predict = f"from symbackprop.__main__ import main; import sys; main({['predict', str(model), '--data', 'examples/xor.csv', '--backend', 'numpy']})"
    said = "; print('sympy' in sys.modules)"
    if shipped.tables() is not None:
        assert fresh(tmp_path / "new", train + said, with_shipped=True)[-1] == "False"
    assert [fresh(tmp_path, text + said)[-1] for text in (train, train, predict)] == ["True", "False", "False"]


def test_a_damaged_file_is_made_again_and_a_remembered_net_still_proves(tmp_path: Path) -> None:
    text = _TRAIN.format(net=NETS["xor"], backend="numpy", more="")
    first = fresh(tmp_path, text)
    for file in tmp_path.glob("*.json"):
        file.write_bytes(file.read_bytes()[:30])
    assert fresh(tmp_path, text) == first
    assert fresh(tmp_path, text)[0] == "False"
    for file in tmp_path.glob("activations.*.json"):
        file.write_text(json.dumps({"sigmoid": {"surprise": 1}}))
    assert fresh(tmp_path, text) == first
    more = "from symbackprop import prove; print(prove(net).proved, net.units[0].activation.stable[0][0])"
    assert fresh(tmp_path, _TRAIN.format(net=NETS["xor"], backend="numpy", more=more))[3:] == ["True", "z", ">=", "0"]


def test_another_version_of_any_source_forgets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = remembered.fingerprint()
    import symbackprop.activations as family

    (tmp_path / "own.py").write_text("from symbackprop.activations.activation import Activation\n")
    monkeypatch.setattr(family, "__path__", [*family.__path__, str(tmp_path)])
    remembered.fingerprint.cache_clear()
    try:
        one = remembered.fingerprint()
        (tmp_path / "own.py").write_text("from symbackprop.activations.activation import Activation as A\n")
        remembered.fingerprint.cache_clear()
        assert len({before, one, remembered.fingerprint()}) == 3
    finally:
        remembered.fingerprint.cache_clear()


def test_code_that_was_refused_or_never_judged_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMBACKPROP_CACHE", str(tmp_path))
    net = Network.layered([2, 2, 1], name="planted")
    compile_trainer(net, "numpy", certify=False).fit([[0, 1]], [1], 1)
    assert not list(tmp_path.glob("code-*"))
    from symbackprop.codegen import emit_python

    right = emit_python.source
    monkeypatch.setattr(emit_python, "source", lambda *given: right(*given).replace("*rate\n", "*rate*rate\n"))
    with pytest.raises(CodeRefused):
        compile_trainer(net, "numpy")
    assert not list(tmp_path.glob("code-*"))


def test_an_own_activation_has_no_name_to_be_remembered_by() -> None:
    cube = Activation("sigmoid", value=z**3, slope=3 * z**2, source="an impostor by name")
    assert recall._name(Network.layered([1, 2, 1], [cube, "sigmoid"]), "python") is None
    assert recall._name(Network.layered([1, 2, 1]), "python") is not None


def test_a_stand_in_says_what_the_entry_says() -> None:
    for name, entry in entries().items():
        kept = json.loads(json.dumps(remembered.plain(entry, SYMBOLIC)))
        made = remembered.stand_in(Activation, kept, SYMBOLIC, lambda each: entries()[each])
        assert isinstance(made, Activation) and made.undefined == entry.undefined, name
        for field in ("value", "slope", "parameters", "learnt", "kinks", "vector", "differentiable", "stable", "facts"):
            assert getattr(made, field) == getattr(entry, field), (name, field)
        assert tuple(map(float, made.range)) == tuple(map(float, entry.range))
