"""A network is a description: units, edges, names and a loss, wired so that every source comes before its use.

Layer 0 is the input layer; layers 1..L compute. A layered net names the weight of layer l to unit j from source k
w{l}_{j}_{k} (Nielsen's w^l_jk), its bias b{l}_{j}; a graph net names them w_{source}_{unit} and b_{unit}.
No symbol and no expression is made here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from symbackprop.activations import activation as find_activation
from symbackprop.activations.activation import Activation
from symbackprop.display import Showable
from symbackprop.errors import GradientRefused, ShapeError, quote, unknown_name
from symbackprop.losses import loss as find_loss
from symbackprop.losses.loss import Loss
from symbackprop.units import BIAS_STYLES as BIAS_STYLES
from symbackprop.units import LEAK as LEAK
from symbackprop.units import Edge as Edge
from symbackprop.units import Layers as Layers
from symbackprop.units import Unit as Unit
from symbackprop.units import Weight as Weight
from symbackprop.units import default_parameters as default_parameters
from symbackprop.units import described, layer_units, places
from symbackprop.wiring import ordered, refuse_single_softmax, validate, validate_heads

MAX_PARAMETERS = 5_000_000  # past this a net is handled by sizes alone (`prove --mod-p`)
MAX_WIDTH = 1_000_000


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
            self.units = ordered(tuple(units), {*self.inputs, *self.ones})
            validate(self)

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
        validate_heads(net, found[-1])
        for width, each in zip(sizes[1:], found):
            refuse_single_softmax(each, width)
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
        return tuple(layer_units(layers))

    @property
    def unit_count(self) -> int:
        """The number of computing units, which a layered net knows without writing them out."""
        return sum(self.architecture.sizes[1:]) if self.architecture is not None else len(self.units)

    @cached_property
    def by_name(self) -> dict[str, Unit]:
        """Units by name."""
        return {unit.name: unit for unit in self.units}

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of all learnt parameters: weights, then the bias, unit by unit; a tied one once."""
        found: dict[str, None] = {}
        for unit in self.units:
            found.update((name, None) for name, _ in places(unit))
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

    @property
    def examples(self) -> tuple[slice, ...]:
        """Which outputs, and which targets, belong to one example: all of them, except in the checker's nets for batches."""
        return (slice(None),)

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
    def is_deep(self) -> bool:
        """Whether two or more hidden units stand one after the other on a way to an output; else the net is shallow.

        >>> Network.layered([2, 3, 1]).is_deep, Network.layered([2, 3, 3, 1]).is_deep
        (False, True)
        """
        place: dict[str, int] = {}
        for unit in self.units:
            place[unit.name] = 1 + max((place.get(edge.source, 0) for edge in unit.edges), default=0)
        return max(place[name] for name in self.outputs) > 2

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
        head = self.description_but_units()
        first: dict[str, Any] = {key: head[key] for key in ("name", "inputs", "ones") if key in head}
        return {**first, "units": [described(unit) for unit in self.units], **head}

    def description_but_units(self) -> dict[str, Any]:
        """The same without its units: the head of a certificate in lines."""
        return {
            "name": self.name,
            "inputs": list(self.inputs),
            **({"ones": list(self.ones)} if self.ones else {}),
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
            f"{self.unit_count} units"
        )
        sense = {"minimise": "minimised", "maximise": "maximised"}[self.loss.sense]
        bias = f"; bias: {BIAS_STYLES[self.architecture.bias]}" if self.architecture else ""
        return (
            f"net {self.name}: {shape}, {count:,} parameters; activation {', '.join(kinds)}; "
            f"{self.loss.name} {self.loss.letter} = {self.loss.formula}, {sense}{bias}"
        )

    __repr__ = __str__
