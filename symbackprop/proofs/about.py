"""Whether a valid certificate is about a given net: these units, edges, functions and this cost, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from symbackprop.errors import CertificateError
from symbackprop.kernel.networks import fraction
from symbackprop.kernel.verify import LINES, parse
from symbackprop.networks import Network
from symbackprop.units import described


def about(path: str, network: Network) -> str:
    """Compare a certificate that the kernel has accepted with a net, unit by unit; a sentence that says they are one.

    The net's title, and the order of its units and edges, are nobody's concern; a fixed 1/2 is a fixed 2/4.
    Raises: CertificateError at the first thing that differs.
    """
    with open(path, encoding="utf-8-sig") as file:
        first = file.readline()
        try:
            head = parse(first)
        except ValueError:
            head = parse(first + file.read())
        if "network" not in head:
            raise CertificateError("the certificate is about no net", where=path, got=f"a certificate of kind {head['kind']}")
        lines = (unit for line in file for unit in parse(line).get("units", ()))
        units = lines if head["kind"] == LINES else iter(head["network"]["units"])
        _compare(head, units, network, path)
    return f"the net {network.name}: the same {len(network.units)} units, edges, functions and cost"


def _compare(head: dict[str, Any], units: Iterator[dict[str, Any]], network: Network, path: str) -> None:
    def same(what: str, got: Any, expected: Any) -> None:
        got, expected = json.loads(json.dumps([got, expected]))  # a tuple is a list
        if got != expected:
            raise CertificateError(
                "the certificate is about another net", where=f"{path}, {what}", expected=_shown(expected), got=_shown(got)
            )

    found = head["network"]
    same("inputs", sorted(found["inputs"]), sorted(network.inputs))
    same("bias neurons", sorted(found.get("ones", ())), sorted(network.ones))
    pairs = zip(found["outputs"], found["targets"]), zip(network.outputs, network.targets)
    same("outputs with their targets", *map(sorted, pairs))
    same("loss", head["loss"], network.loss.facts)
    left = set(network.by_name)
    for unit in units:
        name = unit["name"]
        same("units", name if name in left else f"also {name}", name)
        left.discard(name)
        same(f"unit {name}", _plain(unit), _plain(described(network.by_name[name])))
        kind = unit["activation"]
        same(f"activation {kind}", head["activations"][kind], network.by_name[name].activation.facts)
    same("units that are missing", sorted(left), [])


def _plain(unit: dict[str, Any]) -> dict[str, Any]:
    """What a unit computes, however it is written."""

    def weight(value: Any) -> Any:
        return {"fixed": str(fraction(value["fixed"]))} if isinstance(value, dict) else value

    return {
        "activation": unit["activation"],
        "edges": sorted([source, json.dumps(weight(value))] for source, value in unit["edges"]),
        "bias": weight(unit.get("bias")),
        "parameters": {role: weight(value) for role, value in (unit.get("parameters") or {}).items()},
        "softmax group": unit.get("group"),
    }


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else text[:200] + " ..."
