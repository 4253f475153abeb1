"""symbackprop predict MODEL --data FILE: what a saved trainer puts out, as CSV."""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symbackprop.training.trainer import Trainer

NAME = "predict"
HELP = "the outputs of a saved trainer for the samples of a CSV or .npz file, as CSV"
EXAMPLE = "symbackprop predict xor.npz --data examples/xor.csv"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `predict`."""
    parser.add_argument("model", metavar="MODEL", help="what `symbackprop train --save MODEL` wrote (.npz)")
    parser.add_argument("--data", metavar="FILE", required=True, help="CSV or .npz with the inputs; targets or a label behind them are scored; - for standard input")
    parser.add_argument("--out", metavar="FILE", help="write the CSV here (standard output)")
    parser.add_argument("--backend", default="auto", help="compile target (auto: the fastest there is)")
    parser.add_argument("--no-header", action="store_true", help="no names above the columns")
    parser.add_argument("--json", action="store_true", help="print plain data")


def run(options: argparse.Namespace) -> int:
    """0 where every sample has finite outputs."""
    from symbackprop.errors import DataError
    from symbackprop.files import write_text
    from symbackprop.training import tables
    from symbackprop.training.trainer import Trainer

    trainer = Trainer.load(options.model, options.backend)
    X, y = tables.questions(trainer.net, options.data)
    outputs = trainer.predict(X)
    if not (outputs == outputs).all():
        row = int((outputs != outputs).any(axis=1).argmax())
        raise DataError("an output is not a number", where=f"sample {row + 1}", try_="inputs of the size that was trained on")
    score = None if y is None else _score(trainer, X, y)
    labels = None if trainer.classes is None else trainer.predict_labels(X).tolist()
    names = _names(trainer)
    if options.json:
        facts = {"net": trainer.net.name, "samples": len(X), "score": score, "verdict": trainer.verdict.kind, "labels": labels}
        print(json.dumps({**facts, "columns": names, "outputs": outputs.tolist()}))
        return 0
    table = _table(names, outputs, labels, not options.no_header)
    if options.out:
        write_text(options.out, lambda file: file.write(table))
    else:
        print(table, end="")
    if score is not None:  # beside the table, which somebody may read on
        print(f"score {score:.4g} ({len(X)} samples)", file=sys.stderr)
    return 0


def _names(trainer: Trainer) -> list[str]:
    """What the outputs are called: by the classes where each has one, else by the targets they were trained towards."""
    if trainer.classes is not None and len(trainer.classes) == len(trainer.net.outputs):
        return [str(each) for each in trainer.classes]
    return list(trainer.net.targets)


def _score(trainer: Trainer, X: Any, y: Any) -> float:
    """The score, with labels that a file writes as text taken for the classes that read the same."""
    known = {str(each): each for each in trainer.classes or ()}
    if y.dtype.kind == "U" and known:
        import numpy as np

        y = np.array([known.get(each, each) for each in y.tolist()], dtype=object)
    return trainer.score(X, y)


def _table(names: list[str], outputs: Any, labels: list[Any] | None, header: bool) -> str:
    """CSV, every number in the fewest digits that read back as itself."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    first = [] if labels is None else ["label"]
    if header:
        writer.writerow([*first, *names])
    for k, row in enumerate(outputs):
        writer.writerow([*(labels[k : k + 1] if labels is not None else ()), *(str(each) for each in row)])
    return text.getvalue()
