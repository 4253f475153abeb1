"""Right formulas about a net, as trees: layered and quantified, by neuron, by vectors; identities, bounds and limits of functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fuzz_writing import Style
from referee import Formula
from referee_nets import Net, Tree

NUMBER = ("#j", 0), ("#i", 0), ("#k", 0)
X = ("q", "free", "x")
ONE: Tree = ("num", 1, 1)
NONE = Net("no net", (), (), (), "half_squared")


def q(kind: str, *index: Any) -> Tree:
    """A quantity."""
    return ("q", kind, *index)


COST = q("C")


def minus(one: Tree, other: Tree) -> Tree:
    """one - other."""
    return ("add", one, ("neg", other))


def signed(tree: Tree, sign: int) -> Tree:
    """The tree or its negative."""
    return tree if sign > 0 else ("neg", tree)


def error(net: Net, a: Tree, y: Tree) -> Tree | None:
    """The derivative of the cost by an output."""
    if net.loss == "binary_cross_entropy":
        return ("div", minus(a, y), ("mul", a, minus(ONE, a)))
    if net.loss == "softmax_cross_entropy":
        return ("neg", ("div", y, a))
    found = {"half_squared": minus(a, y), "performance": minus(y, a), "squared": ("mul", ("num", 2, 1), minus(a, y))}
    return found.get(net.loss)


def own_slope(kind: str, a: Tree) -> Tree | None:
    """sigma' in the output."""
    found = {"sigmoid": ("mul", a, minus(ONE, a)), "tanh": minus(ONE, ("pow", a, 2)), "identity": ONE}
    return found.get(kind)


def output_delta(net: Net, unit: str, a: Tree, y: Tree, z: Tree) -> list[tuple[str, Tree]]:
    """The delta of an output unit, in the usual forms."""
    kind = net.by_name[unit].activation
    if (kind, net.loss) in (("sigmoid", "binary_cross_entropy"), ("softmax", "softmax_cross_entropy")):
        return [("output delta", signed(minus(a, y), net.delta_sign))]
    gap = error(net, a, y)
    if gap is None or kind == "softmax":
        return []
    if net.delta_sign < 0:
        gap = minus(y, a) if net.loss == "half_squared" else ("neg", gap)
    out = [("output delta", ("mul", gap, ("slope", z)))]
    if own := own_slope(kind, a):
        out.append(("output delta by o", ("mul", gap, own)))
    return out


def by_layers(net: Net, style: Style) -> list[Formula]:
    """Quantified formulas of a layered net; one neuron a layer has no index, and Winston speaks of l and r alone."""
    chain, position = style.family == "chain", style.family == "position"
    j, k = (1, 1) if chain else (("j", 0), ("k", 0))
    here, up, last = ("l", 0), ("l", 1), ("L", 0)
    top, low = (up, here) if position else (here, ("l", -1))  # where a weight leads to, and where it comes from
    yj = q("y", last, j)
    out = list[Formula]()
    ends = {net.by_name[name].activation for name in net.outputs}
    hidden = {unit.activation for unit in net.units if unit.name not in net.outputs}
    for name, body in output_delta(net, net.outputs[0], q("a", last, j), yj, q("z", last, j)):
        out.append(Formula(name, q("delta", last, j), body))

    def summed(body: Callable[[Any], Tree]) -> Tree:
        return body(1) if chain else ("sum", "k", body(k))

    if net.depth > 1:
        back = summed(lambda k: ("mul", q("w", up, k, j), q("delta", up, k)))
        out.append(Formula("recursion", q("delta", here, j), ("mul", back, ("slope", q("z", here, j)))))
        if len(hidden) == 1 and (own := own_slope(next(iter(hidden)), q("a", here, j))):
            out.append(Formula("recursion by o", q("delta", here, j), ("mul", own, back)))
    gradient: Tree = ("mul", q("a", low, k), q("delta", top, j))
    out.append(Formula("weight", ("d", COST, q("w", top, j, k)), signed(gradient, net.delta_sign)))
    total = summed(lambda k: ("mul", q("w", top, j, k), q("a", low, k)))
    biased = net.units[0].bias is not None
    out.append(Formula("weighted input", q("z", top, j), ("add", total, q("b", top, j)) if biased else total))
    step = signed(("mul", q("eta"), q("a", low, k), q("delta", top, j)), net.delta_sign * (1 if net.maximised else -1))
    out.append(Formula("change", ("D", q("w", top, j, k)), step))
    out.append(Formula("update", q("w", top, j, k), ("add", q("w", top, j, k), step), "<-"))
    if biased:
        out.append(Formula("bias", ("d", COST, q("b", top, j)), signed(q("delta", top, j), net.delta_sign)))
    out.append(Formula("local slope", ("d", q("z", top, j), q("a", low, k)), q("w", top, j, k)))
    rule = ("mul", ("d", COST, q("z", top, j)), ("d", q("z", top, j), q("w", top, j, k)))
    out.append(Formula("chain rule", ("d", COST, q("w", top, j, k)), rule))
    through = ("mul", ("d", COST, q("a", top, j)), ("d", q("a", top, j), q("z", top, j)))
    if "softmax" not in {unit.activation for unit in net.units}:
        out.append(Formula("chain rule", ("d", COST, q("z", top, j)), through))
    if net.depth > 1:
        back = summed(lambda k: ("mul", ("d", COST, q("z", up, k)), ("d", q("z", up, k), q("a", here, j))))
        out.append(Formula("chain rule", ("d", COST, q("a", here, j)), back))
    gap = error(net, q("a", last, j), yj)
    if gap is not None:
        out.append(Formula("loss slope", ("d", COST, q("a", last, j)), gap))
    if "softmax" in ends and not chain:
        aj, ak = q("a", last, j), q("a", last, k)
        out.append(Formula("softmax diagonal", ("d", aj, q("z", last, j)), ("mul", aj, minus(ONE, aj))))
        out.append(Formula("softmax off the diagonal", ("d", aj, q("z", last, k)), ("neg", ("mul", aj, ak)), apart=(("j", "k"),)))
    if net.activations() == {"sigmoid"} and not position:
        out.append(Formula("bound", q("a", ("L", 0), j), ONE, "<"))
        out.append(Formula("bound", ("slope", q("z", here, j)), ("num", 1, 4), "<="))
    if chain:
        out.append(Formula("by the output", q("delta", here, 1), ("mul", q("da", here, 1), ("slope", q("z", here, 1)))))
        back = ("mul", q("da", up, 1), ("slope", q("z", up, 1)), q("w", up, 1, 1))
        out.append(Formula("by the output", q("da", here, 1), back))
    return out


