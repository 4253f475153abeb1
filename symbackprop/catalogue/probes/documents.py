"""Formulas and documents as they stand on paper: notations, conventions, verdict for every display, damaged lines."""

from __future__ import annotations

from pathlib import Path

from symbackprop.catalogue.row import need
from symbackprop.losses import table as losses
from symbackprop.notation import table as notations
from symbackprop.proofs.verdict import Verdict

DERIVATION = Path(__file__).parent.parent / "data" / "derivation.md"


def five_notations() -> str:
    """The documents' notations are all here, each with its source."""
    known = notations()
    wanted = ["winston", "gordon", "nielsen", "slides_net", "slides_layer"]
    return need(set(wanted) <= set(known), "; ".join(f"{name}: {known[name].source}" for name in wanted))


def conventions_are_printed() -> str:
    """Each loss says its sense and its factor."""
    seen = [f"{name}: {loss.sense}" for name, loss in losses().items()]
    return need(len(seen) >= 5, "; ".join(seen))


def every_display_has_a_verdict() -> str:
    """Three displays, three verdicts: proved, proved, refuted."""
    from symbackprop.check.session import check_path

    findings = list(check_path(DERIVATION))
    names = [finding.verdict.name for finding in findings if isinstance(getattr(finding, "verdict", None), Verdict)]
    return need(names == ["PROVED", "PROVED", "REFUTED"], f"verdicts: {names}")


def damage_is_reported() -> str:
    """A doubled line, a bracket left open and a lost argument in one file: each is reported, and the rest is judged."""
    from symbackprop.check.session import check_path

    lines = [
        r"\delta_r = o_r(1-o_r)(d-o_r)",
        r"\delta_r = o_r(1-o_r)(d-o_r)",
        r"\delta_l = o_l(1-o_l \times w_r",
        r"\delta_l = o_l(1-o_l) \times w_r \times",
        r"\delta_l = o_l(1-o_l) \times w_r \times \delta_r",
    ]
    text = "<!-- sbp: net=1-1-1 notation=winston bias=false -->\n" + "\n\n".join(f"$${line}$$" for line in lines) + "\n"
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "damaged.md"
        path.write_text(text, encoding="utf-8")
        names = [f.verdict.name for f in check_path(path) if isinstance(getattr(f, "verdict", None), Verdict)]
    return need(names.count("MALFORMED") == 2 and names.count("PROVED") >= 2, f"verdicts: {names}")
