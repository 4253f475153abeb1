"""The Coq judge: a self-contained file of theorems from the definition of the derivative, checked by coqc.

What it trusts: Coq's kernel, the four axioms below on which Coq's real numbers and Coquelicot rest, and that the
definitions printed in the file say what the reader means. It trusts neither SymPy nor our kernel.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symbackprop.errors import FileError
from symbackprop.judges.formulas import Formulas
from symbackprop.judges.gallina.writer import Written
from symbackprop.judges.gallina.writer import coq_source as coq_source
from symbackprop.judges.gallina.writer import every_size as every_size
from symbackprop.judges.judge import Judge
from symbackprop.networks import Network

AXIOMS = {
    "ClassicalDedekindReals.sig_forall_dec": "a countable search is decidable (Coq's real numbers)",
    "ClassicalDedekindReals.sig_not_dec": "double negation of a proposition is decidable (Coq's real numbers)",
    "FunctionalExtensionality.functional_extensionality_dep": "equal values make equal functions (Coq's real numbers)",
    "Classical_Prop.classic": "excluded middle (Coquelicot)",
}
FORBIDDEN = re.compile(
    r"(?<![\w'])(Axioms?|Admitted|Parameters?|Conjectures?|admit)(?![\w'])|Unset\s+(Guard|Positivity|Universe)"
    r"|bypass_check|type.in.type"
)
TIMEOUT = 600.0
MAX_JUDGED = 260  # parameters; a larger file takes minutes, so `judge` leaves it to `certify`


@dataclass(frozen=True)
class Reply:
    """What coqc said about a file: accepted only with exit status 0, the assumptions printed, and no axiom beyond AXIOMS."""

    accepted: bool
    axioms: tuple[str, ...]
    seconds: float
    message: str


def missing() -> str | None:
    """What is not installed, or None."""
    return None if shutil.which("coqc") else "coqc (Debian packages coq and libcoq-coquelicot)"


def axioms(output: str, questions: int = 1) -> tuple[str, ...] | None:
    """The names under Print Assumptions; None where coqc answered fewer questions than the file asks.

    >>> axioms("Axioms:\\na.b : forall x,\\n  x = x\\nc\\n  : nat\\n")
    ('a.b', 'c')
    >>> axioms("Closed under the global context\\n")
    ()
    >>> axioms("", 1) is None
    True
    """
    answers = re.findall(r"^(?:Axioms:|Closed under the global context)", output, re.MULTILINE)
    if not answers or len(answers) < questions:
        return None
    names = re.findall(r"^([A-Za-z_][\w.']*)\s*(?::|$)", output.replace("Axioms:", ""), re.MULTILINE)
    return tuple(dict.fromkeys(names))


def coqc(source: str, timeout: float = TIMEOUT) -> Reply:
    """Run coqc over a text, in a folder of its own."""
    if FORBIDDEN.search(re.sub(r"\(\*.*?\*\)", "", source, flags=re.DOTALL)):
        return Reply(False, (), 0.0, "the file assumes something without proof")
    with tempfile.TemporaryDirectory(prefix="symbackprop-coq-") as folder:
        Path(folder, "net.v").write_text(source, encoding="utf-8")
        start = time.perf_counter()
        try:
            done = subprocess.run(
                ["coqc", "-q", "net.v"], cwd=folder, capture_output=True, text=True, timeout=timeout, check=False
            )
        except subprocess.TimeoutExpired:
            return Reply(False, (), time.perf_counter() - start, f"coqc did not finish within {timeout:.0f} s")
        seconds = time.perf_counter() - start
    if done.returncode:
        return Reply(False, (), seconds, error(done.stderr))
    found = axioms(done.stdout, len(re.findall(r"^Print Assumptions", source, re.MULTILINE)))
    if found is None:
        return Reply(False, (), seconds, "the file does not print its assumptions")
    beyond = [each for each in found if not any(each == known or known.endswith(f".{each}") for known in AXIOMS)]
    if beyond:
        return Reply(False, found, seconds, f"the proof assumes {', '.join(beyond)}")
    return Reply(True, found, seconds, f"accepted, from {len(found)} axioms of Coq's real numbers")


def error(output: str) -> str:
    """The error of coqc in one line, with its place."""
    where, _, what = output.rpartition("Error:")
    line = re.findall(r'File "[^"]*", line (\d+)', where)
    return f"line {line[-1] if line else '?'}: {' '.join(what.split())[:300]}"


def certify(net: Mapping[str, Any], timeout: float = TIMEOUT) -> Reply:
    """Write the file for a net's plain description and have coqc check it."""
    return coqc(coq_source(net), timeout)


def _decide(network: Network) -> tuple[str, str]:
    return _judged(network, {})


def _about(network: Network, formulas: Formulas) -> tuple[str, str]:
    algebra, deltas, partials = formulas.polynomials(network)
    named = {f"delta({name})": poly for name, poly in deltas.items()} | partials
    names = algebra.generators
    given = {
        key: [(str(value), [names[each] for each in monomial]) for monomial, value in poly.items()]
        for key, poly in named.items()
    }
    verdict, detail = _judged(network, given)
    return verdict, f"no theorem: coqc stops at {detail}" if verdict == "UNDECIDED" else detail


def _judged(network: Network, given: Mapping[str, Written]) -> tuple[str, str]:
    if len(network.parameters) > MAX_JUDGED:
        return "SILENT", f"more than {MAX_JUDGED} parameters take coqc minutes: symbackprop certify"
    reply = coqc(coq_source(network.description(), given))
    if not reply.accepted:
        return "UNDECIDED", reply.message
    if network.kinks:
        return "PROVED_AE", f"{reply.message}; off the kinks of {', '.join(network.kinks)}"
    heads = {network.by_name[name].activation.name for name in network.outputs}
    if network.loss.name == "binary_cross_entropy" and heads != {"sigmoid"}:
        return "PROVED_UNDER", f"{reply.message}; outputs between 0 and 1"
    return "PROVED", reply.message


JUDGE = Judge(
    "coq",
    70,
    "a theorem a parameter from the definition of the derivative as a limit",
    "Coq's kernel and four axioms of its real numbers; the printed definitions",
    _decide,
    missing,
    _about,
)


def require() -> None:
    """Raise FileError where coqc is not installed."""
    lacking = missing()
    if lacking is not None:
        raise FileError("coqc is not installed", expected=lacking, try_="apt-get install coq libcoq-coquelicot")
