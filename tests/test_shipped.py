"""What the package ships about its tables is what the tables say, is judged by the kernel, and is dropped beside other sources."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from symbackprop import activations, losses, remembered, shipped
from symbackprop.activations.activation import SYMBOLIC as ACTIVATION
from symbackprop.activations.activation import Activation
from symbackprop.codegen import formulas, formulas_symbolic
from symbackprop.errors import LawBroken
from symbackprop.losses.loss import SYMBOLIC as LOSS
from symbackprop.losses.loss import Loss

RENEW = "SYMBACKPROP_RENEW=1 pytest tests/test_shipped.py"


def test_the_file_is_what_the_tables_say_now() -> None:
    made = json.loads(json.dumps(formulas_symbolic.tables()))
    if os.environ.get("SYMBACKPROP_RENEW"):
        shipped.FILE.write_text(json.dumps(made, indent=1) + "\n")
        shipped.tables.cache_clear()
    kept = json.loads(shipped.FILE.read_text())
    if kept["made_from"]["sympy"] != made["made_from"]["sympy"]:
        pytest.skip("made by another release of SymPy: not used here")
    assert kept == made, f"a table changed: {RENEW}"


def _stand_ins() -> tuple[dict[str, Activation], dict[str, Loss]]:
    kept = json.loads(shipped.FILE.read_text())
    kinds = {n: remembered.stand_in(Activation, each, ACTIVATION, lambda name: activations.entries()[name]) for n, each in kept["activations"].items()}
    costs = {n: remembered.stand_in(Loss, each, LOSS, lambda name: losses.entries()[name]) for n, each in kept["losses"].items()}
    return kinds, costs


def test_formulas_and_heads_read_back_as_they_were_derived(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "tables", lambda: json.loads(shipped.FILE.read_text()))
    (kinds, costs), seen = _stand_ins(), 0
    for name, kind in kinds.items():
        entry = activations.entries()[name]
        assert remembered.stands_in(kind) and not remembered.stands_in(entry) and kind.facts == json.loads(json.dumps(entry.facts))
        if entry.value is not None and entry.slope is not None:
            assert formulas.formula(kind) == formulas_symbolic.formula(entry)
        for other, cost in costs.items():
            if not entry.undefined and not cost.undefined:
                assert formulas.head(kind, cost) == formulas_symbolic.head(entry, losses.entries()[other])
                seen += 1
    assert seen > 30


def test_the_kernel_judges_the_laws_that_are_shipped() -> None:
    kinds, costs = _stand_ins()
    assert sum(len(each.accepted) for each in (*kinds.values(), *costs.values())) > 15
    kept = json.loads(shipped.FILE.read_text())["activations"]["sigmoid"]
    kept["kernel"]["laws"][0][1]["slope"] = ["+", "a", ["*", "a", "a"]]  # a (1 + a)
    planted = remembered.stand_in(Activation, kept, ACTIVATION, lambda name: activations.entries()[name])
    with pytest.raises(LawBroken):
        _ = planted.accepted


_COLD = """
import sys
from symbackprop import Network, compile_trainer
net = Network.layered({sizes}, {kinds!r}, {loss!r})
made = compile_trainer(net, {backend!r}, seed=1)
print("sympy" in sys.modules, made.verdict.kind)
print(made.source)
"""


def _cold(cache: Path, **facts: object) -> tuple[str, str]:
    env = {**os.environ, "SYMBACKPROP_CACHE": str(cache), "PYTHONPATH": os.pathsep.join([".", *sys.path])}
    text = _COLD.format(**facts)
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    first, _, source = done.stdout.partition("\n")
    return first, source


@pytest.mark.parametrize(
    ("backend", "sizes", "kinds", "loss"),
    [
        ("numpy", [2, 2, 1], "sigmoid", "performance"),
        ("numpy", [30, 20, 10], "tanh", "half_squared"),
        ("c", [4, 10, 3], ["relu", "softmax"], "softmax_cross_entropy"),
    ],
)
def test_a_first_process_needs_no_sympy_and_writes_the_same_source(
    backend: str, sizes: list[int], kinds: object, loss: str, tmp_path: Path
) -> None:
    from symbackprop import Network, compile_trainer
    from symbackprop.codegen import compile_c
    from symbackprop.codegen.backends import table

    if shipped.tables() is None:
        pytest.skip("made by another release of SymPy")
    if table()[backend].missing() is not None or (backend == "c" and not compile_c.can_run_exactly()):
        pytest.skip("no C and C++ here")
    first, source = _cold(tmp_path, backend=backend, sizes=sizes, kinds=kinds, loss=loss)
    assert first in ("False PROVED", "False CHECKED")
    assert source.strip() == compile_trainer(Network.layered(sizes, kinds, loss), backend, certify=False).source.strip()


def test_other_sources_or_a_damaged_file_are_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = json.loads(shipped.FILE.read_text())
    for text in ("", "[]", "{", json.dumps({**kept, "made_from": {"sources": "0", "sympy": "0"}})):
        (tmp_path / "shipped.json").write_text(text)
        monkeypatch.setattr(shipped, "FILE", tmp_path / "shipped.json")
        shipped.tables.cache_clear()
        assert shipped.tables() is None
    monkeypatch.undo()
    (tmp_path / "own.py").write_text("")
    monkeypatch.setattr(activations, "__path__", [*activations.__path__, str(tmp_path)])
    shipped.tables.cache_clear()
    assert shipped.tables() is None  # somebody added a folder with activations of their own
    monkeypatch.undo()
    shipped.tables.cache_clear()
