"""Certificates as data and as files: plain JSON, in one piece or in lines, that the standard library alone can replay."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import IO, Any

from symbackprop.errors import CertificateError, FileError, InternalError, quote
from symbackprop.files import nearest_file, write_text
from symbackprop.gradients.algebra import Names
from symbackprop.kernel.polynomials import Poly
from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.verify import LINES as LINES
from symbackprop.kernel.verify import VERSION, digest, verify_file
from symbackprop.kernel.verify import verify as replay
from symbackprop.networks import Network
from symbackprop.units import Unit, described

Block = tuple[Sequence[Unit], Mapping[str, Poly], Mapping[str, Poly]]  # units, their deltas, parameters that end here


def plain(poly: Poly, generators: Names) -> list[list[Any]]:
    """A polynomial as [[coefficient, generator, ...], ...], the generators by name.

    >>> plain({(0, 1): 2, (): Fraction(1, 2)}, ["x", "y"])
    [[2, 'x', 'y'], ['1/2']]
    """
    return [
        [str(value) if isinstance(value, Fraction) else value, *(generators[each] for each in monomial)]
        for monomial, value in poly.items()
    ]


def gradient(
    network: Network,
    generators: Names,
    deltas: Mapping[str, Poly],
    partials: Mapping[str, Poly],
    conditions: tuple[Poly, ...] = (),
) -> dict[str, Any]:
    """The certificate that the recursion gives every partial derivative of the net's cost."""
    made: dict[str, Any] = {
        **_head(network, "gradient", network.description(), generators, conditions),
        "deltas": {name: plain(poly, generators) for name, poly in deltas.items()},
        "gradients": {name: plain(poly, generators) for name, poly in partials.items()},
    }
    return {**made, "sha256": digest(made)}


def _head(
    network: Network, kind: str, described: Any, generators: Names, conditions: tuple[Poly, ...]
) -> dict[str, Any]:
    return {
        "kind": kind,
        "version": VERSION,
        "network": described,
        "activations": {unit.activation.name: unit.activation.facts for unit in network.units},
        "loss": network.loss.facts,
        "conditions": [plain(each, generators) for each in conditions],
    }


def write_lines(
    network: Network, generators: Names, conditions: tuple[Poly, ...], blocks: Iterable[Block], file: IO[str]
) -> None:
    """The same certificate as lines, one a unit or softmax group, the last unit first; each block is forgotten once written.

    A parameter's partial derivative stands on the line of its first unit, where its last use has been read.
    """
    sha256, count = hashlib.sha256(), 0

    def put(line: Mapping[str, Any]) -> None:
        text = json.dumps(line, separators=(",", ":")) + "\n"
        sha256.update(text.encode())
        file.write(text)

    put(_head(network, LINES, network.description_but_units(), generators, conditions))
    for units, deltas, partials in blocks:
        put(
            {
                "units": [described(unit) for unit in units],
                "deltas": {name: plain(poly, generators) for name, poly in deltas.items()},
                "gradients": {name: plain(poly, generators) for name, poly in partials.items()},
            }
        )
        count += 1
    file.write(json.dumps({"end": count, "sha256": sha256.hexdigest()}) + "\n")


def replayed(path: str) -> tuple[dict[str, Any], list[str]]:
    """Have the kernel replay a file that we wrote in lines: (kind, file and sha256; what it accepted)."""
    try:
        accepted, sha256 = verify_file(path)
    except (Rejected, ValueError) as refusal:
        raise InternalError(
            "the kernel refuses a certificate that the proof made", where=path, got=str(refusal)
        ) from None
    return {"kind": LINES, "file": path, "sha256": sha256}, accepted


def accepted(certificate: Mapping[str, Any]) -> list[str]:
    """What the kernel says to a certificate we made ourselves; its refusal is a fault of ours."""
    try:
        return replay(certificate)
    except Rejected as refusal:
        raise InternalError("the kernel refuses a certificate that the proof made", got=str(refusal)) from None


def verify(source: str | Mapping[str, Any]) -> list[str]:
    """Replay a certificate (a path, or the data itself): the sentences that the kernel accepted.

    Raises: FileError where there is nothing to read, CertificateError at the first step that fails.
    """
    where = "the certificate" if isinstance(source, Mapping) else quote(source)
    try:
        return replay(dict(source)) if isinstance(source, Mapping) else verify_file(source)[0]
    except (Rejected, RecursionError) as refusal:
        raise CertificateError("the certificate is not accepted", where=where, got=str(refusal)) from None
    except OSError as problem:
        raise FileError("the certificate cannot be read", where=where, got=problem.strerror or "",
                        try_=nearest_file(str(source))) from None  # fmt: skip
    except ValueError as problem:
        raise FileError("this is not a certificate", where=where, expected="JSON", got=quote(str(problem))) from None


def save(certificate: Mapping[str, Any], path: str) -> None:
    """Write a certificate whole or not at all: to a temporary file beside `path`, then into place."""
    write_text(path, lambda file: json.dump(certificate, file, separators=(",", ":")))
