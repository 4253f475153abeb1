"""Compiles generated C with the system's compiler and keeps the result, under a name made from everything that went in."""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from symbackprop.errors import CompilerFailed, InternalError
from symbackprop.remembered import folder as folder
from symbackprop.remembered import key as key

# no reassociation anywhere: only the sums marked `omp simd` and the kernels' own two chains are in another order
FAST = (
    "-O3",
    "-march=native",
    "-std=gnu11",
    "-ffp-contract=fast",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fopenmp-simd",
)
# side by side vectors of two or four inside one sample lengthen the chain that small nets wait for
SCALAR = (*FAST, "-fno-tree-slp-vectorize")
DENSE = (*FAST, "-O2")  # it writes its own vectors: -O3 is no faster there and takes longer to compile
EXACT = ("-x", "c++", "-O0", "-march=native", "-DEXACT", "-fno-exceptions", "-w")
_TIMEOUT = 300
_SEAL = hashlib.sha256().digest_size


@cache
def compiler() -> str | None:
    """The C compiler: $CC, cc, gcc or clang, whichever is there."""
    for name in (os.environ.get("CC"), "cc", "gcc", "clang"):
        if name and shutil.which(name):
            return shutil.which(name)
    return None


@cache
def identity() -> str:
    """Compiler version and processor: what a cached library depends on beside its source and flags."""
    found = compiler()
    try:
        version = subprocess.run([str(found), "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:  # one that cannot be started: whoever compiles is told
        version = ""
    try:
        flags = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags"))
    except (OSError, StopIteration):
        flags = platform.processor()
    return version.split("\n")[0] + platform.machine() + flags


class Compiling:
    """A library on its way: made by another process, so that this one may judge the same source meanwhile."""

    def __init__(self, source: str, flags: tuple[str, ...]) -> None:
        self.path = _home() / f"{key(source, *flags, identity())}.so"
        self._loaded = _known(self.path)
        self._work: tempfile.TemporaryDirectory[str] | None = None
        if self._loaded is not None:
            return
        self._work = tempfile.TemporaryDirectory(prefix="symbackprop-")
        text = Path(self._work.name) / "trainer.c"
        text.write_text(source)
        command = [str(compiler()), *flags, "-shared", "-fPIC", "-o", f"{self._work.name}/trainer.so", str(text), "-lm"]
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
            )
        except OSError as problem:
            self._work.cleanup()
            self._work = None
            raise CompilerFailed("the compiler cannot be started", got=str(problem)) from None

    def library(self) -> ctypes.CDLL:
        """The library, once it is there.

        Raises: CompilerFailed where the compiler refuses the source, or takes longer than anybody would wait.
        """
        if self._loaded is None:
            if self._work is None:
                raise InternalError("the compilation was given up")
            try:
                _, said = self._process.communicate(timeout=_TIMEOUT)
                if self._process.returncode != 0:
                    raise CompilerFailed("the compiler refused generated code", got=said.strip()[-600:])
                self._loaded = _kept(Path(self._work.name) / "trainer.so", self.path)
            except OSError as problem:
                raise CompilerFailed("the compiler made no library that can be loaded", got=str(problem)) from None
            except subprocess.TimeoutExpired:
                raise CompilerFailed("the compiler does not come to an end", got=f"{_TIMEOUT} seconds") from None
            finally:
                self.stop()
        return self._loaded

    def stop(self) -> None:
        """Nobody wants it any more."""
        if self._work is not None:
            if self._process.poll() is None:  # with the programs that the compiler has started, which would go on
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.communicate()
            self._work.cleanup()
            self._work = None

    def __del__(self) -> None:
        if getattr(self, "_work", None) is not None:
            self.stop()


def build(source: str, flags: tuple[str, ...]) -> ctypes.CDLL:
    """The compiled source as a loaded library; from the cache where it was compiled before."""
    return Compiling(source, flags).library()


def _home() -> Path:
    """The folder for libraries: the cache, or a new one where that cannot be used."""
    home = folder()
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if home.stat().st_uid != os.getuid():
            raise PermissionError("the cache belongs to somebody else")
    except OSError:
        home = Path(tempfile.mkdtemp(prefix="symbackprop-"))
    return home


def _known(path: Path) -> ctypes.CDLL | None:
    """A library that was compiled before; None where it is not, to the last byte, what was written here.

    The system's loader does not look: half a library, left by an interrupted machine, would end the process.
    """
    try:
        made = path.read_bytes()
        whole = hashlib.sha256(made[:-_SEAL]).digest() == made[-_SEAL:]
        return ctypes.CDLL(str(path)) if whole else None
    except OSError:
        return None


def _kept(made: Path, path: Path) -> ctypes.CDLL:
    """Under its final name, where there is never half a library; behind it, where no loader looks, the digest of all of it."""
    text = made.read_bytes()
    handle, copy = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(handle, "wb") as file:
        file.write(text + hashlib.sha256(text).digest())
    os.replace(copy, path)
    return ctypes.CDLL(str(path))


def asked(source: str, flags: tuple[str, ...], choices: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """What the preprocessor makes of these names in the source: the one of the numbers given that each is equal to.

    Raises: CompilerFailed where the preprocessor refuses the source, or a name is none of its numbers.
    """
    ladders = "".join(
        f"#if ({name}) == {number}\nasked{place} {number}\n#endif\n"
        for place, (name, numbers) in enumerate(choices.items())
        for number in numbers
    )
    command = [str(compiler()), *flags, "-E", "-P", "-x", "c", "-"]
    own = re.sub(r"^#include .*$", "", source, flags=re.MULTILINE)  # the system's headers say nothing about these names
    done = subprocess.run(
        command, input=own + ladders, capture_output=True, text=True, check=False, timeout=_TIMEOUT
    )
    found = {}
    for place, name in enumerate(choices):
        said = re.findall(rf"^asked{place} (\d+)$", done.stdout, re.MULTILINE)
        if done.returncode != 0 or len(said) != 1:
            raise CompilerFailed("the preprocessor does not say what it was asked", where=name, got=done.stderr[-400:])
        found[name] = int(said[0])
    return found


def absent() -> str | None:
    """Why there can be no C here, as far as can be said without compiling anything."""
    return "no C compiler (cc, gcc or clang) on the path" if compiler() is None else None


@cache
def missing() -> str | None:
    """Why there is no C here: no compiler, or one that cannot make a library."""
    if compiler() is None:
        return absent()
    try:
        build("#include <math.h>\n#include <stdint.h>\ndouble one(double x) { return exp(x); }\n", FAST)
    except (InternalError, OSError, subprocess.SubprocessError) as problem:
        return f"the C compiler does not work: {' '.join(str(problem).split())[:200]}"
    return None


@cache
def can_run_exactly() -> bool:
    """Whether the compiler also knows C++, which the exact run needs."""
    try:
        build('struct real { int v; }; extern "C" int one() { return 1; }\n', EXACT)
    except (InternalError, OSError, subprocess.SubprocessError):
        return False
    return True
