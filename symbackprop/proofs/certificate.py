"""Certificates as files: plain JSON that the standard library alone can replay."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from symbackprop.errors import CertificateError, FileError, InternalError, quote
from symbackprop.kernel.polynomials import Poly
from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.verify import VERSION, digest, load
from symbackprop.kernel.verify import verify as replay
from symbackprop.networks import Network

MAX_BYTES = 2_000_000_000


def plain(poly: Poly) -> list[list[Any]]:
    """A polynomial as [[coefficient, generator, ...], ...]."""
    return [[str(value) if isinstance(value, Fraction) else value, *monomial] for monomial, value in poly.items()]


def gradient(
    network: Network,
    generators: list[str],
    deltas: Mapping[str, Poly],
    partials: Mapping[str, Poly],
    conditions: tuple[Poly, ...] = (),
) -> dict[str, Any]:
    """The certificate that the recursion gives every partial derivative of the net's cost."""
    kinds = {unit.activation.name: unit.activation for unit in network.units}
    made: dict[str, Any] = {
        "kind": "gradient",
        "version": VERSION,
        "network": network.description(),
        "activations": {name: kind.facts for name, kind in kinds.items()},
        "loss": network.loss.facts,
        "generators": generators,
        "conditions": [plain(each) for each in conditions],
        "deltas": {name: plain(poly) for name, poly in deltas.items()},
        "gradients": {name: plain(poly) for name, poly in partials.items()},
    }
    return {**made, "sha256": digest(made)}


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
    if isinstance(source, Mapping):
        data: Any = dict(source)
        where = "the certificate"
    else:
        data, where = _load(source), source
    try:
        return replay(data)
    except (Rejected, RecursionError) as refusal:
        raise CertificateError("the certificate is not accepted", where=where, got=str(refusal)) from None


def _load(path: str) -> Any:
    try:
        if os.path.getsize(path) > MAX_BYTES:
            raise FileError("the certificate is too large to read", where=path)
        return load(path)
    except OSError as problem:
        raise FileError("the certificate cannot be read", where=quote(path), got=problem.strerror or "") from None
    except (ValueError, RecursionError) as problem:
        raise FileError(
            "this is not a certificate", where=quote(path), expected="JSON", got=quote(str(problem))
        ) from None


def save(certificate: Mapping[str, Any], path: str) -> None:
    """Write a certificate whole or not at all: to a temporary file beside `path`, then into place."""
    write_text(path, lambda file: json.dump(certificate, file, separators=(",", ":")))


def write_text(path: str, write: Any) -> None:
    """Call write(file) on a temporary file and move it to `path`; FileError where that cannot be.

    A pipe or a device is written to as it is: moving a file there would put an end to it.
    """
    target = os.path.realpath(path)
    folder, name = os.path.dirname(target), ""
    try:
        if not path or (os.path.exists(target) and not os.path.isfile(target)):
            with open(path, "w", encoding="utf-8") as file:
                write(file)
            return
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=folder, delete=False, suffix=".part") as file:
            name = file.name
            write(file)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, target)
    except OSError as problem:
        if name and os.path.exists(name):
            os.unlink(name)
        raise FileError("this file cannot be written", where=quote(path), got=problem.strerror or "") from None
