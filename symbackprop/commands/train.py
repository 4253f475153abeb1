"""symbackprop train SPEC --data FILE: compile the proven gradient of a net and let it learn."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from symbackprop.commands import _procedures, _shared

if TYPE_CHECKING:
    from symbackprop.networks import Network
    from symbackprop.training.trainer import Trainer

NAME = "train"
HELP = "compile the proven gradient of a net and train it on a CSV or .npz file"
EXAMPLE = "symbackprop train 2-2-1 --data examples/xor.csv --epochs 4000 --rate 2 --seed 1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `train`."""
    _shared.add_net(parser)
    parser.add_argument("--data", metavar="FILE", required=True, help="CSV (inputs, then targets or one label) or .npz")
    parser.add_argument("--epochs", type=int, default=100, help="passes over the data (100)")
    parser.add_argument("--batch-size", type=int, default=1, metavar="N", help="samples per step (1: online); 0: all")
    parser.add_argument("--rate", type=float, default=0.1, help="learning rate (0.1)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the start and the shuffling (0)")
    parser.add_argument("--init", default="glorot", help="initialiser (glorot)")
    parser.add_argument("--backend", default="auto", help="compile target (auto: the fastest there is)")
    parser.add_argument("--optimiser", default="sgd", help="update rule: sgd, momentum, nesterov, rmsprop, adam (sgd); perceptron: its own rule")
    parser.add_argument("--save", metavar="FILE", help="write the trained net here (.npz)")
    parser.add_argument("--checkpoint", metavar="FILE", help="save here while training; go on from it if it is there")
    parser.add_argument("--plot", metavar="FILE", help="draw the loss per epoch here (.svg)")
    parser.add_argument("--test", type=float, default=0.0, metavar="SHARE", help="share of the samples to hold out (0)")
    parser.add_argument("--source", action="store_true", help="print the generated code and stop")
    parser.add_argument("--json", action="store_true", help="print plain data")
    parser.add_argument(
        "--stream", type=int, nargs="?", const=4096, metavar="ROWS", help="keep only so many samples in memory (4096)"
    )
    _procedures.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """0 where training ended with finite numbers."""
    net = _shared.net(options)
    from symbackprop.training import tables
    from symbackprop.training.data import check, split
    from symbackprop.training.masks import Constraints

    own = _own_way(options)
    if own is None:
        net.require_gradient()
    if options.stream is not None:
        return _stream(net, options)
    X, y = tables.read(net, options.data)
    if own is not None:
        return own(net, (X, y), options)
    check(net, X, y)
    if not _procedures.wanted(options):
        Constraints(net, options.dropout, options.max_norm, options.dropout_per)  # what cannot be is refused before anything is compiled, judged or said
    X, y, held_X, held_y = split(X, y, options.test, options.seed)
    trainer = _trainer(net, options)
    inputs = _procedures.prepared(trainer, X, options)
    if options.source:
        print(trainer.source)
        return 0
    if not options.json:
        print(net)
        print(f"  backend   {trainer.backend}: {trainer.reason}")
        print(f"  code      {trainer.verdict.words()}")
    begun = _procedures.pretrained(trainer, options.start) if options.start else ""
    if _procedures.ruled(options, trainer):  # judged now, so that the time told is that of training
        verdict = trainer.rules_verdict.words()
        if not options.json:
            print(f"  rules     {verdict}")
    if options.dropout and not (_procedures.wanted(options) or options.json):
        print(f"  dropout   {trainer.dropout_verdict.words()}")
    before, start = trainer.loss(X, y), time.perf_counter()
    said = _learn(trainer, (X, y), (held_X, held_y), options)
    for line in (inputs, begun, said):
        if line and not options.json:
            print(f"  {line}")
    if options.save:
        trainer.save(options.save)
    if options.plot:
        _plot(options.plot, trainer)
    seconds, after = time.perf_counter() - start, trainer.loss(X, y)
    score = trainer.score(X, y)
    held = trainer.score(held_X, held_y) if len(held_X) else None
    if options.json:
        facts = {"net": net.name, "samples": len(X), "epochs": trainer.epoch, "updates_per_epoch": -(-len(X) // (options.batch_size or len(X))), "before": before, "after": after}
        facts |= {"score": score, "held_out": held, "seconds": seconds, "backend": trainer.backend}
        print(json.dumps({**facts, "verdict": trainer.verdict.kind, "history": trainer.history}))
        return 0
    print(f"  {net.loss.letter} before  {before:.6g}   after {after:.6g}   (mean over {len(X)} samples)")
    shown = f"score {score:.4g}" + (f", held out {held:.4g} ({len(held_X)} samples)" if held is not None else "")
    rate = trainer.epoch * len(X) / max(seconds, 1e-9)
    print(f"trained {trainer.epoch} epochs in {seconds:.2f} s ({rate:,.0f} samples/s); {shown}")
    return 0


def _own_way(options: argparse.Namespace) -> Callable[[Network, tuple[Any, Any], argparse.Namespace], int] | None:
    """The procedures that do not go through the compiled gradient."""
    own = _procedures.perceptron if options.optimiser == "perceptron" else _procedures.normalised if options.batch_norm else None
    given = {"--dropout": options.dropout, "--max-norm": options.max_norm, "--clip": options.clip, "--weight-decay": options.weight_decay}
    clash = [name for name, value in given.items() if value]
    if own is not None and clash:
        from symbackprop.errors import DataError

        name = "--batch-norm" if options.batch_norm else "--optimiser perceptron"
        raise DataError(f"this does not go with {name}, which has a rule of its own", where=", ".join(clash))
    return own


def _stream(net: Network, options: argparse.Namespace) -> int:
    """Train on a file that need not fit into memory, in its own order."""
    from symbackprop.errors import DataError
    from symbackprop.training.streams import FileStream

    given = {"--test": options.test, "--restarts": options.restarts > 1, "--checkpoint": options.checkpoint}
    given |= {"--patience": options.patience, "--start": options.start, "--search": options.search, "--jitter": options.jitter}
    given |= {"--stop-below": options.stop_below, "--stop-change": options.stop_change}
    given |= {"--scale": options.scale, "--centre": options.centre}
    clash = [name for name, value in given.items() if value]
    if clash:
        raise DataError("this does not go with --stream", where=", ".join(clash), try_="one without the other")
    trainer, start = _trainer(net, options), time.perf_counter()
    stream = FileStream(net, options.data, options.stream)
    rows = options.batch_size or options.stream
    trainer.fit_stream(stream, options.epochs, rows, _procedures.rate(options), **_procedures.extras(options))
    seconds = time.perf_counter() - start
    if options.save:
        trainer.save(options.save)
    if options.plot:
        _plot(options.plot, trainer)
    last = trainer.history[-1] if trainer.history else None
    if options.json:
        facts = {"net": net.name, "epochs": trainer.epoch, "seconds": seconds, "backend": trainer.backend}
        print(json.dumps({**facts, "verdict": trainer.verdict.kind, "history": trainer.history}))
        return 0
    print(f"{net}\n  backend   {trainer.backend}: {trainer.reason}\n  code      {trainer.verdict.words()}")
    shown = "" if last is None else f"; {net.loss.letter} {last:.6g} in the last one"
    print(f"trained {trainer.epoch} epochs in {seconds:.2f} s, at most {options.stream} samples in memory{shown}")
    return 0


def _learn(trainer: Trainer, data: tuple[Any, Any], held: tuple[Any, Any], options: argparse.Namespace) -> str:
    """Train as the options say; what is to be told about it."""
    criterion = _procedures.stop(options, data, held)
    if options.search or options.restarts > 1 or _procedures.wanted(options):
        inputs, X = trainer.inputs, data[0]
        for each in inputs:  # these go around the trainer's own door
            X = each.encode(X)
        trainer.inputs = ()
        try:
            return _around(trainer, (X, data[1]), options)
        finally:
            trainer.inputs = inputs
    trainer.fit(
        *data,
        max(0, options.epochs - trainer.epoch),
        options.batch_size or None,
        _procedures.rate(options),
        **_procedures.extras(options),
        checkpoint=options.checkpoint,
        callback=criterion,
        progress=not options.json,
    )
    if criterion is not None and options.patience is not None:
        criterion.restore(trainer)
    return f"stopped   {criterion.reason}" if criterion is not None and criterion.reason else ""


def _around(trainer: Trainer, data: tuple[Any, Any], options: argparse.Namespace) -> str:
    """Train by search, restarts, or descent with noise on the inputs."""
    if options.search:
        return _procedures.searched(trainer, data, options)
    if options.restarts > 1:
        ends = _procedures.best_start(trainer, data, options, _procedures.counter(not options.json))
        return f"restarts  {len(ends)} runs: best error {min(ends):.4g}, worst {max(ends):.4g}"
    _procedures.augmented(trainer, data, options)
    return ""


def _trainer(net: Network, options: argparse.Namespace) -> Trainer:
    """A new trainer, or the one of the checkpoint where there is one for this net."""
    from symbackprop.errors import FileError
    from symbackprop.training import store
    from symbackprop.training.trainer import Trainer, compile_trainer

    if options.checkpoint and os.path.exists(options.checkpoint):
        made = Trainer.load(options.checkpoint, options.backend)
        if store.describe(made.net) != store.describe(net):
            raise FileError("the checkpoint is of another net", where=options.checkpoint, got=str(made.net.name))
        return made
    return compile_trainer(net, options.backend, seed=options.seed, init=options.init)


def _plot(path: str, trainer: Trainer) -> None:
    """The loss per epoch as a small SVG drawing, without any library."""
    from symbackprop.errors import FileError

    values = trainer.history or [0.0]
    low, high = min(values), max(values)
    step = max(1, len(values) // 600)
    shown = [(k, value) for k, value in enumerate(values) if k % step == 0 or k == len(values) - 1]
    places = " ".join(
        f"{60 + 520 * k / max(len(values) - 1, 1):.1f},{340 - 300 * (v - low) / ((high - low) or 1):.1f}"
        for k, v in shown
    )
    text = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 400" font-family="sans-serif" font-size="13">
<rect width="600" height="400" fill="white"/>
<path d="M60 40V340H580" fill="none" stroke="#444"/>
<polyline points="{places}" fill="none" stroke="#1f5fa8" stroke-width="1.5"/>
<text x="60" y="28">{trainer.net.loss.name}, mean per epoch</text>
<text x="320" y="378" text-anchor="middle">epoch 1 to {len(values)}</text>
<text x="54" y="344" text-anchor="end">{low:.3g}</text>
<text x="54" y="48" text-anchor="end">{high:.3g}</text>
</svg>
"""
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as problem:
        raise FileError("the plot cannot be written", where=path, got=problem.strerror) from None
