"""Certificates in lines: the same verdict as in one piece, bounded memory, and every way to cheat with lines refused."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nets import NINE, combinations, graphs
from test_kernel import run_kernel

from symbackprop.__main__ import main
from symbackprop.errors import CertificateError, InternalError
from symbackprop.gradients.delta import Recursion
from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.verify import verify, verify_file
from symbackprop.networks import Network
from symbackprop.proofs.agreement import Residuals
from symbackprop.proofs.prove import prove
from symbackprop.proofs.streamed import Streamed
from symbackprop.specs import read_data

Lines = list[dict[str, Any]]


def signed(lines: Lines) -> str:
    """The file with its last line made right: a liar can count and hash too."""
    body = "".join(json.dumps(each, separators=(",", ":")) + "\n" for each in lines[:-1])
    return body + json.dumps({"end": len(lines) - 2, "sha256": hashlib.sha256(body.encode()).hexdigest()}) + "\n"


def replayed(text: str, folder: Path) -> list[str]:
    path = folder / "net.cert.jsonl"
    path.write_text(text)
    return verify_file(str(path))[0]


def made(net: Network, folder: Path) -> Lines:
    path = folder / "made.cert.jsonl"
    prove(net, numbers=False, lines=str(path))
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("net", [*combinations()[::6], read_data(NINE, "nine.toml")], ids=lambda n: f"{n.name}-{n.loss.name}")
def test_lines_say_what_one_piece_says(net: Network, tmp_path: Path) -> None:
    path = tmp_path / "net.cert.jsonl"
    in_lines = prove(net, numbers=False, lines=str(path))
    whole = prove(net, numbers=False)
    assert whole.certificate is not None
    for one, other in zip(verify(json.loads(json.dumps(whole.certificate))), in_lines.accepted, strict=True):
        assert one.split(" -> ")[0].rpartition(": ")[0] == other.split(" -> ")[0].rpartition(": ")[0]
    run = run_kernel(str(path))
    assert run.returncode == 0 and "ACCEPTED" in run.stdout


@settings(max_examples=40, deadline=None)
@given(graphs())
def test_random_graphs_in_lines(net: Network) -> None:
    """Skips, tied and fixed weights, groups: what is written in lines is accepted, line by line."""
    if not net.parameters:
        return
    import tempfile

    with tempfile.NamedTemporaryFile("w+", suffix=".jsonl") as file:
        assert prove(net, numbers=False, lines=file.name).proved


TIED = read_data(
    {
        "inputs": ["x"],
        "outputs": ["k"],
        "units": {
            "h": {"from": ["x"], "weights": ["w"], "bias": "b"},
            "k": {"from": ["h", "x"], "weights": ["w", "v"], "bias": "b"},
        },
    },
    "tied.toml",
)


def swapped(lines: Lines) -> None:
    lines[1], lines[2] = lines[2], lines[1]


def early(lines: Lines) -> None:
    """w is closed on the first line, with what is right so far, and used again on the second."""
    lines[1]["gradients"]["w"] = [[1, "a(h)", "delta(k)"]]
    lines[2]["gradients"]["w"] = [[1, "x", "delta(h)"]]


def cycle(lines: Lines) -> None:
    lines[2]["units"][0]["edges"][0][0] = "k"


def set_in(path: tuple[Any, ...], value: Any) -> Callable[[Lines], None]:
    def change(lines: Lines) -> None:
        place: Any = lines
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


CHEATS: dict[str, tuple[Callable[[Lines], None], str]] = {
    "a unit left out": (lambda lines: lines.pop(2), "never computed|not stated"),
    "a unit twice": (lambda lines: lines.insert(2, lines[1]), "one name"),
    "units in the wrong order": (swapped, "misses|before it is computed"),
    "a circle": (cycle, "before it is computed"),
    "a parameter closed too early, then used again": (early, "used again|is not stated|stated twice"),
    "a partial derivative left out": (lambda lines: lines[2]["gradients"].pop("b"), "not stated"),
    "a partial derivative for nothing": (set_in((2, "gradients", "q"), []), "no parameter"),
    "a partial derivative wrong": (set_in((2, "gradients", "b"), [[1, "delta(h)"]]), "parameter b.*misses delta"),
    "a delta wrong": (set_in((2, "deltas", "h"), [[1, "a(h)"]]), "unit h"),
    "a delta left out": (lambda lines: lines[2]["deltas"].clear(), "deltas of h"),
    "a delta too many": (set_in((2, "deltas", "z"), []), "deltas of h"),
    "an output that is no unit": (set_in((0, "network", "outputs"), ["m"]), "output|misses"),
    "a second output": (set_in((0, "network", "outputs"), ["k", "h"]), "differ in number"),
    "units in the head too": (set_in((0, "network", "units"), []), "head"),
    "a title in the head": (set_in((0, "title"), "a proof of everything"), "head"),
    "two units on a line": (lambda lines: lines[1]["units"].append(lines[2]["units"][0]), "shares a block|deltas"),
    "no units on a line": (set_in((1, "units"), []), "IndexError|deltas"),
    "something else on a line": (set_in((1, "note"), "1 = 0"), "not one of units"),
    "a line that is no object": (lambda lines: lines.insert(1, []), "not one of units"),  # type: ignore[arg-type]
    "a generator with a sentence in it": (set_in((2, "deltas", "h"), [[1, "x\naccepted  1 = 0"]]), "generator"),
    "a parameter called like an input": (
        lambda lines: lines.__setitem__(slice(None), json.loads(json.dumps(lines).replace('"v"', '"x"'))),
        "name of a unit, input or target|misses",
    ),
}


@pytest.mark.parametrize("name", CHEATS)
def test_cheating_with_lines_is_refused(name: str, tmp_path: Path) -> None:
    lines = made(TIED, tmp_path)
    assert replayed(signed(lines), tmp_path)
    change, why = CHEATS[name]
    change(lines)
    with pytest.raises(Rejected) as refusal:
        replayed(signed(lines), tmp_path)
    assert re.search(why, str(refusal.value)), refusal.value
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize("cut", [1, 2, 3, -1])
def test_a_truncated_file_is_refused(cut: int, tmp_path: Path) -> None:
    text = signed(made(TIED, tmp_path)).splitlines(keepends=True)
    with pytest.raises(Rejected, match=r"ends before|not well formed"):
        replayed("".join(text[:cut]) if cut > 0 else "".join(text)[:-3], tmp_path)
    with pytest.raises(Rejected, match="something follows"):
        replayed("".join([*text, text[1]]), tmp_path)
    with pytest.raises(Rejected, match="damaged or changed"):
        replayed("".join(text).replace('"b"', '"c"'), tmp_path)


def test_a_softmax_group_is_one_line(tmp_path: Path) -> None:
    lines = made(Network.layered([2, 3, 3], "softmax", "softmax_cross_entropy"), tmp_path)
    assert [len(line["units"]) for line in lines[1:-1]] == [3, 3]
    assert replayed(signed(lines), tmp_path)[-1].startswith("under the condition")
    split = lines.pop(1)
    for unit in reversed(split["units"]):
        name = unit["name"]
        own = {key: value for key, value in split["gradients"].items() if key.startswith(f"w2_{name[-1]}") or key == f"b2_{name[-1]}"}
        lines.insert(1, {"units": [unit], "deltas": {name: split["deltas"][name]}, "gradients": own})
    with pytest.raises(Rejected):
        replayed(signed(lines), tmp_path)
    two = made(Network.layered([2, 2, 2], "softmax", "squared"), tmp_path)
    for part in ("deltas", "gradients"):
        two[1][part] |= two[2][part]
    two[1]["units"] += two.pop(2)["units"]
    with pytest.raises(Rejected, match="two softmax groups"):
        replayed(signed(two), tmp_path)


def test_a_proof_in_lines_is_not_saved_twice(tmp_path: Path) -> None:
    proof = prove(TIED, lines=str(tmp_path / "a"))
    with pytest.raises(CertificateError, match="in lines"):
        proof.save(str(tmp_path / "b"))


@pytest.mark.parametrize("what", ["delta", "share"])
def test_routes_that_part_leave_no_file(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the recursion doubles a delta, or what one use of a weight adds."""
    right = getattr(Recursion, what)
    monkeypatch.setattr(Recursion, what, lambda self, unit, *rest: {m: 2 * c for m, c in (right(self, unit, *rest) or {}).items()})
    with pytest.raises(InternalError, match="two of our routes disagree") as fault:
        prove(TIED, lines=str(tmp_path / "a"), numbers=False)
    assert fault.value.where == "k" if what == "delta" else fault.value.where in ("v", "w", "b")
    assert not list(tmp_path.iterdir())


