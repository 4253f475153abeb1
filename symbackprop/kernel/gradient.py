"""Replaying the certificate of a net: every delta and every partial derivative against the kernel's own reading.

A certificate is one piece of JSON, or for nets of any size a file of lines, which is never held as a whole:

    {"kind": "gradient-lines", "version": 1, "network": all but the units, "activations": ..., "loss": ..., "conditions": ...}
    {"units": [one unit, or one softmax group], "deltas": {unit: polynomial}, "gradients": {parameter: polynomial}}
    ...                                                                               the last unit first
    {"end": how many lines of units, "sha256": of all that stands before this line}
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any

from symbackprop.kernel import polynomials as P
from symbackprop.kernel.networks import Net, blocks, fraction, some
from symbackprop.kernel.polynomials import Poly
from symbackprop.kernel.rejected import Rejected, listed, require
from symbackprop.kernel.rules import INPUT, NAME, OUTPUT, bare, law, plain_name
from symbackprop.kernel.terms import kinks, read, symbols

HEAD = {"kind", "version", "network", "activations", "loss", "conditions"}
GENERATOR = re.compile(rf"{NAME.pattern}|(a|p|g|delta)\({NAME.pattern}\)|q\({NAME.pattern}\)")


class Audit:
    """One certificate in the course of being checked: `block` by block, then `end`; `said` is what has been accepted."""

    def __init__(self, certificate: dict[str, Any], network: dict[str, Any]) -> None:
        self.said: list[str] = []
        self.net = Net(network, _activations(certificate["activations"], self.said.append), {})
        self.net.loss = _loss(certificate["loss"], network["loss"], self.said.append)
        self.conditions = [read_poly(each) for each in listed(certificate.get("conditions", []))]
        require(len(self.conditions) < 2, "more than one condition: they might contradict each other")
        self.rules = [_rule(each, set(self.net.targets)) for each in self.conditions]
        self.kinks = [*certificate["activations"].items(), (network["loss"], certificate["loss"])]
        self.delta = self.gradient = ""  # the first of each, to show

    def agree(self, what: str, needed: Poly, data: Any) -> None:
        """Refuse a polynomial that is not the needed one; a condition eliminates one target."""
        wrong = {} if (claimed := read_poly(data)) == needed else P.subtract(needed, claimed)
        for target, value in self.rules:
            wrong = P.substitute(wrong, target, value)
        require(not wrong, f"{what} is wrong; it misses {show(wrong)}")

    def block(self, units: list[dict[str, Any]], deltas: dict[str, Any]) -> None:
        """The recursion of one unit, or of one softmax group."""
        names = [unit["name"] for unit in units]
        require(deltas.keys() == set(names), f"the deltas of {some(names)} do not stand with these units")
        for name, needed in self.net.take(units):
            self.agree(f"unit {name}: the recursion for its delta", needed, deltas[name])
            self.delta = self.delta or f"{bare(name)} -> {show(read_poly(deltas[name]))}"

    def gradients(self, gradients: dict[str, Any]) -> None:
        """The partial derivatives of parameters whose last use has been read."""
        for name, data in gradients.items():
            self.agree(f"parameter {name}: its partial derivative", self.net.close(name), data)
            self.gradient = self.gradient or f"{bare(name)} -> {show(read_poly(data))}"

    def end(self) -> list[str]:
        """What was accepted, once every unit has been read."""
        net, units, parameters = self.net, self.net.end(), len(self.net.closed)
        self.said += [
            f"net {net.title}: {len(net.inputs)} inputs, {units} units, {parameters} parameters, "
            f"outputs {some(net.outputs)}",
            f"the delta of each of the {units} units follows from the deltas after it: "
            f"{self.delta}{', ...' if units > 1 else ''}",
            f"all {parameters} partial derivatives of the cost equal what the deltas give: "
            f"{self.gradient or 'none -> 0'}{', ...' if parameters > 1 else ''}",
        ]
        self.said += [f"under the condition {show(each, len(each))} = 0" for each in self.conditions]
        for name, facts in self.kinks:
            terms = [facts[field] for field in ("value", "slope") if field in facts]
            if places := kinks(*map(read, [*terms, *facts.get("parameters", {}).values()])):
                self.said.append(f"off the kinks of {bare(name)}: {', '.join(places)}")
        return self.said


def gradient(certificate: dict[str, Any]) -> list[str]:
    """The certificate of a net in one piece."""
    network, deltas = certificate["network"], {**certificate["deltas"]}
    audit = Audit(certificate, network)
    for block in blocks(listed(network["units"])):
        audit.block(block, {unit["name"]: deltas.pop(unit["name"]) for unit in block})
    require(not deltas, f"{some(deltas)} are no units of the net")
    audit.gradients(certificate["gradients"])
    return audit.end()


def gradient_lines(head: dict[str, Any], text: str, lines: Iterator[tuple[str, Any]]) -> tuple[list[str], str]:
    """The certificate of a net in lines, each (its text, its JSON) after the head: what was accepted, and the digest."""
    require(set(head) <= HEAD and "units" not in head["network"], "the head holds more than a head")
    digest = hashlib.sha256(text.encode())
    audit = Audit(head, head["network"])
    for count, (text, line) in enumerate(lines):
        if "end" in line:
            whole = line == {"end": count, "sha256": digest.hexdigest()}
            require(whole, "the last line does not fit what stands before it: the file was damaged or changed")
            require(next(lines, None) is None, "something follows the last line")
            return audit.end(), digest.hexdigest()
        require(set(line) == {"units", "deltas", "gradients"}, f"line {count + 2} is not one of units")
        audit.block(line["units"], line["deltas"])
        audit.gradients(line["gradients"])
        digest.update(text.encode())
    raise Rejected("the file ends before its last line")


def read_poly(data: Any) -> Poly:
    """A polynomial from [[coefficient, generator, ...], ...]."""
    total: Poly = {}
    for term in map(listed, listed(data)):
        require(term, "a term is not [coefficient, generator, ...]")
        require(all(map(GENERATOR.fullmatch, term[1:])), "a term names a generator that is none of a net's")
        P.add_into(total, {tuple(sorted(term[1:])): term[0] if type(term[0]) is int else fraction(term[0])})
    return total


def _activations(entries: dict[str, Any], say: Callable[[str], None]) -> dict[str, Any]:
    """The laws of the activations, each proved or, where nothing is known of the function, said."""
    found: dict[str, Any] = {}
    for name, entry in entries.items():
        plain_name(name)
        if entry.get("vector") == "softmax":
            say(f"{name}: a_i = exp(z_i) / sum_j exp(z_j) over its group, da_i = a_i (dz_i - sum_j a_j dz_j)")
            found[name] = {"vector": "softmax"}
        elif entry.get("undefined") is True:
            say(f"{name}: a differentiable function of the pre-activation, otherwise unknown")
            found[name] = {}
        else:
            law(name, {**entry, "by": INPUT}, say)
            found[name] = {"slope": read(entry["slope"]), "parameters": entry.get("parameters", {})}
            allowed = {INPUT, *entry.get("parameters", {})}
            known = symbols(read(entry["value"])) <= allowed
            require(known, f"{name}: its value uses symbols besides {', '.join(sorted(allowed))}")
    return found


def _loss(entry: dict[str, Any], name: str, say: Callable[[str], None]) -> dict[str, Any]:
    require(entry["name"] == name, f"the net's loss is {name}, the certificate defines {entry['name']}")
    plain_name(name)
    if entry.get("undefined") is True:
        say(f"{name}: a differentiable function of the outputs, otherwise unknown; its slopes g stay free")
        return {}
    require(symbols(read(entry["value"])) <= {OUTPUT, "y"}, "the loss uses symbols besides a and y")
    law(name + " (summed over the outputs)", {**entry, "by": OUTPUT}, say)
    return {"slope": read(entry["slope"])}


def _rule(condition: Poly, targets: set[str]) -> tuple[str, Poly]:
    """A linear condition on the targets as one of them and what it equals."""
    linear = [m[0] for m, c in condition.items() if len(m) == 1 and c in (1, -1)]
    alone = linear and all(len(m) < 2 and set(m) <= targets for m in condition)
    require(alone, f"the condition {show(condition)} = 0 is not linear in the targets alone")
    last = max(linear)
    return last, {m: -c * condition[(last,)] for m, c in condition.items() if m != (last,)}


def show(poly: Poly, most: int = 6) -> str:
    """A polynomial in words, cut after `most` terms."""
    parts = []
    for monomial, coefficient in list(poly.items())[:most]:
        factors = " ".join(bare(name) if name[0].isalpha() else ascii(name) for name in monomial)
        sign = {1: "", -1: "-"}.get(int(coefficient)) if factors and coefficient in (1, -1) else None
        parts.append(f"{coefficient} {factors}".strip() if sign is None else sign + factors)
    return (" + ".join(parts).replace("+ -", "- ") or "0") + (" + ..." if len(poly) > most else "")
