"""A network is a description: units, edges, names and a loss, wired so that every source comes before its use.

Layer 0 is the input layer; layers 1..L compute. A layered net names the weight of layer l to unit j from source k
w{l}_{j}_{k} (Nielsen's w^l_jk), its bias b{l}_{j}; a graph net names them w_{source}_{unit} and b_{unit}.
No symbol and no expression is made here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from symbackprop.activations import activation as find_activation
from symbackprop.activations.activation import Activation
from symbackprop.display import Showable
from symbackprop.errors import GradientRefused, NetworkError, ShapeError, nearest, quote, unknown_name
from symbackprop.losses import loss as find_loss
from symbackprop.losses.loss import Loss

Weight = str | Fraction
MAX_PARAMETERS = 5_000_000  # past this a net is handled by sizes alone (`prove --mod-p`)
MAX_WIDTH = 1_000_000
LEAK = Fraction(1, 100)
_NAME = re.compile(r"\w[\w.']{0,99}")


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow into a unit: the source's name and the weight on it, a parameter's name or a fixed number."""

    source: str
    weight: Weight


@dataclass(frozen=True, slots=True)
class Unit:
    """One neuron: z = sum of weight * source + bias, a = activation(z)."""

    name: str
    activation: Activation
    edges: tuple[Edge, ...]
    bias: Weight | None = None
    parameters: tuple[tuple[str, Weight], ...] = ()
    group: str | None = None
    layer: int | None = None
    index: int | None = None


@dataclass(frozen=True)
class Layers:
    """A fully connected net by its sizes: sizes[0] inputs, then one activation and one bias style per computing layer."""

    sizes: tuple[int, ...]
    activations: tuple[Activation, ...]
    bias: str = "parameter"  # parameter | none | neuron | w0 | shared

    def count(self) -> int:
        """The number of weights and biases (a shared bias counts once)."""
        per_unit = 0 if self.bias in ("none", "shared") else 1
        weights = sum((m + per_unit) * n for m, n in zip(self.sizes, self.sizes[1:]))
        return weights + (1 if self.bias == "shared" else 0)


BIAS_STYLES = {
    "parameter": "every unit has its own bias b",
    "none": "no bias at all",
    "neuron": "one bias neuron B{l} a layer that always puts out 1",
    "w0": "a weight w_0 on the constant input x_0 = 1",
    "shared": "one bias b shared by all units",
}