def test_a_given_formula_goes_into_lines_too(tmp_path: Path) -> None:
    """Somebody's right formula is decided in memory, then the certificate is written; a wrong one leaves no file."""
    own = prove(TIED, numbers=False).recursion
    path = tmp_path / "a"
    assert prove(TIED, deltas={"h": own.delta(TIED.by_name["h"])}, lines=str(path)).proved
    assert replayed(path.read_text(), tmp_path)
    path.unlink()
    assert not prove(TIED, deltas={"h": 2 * own.delta(TIED.by_name["h"])}, lines=str(path)).proved
    assert not path.exists()


def held(net: Network, monkeypatch: pytest.MonkeyPatch) -> int:
    """The most terms that the comparison of both routes holds after any block."""
    most = 0
    forget = Residuals.forget

    def watched(self: Residuals, members: Any) -> None:
        nonlocal most
        forget(self, members)
        most = max(most, sum(map(len, self.contraction.values())))

    with monkeypatch.context() as patch:
        patch.setattr(Residuals, "forget", watched)
        for _ in Streamed(net).compared(()):
            pass
    return most


def test_a_proof_in_lines_holds_only_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The edges from one layer to the next wait for their sources; the rows behind them are gone."""
    assert held(Network.layered([30, 20, 10, 2]), monkeypatch) <= 20 * 10
    assert held(Network.layered([30, 5, 5, 5, 5, 5, 5, 2]), monkeypatch) <= 5 * 5
    monkeypatch.setattr(Residuals, "forget", lambda self, members: None)  # planted
    assert held(Network.layered([30, 5, 5, 5, 5, 5, 5, 2]), monkeypatch) > 5 * 5


@pytest.mark.slow
def test_the_memory_of_a_large_proof_is_bounded() -> None:
    """79,510 parameters in a process of its own: 111 MB, of which SymPy takes 57; held as a whole it was 320. Its own peak: ru_maxrss begins with
    that of the process which started it.
    """
    script = (
        "import re, sys; sys.path.insert(0, sys.argv[1])\n"
        "from symbackprop.__main__ import main\n"
        "code = main(['prove', '784-100-10', '--exact'])\n"
        "print(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1]); sys.exit(code)"
    )
    root = str(Path(__file__).parent.parent)
    done = subprocess.run([sys.executable, "-c", script, root], capture_output=True, text=True, check=True)
    assert "79510 of 79510" in done.stdout
    assert int(done.stdout.split()[-1]) < 150_000, done.stdout[-100:]


def test_the_command_streams_a_large_net(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.cert"
    assert main(["prove", "120-50-2", "--exact", "--cert", str(path)]) == 0
    assert "6152 of 6152" in capsys.readouterr().out
    assert len(path.read_text().splitlines()) == 54
    assert main(["verify", str(path)]) == 0
    assert "all 6152 partial derivatives" in capsys.readouterr().out
    assert main(["prove", "120-50-2", "--exact"]) == 0


@pytest.mark.parametrize("size", [10, pytest.param(400, marks=pytest.mark.slow)])
def test_the_kernel_does_not_hold_the_file(size: int, tmp_path: Path) -> None:
    """Peak memory of the replay grows by less than a tenth of what the file grows by."""
    path = tmp_path / "net.cert"
    prove(Network.layered([size, 100, 1]), numbers=False, lines=str(path))
    script = (
        "import sys, tracemalloc; sys.path.insert(0, sys.argv[2])\n"
        "from symbackprop.kernel.verify import verify_file\n"
        "tracemalloc.start(); verify_file(sys.argv[1]); print(tracemalloc.get_traced_memory()[1])"
    )
    root = str(Path(__file__).parent.parent)
    done = subprocess.run([sys.executable, "-c", script, str(path), root], capture_output=True, text=True, check=True)
    bytes_ = path.stat().st_size
    assert int(done.stdout) < 1_000_000 + 2 * bytes_, (done.stdout, bytes_)


def test_what_has_no_end_is_not_read(tmp_path: Path) -> None:
    """/dev/zero, and a first line without end: refused after a bounded amount."""
    import symbackprop.kernel.verify as kernel

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "LIMIT", 10_000)
        with pytest.raises(ValueError, match=r"longer than|no ordinary file"):
            kernel.verify_file("/dev/zero")
        (tmp_path / "long.json").write_text("[" + "\n1," * 9_000)
        with pytest.raises(ValueError, match="longer than"):
            kernel.verify_file(str(tmp_path / "long.json"))


@given(st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_junk_is_no_certificate(junk: bytes) -> None:
    import tempfile

    with tempfile.NamedTemporaryFile() as file:
        file.write(junk)
        file.flush()
        with pytest.raises((ValueError, Rejected)):
            verify_file(file.name)
