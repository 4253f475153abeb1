"""Replaying a certificate: each kind has one function that accepts, in words, or raises Rejected at the first bad step.

gradient        every partial derivative of a net's cost is what the delta recursion says (gradient.py)
gradient-lines  the same in a file of lines, for nets of any size (gradient.py)
law             d value / d z = slope, d value / d parameter, and other forms of one activation or loss (rules.py)
equation        left = right, between two terms (rules.py)
every-size      identities for every width and depth (index_calculus.py)
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Callable
from typing import Any, TextIO

from symbackprop.kernel.gradient import gradient, gradient_lines
from symbackprop.kernel.index_calculus import replay
from symbackprop.kernel.rejected import require, well_formed
from symbackprop.kernel.rules import equation, one_law

VERSION = 1
LINES = "gradient-lines"
LIMIT = 100_000_000  # characters of a certificate in one piece, or of one line
REPLAYS: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "gradient": gradient,
    "law": one_law,
    "equation": equation,
    "every-size": replay,
}


def parse(text: str) -> Any:
    """JSON; ValueError where it is none, or where one key stands twice and a reader may see the other."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        data = dict(pairs)
        if len(data) < len(pairs):
            raise ValueError(f"one of the keys {', '.join(data)[:80]} stands there twice")
        return data

    return json.loads(text, object_pairs_hook=unique)


def digest(certificate: dict[str, Any]) -> str:
    """The SHA-256 of the certificate without its own digest, over JSON with sorted keys and no spaces."""
    body = {key: value for key, value in certificate.items() if key != "sha256"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def verify(certificate: Any) -> list[str]:
    """What was accepted, a sentence each; raises Rejected otherwise. The digest guards against damage, never against lies."""
    kind = _kind(certificate)
    with well_formed("the certificate"):
        sentences = REPLAYS[kind](certificate)
    require(all(map(str.isprintable, sentences)), "a sentence is not a line of text")
    same = certificate.get("sha256") == digest(certificate)
    require(same, "the certificate's contents do not match its sha256: it was damaged or changed after it was made")
    return sentences


def verify_file(path: str) -> tuple[list[str], str]:
    """What was accepted of the certificate in a file, and its digest; ValueError where the file holds none."""
    if path != "-" and not stat.S_ISREG(os.stat(path).st_mode):
        raise ValueError("it is no ordinary file")  # a device may never end, a pipe may never begin
    with open(0 if path == "-" else path, encoding="utf-8-sig") as file:
        first = _line(file)
        try:
            head = parse(first)
        except ValueError:
            head = None  # JSON over several lines
        if isinstance(head, dict) and head.get("kind") == LINES:
            _kind(head)
            with well_formed("the certificate"):
                return gradient_lines(head, first, ((line, parse(line)) for line in iter(lambda: _line(file), "")))
        text = first + file.read(LIMIT + 1 - len(first))
    if len(text) > LIMIT:
        raise ValueError(f"it is longer than {LIMIT:,} characters")
    certificate = parse(text)
    return verify(certificate), certificate["sha256"]


def _kind(certificate: Any) -> str:
    found = isinstance(certificate, dict) and isinstance(certificate.get("kind"), str)
    require(found, "this is not a certificate: it has no kind")
    kind, known = str(certificate["kind"]), [*sorted(REPLAYS), LINES]
    require(kind in known, f"I know certificates of the kinds {', '.join(known)}; this one says {kind[:40]!r}")
    right = type(certificate.get("version")) is int and certificate["version"] == VERSION
    require(right, f"this kernel reads certificates of version {VERSION}")
    return kind


def _line(file: TextIO) -> str:
    line = file.readline(LIMIT + 1)
    if len(line) > LIMIT:
        raise ValueError(f"a line is longer than {LIMIT:,} characters")
    return line
