"""Formula trees as text in every shipped notation: a table of templates each, by hand, with no code of the product's printers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from referee import Formula
from referee_nets import Net, Tree


class Unwritable(Exception):
    """The notation has no way to say it."""


@dataclass(frozen=True)
class Style:
    """One notation: templates of quantities in {l} layer, {j} unit, {k} source; `family` says how units are named."""

    notation: str
    family: str  # layered, chain, position, number or name
    templates: dict[str, str] = field(hash=False)
    cost: str = "C"
    sigma: str = r"\sigma"
    first: int = 0  # the number of the input layer
    loss: str = "half_squared"
    unicode: bool = False
    weight_reversed: bool = False

    @property
    def vectors(self) -> bool:
        """Whether whole layers can be written."""
        return "{j}" in self.templates["a"] and self.family == "layered"


def _layered(sup: str, weight: str = "w", output: str = "a", first: str = "{j},{k}") -> dict[str, str]:
    out = {each: f"{each}_{{{{j}}}}^{{{sup}}}" for each in ("z", "b")}
    out |= {"a": f"{output}_{{{{j}}}}^{{{sup}}}", "delta": rf"\delta_{{{{j}}}}^{{{sup}}}"}
    out |= {"w": f"{weight}_{{{first}}}^{{{sup}}}", "y": "y_{{j}}", "x": "x_{{j}}", "eta": r"\eta"}
    return out


_CHAIN = {"a": "a_{{l}}", "z": "z_{{l}}", "b": "b_{{l}}", "w": "w_{{l}}", "delta": r"\delta_{{l}}", "da": "d_{{l}}", "y": "y", "x": "x",
          "eta": r"\eta"}  # fmt: skip

STYLES = {
    style.notation if not style.unicode else style.notation + "-unicode": style
    for style in [
        Style("nielsen", "layered", _layered("{l}")),
        Style("nielsen", "layered", _layered("{l}"), unicode=True),
        Style("leibniz", "layered", _layered("{l}"), cost="c"),
        Style("matrix", "layered", _layered("{l}", weight="W")),
        Style("slides_layer", "layered", _layered("({l})"), cost="E", sigma="g", first=1, loss="squared"),
        Style("gordon", "chain", _CHAIN, cost="c"),
        Style("euler", "chain", {**_CHAIN, "w": "p_{{l}}", "y": "g"}, cost="c"),
        Style("winston", "position", {"a": "o_{{u}}", "z": "p_{{u}}", "b": "b_{{u}}", "w": r"w_{{s} \to {u}}", "delta": r"\delta_{{u}}",
                                      "y": "d_{{u}}", "eta": r"\alpha"}, cost="P", loss="performance"),
        Style("slides_net", "number", {"a": "o_{{u}}", "z": r"\mathrm{net}_{{u}}", "b": "b_{{u}}", "w": "w_{{u},{s}}", "delta": r"\delta_{{u}}",
                                       "y": "y_{{u}}", "eta": r"\eta"}, cost="E"),
        Style("graph", "name", {"a": "y_{{u}}", "z": "z_{{u}}", "b": "b_{{u}}", "w": r"w_{{s} \to {u}}", "delta": r"\delta_{{u}}",
                                "y": "t_{{u}}", "x": "x_{{u}}", "eta": r"\eta"}),
        Style("mine", "layered", {**_layered("({l})", weight="W", output="h", first="{k},{j}"), "delta": r"\epsilon_{{j}}^{({l})}"},
              cost="J", weight_reversed=True),
    ]
}  # fmt: skip
OWN = {"name": "mine", "base": "nielsen", "output": "h_j^{(l)}", "net_input": "z_j^{(l)}", "bias": "b_j^{(l)}",
       "weight": ["W_{kj}^{(l)}"], "delta": r"\epsilon_j^{(l)}", "cost": "J"}  # fmt: skip

_UNICODE = {r"\delta": "δ", r"\sigma": "σ", r"\times": "×", r"\eta": "η", r"\partial": "∂", r"\odot": "⊙", r"\sum": "Σ", r"\Delta": "Δ",
            r"\leq": "≤", r"\geq": "≥", r"\leftarrow": "←"}  # fmt: skip


class Writer:
    """Trees of one net in one style."""

    def __init__(self, style: Style, net: Net) -> None:
        self.style, self.net = style, net
        self.numbers = {name: k for k, name in enumerate((*net.inputs, *net.ones, *net.by_name), 1)}

    def formula(self, formula: Formula) -> str:
        """Both sides with the sign between them."""
        sign = {"<-": r"\leftarrow", "<=": r"\leq", ">=": r"\geq"}.get(formula.op, formula.op)
        text = f"{self.tree(formula.left)} {sign} {self.tree(formula.right)}"
        if self.style.unicode:
            for command, letter in _UNICODE.items():
                text = text.replace(command, letter)
        return text

    # -- quantities -----------------------------------------------------------------------------------------------

    def layer(self, each: Any) -> str:
        """A layer as this notation numbers it."""
        if isinstance(each, int):
            return str(each + self.style.first)
        return each[0] + (f"{each[1]:+d}" if each[1] else "")

    def index(self, each: Any) -> str:
        """An index inside a layer."""
        return str(each) if isinstance(each, int) else each[0] + (f"{each[1]:+d}" if each[1] else "")

    def label(self, layer: Any, index: Any) -> str:
        """Winston's label: l_i, r_j, f_k."""
        letter = {("l", 0): "l", ("l", 1): "r", ("L", 0): "f"}.get(layer)
        if letter is None:
            raise Unwritable
        return f"{letter}_{self.index(index)}"

    def unit(self, each: Any) -> str:
        """A neuron by its name, its number, or a letter for its number."""
        if isinstance(each, tuple):
            return str(each[0]).lstrip("#")
        return str(self.numbers[each]) if self.style.family == "number" else str(each)

    def quantity(self, tree: Tree) -> str:
        """One quantity."""
        kind, index, style = tree[1], tree[2:], self.style
        if kind == "C":
            return style.cost
        if kind == "free":
            return str(index[0])
        if kind not in style.templates:
            raise Unwritable
        template = style.templates[kind]
        fields: dict[str, str] = {}
        if kind == "eta":
            return template
        if style.family in ("number", "name"):
            fields["u"] = self.unit(index[0])
            if kind == "w":
                fields["s"] = self.unit(index[1])
        elif style.family == "position":
            fields["u"] = self.label(index[0], index[1])
            if kind == "w":
                fields["s"] = self.label((index[0][0], index[0][1] - 1), index[2])
        else:
            fields["l"], fields["j"] = self.layer(index[0]), self.index(index[1])
            if kind == "w":
                fields["k"] = self.index(index[2])
            if style.family == "chain" and index[1] != 1:
                raise Unwritable
        for name, text in fields.items():
            template = template.replace(f"{{{name}}}", text)
        return template if "{{" not in template else template.replace("{{", "{").replace("}}", "}")

    def whole(self, kind: str, layer: Any) -> str:
        """A layer's vector or matrix."""
        if not self.style.vectors:
            raise Unwritable
        if kind == "y":
            return "y"
        template = self.style.templates["a" if kind == "slope" else kind]
        letter, above = template.partition("_")[0], template.partition("^")[2].replace("{l}", self.layer(layer))
        if kind == "slope":
            z = self.style.templates["z"].partition("_")[0]
            return f"{self.style.sigma}'({z}^{above})"
        return f"{letter}^{above}"

    # -- trees ----------------------------------------------------------------------------------------------------

    def tree(self, tree: Tree, tight: bool = False) -> str:
        """The tree; `tight` where it stands as a factor."""
        head = tree[0]
        if head == "num":
            return str(tree[1]) if tree[2] == 1 else rf"\frac{{{tree[1]}}}{{{tree[2]}}}"
        if head == "q":
            return self.quantity(tree)
        if head == "vec" or head == "mat":
            return self.whole(tree[1], tree[2])
        if head in ("sig", "slope", "fn", "dfn"):
            name = self.style.sigma if head in ("sig", "slope") else {"sigmoid": r"\sigma"}.get(tree[1], "\\" + tree[1])
            return f"{name}{chr(39) if head in ('slope', 'dfn') else ''}({self.tree(tree[-1])})"
        if head == "d":
            if tree[2][1] == "free":
                inner = f"({self.tree(tree[1])})" if tree[1][0] == "mul" else self.tree(tree[1], True)
                return rf"\frac{{d}}{{d {tree[2][2]}}} {inner}"
            return rf"\frac{{\partial {self.tree(tree[1], True)}}}{{\partial {self.tree(tree[2])}}}"
        if head == "grad":
            return rf"\frac{{\partial {self.style.cost}}}{{\partial {self.whole(tree[1], tree[2])}}}"
        if head == "D":
            return rf"\Delta {self.tree(tree[1])}"
        if head == "div":
            return rf"\frac{{{self.tree(tree[1])}}}{{{self.tree(tree[2])}}}"
        return getattr(self, "_" + head)(tree, tight)  # type: ignore[no-any-return]

    def _add(self, tree: Tree, tight: bool) -> str:
        text = self.tree(tree[1])
        for each in tree[2:]:
            text += " - " + self.tree(each[1], True) if each[0] == "neg" else " + " + self.tree(each, each[0] == "add")
        return f"({text})" if tight else text

    def _neg(self, tree: Tree, tight: bool) -> str:
        text = "-" + self.tree(tree[1], True)
        return f"({text})" if tight else text

    def _mul(self, tree: Tree, tight: bool) -> str:
        # the derivative of an expression by a letter takes all that follows: it stands last or in brackets
        parts = [f"({self.tree(each)})" if each[0] == "d" and each[2][1] == "free" else self.tree(each, True) for each in tree[1:]]
        return r" \times ".join(parts)

    def _had(self, tree: Tree, tight: bool) -> str:
        text = r" \odot ".join(self.tree(each, True) for each in tree[1:])
        return f"({text})" if tight else text

    def _mm(self, tree: Tree, tight: bool) -> str:
        text = " ".join(self.tree(each, True) for each in tree[1:])
        return f"({text})" if tight else text

    def _T(self, tree: Tree, tight: bool) -> str:
        return rf"({self.tree(tree[1])})^\top"

    def _pow(self, tree: Tree, tight: bool) -> str:
        return f"({self.tree(tree[1])})^{{{tree[2]}}}"

    def _sum(self, tree: Tree, tight: bool) -> str:
        text = rf"\sum_{{{tree[1].lstrip('#')}}} {self.tree(tree[2], True)}"
        return f"({text})" if tight else text

    def _lim(self, tree: Tree, tight: bool) -> str:
        where = {1: r"\infty", -1: r"-\infty"}.get(tree[2]) if isinstance(tree[2], int) else str(tree[2])
        return rf"\lim_{{{tree[1]} \to {where}}} {self.tree(tree[3], True)}"
