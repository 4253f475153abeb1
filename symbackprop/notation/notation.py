"""Notation: one table from kinds of quantity to letters and index patterns, from which reading and printing both follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from symbackprop.notation import scripts
from symbackprop.notation.greek import NAMED
from symbackprop.notation.patterns import Pattern, Reading, latex_letter
from symbackprop.notation.places import Places, Quantity, as_read, spelt
from symbackprop.notation.positions import POSITIONS, position_letter
from symbackprop.notation.scripts import Fields, Marks

MAX_KNOWN = 20_000  # readings kept


@dataclass(frozen=True)
class Notation:
    """A way to write a net down. Only names things; never changes a value.

    `patterns[kind]` lists the patterns of a kind: the first is printed, all are read. `labels` says how {u} and {s} name a
    neuron: "position" (Winston's l_i, r_j, f_k), "number" (a running number) or "name" (its own name); layered notations use {l}, {j}, {k}.
    """

    name: str
    title: str
    source: str
    patterns: Mapping[str, tuple[Pattern, ...]]
    labels: str = "layered"
    input_layer: int = 0  # the number this notation gives to the input layer
    weight_shift: int = 0  # -1 where the weights W^(l) and biases b^(l) lead from layer l to layer l + 1
    delta_sign: int = 1  # -1 where delta stands for minus the derivative
    loss: str = "half_squared"  # what a net gets when nobody names a loss
    maximise: bool = False
    cost_letters: tuple[str, ...] = ("C", "c", "E", "J", "L")
    rate_letters: tuple[str, ...] = ("eta",)
    layer_letters: tuple[str, ...] = ("l", "ell")
    last_layer: str = "L"
    index_letters: tuple[str, ...] = ("i", "j", "k", "m", "n", "r", "s", "q")
    activation_letters: tuple[str, ...] = ("sigma",)
    qualifiers: tuple[str, ...] = ()  # subscripts that say nothing (`sample`)
    one_per_layer: bool = False  # a chain: the index in the layer is never written
    transpose_weights: bool = False
    rows: bool = False  # examples, vectors and biases are rows, and weights lead from row to column: x @ W + b
    program: bool = False  # formulas are lines of a program: * is entrywise, @ the matrix product
    examples: tuple[str, ...] = field(default=())

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Letters of more than one character that are no Greek names: the parser must not split them."""
        found = {p.letter for each in self.patterns.values() for p in each} | {
            *self.rate_letters,
            *self.activation_letters,
        }
        return tuple(sorted(letter for letter in found if len(letter) > 1 and letter not in NAMED and " " not in letter))

    @cached_property
    def for_one_unit(self) -> Notation:
        """The same notation for a net of one unit, where nobody writes its layer or its index: w_k, w, b, z, a."""
        if self.labels != "layered":
            return self
        taken = {(p.letter, p.sub, p.sup) for each in self.patterns.values() for p in each}
        patterns = dict(self.patterns)
        for kind in ("weight", "bias", "net_input", "output", "delta"):
            for letter in dict.fromkeys(p.letter for p in self.patterns.get(kind, ())):
                short = (Pattern(letter, "{k}"), Pattern(letter, column=True)) if kind == "weight" else (Pattern(letter),)
                patterns[kind] = (*patterns[kind], *(p for p in short if (p.letter, p.sub, p.sup) not in taken))
        return replace(self, patterns=patterns)

    # -- reading ------------------------------------------------------------------------------------------------------

    def read(self, letter: str, sub: Marks, sup: Marks) -> tuple[Reading, ...]:
        """Every way this notation can read a symbol; none for one that it does not have."""
        found = self._known.get((letter, sub, sup))
        if found is None:
            if len(self._known) > MAX_KNOWN:
                self._known.clear()
            found = self._known[letter, sub, sup] = tuple(self._readings(letter, sub, sup))
        return found

    @cached_property
    def _known(self) -> dict[tuple[str, Marks, Marks], tuple[Reading, ...]]:
        return {}

    def _readings(self, letter: str, sub: Marks, sup: Marks) -> Iterator[Reading]:
        if "".join(mark.text.strip() for mark in sub).lower() in self.qualifiers:
            sub = ()
        transposed = bool(sup) and sup[-1].kind == "name" and sup[-1].text == "T"
        if transposed:
            sup = scripts.stripped(sup[:-1])
        for kind, patterns in self.patterns.items():
            for pattern in patterns:
                if pattern.letter != letter or (letter == "e" and pattern.sup[:1] in ("(", "[") and sup and sup[0].kind != "open"):
                    continue  # e^{u} is a power of e, where e^{[l]} is a quantity
                below, above = scripts.cut(pattern.sub, sub), scripts.cut(pattern.sup, sup)
                if below is not None and above is not None and self._labels_fit(below):
                    yield Reading(kind, pattern, tuple((below | above).items()), transposed != pattern.column)

    def _labels_fit(self, fields: Fields) -> bool:
        if self.labels != "position":
            return True
        if any(marks and marks[0].text in POSITIONS and any(m.kind == "sub" for m in marks) for marks in (fields.get("j"),)):
            return False  # f_j is the label of a final neuron, not an index with a spelling of its own
        found = ((name, marks) for name, marks in fields.items() if name in "us")  # from 0: from the bias neuron
        return all(marks and (marks[0].text in POSITIONS or (name, marks[0].text) == ("s", "0")) for name, marks in found)

    def resolve(self, reading: Reading, indices: Mapping[str, int], places: Places) -> Quantity | None:
        """The quantity a reading names when its index letters have these values; None where the net has no such thing.

        Raises KeyError for an index letter without a value, ValueError for an index that is no whole number.
        """
        fields = reading.field
        kind = reading.kind.removesuffix("_matrix").removesuffix("_derivative")
        found = self._resolve(kind, fields, indices, places, reading.pattern)
        if found is None or (kind == reading.kind and "e" not in fields):
            return found
        example = self._number(fields["e"], indices) if "e" in fields else None
        derived = reading.kind if reading.kind.endswith("_derivative") else found.kind
        return found._replace(kind=derived, example=example, wide=reading.kind.endswith("_matrix"))

    def _resolve(
        self, kind: str, fields: Fields, indices: Mapping[str, int], places: Places, pattern: Pattern
    ) -> Quantity | None:
        if self.labels == "layered":
            return self._layered(kind, fields, indices, places, pattern)
        unit = self._label(fields["u"], indices, places) if "u" in fields else None
        source = self._label(fields["s"], indices, places) if "s" in fields else None
        if self.labels == "position" and unit is not None and [mark.text for mark in fields.get("s", ())] == ["0"]:
            source = places.bias_neuron(unit)
        return self._labelled(kind, fields, unit, source, indices, places)

    def crossed(self, reading: Reading, indices: Mapping[str, int], places: Places) -> frozenset[str]:
        """The index letters of a reading that names nothing which are past the end of a layer that is there."""
        fields = reading.field
        if self.labels == "position":
            found = [self._position(fields[name], indices) for name in "us" if name in fields]
        elif self.labels == "layered" and ("l" in fields or reading.kind in _LAYER_OF):
            own = 0 if reading.kind == "input" else places.depth
            layer = self._layer(fields["l"], indices) - self.first(reading.kind) if "l" in fields else own
            marks = ((fields[name], layer - below) for name, below in (("j", 0), ("k", 1)) if name in fields)
            found = [(each, at, scripts.value(each, indices)) for each, at in marks]
        else:
            return frozenset()
        if any(layer is None or not 0 <= layer < len(places.layers) for _, layer, _ in found):
            return frozenset()
        past = (each for each, layer, index in found if index and layer is not None and index > len(places.layers[layer]))
        return frozenset(letter for each in past for letter in scripts.letters(each))

    def _position(self, marks: Marks, indices: Mapping[str, int]) -> tuple[Marks, int | None, int | None]:
        """The index of a label such as l_i as it is written, the layer and the index."""
        rest = scripts.stripped(tuple(mark for mark in marks[1:] if mark.kind != "sub"))
        return rest, indices.get("@" + marks[0].text), scripts.value(rest, indices) if rest else None

    def first(self, kind: str) -> int:
        """The number that a quantity of this kind would carry in the input layer."""
        return self.input_layer + (self.weight_shift if kind in ("weight", "bias") else 0)

    def _number(self, marks: Marks, indices: Mapping[str, int]) -> int:
        found = scripts.value(marks, indices)
        if found is None:
            raise ValueError("".join(mark.text for mark in marks))
        return found

    def _layer(self, marks: Marks, indices: Mapping[str, int]) -> int:
        return self._number(marks, scripts.with_count_of_layers(marks, indices, self.last_layer))

    def _layered(self, kind: str, fields: Fields, indices: Mapping[str, int], places: Places, pattern: Pattern) -> Quantity | None:
        layer = self._layer(fields["l"], indices) - self.first(kind) if "l" in fields else pattern.layer or None
        index = self._number(fields["j"], indices) if "j" in fields else None
        source = self._number(fields["k"], indices) if "k" in fields else None
        if layer is None and kind in _LAYER_OF:
            layer = 0 if kind == "input" else places.depth
        if self.one_per_layer and kind in _LAYER_OF:
            index = 1
            source = 1 if kind == "weight" else None
        if index is None and source is not None and kind == "weight":
            index = 1 if layer is not None and places.name(layer, 2) is None else 0  # w_k leads to the one unit of its layer
        if layer is None and kind == "cost" and index is not None:  # the share of one output
            return Quantity(kind, places.net.outputs[index - 1]) if 1 <= index <= len(places.net.outputs) else None
        if layer is None:
            return Quantity(kind)
        if not (0 if kind in ("output", "input") else 1) <= layer <= places.depth:
            return None
        if (kind == "input" and layer != 0) or (kind == "target" and layer != places.depth):
            return None
        if index is None:
            return Quantity(kind, layer=layer)
        unit = places.name(layer, index)
        if unit is None:
            return None
        if kind != "weight":
            return Quantity(kind, unit)
        before = places.bias_neuron(unit) if source == 0 else places.name(layer - 1, source) if source is not None else None
        return Quantity(kind, unit, before) if before is not None and (before, unit) in places.edges else None

    def _label(self, marks: Marks, indices: Mapping[str, int], places: Places) -> str | None:
        if self.labels == "name":
            label = as_read("".join(mark.text for mark in marks))
            if label in places.by_label or label not in indices:
                return places.by_label.get(label)
            name = places.by_number.get(indices[label])  # a letter: h for h1, h2, ... where there are such, else for any neuron
            return name if name in places.family(label) or not places.family(label) else None
        if self.labels == "number":
            number = scripts.value(marks, indices)
            if number is None:
                raise ValueError("".join(mark.text for mark in marks))
            return places.by_number.get(number)
        layer_letter = marks[0].text if marks else ""
        layer = indices.get("@" + layer_letter) if layer_letter in POSITIONS else None
        rest = scripts.stripped(tuple(mark for mark in marks[1:] if mark.kind != "sub"))
        if layer is None:
            if layer_letter in POSITIONS:
                raise KeyError("@" + layer_letter)
            return None
        if not 0 <= layer < len(places.layers):
            return None
        if not rest:
            return places.layers[layer][0] if len(places.layers[layer]) == 1 else None
        index = scripts.value(rest, indices)
        if index is None:
            raise ValueError("".join(mark.text for mark in rest))
        return places.name(layer, index)

    def _labelled(
        self,
        kind: str,
        fields: Fields,
        unit: str | None,
        source: str | None,
        indices: Mapping[str, int],
        places: Places,
    ) -> Quantity | None:
        if ("u" in fields and unit is None) or ("s" in fields and source is None):
            return None
        if "j" in fields:  # an input or a target counted by itself
            index = self._number(fields["j"], indices)
            row = places.net.inputs if kind == "input" else places.net.outputs
            return Quantity(kind, row[index - 1]) if 1 <= index <= len(row) else None
        if kind == "target":
            if unit is None:
                unit = places.net.outputs[0] if len(places.net.outputs) == 1 else None
            return Quantity(kind, unit) if unit in places.net.outputs else None
        if kind == "cost" and "u" in fields:
            return Quantity(kind, unit) if unit in places.net.outputs else None
        if kind in ("cost", "rate", "activation", "cost_function"):
            return Quantity(kind)
        if unit is None and "u" not in fields and kind in ("output", "delta", "net_input") and len(places.net.outputs) == 1:
            unit = places.net.outputs[0]  # o without an index: the output of the net
        if unit is None:
            return None
        computing = unit in places.net.by_name
        if kind == "input" and self.labels != "position":
            return Quantity("output", unit) if unit in places.net.inputs else None
        if kind == "input":  # Winston's i_r is what comes in: the one source's output
            sources = [edge.source for edge in places.net.by_name[unit].edges] if computing else []
            sources = [name for name in sources if name not in places.net.ones]
            if source is None and len(sources) != 1:
                return None
            return Quantity("output", source or sources[0])
        if kind == "weight":
            if source is None:
                sources = [a for a, b in places.edges if b == unit and a not in places.net.ones]
                source = sources[0] if len(sources) == 1 else None
            return Quantity(kind, unit, source) if source and (source, unit) in places.edges else None
        return Quantity(kind, unit) if kind == "output" or computing else None

    # -- printing -----------------------------------------------------------------------------------------------------

    def write(self, quantity: Quantity, places: Places) -> str:
        """The LaTeX of a quantity: the first pattern of its kind, filled in.

        Raises KeyError for a kind this notation has no letter for, or a neuron it cannot name.
        """
        kind = quantity.kind
        if kind == "output" and quantity.unit in places.net.inputs and "input" in self.patterns:
            kind = "input"
        at = places.position.get(quantity.unit or "", (quantity.layer or 0, 0))[0]
        for pattern in sorted((each for each in self.patterns[kind] if each.layer in (0, at)), key=lambda each: not each.layer):
            filled = self._fill(pattern, kind, quantity, places)
            if filled is not None:
                return filled
        raise KeyError(f"{self.name} cannot write {quantity}")

    def _fill(self, pattern: Pattern, kind: str, quantity: Quantity, places: Places) -> str | None:
        values = dict[str, str]()
        wanted = pattern.fields
        if quantity.unit is not None:
            if self.labels == "layered":
                layer, index = places.position[quantity.unit]
                values = {"l": str(layer + self.first(kind)), "j": str(index)}
                if quantity.source is not None:
                    values["k"] = str(places.position.get(quantity.source, (0, 0))[1])  # a bias neuron is number 0
            else:
                row = places.net.inputs if kind == "input" else places.net.outputs
                if quantity.unit in row:
                    values["j"] = str(row.index(quantity.unit) + 1)
                if "u" in wanted:
                    owner = self._owner(kind, quantity, pattern, places)
                    if owner is None:
                        return None
                    values["u"] = self.label(owner, places)
                if quantity.source is not None:
                    values["s"] = self.label(quantity.source, places)
                if not wanted and len(row) > 1:
                    return None
        elif quantity.layer is not None:
            values = {"l": str(quantity.layer + self.first(kind))}
            if "j" in wanted:
                return None
        if not wanted <= values.keys():
            return None
        if self.labels == "layered" and quantity.unit is not None and not self.one_per_layer and "j" not in wanted:
            return None
        text = latex_letter(pattern.letter)
        for sign, template in (("^", pattern.sup), ("_", pattern.sub)):
            if template:
                wide = any(len(values[name]) > 1 for name in scripts.FIELD.findall(template))
                shown = template.replace("}{", "},{") if wide and self.labels != "position" else template
                for name, value in values.items():
                    shown = shown.replace(f"{{{name}}}", value)
                text += sign + "{" + shown.replace(">", r" \to ") + "}"
        return text

    def _owner(self, kind: str, quantity: Quantity, pattern: Pattern, places: Places) -> str | None:
        """The unit whose label stands for a quantity; Winston's input and weight may be named by the unit they go into."""
        if self.labels != "position" or "s" in pattern.fields or kind not in ("input", "weight"):
            return quantity.unit
        into = quantity.unit if kind == "weight" else None
        if kind == "input":
            users = places.net.successors.get(quantity.unit or "", ())
            into = users[0][0].name if len(users) == 1 else None
        sources = [source for source, unit in places.edges if unit == into and source not in places.net.ones]
        return into if len(sources) == 1 else None

    def label(self, name: str, places: Places) -> str:
        """How this notation names a neuron inside a script."""
        if self.labels == "name":
            return spelt(name)
        if self.labels == "number":
            return str(places.number[name])
        if name in places.net.ones:
            return "0"
        layer, index = places.position[name]
        letter = position_letter(layer, places.depth)
        return letter if len(places.layers[layer]) == 1 else f"{letter}_{{{index}}}"


_LAYER_OF = frozenset(["input", "target", "weight", "bias", "net_input", "output", "delta", "output_delta"])