def by_vectors(net: Net) -> list[Formula]:
    """BP1 to BP4 and the forward pass."""
    here, up, low, last = ("l", 0), ("l", 1), ("l", -1), ("L", 0)

    def vec(kind: str, layer: Any = here) -> Tree:
        return ("vec", kind, layer)

    out = list[Formula]()
    gap = {"half_squared": minus(vec("a", last), vec("y", last)), "performance": minus(vec("y", last), vec("a", last)),
           "squared": ("mul", ("num", 2, 1), minus(vec("a", last), vec("y", last)))}.get(net.loss)  # fmt: skip
    ends = {net.by_name[name].activation for name in net.outputs}
    if gap is not None and "softmax" not in ends:
        out.append(Formula("BP1", vec("delta", last), ("had", gap, vec("slope", last))))
    if (next(iter(ends)), net.loss) in (("sigmoid", "binary_cross_entropy"), ("softmax", "softmax_cross_entropy")):
        out.append(Formula("BP1", vec("delta", last), minus(vec("a", last), vec("y", last))))
    if net.depth > 1:
        back = ("mm", ("T", ("mat", "w", up)), vec("delta", up))
        out.append(Formula("BP2", vec("delta"), ("had", back, vec("slope"))))
    out.append(Formula("BP4", ("grad", "w", here), ("mm", vec("delta"), ("T", vec("a", low)))))
    forward: Tree = ("mm", ("mat", "w", here), vec("a", low))
    if net.units[0].bias is not None:
        out.append(Formula("BP3", ("grad", "b", here), vec("delta")))
        forward = ("add", forward, vec("b"))
    out.append(Formula("forward", vec("z"), forward))
    return out


def by_units(net: Net) -> list[Formula]:
    """Formulas of single neurons of any graph, tied weights and shared biases summed."""
    out = list[Formula]()
    for unit in net.units:
        name = unit.name
        a, z = q("a", name), q("z", name)
        if name in net.outputs:
            fed = any(source == name for each in net.units for source, _ in each.edges)
            if not fed:
                out += [Formula(kind, q("delta", name), body) for kind, body in output_delta(net, name, a, q("y", name), z)]
        else:
            parts = [("mul", q("w", each.name, name), q("delta", each.name)) for each in net.units if name in dict(each.edges)]
            total = parts[0] if len(parts) == 1 else ("add", *parts)
            out.append(Formula("recursion", q("delta", name), ("mul", ("slope", z), total)))
        terms: list[Tree] = [("mul", q("w", name, source), q("a", source)) for source, _ in unit.edges]
        terms += [q("b", name)] if unit.bias is not None else []
        out.append(Formula("weighted input", z, ("add", *terms) if len(terms) > 1 else terms[0]))
        for source, weight in unit.edges:
            if not isinstance(weight, str):
                continue
            same = [(each.name, s) for each in net.units for s, w in each.edges if w == weight]
            parts = [("mul", q("a", s), q("delta", u)) for u, s in same]
            total = parts[0] if len(parts) == 1 else ("add", *parts)
            kind = "weight" if len(parts) == 1 else "tied weight"
            out.append(Formula(kind, ("d", COST, q("w", name, source)), signed(total, net.delta_sign)))
            step = signed(("mul", q("eta"), total), net.delta_sign * (1 if net.maximised else -1))
            out.append(Formula("change", ("D", q("w", name, source)), step))
        if isinstance(unit.bias, str):
            same_bias = [q("delta", each.name) for each in net.units if each.bias == unit.bias]
            total = same_bias[0] if len(same_bias) == 1 else ("add", *same_bias)
            out.append(Formula("bias", ("d", COST, q("b", name)), signed(total, net.delta_sign)))
    return out


