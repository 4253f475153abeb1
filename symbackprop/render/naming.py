"""From quantities to symbols: a notation's table filled in as layout, for neurons of a net and for layers in general."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from symbackprop.derive import shown as S
from symbackprop.errors import SymbackpropError
from symbackprop.networks import Network
from symbackprop.notation import Notation, Pattern, Places
from symbackprop.notation.greek import NAMED
from symbackprop.notation.places import as_read
from symbackprop.notation.positions import position_letter
from symbackprop.render.layout import Glyph, Layout, Named, Row, Scripts, row

_FIELD = re.compile(r"\{(\w)\}")
_SPLIT = re.compile(r"([^\W\d_]+)[_.]?(.*)", re.DOTALL)


class Unnameable(SymbackpropError):
    """A quantity that the notation has no symbol for."""


@dataclass(frozen=True)
class Naming:
    """One net (or none, for formulas of every net) in one notation."""

    notation: Notation
    net: Network | None = None

    @cached_property
    def places(self) -> Places | None:
        """Where the net's neurons stand."""
        return Places(self.net) if self.net is not None else None

    def for_net(self, net: Network) -> Naming:
        """The same notation for another net."""
        return self if net is self.net else Naming(self.notation, net)

    def quantity(self, form: S.Quantity) -> Layout:
        """The symbol of a net's quantity."""
        kind, name = form.kind, form.name
        if kind == "one":
            return Glyph("1", "number")
        if kind in ("cost", "rate", "activation", "cost_function"):
            return self._plain(kind)
        if kind == "parameter" or kind in ("weight", "bias"):
            return Named(self._parameter(form), f"w:{name}")
        if kind in ("input", "output") and self.net is not None and name in self.net.ones:
            return Glyph("1", "number")
        if kind == "incoming":
            return Named(self._incoming(name, form.at), f"a:{name}")
        if kind == "target" and self.net is not None:
            unit = self.net.outputs[self.net.targets.index(name)]
            return Named(self._fill("target", unit), f"y:{name}")
        letter = {"net_input": "z", "output": "a", "input": "a", "delta": "d", "slope": "p"}[kind]
        return Named(self._fill(kind, name), f"{letter}:{name}")

    def _plain(self, kind: str) -> Layout:
        pattern = self.notation.patterns[kind][0]
        return Scripts(letter(pattern.letter), text_layout(pattern.sub)) if pattern.sub else letter(pattern.letter)

    @cached_property
    def _uses(self) -> dict[str, list[tuple[str, str | None]]]:
        """Where each parameter acts: the unit, and the source for a weight."""
        found: dict[str, list[tuple[str, str | None]]] = {}
        for unit in self.net.units if self.net is not None else ():
            for edge in unit.edges:
                if isinstance(edge.weight, str):
                    found.setdefault(edge.weight, []).append((unit.name, edge.source))
            if isinstance(unit.bias, str):
                found.setdefault(unit.bias, []).append((unit.name, None))
        return found

    def _parameter(self, form: S.Quantity) -> Layout:
        assert self.net is not None
        uses = self._uses.get(form.name, [])
        if len(uses) != 1:
            return own_name(form.name)
        unit, source = uses[0]
        if self._authors(form.name, unit, source):
            return own_name(form.name)
        try:
            return self._fill("bias", unit) if source is None else self._fill("weight", unit, source)
        except Unnameable:
            return own_name(form.name)

    def _authors(self, name: str, unit: str, source: str | None) -> bool:
        """Whether a graph's author chose this name, such as w5, and no symbol of the notation looks the same."""
        assert self.net is not None
        if self.notation.labels != "name" or name == (f"b_{unit}" if source is None else f"w_{source}_{unit}"):
            return False
        match = _SPLIT.fullmatch(name)
        return match is not None and not any(
            pattern.letter == match[1] and bool(pattern.sub) == bool(match[2]) and ">" not in pattern.sub
            for patterns in self.notation.patterns.values()
            for pattern in patterns
        )

    def _incoming(self, source: str, unit: str) -> Layout:
        """What comes into a unit: Winston's i_r where the notation has such a letter, else the output it is."""
        assert self.net is not None
        if self.notation.labels == "position" and len(self.net.by_name[unit].edges) == 1:
            pattern = self.notation.patterns["input"][0]
            return fill(pattern, {"u": self.label(unit)}, True)
        return self._fill("output", source)

    def _fill(self, kind: str, unit: str, source: str | None = None) -> Layout:
        assert self.net is not None and self.places is not None
        if unit in self.net.inputs:
            kind = "input"
        for pattern in self.notation.patterns.get(kind, ()):
            values = self._values(pattern, kind, unit, source)
            if values is not None:
                return fill(pattern, values, self.notation.labels == "position")
        raise Unnameable(
            f"the notation {self.notation.name} has no symbol for this",
            got=f"{kind} of {unit}" + (f" from {source}" if source else ""),
            try_="--notation graph, which calls the neurons of any net by their names",
        )

    def _values(self, pattern: Pattern, kind: str, unit: str, source: str | None) -> dict[str, Layout] | None:
        assert self.net is not None and self.places is not None
        wanted, values = pattern.fields, dict[str, Layout]()
        row_of = self.net.inputs if kind == "input" else self.net.outputs
        if self.notation.labels == "layered":
            if unit not in self.places.position:
                return None
            layer, index = self.places.position[unit]
            values = {"l": number(layer + self.notation.first(kind)), "j": number(index)}
            if source is not None:
                values["k"] = number(self._index(source))
            if not self.notation.one_per_layer and "j" not in wanted and kind != "bias":
                return None
            if self.notation.one_per_layer and self.places.width > 1:
                return None
        else:
            if unit in row_of:
                values["j"] = number(row_of.index(unit) + 1)
            owner = self._owner(kind, unit, source, pattern)
            if "u" in wanted and owner is None:
                return None
            values["u"] = self.label(owner or unit)
            if source is not None:
                values["s"] = self.label(source)
            if not wanted and len(row_of) > 1:
                return None
        return values if wanted <= values.keys() else None

    def _index(self, source: str) -> int:
        assert self.places is not None
        return self.places.position[source][1] if source in self.places.position else 0

    def _owner(self, kind: str, unit: str, source: str | None, pattern: Pattern) -> str | None:
        # Winston names an input and a weight after the neuron they go into, where that neuron has only one
        if self.notation.labels != "position" or "s" in pattern.fields or kind not in ("input", "weight"):
            return unit
        assert self.net is not None
        into: str | None = unit
        if kind == "input":
            users = self.net.successors.get(unit, ())
            into = users[0][0].name if len(users) == 1 else None
        if into is None:
            return None
        sources = [edge.source for edge in self.net.by_name[into].edges if edge.source not in self.net.ones]
        return into if len(sources) == 1 and (source is None or source not in self.net.ones) else None

    def label(self, name: str) -> Layout:
        """How the notation names a neuron inside a script."""
        assert self.net is not None and self.places is not None
        if self.notation.labels == "name":
            label = as_read(name)
            if self.places.by_label.get(label) != name:
                raise Unnameable("two neurons look the same in this notation, which drops what is no letter or digit",
                                 got=name, try_="--notation slides_net, which numbers the neurons of any net")  # fmt: skip
            return text_layout(label)
        if self.notation.labels == "number":
            return number(self.places.number[name])
        if name in self.net.ones:
            return number(0)
        if name not in self.places.position:
            raise Unnameable(
                "this notation names neurons by their layer, and this net has none",
                got=name,
                try_="--notation graph, which calls the neurons of any net by their names",
            )
        layer, index = self.places.position[name]
        try:
            found = letter(position_letter(layer, self.places.depth))
        except KeyError:
            raise Unnameable("the notation runs out of letters for the layers", got=f"layer {layer}", try_="--notation nielsen") from None
        return found if len(self.places.layers[layer]) == 1 else Scripts(found, number(index))

    # -- layers in general --------------------------------------------------------------------------------------------

    def generic(self, form: S.Generic) -> Layout:
        """The symbol of a quantity at layer l and letters for indices; a whole layer where there are no indices."""
        kind = (
            "input" if form.kind == "output" and form.layer == "0" and self.notation.labels == "position" else form.kind
        )
        if self.notation.one_per_layer and self.net is not None and self.net.architecture is not None:
            self._require_chain(self.net.architecture.sizes)
        for pattern in self.notation.patterns.get(kind, ()):
            if self.notation.labels == "layered":
                values = {"l": layer_text(form.layer, self.notation.first(kind), self.notation.last_layer)}
                values |= dict(zip("jk", (text_layout(each) for each in form.indices)))
                indices = pattern.fields - {"l"}
                if len(indices) != len(form.indices) and not (self.notation.one_per_layer and not indices):
                    continue
            else:
                labels = self._generic_labels(form)
                values = dict(zip("us", labels)) | ({"j": text_layout(form.indices[0])} if form.indices else {})
                counted = kind == "target" or form.layer == "0"  # d_k, i_k rather than d_{f_k}, i_{i_k}
                if (
                    counted
                    and form.indices != ("",)
                    and any(each.fields == {"j"} for each in self.notation.patterns[kind])
                ):
                    if pattern.fields != {"j"}:
                        continue
                elif len(pattern.fields & {"u", "s"}) != len(labels) and not (kind == "target" and not pattern.fields):
                    continue
            if pattern.fields <= values.keys() and not (pattern.column and not form.indices):  # a matrix that stands the other way
                return fill(pattern, values, self.notation.labels == "position")
        raise Unnameable(
            f"the notation {self.notation.name} has no symbol for a layer in general",
            got=f"{form.kind} of layer {form.layer}",
        )

    def _require_chain(self, sizes: tuple[int, ...]) -> None:
        if max(sizes) > 1:
            raise Unnameable(
                f"the notation {self.notation.name} is for chains, one neuron a layer",
                got=f"layers of {', '.join(map(str, sizes))}",
                try_="--notation nielsen",
            )

    def _generic_labels(self, form: S.Generic) -> list[Layout]:
        if self.notation.labels != "position":
            return [text_layout(each) for each in form.indices]
        own = {"l": "l", "l+1": "r", "L": "f", "l-1": "h", "L-1": "l", "0": "i"}
        before = {"l": "h", "l+1": "l", "L": "l"}
        letters = [own.get(form.layer), before.get(form.layer)]
        pairs = zip(letters, form.indices)
        named = ((letter(each), index) for each, index in pairs if each is not None)
        return [Scripts(base, text_layout(index)) if index else base for base, index in named]


