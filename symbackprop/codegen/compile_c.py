"""Compiles generated C with the system's compiler and keeps the result, under a name made from everything that went in."""

from __future__ import annotations

import ctypes
import os
import platform
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from symbackprop.errors import InternalError
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
    version = subprocess.run([str(found), "--version"], capture_output=True, text=True, check=False).stdout
    try:
        flags = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags"))
    except (OSError, StopIteration):
        flags = platform.processor()
    return version.split("\n")[0] + platform.machine() + flags


def build(source: str, flags: tuple[str, ...]) -> ctypes.CDLL:
    """The compiled source as a loaded library; from the cache where it was compiled before."""
    name = key(source, *flags, identity())
    home = folder()
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if home.stat().st_uid != os.getuid():
            raise PermissionError("the cache belongs to somebody else")
    except OSError:
        home = Path(tempfile.mkdtemp(prefix="symbackprop-"))
    library = home / f"{name}.so"
    if library.exists():
        try:
            return ctypes.CDLL(str(library))
        except OSError:
            pass  # half a file of an interrupted machine: compiled again below
    with tempfile.TemporaryDirectory(prefix="symbackprop-") as work:
        text, made = Path(work) / "trainer.c", Path(work) / "trainer.so"
        text.write_text(source)
        command = [str(compiler()), *flags, "-shared", "-fPIC", "-o", str(made), str(text), "-lm"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_TIMEOUT)
        if done.returncode != 0:
            raise InternalError("the compiler refused generated code", got=done.stderr.strip()[-600:])
        kept = library.with_suffix(f".{os.getpid()}.tmp")
        shutil.copyfile(made, kept)
        os.replace(kept, library)  # never half a library under its final name
    return ctypes.CDLL(str(library))


@cache
def missing() -> str | None:
    """Why there is no C here: no compiler, or one that cannot make a library."""
    if compiler() is None:
        return "no C compiler (cc, gcc or clang) on the path"
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
