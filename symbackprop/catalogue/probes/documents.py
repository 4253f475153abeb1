"""Formulas and documents as they stand on paper: notations, conventions, whole documents audited."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from symbackprop.catalogue.checks import called
from symbackprop.catalogue.row import Main, Trial, need
from symbackprop.losses import table as losses
from symbackprop.notation import table as notations

DATA = Path(__file__).parent.parent / "data"
JUDGED = {"PROVED", "PROVED_UNDER", "PROVED_AE", "CHECKED", "REFUTED", "UNDEFINED", "VACUOUS"}


def five_notations() -> str:
    """The documents' notations are all here, each with its source."""
    known = notations()
    wanted = ["winston", "gordon", "nielsen", "slides_net", "slides_layer"]
    return need(set(wanted) <= set(known), "\n".join(f"{name}: {known[name].source}" for name in wanted))


def conventions_are_printed() -> str:
    """Each loss says its sense, its factor and its letter."""
    seen = [f"{name}: {loss.letter} = {loss.formula}, {loss.sense}d" for name, loss in losses().items()]
    return need(len(seen) >= 5, "\n".join(seen))


def audit(name: str, suffix: str, **wanted: tuple[int, int]) -> Trial:
    """A document of formulas audited whole: a verdict on each, so many of each kind (least and most), witnesses where refuted."""
    return Trial(partial(_audit, name, suffix, wanted), "check prove")


def _audit(name: str, suffix: str, wanted: dict[str, tuple[int, int]], main: Main) -> str:
    files = [str(DATA / f"{name}.toml"), str(DATA / f"{name}{suffix}")]
    out = Path(f"{name}.json")
    called(main, "audit", [*files, "--format", "json", "--out", str(out)])
    data = json.loads(out.read_text(encoding="utf-8"))
    counts, found = data["counts"], data["findings"]
    seen = ", ".join(f"{count} {kind.lower()}" for kind, count in counts.items())
    need(sum(counts.values()) == data["total"] == len(found), f"not every formula has a verdict: {seen}")
    bare = [each for each in found if each["verdict"] == "REFUTED" and not (each.get("witness") or each.get("reason"))]
    need(not bare, f"refuted without a reason: {bare[:1]}")
    off = {kind: counts.get(kind, 0) for kind, (least, most) in wanted.items() if not least <= counts.get(kind, 0) <= most}
    need(not off, f"{off} of {data['total']}: {seen}")
    slips = [_slip(each) for each in found if each["verdict"] == "REFUTED" and not each.get("follows")]
    return "\n".join([f"{data['total']} formulas under {len(data['scopes'])} scopes: {seen}", *slips])


def _slip(finding: dict[str, str]) -> str:
    corrected = finding.get("corrected")
    return f"line {finding['line']} refuted: {finding['formula'][:90]}" + (f"; corrected: {corrected[:90]}" if corrected else "")
