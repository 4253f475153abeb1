"""symbackprop compile SPEC: write the generated trainer of a net as source."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from symbackprop.commands import _shared

NAME = "compile"
HELP = "write the generated trainer of a net as source, judged on exact numbers first"
EXAMPLE = "symbackprop compile 784-30-10 --backend c --out trainer.c"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `compile`."""
    _shared.add_net(parser)
    parser.add_argument("--backend", default="auto", help="compile target (auto: the fastest there is)")
    parser.add_argument("--dtype", choices=["float64", "float32"], default="float64", help="number type (float64)")
    parser.add_argument("--out", metavar="FILE", help="write the source here instead of printing it; --backend source writes C where this ends in .c")
    parser.add_argument("--json", action="store_true", help="print plain data about the source")


def run(options: argparse.Namespace) -> int:
    """0 where the source was judged equal to the proven gradient; 1 where that could not be judged here."""
    net = _shared.net(options)
    import numpy as np

    from symbackprop.codegen.backends import choose
    from symbackprop.errors import DataError, FileError

    plain_c = options.backend == "source" and str(options.out or "").endswith(".c")
    if plain_c and options.dtype != "float64":
        raise DataError("a plain C file computes in float64", where="--dtype", got=options.dtype, try_="--backend c, or a .py file")
    backend, reason = choose("c" if plain_c else options.backend, net)
    compiled = backend.build(net, np.dtype(options.dtype))
    verdict, source = compiled.certify(), compiled.source
    if plain_c and getattr(compiled, "trainable", False):
        from symbackprop.codegen.emit_c_main import main
        from symbackprop.codegen.program import ordered

        source, reason = source + main(net, len(ordered(net)), compiled.form == "c-dense"), "one plain C file that checks its own gradient"  # type: ignore[attr-defined]
    if options.out:
        try:
            Path(options.out).write_text(source, encoding="utf-8")
        except OSError as problem:
            raise FileError("the source cannot be written", where=options.out, got=problem.strerror) from None
    if options.json:
        facts = {"net": net.name, "backend": backend.name, "verdict": verdict.kind, "bound": verdict.bound}
        print(json.dumps({**facts, "said": list(verdict.said), "lines": source.count("\n"), "out": options.out}))
    elif options.out:
        print(f"{net}\n  backend   {backend.name}: {reason}\n  code      {verdict.words()}")
        print(f"wrote {options.out} ({source.count(chr(10))} lines)")
    else:
        print(source, end="")
    return 0 if verdict.kind in ("PROVED", "CHECKED") else 1
