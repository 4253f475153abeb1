"""The evidence of a derivation's lines as a folder: a certificate for each proved line and an index that says which is whose.

`symbackprop verify FOLDER` replays them all and compares what the kernel says with what the index says; each file alone can be
given to `python -m symbackprop.kernel`, which needs the standard library only.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from symbackprop.derive.derivation import ALMOST, PROVED, UNDER, Derivation
from symbackprop.errors import CertificateError, FileError, quote
from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.verify import parse, verify, verify_file
from symbackprop.notation import Notation
from symbackprop.notation import notation as find_notation
from symbackprop.render.mathematics import Mathematics
from symbackprop.render.naming import Naming
from symbackprop.render.plain_math import plain

INDEX = "index.json"


def write(derivation: Derivation, folder: str, notation: str | Notation | None = None) -> int:
    """Write the certificates of all lines; returns how many lines have one. Lines with one certificate share its file."""
    mathematics = Mathematics(Naming(find_notation(notation or derivation.notation), derivation.net))
    place, lines = Path(folder), list[dict[str, Any]]()
    try:
        place.mkdir(parents=True, exist_ok=True)
        if any(place.iterdir()) and not (place / INDEX).exists():
            raise FileError("this folder holds other files", where=quote(folder), expected="a new or empty folder")
        for old in place.glob("line-*.json"):
            old.unlink()
        files: dict[str, str] = {}
        said: dict[str, list[str]] = {}
        for number, step in enumerate(derivation.walk(), start=1):
            line: dict[str, Any] = {
                "line": number,
                "formula": plain(mathematics.whole(step.line)),
                "verdict": step.evidence.verdict,
            }
            if step.evidence.certificate is not None:
                digest = step.evidence.digest
                if digest not in files:
                    files[digest] = f"line-{number:04}.json"
                    (place / files[digest]).write_text(json.dumps(step.evidence.certificate) + "\n", encoding="utf-8")
                    said[digest] = verify(step.evidence.certificate)
                line |= {"file": files[digest], "sha256": digest, "claim": said[digest]}
            lines.append(line)
        index = {"kind": "lines", "derivation": derivation.title, "lines": lines}
        (place / INDEX).write_text(json.dumps(index, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as problem:
        raise FileError("the certificates cannot be written", where=quote(folder), got=problem.strerror) from None
    return sum("file" in line for line in lines)


def replay(folder: str) -> list[str]:
    """What the kernel accepted, a sentence for each line that has a certificate.

    Raises: FileError where there is no index; CertificateError naming the line whose certificate is missing, refused, or says
    something other than the index does.
    """
    place = Path(folder)
    parts = sorted(path.parent for path in place.glob(f"*/{INDEX}"))
    if parts and not (place / INDEX).exists():  # a book: one folder for each derivation
        return [f"{part.name}, {sentence}" for part in parts for sentence in replay(str(part))]
    try:
        index = parse((place / INDEX).read_text(encoding="utf-8"))
        names = ("line", "verdict", "formula"), ("file", "sha256", "claim")
        wanted = [
            (*(each[name] for name in names[0]), *(each.get(name) for name in names[1])) for each in index["lines"]
        ]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as problem:
        raise FileError("this folder has no index of certificates", where=quote(str(place / INDEX)),
                        expected="what --certificates wrote", got=quote(str(problem))) from None  # fmt: skip
    known: dict[str, tuple[list[str], str]] = {}
    accepted: list[str] = []
    for line, verdict, formula, file, digest, claim in wanted:
        if file is None and verdict not in (PROVED, UNDER, ALMOST):
            continue
        if not isinstance(file, str) or Path(file).name != file:
            raise _refused(line, "a file beside the index was expected")
        if file not in known:
            try:
                known[file] = verify_file(str(place / file))
            except (OSError, ValueError, RecursionError, Rejected) as problem:
                raise _refused(line, str(problem)) from None
        said, found = known[file]
        if found != digest or said != claim:
            raise _refused(line, "the certificate is not the one that the index describes")
        accepted.append(f"line {line}: {formula}")
    present = {path.name for path in place.glob("line-*.json")}
    if present != known.keys():
        raise _refused(0, f"files that no line names: {', '.join(sorted(present - known.keys())[:4])}")
    return accepted


def _refused(line: int, why: str) -> CertificateError:
    return CertificateError("the evidence does not hold", where=f"line {line}" if line else None, got=why)
