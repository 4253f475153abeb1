"""Replaying a certificate: each kind has one function that accepts, in words, or raises Rejected at the first bad step.

gradient    every partial derivative of a net's cost is what the delta recursion says (networks.py)
law         d value / d z = slope, d value / d parameter, and other forms of one activation or loss (rules.py)
equation    left = right, between two terms (rules.py)
every-size  identities for every width and depth (index_calculus.py)
"""

from __future__ import annotations

import hashlib
import importlib
import json
import re
from collections.abc import Callable
from typing import Any

from symbackprop.kernel import polynomials as P
from symbackprop.kernel.networks import NAME, Net, Statement, read_poly
from symbackprop.kernel.polynomials import Poly
from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.rules import derivative, equal
from symbackprop.kernel.terms import Term, kinks, read, replace, symbols, words

VERSION = 1
OUTPUT, INPUT, TARGET = "a", "z", "y"
GENERATOR = re.compile(rf"{NAME.pattern}|(a|p|g|delta)\({NAME.pattern}\)|q\({NAME.pattern}\)")


def load(path: str) -> Any:
    """The JSON in a file; ValueError where it is none, or where one key stands twice and a reader may see the other."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        data = dict(pairs)
        if len(data) < len(pairs):
            raise ValueError(f"one of the keys {', '.join(data)[:80]} stands there twice")
        return data

    with open(path, encoding="utf-8") as file:
        return json.load(file, object_pairs_hook=unique)


def digest(certificate: dict[str, Any]) -> str:
    """The SHA-256 of the certificate without its own digest, over JSON with sorted keys and no spaces."""
    body = {key: value for key, value in certificate.items() if key != "sha256"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def verify(certificate: object) -> list[str]:
    """What was accepted, a sentence each; raises Rejected otherwise. The digest guards against damage, never against lies."""
    if not isinstance(certificate, dict) or not isinstance(certificate.get("kind"), str):
        raise Rejected("this is not a certificate: it has no kind")
    kind = certificate["kind"]
    if kind not in REPLAYS:
        raise Rejected(f"I know certificates of the kinds {', '.join(sorted(REPLAYS))}; this one says {kind[:40]}")
    if type(certificate.get("version")) is not int or certificate["version"] != VERSION:
        raise Rejected(f"this kernel reads certificates of version {VERSION}")
    try:
        sentences = REPLAYS[kind](certificate)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as problem:
        raise Rejected(f"the certificate is not well formed: {type(problem).__name__} {str(problem)[:80]}") from problem
    if certificate.get("sha256") != digest(certificate):
        raise Rejected(
            "the certificate's contents do not match its sha256: it was damaged or changed after it was made"
        )
    return sentences


def law(name: str, entry: dict[str, Any], say: Callable[[str], None]) -> None:
    """Prove one table entry: its slope, its slopes by its parameters, its other forms."""
    value, slope, by = read(entry["value"]), read(entry["slope"]), _symbol(entry.get("by", INPUT))
    parameters = {_symbol(each): read(claimed) for each, claimed in entry.get("parameters", {}).items()}
    output = {OUTPUT: value} if by == INPUT else {}
    if by in parameters or not output.keys().isdisjoint(symbols(value) | parameters.keys()):
        raise Rejected(f"{name}: {by} is what it is differentiated by and {OUTPUT} its value, not something else")
    if not equal(derivative(value, by), replace(slope, output)):
        raise Rejected(f"{name}: d/d{by} {words(value)} is not {words(slope)}")
    meaning = f", {OUTPUT} the value" if output.keys() & symbols(slope) else ""
    say(f"{name}: d/d{by} {words(value)} = {words(slope)}{meaning}{_off(value, slope)}, by the rules of differentiation")
    for parameter, claimed in parameters.items():
        if not equal(derivative(value, parameter), claimed):
            raise Rejected(f"{name}: d/d{parameter} {words(value)} is not {words(claimed)}")
        say(f"{name}: d/d{parameter} {words(value)} = {words(claimed)}{_off(value, claimed)}")
    for form in map(read, entry.get("forms", ())):
        if not equal(value, form):
            raise Rejected(f"{name}: {words(value)} is not {words(form)}")
        say(f"{name}: {words(value)} = {words(form)}{_off(value, form)}")


def _symbol(data: object) -> str:
    if not isinstance(symbol := read(data), str):
        raise Rejected(f"{words(symbol)} is not a symbol")
    return symbol


def _off(*terms: Term) -> str:
    places = kinks(*terms)
    return f", off the kinks {', '.join(places)}" if places else ""


def _law(certificate: dict[str, Any]) -> list[str]:
    said: list[str] = []
    law(_plain(certificate["name"]), certificate["entry"], said.append)
    return said


def _plain(name: str) -> str:
    if not NAME.fullmatch(name):
        raise Rejected(f"not a plain name: {name!r:.80}")
    return name


def _equation(certificate: dict[str, Any]) -> list[str]:
    left, right = read(certificate["left"]), read(certificate["right"])
    for symbol in certificate.get("by", ()):
        left = derivative(left, _symbol(symbol))
    if not equal(left, right):
        raise Rejected(f"{words(left)} is not {words(right)} by the kernel's rules")
    return [f"{words(left)} = {words(right)}, wherever both sides are defined{_off(left, right)}"]


def _gradient(certificate: dict[str, Any]) -> list[str]:
    said: list[str] = []
    net = Net(certificate["network"])
    generators = certificate["generators"]
    ids = {name: index for index, name in enumerate(generators)}
    if len(ids) != len(generators):
        raise Rejected("two generators have one name")
    if not all(map(GENERATOR.fullmatch, generators)):
        raise Rejected("a generator has a name that is none of a net's")
    activations = _activations(certificate["activations"], net, said.append)
    loss = _loss(certificate["loss"], net, said.append)
    statement = Statement(net, ids, activations, loss)
    conditions = [read_poly(each, len(ids)) for each in certificate.get("conditions", [])]
    under = _Conditions(conditions, {ids[name] for name in net.targets if name in ids}, generators)
    deltas, gradients = certificate["deltas"], certificate["gradients"]
    required = statement.coefficients()
    _same_keys("delta", deltas, required)
    for name, needed in required.items():
        found = P.subtract(needed, read_poly(deltas[name], len(ids)))
        if found and under(found):
            raise Rejected(
                f"unit {name}: the recursion for its delta is wrong; it misses {show(under(found), generators)}"
            )
    _same_keys("partial derivative", gradients, statement.partials)
    for name, needed in statement.partials.items():
        if needed != (claimed := read_poly(gradients[name], len(ids))):
            wrong = under(P.subtract(needed, claimed))
            if wrong:
                raise Rejected(
                    f"parameter {name}: its partial derivative is wrong; it misses {show(wrong, generators)}"
                )
    said.append(
        f"net {net.title}: {len(net.inputs)} inputs, {len(net.units)} units, {len(net.parameters)} parameters, "
        f"outputs {_some(net.outputs)}"
    )
    said.append(
        f"the delta of each of the {len(net.units)} units follows from the deltas after it: {_example(deltas, generators)}"
    )
    said.append(
        f"all {len(gradients)} partial derivatives of the cost equal what the deltas give: "
        f"{_example(gradients, generators)}"
    )
    said.extend(f"under the condition {show(each, generators, len(each))} = 0" for each in conditions)
    for name, facts in [*certificate["activations"].items(), (net.loss, certificate["loss"])]:
        terms = [facts[field] for field in ("value", "slope") if field in facts] + [*facts.get("parameters", {}).values()]
        if places := ", ".join(kinks(*map(read, terms))):
            said.append(f"off the kinks of {name}: {places}")
    return said


def _activations(entries: dict[str, Any], net: Net, say: Callable[[str], None]) -> dict[str, Any]:
    read_entries: dict[str, Any] = {}
    for name, entry in entries.items():
        _plain(name)
        if entry.get("vector") == "softmax":
            say(f"{name}: a_i = exp(z_i) / sum_j exp(z_j) over its group, da_i = a_i (dz_i - sum_j a_j dz_j)")
            read_entries[name] = {"vector": "softmax"}
        elif entry.get("undefined") is True:
            say(f"{name}: a differentiable function of the pre-activation, otherwise unknown")
            read_entries[name] = {}
        else:
            law(name, {**entry, "by": INPUT}, say)
            read_entries[name] = {"slope": read(entry["slope"]), "parameters": entry.get("parameters", {})}
            allowed = {INPUT, *entry.get("parameters", {})}
            if not symbols(read(entry["value"])) <= allowed:
                raise Rejected(f"{name}: its value uses symbols besides {', '.join(sorted(allowed))}")
    for unit in net.units:
        entry = read_entries.get(unit["activation"])
        if entry is None:
            raise Rejected(f"unit {unit['name']} uses {unit['activation']}, which the certificate does not define")
        if ("vector" in entry) != ("group" in unit):
            raise Rejected(f"unit {unit['name']}: a softmax unit needs a group, and no other unit has one")
        if set(unit.get("parameters") or {}) != set(entry.get("parameters", {})):
            raise Rejected(f"unit {unit['name']} has other parameters than {unit['activation']}")
    return read_entries


def _loss(entry: dict[str, Any], net: Net, say: Callable[[str], None]) -> dict[str, Any]:
    if entry["name"] != net.loss:
        raise Rejected(f"the net's loss is {net.loss}, the certificate defines {entry['name']}")
    _plain(net.loss)
    if entry.get("undefined") is True:
        say(f"{entry['name']}: a differentiable function of the outputs, otherwise unknown; its slopes g stay free")
        return {}
    if not symbols(read(entry["value"])) <= {OUTPUT, TARGET}:
        raise Rejected("the loss uses symbols besides a and y")
    law(entry["name"] + " (summed over the outputs)", {**entry, "by": OUTPUT}, say)
    return {"slope": read(entry["slope"])}


class _Conditions:
    """Linear conditions on the targets, used to eliminate one target each; calling it reduces a polynomial."""

    def __init__(self, conditions: list[Poly], targets: set[int], generators: list[str]) -> None:
        self.rules: list[tuple[int, Poly]] = []
        for each in conditions:
            linear = [m[0] for m, c in each.items() if len(m) == 1 and c in (1, -1)]
            if not linear or any(len(m) > 1 or (m and m[0] not in targets) for m in each):
                raise Rejected(f"the condition {show(each, generators)} = 0 is not linear in the targets alone")
            last = max(linear)
            rest = {m: -c * each[(last,)] for m, c in each.items() if m != (last,)}
            self.rules.append((last, rest))

    def __call__(self, poly: Poly) -> Poly:
        for index, value in self.rules:
            poly = P.substitute(poly, index, value)
        return poly


def _same_keys(what: str, given: dict[str, Any], needed: dict[str, Any]) -> None:
    if given.keys() != needed.keys():
        odd = sorted(set(given) ^ set(needed))
        raise Rejected(f"the certificate's {what}s are not those of the net: {_some(odd)}")


def _some(names: list[str], most: int = 4) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def show(poly: Poly, generators: list[str], most: int = 6) -> str:
    """A polynomial in words, cut after `most` terms."""
    parts = []
    for monomial, coefficient in list(poly.items())[:most]:
        factors = " ".join(n if (n := generators[g])[0].isalpha() else f"'{n}'" for g in monomial)
        sign = {1: "", -1: "-"}.get(int(coefficient)) if factors and coefficient in (1, -1) else None
        parts.append(f"{coefficient} {factors}".strip() if sign is None else sign + factors)
    return (" + ".join(parts).replace("+ -", "- ") or "0") + (" + ..." if len(poly) > most else "")


def _example(entries: dict[str, Any], generators: list[str]) -> str:
    name, data = next(iter(entries.items()), ("none", []))
    return f"{name} -> {show(read_poly(data, len(generators)), generators)}" + (", ..." if len(entries) > 1 else "")


def _every_size(certificate: dict[str, Any]) -> list[str]:
    replay: Callable[[dict[str, Any]], list[str]] = importlib.import_module("symbackprop.kernel.index_calculus").replay
    return replay(certificate)


REPLAYS: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "gradient": _gradient,
    "law": _law,
    "equation": _equation,
    "every-size": _every_size,
}
