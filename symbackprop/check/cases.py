"""Formulas with cases: which row holds for one choice of the indices."""

from __future__ import annotations

import re

from symbackprop.check.indices import holds
from symbackprop.check.quantities import quantity_of
from symbackprop.check.scope import Env
from symbackprop.check.statements import parse_formula
from symbackprop.check.syntax import Cases, Node, Statement, Sym
from symbackprop.check.values import Unsupported

_LEAD = re.compile(r"\\(?:text|mbox|textrm|mathrm)\{|\}|\\q?quad\b|\$|\b(?:if|for|when|in case|where|the|neuron|unit|layer|is|an?)\b|[,.&]", re.I)


def choose(node: Node, env: Env, claimed: Node) -> Node:
    """The row of a cases environment that these indices select, `claimed` being the other side; any other node as it is."""
    return select(node, env, claimed) if isinstance(node, Cases) else node


def select(node: Cases, env: Env, claimed: Node) -> Node:
    """The value of the first row whose condition holds."""
    for (value, _), label in zip(node.rows, node.labels):
        if _applies(label, env, claimed):
            return value
    raise Unsupported("a formula with cases, none of which holds here")


def _applies(label: str, env: Env, claimed: Node) -> bool:
    plain = _LEAD.sub(" ", label).strip().lower()
    if plain in ("", "otherwise", "else", "any other", "all other", "others", "otherwise)"):
        return True
    words = set(plain.split())
    letters = [word for word in words if word in env.indices]
    if words & {"output", "final", "last"} and not words & {"=", "<"}:
        return _is_output(claimed, env, letters)
    if words & {"hidden", "inner", "intermediate"}:
        return not _is_output(claimed, env, letters)
    text = re.sub(r"\\(?:text|mbox|textrm|mathrm)\{[^}]*\}|\\q?quad\b|\$", " ", label).strip(" ,.&")
    text = re.sub(r"^\s*(?:if|for|when)\b", "", text)
    for item in parse_formula(text):
        if isinstance(item, Statement):
            answer = holds(item.relation, env.indices)
            if answer is not None:
                return answer
    raise Unsupported(f"the case `{label[:40]}`")


def _is_output(claimed: Node, env: Env, letters: list[str]) -> bool:
    """Whether the neuron (or the layer) that the case speaks of, or else the quantity that is claimed, is an output."""
    notation, whole = env.scope.notation, env.scope.places
    if len(letters) == 1 and whole is not None and notation.labels == "number":
        return whole.by_number.get(env.indices[letters[0]]) in whole.net.outputs
    if len(letters) == 1 and whole is not None and letters[0] in notation.layer_letters:
        return env.indices[letters[0]] == whole.depth + notation.input_layer
    if not isinstance(claimed, Sym) or env.scope.net is None:
        raise Unsupported("cases by layer for something that is no quantity of the net")
    found = quantity_of(claimed, env)
    places = env.scope.places
    if found is None or places is None:
        raise Unsupported("cases by layer for something that is no quantity of the net")
    if found[0].unit is None:
        return found[0].layer == places.depth
    return found[0].unit in env.scope.net.outputs