def fill(pattern: Pattern, values: Mapping[str, Layout], arrows: bool) -> Layout:
    """The pattern with its fields filled in."""

    def script(template: str) -> Layout | None:
        if not template:
            return None
        wide = any(not _short(values[name]) for name in _FIELD.findall(template))
        parts: list[Layout] = []
        for at, piece in enumerate(_FIELD.split(template)):
            if at % 2:
                if wide and not arrows and parts and parts[-1] != Glyph("to", "relation") and at > 1:
                    parts.append(Glyph(",", "mark"))
                parts.append(values[piece])
            elif piece:
                parts.append(Glyph("to", "relation") if piece == ">" else text_layout(piece))
        return row(*parts)

    sub, sup = script(pattern.sub), script(pattern.sup)
    base = letter(pattern.letter)
    return Scripts(base, sub, sup) if sub is not None or sup is not None else base


def _short(value: Layout) -> bool:
    return isinstance(value, Glyph) and len(value.name) == 1


def letter(name: str) -> Layout:
    """A letter, Greek by its name; several letters are one word."""
    return Glyph(name)


def number(value: int) -> Layout:
    """A whole number."""
    return Glyph(str(value), "number")


def text_layout(text: str) -> Layout:
    """A short script text such as `l-1`, `2b`, `i` as layout."""
    parts: list[Layout] = []
    for piece in re.findall(r"\d+|[^\W\d_]+|\W|_", text):
        word = len(piece) > 1 and piece not in NAMED  # `sum` in a neuron's name is no sign
        kind = "number" if piece.isdigit() else "name" if piece.isalpha() and word else "letter" if piece.isalpha() else "mark"
        parts.append(Glyph(piece, kind))
    return row(*parts)


def layer_text(layer: str, shift: int, last: str) -> Layout:
    """A layer's name: a number moves with the notation's count of the input layer, L is its word for the last."""
    return number(int(layer) + shift) if layer.lstrip("-").isdigit() else text_layout(layer.replace("L", last))


def own_name(name: str) -> Layout:
    """A parameter under its own name: w_shared is w with the subscript `shared`."""
    match = _SPLIT.fullmatch(name)
    if match is None:
        return Glyph(name, "word")
    base, rest = match.groups()
    pieces = [text_layout(piece) for piece in re.split(r"[_.]", rest) if piece]
    joined: list[Layout] = []
    for piece in pieces:
        joined += [Glyph(",", "mark"), piece] if joined else [piece]
    return Scripts(text_layout(base), Row(tuple(joined))) if joined else text_layout(base)
