"""python -m symbackprop.kernel FILE: replay a certificate with the standard library alone, and say what was accepted."""

from __future__ import annotations

import sys

from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.verify import verify_file


def main(arguments: list[str]) -> int:
    """Exit status 0 where the certificate is accepted, 1 where it is refused, 2 where there is none to read."""
    if len(arguments) != 1 or arguments[0] in ("-h", "--help"):
        print(f"{__doc__}\n\nexample: python -m symbackprop.kernel derivation.cert.json")
        return 0 if arguments else 2
    for stream in (sys.stdout, sys.stderr):  # a terminal without some letter shows its number instead
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        sentences, digest = verify_file(arguments[0])
    except (OSError, ValueError) as problem:
        print(f"cannot read a certificate from {arguments[0]}: {problem}", file=sys.stderr)
        return 2
    except (Rejected, RecursionError, MemoryError) as problem:
        print(f"REJECTED: {problem or type(problem).__name__}", file=sys.stderr)
        return 1
    for sentence in sentences:
        print("accepted  " + sentence)
    print(f"ACCEPTED: {len(sentences)} statements, sha256 {digest[:16]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
