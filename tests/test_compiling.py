"""Compiling beside judging: what the judge assumed is what was compiled, and nobody is left waiting or running."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from symbackprop import Network, compile_trainer
from symbackprop.codegen import certify_c, compile_c
from symbackprop.codegen.backends import table
from symbackprop.codegen.backends.c import Native
from symbackprop.codegen.certify import CodeRefused
from symbackprop.errors import CompilerFailed, InternalError

pytestmark = pytest.mark.skipif(compile_c.missing() is not None, reason="no C compiler")
SLOW = "int one(void) { return 1; }\n" + "".join(f"int f{k}(int x) {{ return x * {k}; }}\n" for k in range(20_000))


def _native(sizes: list[int], dtype: type = np.float64) -> Native:
    made = table()["c"].build(Network.layered(sizes, "sigmoid", "half_squared"), np.dtype(dtype))
    assert isinstance(made, Native)
    return made


@pytest.mark.parametrize("sizes", [[4, 10, 3], [5, 3, 2], [784, 30, 10], [30, 70, 70, 3]])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_preprocessor_says_what_the_library_says(sizes: list[int], dtype: type) -> None:
    asked = _native(sizes, dtype).layout
    library = _native(sizes, dtype)._library
    assert asked == tuple(library.layout(k) for k in range(3))


def test_a_library_with_other_vectors_than_those_judged_is_refused() -> None:
    planted = _native([4, 10, 3])
    lanes, panel, held = planted.layout
    vars(planted)["layout"] = (2 * lanes, panel, held)
    with pytest.raises(CodeRefused, match="other vectors"):
        planted.run(np.zeros(83), planted.load(np.ones((2, 4)), np.ones((2, 3)), 1), None, 1, np.ones(1), None)


def test_refused_code_is_compiled_no_further_and_never_loaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SYMBACKPROP_CACHE", str(tmp_path))
    faulty = _native([4, 10, 3])
    good = faulty.source
    vars(faulty)["source"] = good.replace("update(X, N0", "update(X + 1, N0")
    assert faulty.source != good
    if not compile_c.can_run_exactly():
        pytest.skip("no C++ compiler")
    with pytest.raises(CodeRefused):
        faulty.certify()
    with pytest.raises(InternalError, match="given up"):
        faulty.run(np.zeros(83), faulty.load(np.ones((2, 4)), np.ones((2, 3)), 1), None, 1, np.ones(1), None)


def test_a_compilation_that_nobody_wants_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SYMBACKPROP_CACHE", str(tmp_path))
    begun = compile_c.Compiling(SLOW, compile_c.FAST)
    begun.stop()
    begun.stop()
    assert begun._process.returncode is not None and not list(tmp_path.glob("*"))
    with pytest.raises(InternalError, match="given up"):
        begun.library()


def test_a_refusal_of_the_compiler_is_said_with_its_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SYMBACKPROP_CACHE", str(tmp_path))
    with pytest.raises(InternalError, match="refused"):
        compile_c.build("int one(void) { return }\n", compile_c.FAST)


def test_the_preprocessor_is_not_believed_where_it_says_nothing() -> None:
    assert compile_c.asked("#define A (2 * 4)\n", compile_c.FAST, {"A": (4, 8)}) == {"A": 8}
    for source in ("#define A 5\n", "#error no\n"):
        with pytest.raises(InternalError, match="does not say"):
            compile_c.asked(source, compile_c.FAST, {"A": (4, 8)})


@pytest.fixture
def compiler_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Puts a shell script in the place of the C compiler; $REAL in it is the real one. Next after C comes NumPy."""
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.setenv("SYMBACKPROP_CACHE", str(tmp_path / "cache"))
    real, wrapper = str(compile_c.compiler()), tmp_path / "cc"
    caches = (compile_c.compiler, compile_c.missing, compile_c.identity, compile_c.can_run_exactly)

    def put(script: str) -> None:
        wrapper.write_text("#!/bin/sh\n" + script.replace("$REAL", real))
        wrapper.chmod(0o755)
        monkeypatch.setenv("CC", str(wrapper))
        for each in caches:
            each.cache_clear()

    yield put
    for each in caches:
        each.cache_clear()


