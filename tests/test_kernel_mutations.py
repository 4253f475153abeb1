"""Certificates changed at random: whatever the kernel still accepts is true in numbers, by code that shares nothing with it.

The second opinion reads the description inside the certificate, computes the cost in 60 digits as it stands there, and takes central
differences; the deltas and partial derivatives of the certificate are evaluated beside it.
"""

from __future__ import annotations

import copy
import json
import random
from itertools import pairwise
from typing import Any

import mpmath
import pytest
from nets import NINE

from symbackprop.kernel.gradient import gradient
from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.verify import digest, verify
from symbackprop.networks import Network
from symbackprop.proofs.prove import prove
from symbackprop.specs import read_data

M = mpmath.MPContext()
M.dps = 60
STEP = M.mpf(10) ** -20
Point = dict[str, Any]


def value(term: Any, at: Point) -> Any:
    """A kernel term as a number."""
    if isinstance(term, int):
        return M.mpf(term)
    if isinstance(term, str):
        return at[term]
    head, *parts = term
    if head == "^":
        return value(parts[0], at) ** parts[1]
    found = [value(each, at) for each in parts]
    if head == "/":
        return found[0] / found[1]
    one = {"exp": M.exp, "log": M.log, "step": lambda z: M.mpf(z > 0), "+": sum}.get(head)
    return (one(found) if head == "+" else one(found[0])) if one else M.fprod(found)


def number(weight: Any, at: Point) -> Any:
    if isinstance(weight, str):
        return at[weight]
    top, _, bottom = str(weight["fixed"]).partition("/")
    return M.mpf(int(top)) / int(bottom or 1)


class Numbers:
    """One certificate's net at one point."""

    def __init__(self, certificate: dict[str, Any], seed: int) -> None:
        self.certificate, self.net = certificate, certificate["network"]
        source = random.Random(seed)
        self.parameters = sorted(certificate["gradients"])
        names = [*self.net["inputs"], *self.parameters, *self.net["targets"]]
        self.at: Point = {name: M.mpf(source.randint(1, 19) * source.choice([-1, 1])) / 20 for name in names}
        targets = self.net["targets"]
        self.at |= {name: M.mpf(k + 2) / 20 for k, name in enumerate(targets)}
        for condition in certificate.get("conditions", []):  # one linear condition on the targets: solve for the last
            last = max(term[1] for term in condition if len(term) == 2 and str(term[0]) in ("1", "-1"))
            own = M.mpf(next(int(term[0]) for term in condition if term[1:] == [last]))
            rest = sum(M.mpf(term[0]) * M.fprod(self.at[each] for each in term[1:]) for term in condition if term[1:] != [last])
            self.at[last] = -rest / own

    def activation(self, unit: dict[str, Any], z: Any, extra: Point) -> Any:
        entry = self.certificate["activations"][unit["activation"]]
        return 1 / (1 + M.exp(-z - z * z / 9)) if "value" not in entry else value(entry["value"], {"z": z, **extra})

    def outputs(self, at: Point) -> tuple[Point, Point]:
        """Every z and a, each computed when it is asked for: in whatever order the units stand, a circle has no end."""
        units = {unit["name"]: unit for unit in self.net["units"]}
        z: Point = {}
        a: Point = {**{name: at[name] for name in self.net["inputs"]}, **dict.fromkeys(self.net.get("ones", []), M.mpf(1))}

        def input_of(name: str) -> Any:
            if name not in z:
                unit = units[name]
                bias = M.mpf(0) if unit.get("bias") is None else number(unit["bias"], at)
                z[name] = sum((number(w, at) * output_of(s) for s, w in unit["edges"]), bias)
            return z[name]

        def output_of(name: str) -> Any:
            if name not in a:
                unit = units[name]
                if "group" in unit:
                    members = [each for each in units if units[each].get("group") == unit["group"]]
                    a[name] = M.exp(input_of(name)) / sum(M.exp(input_of(each)) for each in members)
                else:
                    extra = {role: number(w, at) for role, w in (unit.get("parameters") or {}).items()}
                    a[name] = self.activation(unit, input_of(name), extra)
            return a[name]

        for name in units:
            output_of(name)
        return z, a

    def cost(self, at: Point) -> Any:
        return self.loss([self.outputs(at)[1][name] for name in self.net["outputs"]], at)

    def loss(self, a: list[Any], at: Point) -> Any:
        entry = self.certificate["loss"]
        if "value" not in entry:
            return sum(each**2 / 5 + each for each in a) + sum(one * two for one, two in pairwise(a))
        return sum(value(entry["value"], {"a": each, "y": at[y]}) for each, y in zip(a, self.net["targets"]))

    def slope(self, function: Any, place: Any) -> Any:
        return (function(place + STEP) - function(place - STEP)) / (2 * STEP)

    def generators(self) -> Point:
        z, a = self.outputs(self.at)
        found = {**self.at, **{f"a({name})": x for name, x in a.items()}}
        for unit in self.net["units"]:
            name = unit["name"]
            extra = {role: number(w, self.at) for role, w in (unit.get("parameters") or {}).items()}
            if "group" not in unit:
                found[f"p({name})"] = self.slope(lambda x, u=unit, e=extra: self.activation(u, x, e), z[name])
            for role in extra:
                found[f"q({name}.{role})"] = self.slope(
                    lambda x, u=unit, e=extra, r=role: self.activation(u, z[u["name"]], {**e, r: x}), extra[role]
                )
        outputs = [a[name] for name in self.net["outputs"]]
        for k, name in enumerate(self.net["outputs"]):
            found[f"g({name})"] = self.slope(lambda x, k=k: self.loss([*outputs[:k], x, *outputs[k + 1 :]], self.at), outputs[k])
        return Deltas(self, found)

    def polynomial(self, terms: list[list[Any]], at: Point) -> Any:
        return sum((number({"fixed": t[0]}, at) * M.fprod(at[each] for each in t[1:]) for t in terms), M.mpf(0))

    def true(self) -> bool:
        """Whether every stated partial derivative is the cost's, up to 1e-12."""
        at = self.generators()
        for name in self.parameters:
            right = self.slope(lambda x, n=name: self.cost({**self.at, n: x}), self.at[name])
            claimed = self.polynomial(self.certificate["gradients"][name], at)
            if abs(right - claimed) > 1e-12 * (1 + abs(right)):
                return False
        return True


