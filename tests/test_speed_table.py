"""The benchmark's report: aims named as they are measured, misses shown, and another update never the best peer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
import speed_table
import workloads

ROW: dict[str, Any] = {
    "work": "2-2-1 online",
    "dtype": "float64",
    "microseconds": {
        "ours: c": 0.05, "ours: numpy": 1.0, "JAX lax.scan": 0.08, "scikit-learn": 0.01, "hand C -O3": 0.04,
        "hand C -Ofast": 0.052, "PyTorch eager": 300.0, "JAX jit a step": 12.0,
    },
    "apart": {"JAX lax.scan": 1e-15, "scikit-learn": 0.3},
    "other": {"scikit-learn": "its own loss"},
    "missing": ["CasADi jit is missing: No module named 'casadi'"],
}  # fmt: skip
FACTS = {"machine": {"processor": "a processor", "versions": {"numpy": "2"}}, "rows": [ROW], "rounds": 3}


def test_every_aim_names_a_workload_and_a_peer() -> None:
    pytest.importorskip("numpy")
    import train

    names = {work.name for work in workloads.works()}
    assert set(workloads.AIMS) == names
    for lines in workloads.AIMS.values():
        for ours, peer, aim in lines:
            assert ours in ("c", "numpy", "best") and aim > 0 and (peer == workloads.BEST or peer in train.PEERS)


def test_the_best_peer_is_neither_hand_written_c_nor_one_with_another_update() -> None:
    assert speed_table.best_peer(ROW) == ("JAX lax.scan", 0.08)
    assert speed_table.best_peer({**ROW, "other": {}})[0] == "scikit-learn"  # planted: had it made the same update


def test_what_is_missed_and_missing_is_shown() -> None:
    text = speed_table.markdown(FACTS)
    assert "| 2-2-1 online | c | best peer (JAX lax.scan) | 1.3x | 1.60x | reached |" in text
    assert "| 2-2-1 online | best | hand C -Ofast | 1.1x | 1.04x | **missed** |" in text
    assert "| 2-2-1 online | c | latency chain | 0.9x | not measured | |" in text
    assert "casadi" in text and "0.0100*" in text and "its own loss" in text and "BEYOND" not in text
    wrong = {**ROW, "apart": {"JAX lax.scan": 1e-6}}
    assert "BEYOND: JAX lax.scan" in speed_table.markdown({**FACTS, "rows": [wrong]})
