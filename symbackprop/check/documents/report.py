"""Findings as text, JSON, GitHub annotations; the summary counts every formula seen."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from symbackprop.check.deciding.finding import Finding

ORDER = ("PROVED", "PROVED_UNDER", "PROVED_AE", "CHECKED", "DEFINED", "NO CLAIM", "VACUOUS", "REFUTED", "UNDEFINED",
         "UNRESOLVED", "UNDECIDED", "UNREADABLE", "MALFORMED")  # fmt: skip


def exit_status(findings: Sequence[Finding]) -> int:
    """0 all right, 1 something refuted, 2 something unresolved or malformed, or nothing claimed at all."""
    found = {finding.status for finding in findings}
    if 1 in found:
        return 1
    if 2 in found or not findings:
        return 2
    return 0


def summary(findings: Sequence[Finding]) -> str:
    """How many formulas, and how many of each verdict."""
    counts = Counter("follows from a slip" if f.follows else f.verdict.name for f in findings)
    parts = [f"{counts[name]} {name.lower().replace('_', ' ')}" for name in (*ORDER, "follows from a slip") if counts[name]]
    formulas = f"{len(findings)} formula{'s' if len(findings) != 1 else ''}"
    return f"{formulas}: {', '.join(parts)}" if parts else "no formula found"


def text(findings: Sequence[Finding], *, verbose: bool = False, advice: Sequence[str] = ()) -> str:
    """One block a finding; right ones on one line, wrong ones with their witness, diagnosis and corrected formula."""
    lines = list[str]()
    for each in findings:
        quiet = each.verdict.name in ("NO CLAIM", "DEFINED") and len(findings) > 1 and not verbose
        if not quiet:
            lines += block(each, verbose)
    return "\n".join([*lines, summary(findings), *(f"hint: {each}" for each in dict.fromkeys(advice))])


def block(finding: Finding, verbose: bool = False) -> list[str]:
    """One finding in lines."""
    verdict = finding.verdict
    head = "FOLLOWS" if finding.follows else str(verdict)
    if finding.expected_false:
        head += " (expected)" if finding.status == 0 else " (a refutation was expected)"
    lines = [f"{finding.place}: {head}  {shorten(finding.text)}"]
    if finding.follows:
        lines.append(f"    follows   from the slip at {finding.follows}; --strict judges it alone")
        return lines
    if verdict.name == "MALFORMED":
        lines.append(f"    {'what':<9} {verdict.reason}")
        lines += [f"    {'where':<9} {note}".replace("\n", "\n  ") for note in verdict.notes]
        if getattr(verdict, "expected", ""):
            lines.append(f"    {'expected':<9} {getattr(verdict, 'expected', '')}")
        return lines
    if verdict.reason and not verdict.holds:
        lines.append(f"    {'why':<9} {verdict.reason}")
    point = getattr(verdict, "witness", {})
    if point:
        shown = list(point.items())
        more = f", ... ({len(shown)} numbers)" if len(shown) > 12 and not verbose else ""
        lines.append(f"    {'witness':<9} " + ", ".join(f"{k} = {v}" for k, v in (shown if verbose else shown[:12])) + more)
    lines += [f"    {'diagnosis':<9} {line}" for line in finding.diagnosis]
    if finding.corrected:
        lines.append(f"    {'corrected':<9} {finding.corrected}")
    lines += [f"    {'reading':<9} {note}" for note in verdict.notes]
    lines += [f"    {'assuming':<9} {note}" for note in verdict.assumptions]
    return lines


def table(findings: Sequence[Finding]) -> str:
    """A Markdown table: place, verdict, formula, what was said about it; what claims nothing is only counted."""
    lines = [summary(findings), "", "| line | verdict | formula | why, or what to change |", "|---|---|---|---|"]
    for each in findings:
        if each.verdict.name == "NO CLAIM":
            continue
        head = "FOLLOWS" if each.follows else each.verdict.name
        why = "; ".join([*each.diagnosis, each.corrected] if each.diagnosis else [each.verdict.reason])
        cells = (f"{each.line}:{each.column}", head, f"`{each.text}`", "" if each.verdict.holds else why)
        lines.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
    return "\n".join(lines)


def shorten(line: str, limit: int = 160) -> str:
    """A formula on one line, cut where it is very long."""
    return line if len(line) <= limit else line[: limit - 4] + " ..."


def plain(finding: Finding) -> dict[str, Any]:
    """A finding as plain data."""
    data: dict[str, Any] = {"file": finding.file, "line": finding.line, "column": finding.column, "formula": finding.text}
    if finding.label:
        data["cell"] = finding.label
    data |= finding.verdict.data()
    for key, value in (("follows", finding.follows), ("diagnosis", list(finding.diagnosis)), ("corrected", finding.corrected),
                       ("blame", list(finding.blame) if finding.blame else None), ("expected_false", finding.expected_false)):  # fmt: skip
        if value:
            data[key] = value
    return data


def as_json(findings: Sequence[Finding], advice: Sequence[str] = ()) -> str:
    """Everything as one JSON object."""
    counts = Counter(f.verdict.name for f in findings)
    body = {"findings": [plain(each) for each in findings], "counts": dict(counts), "total": len(findings),
            "status": exit_status(findings), **({"hints": list(advice)} if advice else {})}  # fmt: skip
    return json.dumps(body, indent=1, ensure_ascii=False, default=str)


def github(findings: Sequence[Finding], advice: Sequence[str] = ()) -> str:
    """Annotations that GitHub shows beside the line."""
    lines = list[str]()
    for each in findings:
        if each.status == 0:
            continue
        kind = "error" if each.status == 1 else "warning"
        message = "; ".join(part for part in (f"{each.verdict.name}: {each.text}", each.verdict.reason, *each.diagnosis,
                                              f"corrected: {each.corrected}" if each.corrected else "") if part)  # fmt: skip
        place = f"line={each.line},col={each.column}"
        if each.label:  # the lines of a notebook's cell are no lines of its file
            message, place = f"{each.label}, line {each.line}, column {each.column}: {message}", f"title={_escape(each.label, True)}"
        lines.append(f"::{kind} file={_escape(each.file, True)},{place}::{_escape(message)}")
    lines += [f"::notice::{_escape(each)}" for each in (summary(findings), *advice)]
    return "\n".join(lines)


def _escape(value: str, prop: bool = False) -> str:
    value = value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return value.replace(":", "%3A").replace(",", "%2C") if prop else value
