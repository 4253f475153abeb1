"""What several subcommands share: the SPEC arguments, a progress bar, printing a proof."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symbackprop.networks import Network
    from symbackprop.proofs.prove import Proof

LINES = 60  # a longer table is abridged unless --all


def add_net(parser: argparse.ArgumentParser) -> None:
    """SPEC and the options that describe a layered net."""
    parser.add_argument("spec", metavar="SPEC", help="layer sizes such as 2-3-1, the input layer first, or a TOML file")
    add_net_options(parser)


def add_net_options(parser: argparse.ArgumentParser) -> None:
    """The options that describe a layered net."""
    parser.add_argument("--activation", help="activation of every layer, or one for each: tanh,identity (sigmoid)")
    parser.add_argument("--output-activation", help="activation of the output layer (by the loss)")
    parser.add_argument("--loss", help="loss (performance)")
    parser.add_argument("--no-bias", action="store_true", help="no unit has a bias")
    parser.add_argument(
        "--bias", choices=["parameter", "neuron", "w0", "shared"], help="how biases are modelled (parameter)"
    )


def net(options: argparse.Namespace, spec: str | None = None) -> Network:
    """The net that the arguments describe."""
    from symbackprop.errors import NetworkError
    from symbackprop.specs import read_spec

    if options.no_bias and options.bias:
        raise NetworkError("--no-bias and --bias say different things", try_="one of them")
    return read_spec(
        options.spec if spec is None else spec,
        activation=options.activation,
        loss=options.loss,
        bias=False if options.no_bias else options.bias,
        output_activation=options.output_activation,
    )


class Bar:
    """A progress bar on standard error, only where a person watches and only when it takes a while."""

    def __init__(self, wanted: bool = True) -> None:
        self.shown, self.last, self.start = wanted and sys.stderr.isatty(), 0.0, time.perf_counter()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show that `done` of `total` of a stage are done."""
        now = time.perf_counter()
        if not self.shown or now - self.start < 0.5 or now - self.last < 0.05:
            return
        self.last = now
        filled = int(24 * done / max(total, 1))
        sys.stderr.write(f"\r\033[K  {'#' * filled}{'.' * (24 - filled)} {stage} {done}/{total}")
        sys.stderr.flush()

    def close(self) -> None:
        """Remove the bar."""
        if self.shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()


def lines(proof: Proof, everything: bool) -> Iterator[str]:
    """The deltas and a line per parameter, with formula and verdict."""
    letter = proof.network.loss.letter
    units = list(reversed(proof.network.units))
    shown = units if everything or len(units) <= LINES else units[: LINES // 2]
    yield from _table([(f"delta({unit.name})", text(proof.lines.delta(unit)), "") for unit in shown], len(units))
    names = list(proof.verdicts)
    chosen = names if everything or len(names) <= LINES else names[: LINES // 2]
    rows = [(f"d{letter}/d{name}", text(proof.lines.partial(name)), str(proof.verdicts[name])) for name in chosen]
    yield from _table(rows, len(names))


def text(line: str) -> str:
    """A line, cut where it is very long."""
    return line if len(line) <= 400 else line[:400] + " ..."


def _table(rows: list[tuple[str, str, str]], total: int) -> Iterator[str]:
    if not rows:
        return
    left = max(len(row[0]) for row in rows)
    middle = min(60, max(len(row[1]) for row in rows))
    for name, value, verdict in rows:
        yield f"  {name:<{left}} = {value:<{middle if verdict else 0}}  {verdict}".rstrip()
    if len(rows) < total:
        yield f"  ... and {total - len(rows):,} more (--all prints every one)"


def data(proof: Proof) -> dict[str, Any]:
    """A proof as plain data, for --json."""
    return {
        "net": proof.network.name,
        "parameters": len(proof.verdicts),
        "proved": proof.proved,
        "seconds": proof.seconds,
        "routes": list(proof.routes),
        "numbers": str(proof.numbers) if proof.numbers else None,
        "sha256": proof.certificate["sha256"] if proof.certificate else None,
        "deltas": {unit.name: str(proof.recursion.delta(unit)) for unit in proof.network.units},
        "gradients": [
            {"parameter": name, "formula": str(formula), **verdict.data()}
            for name, formula, verdict in proof.formulas()
        ],
    }


def report(proof: Proof, everything: bool) -> None:
    """Print the net, the formulas with their verdicts, the routes and the numbers."""
    print(proof.network)
    for line in lines(proof, everything):
        print(line)
    for note in next((each.notes for each in proof.verdicts.values()), ()):
        print(f"  note      {note}")
    for route in proof.routes:
        print(f"  route     {route}, against the delta recursion")
    if proof.numbers:
        print(f"  numbers   {proof.numbers}")
    print(proof.summary())