def by_numbers(net: Net) -> list[Formula]:
    """The slides' formulas over running numbers: every edge from i to j."""
    j, i, _ = NUMBER
    if any(not isinstance(weight, str) for unit in net.units for _, weight in unit.edges):
        return []
    if len({weight for unit in net.units for _, weight in unit.edges}) < sum(len(unit.edges) for unit in net.units):
        return []
    gradient: Tree = ("mul", q("delta", j), q("a", i))
    up = net.delta_sign * (1 if net.maximised else -1)
    return [
        Formula("weight", ("d", COST, q("w", j, i)), signed(gradient, net.delta_sign)),
        Formula("change", ("D", q("w", j, i)), signed(("mul", q("eta"), q("delta", j), q("a", i)), up)),
        Formula("local slope", ("d", q("z", j), q("w", j, i)), q("a", i)),
    ]


def identities() -> list[Formula]:
    """Functions of one variable: derivatives, identities, bounds, limits."""
    def f(name: str, at: Tree = X) -> Tree:
        return ("fn", name, at)

    sigma, tanh, two = f("sigmoid"), f("tanh"), ("num", 2, 1)
    neg = ("neg", X)
    return [
        Formula("sigma'", ("dfn", "sigmoid", X), ("mul", sigma, minus(ONE, sigma))),
        Formula("sigma'", ("d", sigma, X), ("mul", sigma, minus(ONE, sigma))),
        Formula("sigma'", ("dfn", "sigmoid", X), ("div", f("exp", neg), ("pow", ("add", ONE, f("exp", neg)), 2))),
        Formula("tanh'", ("d", tanh, X), minus(ONE, ("pow", tanh, 2))),
        Formula("tanh'", ("d", tanh, X), ("mul", ("add", ONE, tanh), minus(ONE, tanh))),
        Formula("softplus'", ("d", ("fn", "log", ("add", ONE, f("exp"))), X), sigma),
        Formula("identity", f("sigmoid", neg), minus(ONE, sigma)),
        Formula("identity", tanh, minus(("mul", two, f("sigmoid", ("mul", two, X))), ONE)),
        Formula("identity", sigma, ("div", ONE, ("add", ONE, f("exp", neg)))),
        Formula("identity", minus(sigma, ("num", 1, 2)), ("mul", ("num", 1, 2), f("tanh", ("div", X, two)))),
        Formula("identity", ("d", ("mul", X, sigma), X), ("add", sigma, ("mul", X, sigma, minus(ONE, sigma)))),
        Formula("identity", ("d", ("pow", sigma, 2), X), ("mul", two, ("pow", sigma, 2), minus(ONE, sigma))),
        Formula("bound", sigma, ONE, "<"), Formula("bound", sigma, ("num", 0, 1), ">"),
        Formula("bound", ("dfn", "sigmoid", X), ("num", 1, 4), "<="),
        Formula("bound", ("pow", tanh, 2), ONE, "<="),
        Formula("bound", ("mul", sigma, minus(ONE, sigma)), ("num", 1, 4), "<="),
        Formula("limit", ("lim", "x", 1, sigma), ONE), Formula("limit", ("lim", "x", -1, sigma), ("num", 0, 1)),
        Formula("limit", ("lim", "x", 1, tanh), ONE), Formula("limit", ("lim", "x", -1, tanh), ("num", -1, 1)),
        Formula("limit", ("lim", "x", 1, ("dfn", "sigmoid", X)), ("num", 0, 1)),
    ]  # fmt: skip


def right_formulas(net: Net, style: Style) -> list[Formula]:
    """Every formula that this style can write about this net."""
    if not net.units:
        return identities()
    if style.family == "name":
        return by_units(net)
    if style.family == "number":
        return by_units(net) + by_numbers(net)
    return by_layers(net, style) + (by_vectors(net) if style.vectors and not style.weight_reversed else [])