class Deltas(Point):
    """The generators, with each delta computed when it is asked for."""

    def __init__(self, numbers: Numbers, found: Point) -> None:
        super().__init__(found)
        self.numbers = numbers

    def __missing__(self, name: str) -> Any:
        stated = self.numbers.certificate["deltas"][name.removeprefix("delta(").removesuffix(")")]
        return self.setdefault(name, self.numbers.polynomial(stated, self))


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a piece of JSON."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(each for key, part in inner for each in places(part, (*path, key)))] if path or inner else [path]


def mutated(good: dict[str, Any], source: random.Random) -> dict[str, Any]:
    """One change somewhere, sometimes two that belong together: a name exchanged everywhere, a parameter fixed or dropped."""
    bad = copy.deepcopy(good)
    for _ in range(source.choice([1, 1, 2])):
        chosen = source.choice([each for each in places(bad) if each and each[0] not in ("sha256", "version", "kind")])
        inside: Any = bad
        for key in chosen[:-1]:
            inside = inside[key]
        key, old = chosen[-1], inside[chosen[-1]]
        pool = [*good["network"]["inputs"], *good["network"]["targets"], *good["gradients"], *good["deltas"]]
        kind = source.randrange(7)
        if kind == 0:
            inside[key] = source.choice([0, 1, -1, 2, "1/2", "-0", None, [], {"fixed": "1/2"}, source.choice(pool)])
        elif kind == 1 and isinstance(inside, list):
            inside.insert(key, copy.deepcopy(source.choice(inside)))
        elif kind == 2:
            del inside[key]
        elif kind == 3 and isinstance(inside, list):
            source.shuffle(inside)
        elif kind == 4 and isinstance(old, list):
            old.reverse()
        elif kind == 5:
            one, other = source.choice(pool), source.choice([*pool, "new"])
            bad = json.loads(json.dumps(bad).replace(f'"{one}"', f'"{other}"'))
        elif isinstance(old, int):
            inside[key] = -old
    stated = bad.get("gradients")
    for name in list(stated) if isinstance(stated, dict) else ():  # a parameter that the net no longer has need not be stated
        if source.random() < 0.5 and f'"{name}"' not in json.dumps(bad.get("network")):
            del stated[name]
    bad["sha256"] = digest(bad)
    return bad


SUBJECTS = [
    Network.layered([2, 2, 1]),
    Network.layered([1, 2, 2], "tanh", "softmax_cross_entropy"),
    Network.layered([1, 2, 2], "softmax", "squared"),
    Network.layered([1, 1, 1], "parametric_relu", "half_squared", bias="shared"),
    Network.layered([1, 2, 2], "undefined", "undefined", bias="neuron"),
    Network.layered([2, 1], "softplus", "binary_cross_entropy"),
    read_data(NINE, "nine.toml"),
]


def fuzz(net: Network, count: int, seed: int) -> tuple[int, int]:
    """How many changed certificates were accepted, and how many of those say something else than the good one."""
    source = random.Random(seed)
    good = json.loads(json.dumps(prove(net, numbers=False).certificate))
    assert Numbers(good, seed).true()
    accepted = other = 0
    for _ in range(count):
        bad = mutated(good, source)
        try:
            verify(json.loads(json.dumps(bad)))
        except Rejected:
            continue
        accepted += 1
        other += bad["network"] != good["network"]
        assert Numbers(bad, seed).true(), json.dumps(bad)
    return accepted, other


@pytest.mark.parametrize("net", SUBJECTS, ids=lambda n: f"{n.name}-{n.loss.name}")
def test_what_the_kernel_accepts_is_true(net: Network) -> None:
    accepted, _ = fuzz(net, 250, 1)
    assert accepted > 5, accepted


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 6))
@pytest.mark.parametrize("net", SUBJECTS, ids=lambda n: f"{n.name}-{n.loss.name}")
def test_what_the_kernel_accepts_is_true_often(net: Network, seed: int) -> None:
    fuzz(net, 2_000, seed)


def test_the_second_opinion_sees_a_wrong_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a kernel that compares nothing lets false certificates through, and the numbers see them."""
    import symbackprop.kernel.gradient as kernel

    monkeypatch.setattr(kernel.Audit, "agree", lambda *_: None)
    good = json.loads(json.dumps(prove(SUBJECTS[0], numbers=False).certificate))
    good["deltas"]["u1_1"][0][0] = 7
    assert gradient(good) and not Numbers(good, 1).true()
