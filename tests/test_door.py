"""The public door: every name can be imported and called, whatever was imported before it."""

import subprocess
import sys

import pytest

import symbackprop

SUBMODULES = ("derive.backpropagation", "render.formats", "check.api", "forward", "proofs.prove", "training", "kernel.verify")


@pytest.mark.parametrize("before", SUBMODULES)
def test_what_was_imported_before_does_not_change_what_the_door_gives(before: str) -> None:
    program = f"""
import symbackprop.{before}
from symbackprop import Network, check, derive, forward, prove, render, verify
net = Network.layered([1, 1], activation="sigmoid", loss="performance")
assert "documentclass" in render(derive(net), "tex", notation="nielsen")
assert forward(net) and prove(net)
assert [type(each.verdict).__name__ for each in check("1 + 1 = 2", net)] == ["Proved"]
assert callable(verify)
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_name_that_is_not_there_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = symbackprop.nothing  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = symbackprop.check.nothing
    assert all(getattr(symbackprop, name) is not None for name in symbackprop.__all__)
