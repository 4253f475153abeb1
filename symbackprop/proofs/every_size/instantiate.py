"""Instantiates the graph theorem at a given net: its index sets become the net's units, inputs and parameters.

The right sides are read from the certificate that the kernel accepted; the net only says where edges are and which parameter
stands where (the constants E, F, S, R, T). So a printed line is the theorem with its sums written out, nothing derived anew.

>>> net = {"inputs": ["x1"], "units": [{"name": "u", "edges": [["x1", "w1"]], "bias": "b1"}, {"name": "v", "edges":
...     [["u", "w2"]]}], "outputs": ["v"]}
>>> for line in instantiate(net): print(line)
delta[v] = g[v] p[v]
delta[u] = p[u] w2 delta[v]
dC/dw1 = delta[u] x1
dC/db1 = delta[u]
dC/dw2 = delta[v] o[u]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from symbackprop.errors import NetworkError
from symbackprop.proofs.every_size import graph
from symbackprop.proofs.every_size.concrete import terms

Table = dict[tuple[str, ...], int]


@dataclass(frozen=True)
class Line:
    """One equation of the instance."""

    left: str
    right: str

    def __str__(self) -> str:
        return f"{self.left} = {self.right}"


class Instance:
    """The constants of the graph theorem for one net description."""

    def __init__(self, net: Mapping[str, Any]) -> None:
        coupled = sorted(
            {unit["activation"] for unit in net["units"] if unit.get("group") or unit.get("activation") == "softmax"}
        )
        if coupled:
            raise NetworkError(
                "the graph theorem is about units that each apply a function to their own z",
                got=f"{', '.join(coupled)} units, which look at the whole layer",
                try_="symbackprop theorem backprop --softmax-ce, or symbackprop prove for this net",
            )
        self.units = [unit["name"] for unit in net["units"]]
        self.ones = set(net.get("ones", ()))
        self.outputs = set(net["outputs"])
        self.tables: dict[str, Table] = {name: {} for name in "EFSRT"}
        self.parameters: dict[str, bool] = {}  # name: whether it is learnt
        known = set(self.units)
        for unit in net["units"]:
            for source, weight in unit["edges"]:
                edge, place = ("E", "S") if source in known else ("F", "R")
                name = self._parameter(weight)
                self.tables[edge][unit["name"], source] = 1
                stands = (unit["name"], source, name)
                self.tables[place][stands] = self.tables[place].get(stands, 0) + 1
            if unit.get("bias") is not None:
                self.tables["T"][unit["name"], self._parameter(unit["bias"])] = 1
        self.by: dict[tuple[str, int, str], list[tuple[str, ...]]] = {}
        for name, table in self.tables.items():
            for where in table:
                for position, value in enumerate(where):
                    self.by.setdefault((name, position, value), []).append(where)

    def _parameter(self, weight: Any) -> str:
        name = weight if isinstance(weight, str) else str(weight["fixed"])
        self.parameters[name] = isinstance(weight, str)
        return name

    def _rows(self, name: str, indices: tuple[str, ...], known: Mapping[str, str]) -> list[tuple[str, ...]]:
        """The non-zero places of a constant that agree with what the indices already are."""
        fixed = [(position, known[index]) for position, index in enumerate(indices) if index in known]
        candidates = self.by.get((name, *fixed[0]), []) if fixed else list(self.tables[name])
        return [row for row in candidates if all(row[position] == value for position, value in fixed)]

    def expand(self, text: str, known: Mapping[str, str]) -> str:
        """A right side of the theorem with its sums written out over the net."""
        shown = []
        for number, factors in terms(text):
            masks = [(name, indices) for _, name, indices in factors if name in self.tables]
            others = [(name, indices) for _, name, indices in factors if name not in self.tables]
            found = [(dict(known), int(number))]
            for name, indices in masks:
                found = [
                    (at | dict(zip(indices, row)), times * self.tables[name][row])
                    for at, times in found
                    for row in self._rows(name, indices, at)
                ]
            for at, times in found:
                body = [self._factor(name, tuple(at[i] for i in indices)) for name, indices in others]
                if "0" not in body:
                    factors_shown = " ".join(part for part in body if part != "1") or "1"
                    shown.append(factors_shown if times == 1 else f"{times} {factors_shown}")
        return " + ".join(shown) or "0"

    def _factor(self, name: str, at: tuple[str, ...]) -> str:
        if name in "wv":  # the weight of an edge: the parameters that stand there
            rows = self._rows("S" if name == "w" else "R", ("k", "j", "m"), {"k": at[0], "j": at[1]})
            return rows[0][2] if len(rows) == 1 else "(" + " + ".join(row[2] for row in rows) + ")"
        if name == "x":
            return "1" if at[0] in self.ones else at[0]
        if name == "g" and at[0] not in self.outputs:
            return "0"  # the cost does not look at this unit
        return f"{name}[{at[0]}]"


def instantiate(net: Mapping[str, Any]) -> Iterator[Line]:
    """The delta of every unit, from the output back, and the derivative by every learnt parameter.

    Requires
        a net description (units in an order in which every source comes before its use)
    Raises
        NetworkError for softmax groups, whose units are not functions of their own z alone.
    """
    instance = Instance(net)
    draft, _ = graph.tied()
    entries = {entry["symbol"].split("[")[0]: entry for entry in draft.certificate["model"]}
    reading = next(t for t in draft.certificate["theorems"] if t["name"] == "C by theta")
    for unit in reversed(instance.units):
        yield Line(f"delta[{unit}]", instance.expand(entries["delta"]["as"], {"k": unit}))
    for parameter in (name for name, learnt in instance.parameters.items() if learnt):
        yield Line(f"dC/d{parameter}", instance.expand(reading["right"], {"m": parameter}))