def test_without_cplusplus_nothing_is_known_and_that_is_said(compiler_is: Callable[[str], None]) -> None:
    compiler_is('case " $* " in *" c++ "*) echo no cc1plus >&2; exit 1;; esac\nexec $REAL "$@"\n')
    made = _native([2, 2, 1])
    assert made.certify() == certify_c.WITHOUT and made.certify_rules() == certify_c.WITHOUT
    assert made.predict(np.zeros(9), np.ones((1, 2))).tolist() == [[0.5]]


def test_a_compiler_that_fails_on_a_trainer_makes_auto_take_the_next_backend(compiler_is: Callable[[str], None]) -> None:
    """It is there, and compiles what it is tried on."""
    compiler_is("for each; do case $each in *trainer.c) test $(wc -c < $each) -lt 2000 || { echo out of memory >&2; exit 1; };; esac; done\n"
                'exec $REAL "$@"\n')  # fmt: skip
    made = compile_trainer(Network.layered([2, 2, 1], "tanh"))
    assert made.backend != "c" and "c: the co" in made.reason
    with pytest.raises(InternalError, match="out of memory"):
        compile_trainer(Network.layered([2, 2, 1], "tanh"), "c")


@pytest.mark.parametrize("certify", [True, False])
@pytest.mark.parametrize("sizes", [[2, 2, 1], [4, 10, 3]])
@pytest.mark.parametrize(
    "script",
    ["exit 1\n", 'case " $* " in *" -shared "*) echo no headers >&2; exit 1;; esac\nexec $REAL "$@"\n', "exit 0\n"],
    ids=["no compiler at all", "one that makes no library", "one that says it did and made nothing"],
)
def test_a_compiler_that_makes_nothing_is_found_out(
    compiler_is: Callable[[str], None], script: str, sizes: list[int], certify: bool
) -> None:
    """Nothing is compiled to try it: that would cost what it saves."""
    compiler_is(script)
    net = Network.layered(sizes, "tanh")
    made = compile_trainer(net, certify=certify)
    assert made.backend != "c" and "c: the C compiler does not work" in made.reason
    made.fit(np.ones((4, sizes[0])), np.ones((4, sizes[-1])), 1)
    with pytest.raises(CompilerFailed, match="does not work") as said:
        compile_trainer(net, "c", certify=certify).fit(np.ones((4, sizes[0])), np.ones((4, sizes[-1])), 1)
    assert said.value.try_ == 'backend="numpy"'


_LOADS = """
import sys
from pathlib import Path
from symbackprop.codegen import compile_c
build = lambda: compile_c.build("int seven(void) { return 7; }\\n" * 1 + "int more[9999] = {1};\\n", compile_c.FAST)
assert build().seven() == 7
(library,) = Path(sys.argv[1]).glob("*.so")
whole = library.read_bytes()
cut = [whole[:k] for k in (0, 1, 31, 64, 500, 3000, 4096, 9000, len(whole) - 40, len(whole) - 1)]
holes = [whole[:k] + bytes(64) + whole[k + 64 :] for k in (0, 16, 64, 256, 1000, len(whole) - 64)]
for damaged in (*cut, *holes, whole + b"more"):
    library.unlink()  # another file: the one that is loaded stays what it is
    library.write_bytes(damaged)
    assert compile_c._known(library) is None and build().seven() == 7 and library.read_bytes() == whole
print("fine", len(list(Path(sys.argv[1]).iterdir())))
"""


def test_a_damaged_library_is_made_again_and_never_loaded(tmp_path: Path) -> None:
    """Loading a library that was cut off ends the whole process, so another process tries it."""
    env = {**os.environ, "SYMBACKPROP_CACHE": str(tmp_path), "PYTHONPATH": os.pathsep.join([".", *sys.path])}
    words = [sys.executable, "-c", _LOADS, str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, env=env, check=False)
    assert done.stdout == "fine 1\n", (done.returncode, done.stderr[-800:])