class Network(Showable):
    """A feed-forward net and its loss: valid once built.

    Math
        z_k = sum_j w_jk a_j + b_k,  a_k = phi_k(z_k),  cost = loss(outputs, targets)
    Shapes
        inputs (n,), outputs and targets (m,); one weight per edge
    Raises
        NetworkError for a cycle, an unknown source, a duplicate name, a unit that reaches no output;
        ShapeError for sizes below 1; NameUnknown for an unknown activation or loss.

    >>> net = Network.layered([2, 3, 1], activation="sigmoid", loss="performance")
    >>> len(net.units), len(net.parameters)
    (4, 13)
    """

    def __init__(
        self,
        inputs: Sequence[str],
        units: Iterable[Unit],
        outputs: Sequence[str],
        loss: str | Loss = "performance",
        *,
        ones: Sequence[str] = (),
        targets: Sequence[str] | None = None,
        name: str = "net",
        layers: Layers | None = None,
    ) -> None:
        self.name = name
        self.inputs, self.ones, self.outputs = tuple(inputs), tuple(ones), tuple(outputs)
        self.loss = find_loss(loss)
        self.targets = tuple(targets) if targets is not None else tuple(f"y{k + 1}" for k in range(len(self.outputs)))
        self.architecture = layers
        if layers is None:
            self.units = _ordered(tuple(units), {*self.inputs, *self.ones})
            self._validate()

    # -- ways to make one ---------------------------------------------------------------------------------------------

    @classmethod
    def layered(
        cls,
        sizes: Sequence[int],
        activation: str | Activation | Sequence[str | Activation] = "sigmoid",
        loss: str | Loss = "performance",
        *,
        bias: bool | str = True,
        output_activation: str | Activation | None = None,
        name: str | None = None,
    ) -> Network:
        """A fully connected layered net; `sizes` starts with the number of inputs.

        With a cross-entropy the output layer is softmax (sigmoid for the binary one) unless said otherwise.
        """
        sizes = tuple(sizes)
        if len(sizes) < 2 or not all(
            isinstance(n, int) and not isinstance(n, bool) and 1 <= n <= MAX_WIDTH for n in sizes
        ):
            raise ShapeError(
                f"a layered net needs at least two layers of 1 to {MAX_WIDTH:,} units",
                expected="sizes such as [2, 3, 1], the input layer first",
                got=quote(list(sizes)),
            )
        chosen = find_loss(loss)
        many = [activation] * (len(sizes) - 1) if isinstance(activation, str | Activation) else list(activation)
        if len(many) != len(sizes) - 1:
            raise ShapeError(
                "the activations do not fit the layers",
                expected=f"one activation, or {len(sizes) - 1}: one for each computing layer",
                got=str(len(many)),
            )
        if output_activation is None and isinstance(activation, str | Activation):
            output_activation = {"softmax_cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}.get(chosen.name)
        found = [find_activation(each, "activation") for each in many]
        if output_activation is not None:
            found[-1] = find_activation(output_activation, "output activation")
        style = {True: "parameter", False: "none"}.get(bias, bias) if isinstance(bias, bool) else bias
        if style not in BIAS_STYLES:
            raise unknown_name("bias style", style, BIAS_STYLES)
        layers = Layers(sizes, tuple(found), style)
        inputs = [f"x{k + 1}" for k in range(sizes[0])]
        outputs = [f"u{len(sizes) - 1}_{j + 1}" for j in range(sizes[-1])]
        ones = {"neuron": [f"B{k}" for k in range(len(sizes) - 1)], "w0": ["x0"]}.get(style, [])
        title = name or "-".join(map(str, sizes if len(sizes) <= 12 else (*sizes[:6], "...", sizes[-1])))
        net = cls(inputs, (), outputs, chosen, ones=ones, name=title, layers=layers)
        net._validate_heads(found[-1], sizes[-1])
        for width, each in zip(sizes[1:], found):
            _refuse_single_softmax(each, width)
        return net

    @classmethod
    def chain(
        cls, length: int, activation: str | Activation = "sigmoid", loss: str | Loss = "performance", **more: Any
    ) -> Network:
        """`length` neurons in a row, one a layer (Winston's simplest net is chain(2, bias=False))."""
        return cls.layered([1] * (length + 1), activation, loss, **more)

    @classmethod
    def from_toml(cls, path: str) -> Network:
        """The net a TOML file describes (see `symbackprop.specs`)."""
        from symbackprop.specs import read_file

        return read_file(path)

    # -- what it is ---------------------------------------------------------------------------------------------------

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """Every unit, in an order in which each source comes before its use."""
        layers = self.architecture
        assert layers is not None
        if layers.count() > MAX_PARAMETERS:
            raise ShapeError(
                "this net is too large to be written out unit by unit",
                expected=f"at most {MAX_PARAMETERS:,} parameters",
                got=f"{layers.count():,}",
                try_="prove SPEC --mod-p, which works by sizes",
            )
        return tuple(_layer_units(layers))

    @cached_property
    def by_name(self) -> dict[str, Unit]:
        """Units by name."""
        return {unit.name: unit for unit in self.units}

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of all learnt parameters: weights, then the bias, unit by unit; a tied one once."""
        found: dict[str, None] = {}
        for unit in self.units:
            for edge in unit.edges:
                if isinstance(edge.weight, str):
                    found[edge.weight] = None
            for value in (unit.bias, *(value for _, value in unit.parameters)):
                if isinstance(value, str):
                    found[value] = None
        return tuple(found)

    @cached_property
    def parameter_set(self) -> frozenset[str]:
        """The names of all learnt parameters, to ask whether one is."""
        return frozenset(self.parameters)

    @cached_property
    def groups(self) -> dict[str, tuple[Unit, ...]]:
        """The softmax groups by name."""
        found: dict[str, list[Unit]] = {}
        for unit in self.units:
            if unit.group is not None:
                found.setdefault(unit.group, []).append(unit)
        return {name: tuple(members) for name, members in found.items()}

    @cached_property
    def successors(self) -> dict[str, tuple[tuple[Unit, Weight], ...]]:
        """For every source, the units it feeds, with the weight on the edge."""
        found: dict[str, list[tuple[Unit, Weight]]] = {}
        for unit in self.units:
            for edge in unit.edges:
                found.setdefault(edge.source, []).append((unit, edge.weight))
        return {name: tuple(each) for name, each in found.items()}

    @property
    def is_layered(self) -> bool:
        """Whether every edge goes from one layer to the next (bias neurons aside)."""
        return self.architecture is not None or self.depths is not None

    @cached_property
    def depths(self) -> dict[str, int] | None:
        """The layer of every unit where the net can be layered, else None (an edge skips a layer)."""
        depth = dict.fromkeys(self.inputs, 0)
        ones = set(self.ones)
        for unit in self.units:
            found = {depth[edge.source] for edge in unit.edges if edge.source not in ones}
            if len(found) > 1:
                return None
            depth[unit.name] = 1 + (found.pop() if found else 0)
        if len({depth[name] for name in self.outputs}) > 1:
            return None
        return {name: layer for name, layer in depth.items() if name not in set(self.inputs)}

    @property
    def kinks(self) -> tuple[str, ...]:
        """The names of the activations in use that have a kink."""
        return tuple(dict.fromkeys(unit.activation.name for unit in self.units if unit.activation.kinks))

    def require_gradient(self) -> None:
        """Raise GradientRefused where some unit has no useful derivative."""
        kinds = self.architecture.activations if self.architecture else [unit.activation for unit in self.units]
        for each in kinds:
            if not each.differentiable:
                where = next(unit.name for unit in self.units if unit.activation is each)
                raise GradientRefused(
                    f"a {each.name} unit has no useful derivative, so this net has no gradient to train with",
                    where=f"unit {where}",
                    try_="sigmoid or relu in its place; or the perceptron rule for a single threshold unit",
                )

    def description(self) -> dict[str, Any]:
        """The net as plain JSON data: what certificates, generated code and saved files hold."""

        def plain(weight: Weight) -> Any:
            return weight if isinstance(weight, str) else {"fixed": str(weight)}

        units = []
        for unit in self.units:
            item: dict[str, Any] = {
                "name": unit.name,
                "activation": unit.activation.name,
                "edges": [[edge.source, plain(edge.weight)] for edge in unit.edges],
            }
            if unit.bias is not None:
                item["bias"] = plain(unit.bias)
            if unit.parameters:
                item["parameters"] = {role: plain(value) for role, value in unit.parameters}
            if unit.group is not None:
                item["group"] = unit.group
            if unit.layer is not None:
                item["layer"], item["index"] = unit.layer, unit.index
            units.append(item)
        return {
            "name": self.name,
            "inputs": list(self.inputs),
            **({"ones": list(self.ones)} if self.ones else {}),
            "units": units,
            "outputs": list(self.outputs),
            "loss": self.loss.name,
            "targets": list(self.targets),
        }

    def __str__(self) -> str:
        kinds = dict.fromkeys(
            each.name
            for each in (self.architecture.activations if self.architecture else (u.activation for u in self.units))
        )
        count = self.architecture.count() if self.architecture else len(self.parameters)
        shape = f"{len(self.inputs)} inputs, " + (
            f"{sum(self.architecture.sizes[1:])} units" if self.architecture else f"{len(self.units)} units"
        )
        sense = {"minimise": "minimised", "maximise": "maximised"}[self.loss.sense]
        bias = f"; bias: {BIAS_STYLES[self.architecture.bias]}" if self.architecture else ""
        return (
            f"net {self.name}: {shape}, {count:,} parameters; activation {', '.join(kinds)}; "
            f"{self.loss.name} {self.loss.letter} = {self.loss.formula}, {sense}{bias}"
        )

    __repr__ = __str__

    # -- what it refuses ----------------------------------------------------------------------------------------------

    def _validate(self) -> None:
        self._validate_names()
        if not self.outputs:
            raise NetworkError("the net has no output", expected="at least one unit named as output")
        for output in self.outputs:
            if output not in self.by_name:
                close = nearest(output, self.by_name)
                raise NetworkError(
                    "an output is not a unit",
                    where=f"outputs: {quote(output)}",
                    expected="the name of a unit",
                    try_=" or ".join(close) or None,
                )
        for k, output in enumerate(self.outputs):
            if output in self.outputs[:k]:
                raise NetworkError("an output is named twice", where=f"outputs: {quote(output)}", got=output)
        self._validate_reach()
        for name, members in self.groups.items():
            _refuse_single_softmax(members[0].activation, len(members), where=f"group {name}")
        last = {self.by_name[name].activation for name in self.outputs}
        for each in last:
            self._validate_heads(each, len(self.outputs))
        if self.loss.needs_softmax and len({self.by_name[name].group for name in self.outputs}) != 1:
            raise NetworkError("softmax cross-entropy needs all outputs in one softmax group", where="outputs")
        if self.loss.needs_softmax and len(self.groups[str(self.by_name[self.outputs[0]].group)]) != len(self.outputs):
            raise NetworkError(
                "softmax cross-entropy needs every unit of the softmax group as an output", where="outputs"
            )

    def _validate_heads(self, last: Activation, width: int) -> None:
        if len(self.targets) != len(self.outputs):
            raise ShapeError(
                "the targets do not fit the outputs", expected=f"{len(self.outputs)} names", got=str(len(self.targets))
            )
        if self.loss.needs_softmax and not last.vector:
            raise NetworkError(
                f"{self.loss.name} needs a softmax output layer", got=last.name, try_='output_activation="softmax"'
            )
        bounds = self.loss.output_range
        if bounds is not None and not last.undefined and (last.range[0] < bounds[0] or last.range[1] > bounds[1]):
            raise NetworkError(
                f"{self.loss.name} needs outputs between {bounds[0]} and {bounds[1]}",
                got=f"{last.name}, with outputs between {last.range[0]} and {last.range[1]}",
                try_="sigmoid outputs" if last.name != "sigmoid" else None,
            )

    def _validate_names(self) -> None:
        seen: dict[str, str] = {}
        roles = [("input", self.inputs), ("bias neuron", self.ones), ("target", self.targets)]
        for role, name in [
            *((role, name) for role, names in roles for name in names),
            *(("unit", u.name) for u in self.units),
        ]:
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                raise NetworkError(
                    f"this is not a name for {'an' if role == 'input' else 'a'} {role}",
                    expected="letters, digits, _ . and ' (at most 100)",
                    got=quote(name),
                )
            if name in seen:
                raise NetworkError(
                    "two things in the net have one name", where=f"{seen[name]} and {role} {name}", got=name
                )
            seen[name] = role
        for name in self.parameters:
            if not _NAME.fullmatch(name):
                raise NetworkError(
                    "this is not a name for a parameter", expected="letters, digits, _ . and '", got=quote(name)
                )
            if name in seen:
                raise NetworkError(
                    "a parameter has the name of another thing", where=f"{seen[name]} and parameter {name}", got=name
                )

    def _validate_reach(self) -> None:
        reached = set(self.outputs)
        for unit in reversed(self.units):
            partners = [each.name for each in self.groups.get(unit.group, ())] if unit.group is not None else []
            if unit.name in reached or any(name in reached for name in partners):
                reached.update(edge.source for edge in unit.edges)
                reached.update(partners)
        for unit in self.units:
            if unit.name not in reached:
                raise NetworkError(
                    "a unit reaches no output, so nothing depends on its weights",
                    where=f"unit {unit.name}",
                    expected="a path from every unit to an output",
                    try_="name it in outputs, let a later unit use it, or leave it out",
                )


def _refuse_single_softmax(kind: Activation, width: int, where: str | None = None) -> None:
    if kind.vector and width < 2:
        raise ShapeError(
            "softmax over one unit is the constant 1", where=where, expected="at least two units", got=str(width)
        )


def _layer_units(layers: Layers) -> Iterable[Unit]:
    before = [f"x{k + 1}" for k in range(layers.sizes[0])]
    for number, (width, kind) in enumerate(zip(layers.sizes[1:], layers.activations), start=1):
        one = {"neuron": f"B{number - 1}", "w0": "x0"}.get(layers.bias)
        names = [f"u{number}_{j + 1}" for j in range(width)]
        for j, name in enumerate(names, start=1):
            edges = [Edge(source, f"w{number}_{j}_{k}") for k, source in enumerate(before, start=1)]
            if one is not None:
                edges.insert(0, Edge(one, f"w{number}_{j}_0"))
            bias = {"parameter": f"b{number}_{j}", "shared": "b"}.get(layers.bias)
            yield Unit(
                name,
                kind,
                tuple(edges),
                bias,
                default_parameters(kind, f"{number}_{j}"),
                f"layer{number}" if kind.vector else None,
                number,
                j,
            )
        before = names


def default_parameters(
    kind: Activation, suffix: str, given: Mapping[str, Weight] | None = None
) -> tuple[tuple[str, Weight], ...]:
    """A unit's activation parameters: a learnt one gets a name, a fixed one the usual leak, unless given."""
    values = dict(given or {})
    return tuple(
        (role, values.get(role, f"{role}{suffix}" if role in kind.learnt else LEAK)) for role in kind.parameters
    )


def _ordered(units: tuple[Unit, ...], sources: set[str]) -> tuple[Unit, ...]:
    """The units in topological order, as near to the given order as can be; raises NetworkError with the cycle shown."""
    names = {unit.name: unit for unit in units}
    if len(names) != len(units):
        twice = next(u.name for k, u in enumerate(units) if u.name in {v.name for v in units[:k]})
        raise NetworkError("two units have one name", where=f"unit {twice}", got=twice)
    for unit in units:
        if unit.name in sources:
            raise NetworkError("two things in the net have one name", where=f"a source and unit {unit.name}", got=unit.name)
        if not unit.edges:
            raise NetworkError("a unit has no source", where=f"unit {unit.name}", expected="at least one edge into it")
        seen: set[str] = set()
        for edge in unit.edges:
            if edge.source not in sources and edge.source not in names:
                close = nearest(edge.source, [*sources, *names])
                raise NetworkError(
                    "a unit has an unknown source",
                    where=f"unit {unit.name}",
                    expected="an input, a bias neuron or a unit",
                    got=quote(edge.source),
                    try_=" or ".join(close) or None,
                )
            if edge.source in seen:
                raise NetworkError("a unit has two edges from one source", where=f"unit {unit.name}", got=edge.source)
            seen.add(edge.source)
    groups: dict[str, list[str]] = {}
    for unit in units:
        if unit.group is not None:
            groups.setdefault(unit.group, []).append(unit.name)
    partners = {unit.name: groups[unit.group] for unit in units if unit.group is not None}
    done: set[str] = set(sources)
    result: list[Unit] = []
    for start in units:
        path: dict[str, None] = {}  # the units being visited, in order: a cycle shows as a name met again
        stack = [start.name]
        while stack:
            name = stack[-1]
            if name in done:
                stack.pop()
                continue
            waiting = [
                each
                for edge in names[name].edges
                for each in partners.get(edge.source, (edge.source,))  # a softmax output needs its whole group
                if each not in done
            ]
            if not waiting:
                stack.pop()
                path.pop(name, None)
                done.add(name)
                result.append(names[name])
                continue
            path[name] = None
            if waiting[0] in path:
                order = list(path)
                circle = [*order[order.index(waiting[0]) :], waiting[0]]
                raise NetworkError(
                    "the net has a cycle, so it is not feed-forward",
                    where=" <- ".join(circle),
                    try_="leave out one of these edges",
                )
            stack.append(waiting[0])
    return tuple(result)
