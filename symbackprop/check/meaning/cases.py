"""Formulas with cases: which row holds for one choice of the indices."""

from __future__ import annotations

import re

from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import ONE, ZERO
from symbackprop.check.exact.values import Unsupported, Value
from symbackprop.check.meaning.conditions import indicator
from symbackprop.check.meaning.define import about_indices
from symbackprop.check.meaning.indices import holds
from symbackprop.check.meaning.quantities import quantity_of
from symbackprop.check.meaning.scope import Env
from symbackprop.check.reading.languages import PHRASES, any_of, begins, words
from symbackprop.check.reading.statements import parse_formula
from symbackprop.check.reading.syntax import Cases, Node, Relation, Statement, Sym

_LEAD = re.compile(rf"\\(?:text|mbox|textrm|mathrm)\{{|\}}|\\q?quad\b|\$|\b(?:in case|where|{any_of('if', 'for', 'filler')})\b|[,.&]", re.I)


def choose(node: Node, env: Env, claimed: Node) -> Node:
    """The row of a cases environment that these indices select, `claimed` being the other side; any other node as it is."""
    return select(node, env, claimed) if isinstance(node, Cases) and not on_real_numbers(node, env) else node


def on_real_numbers(node: Cases, env: Env) -> bool:
    """Whether any of the cases is told by a relation between real numbers."""
    return any(_real_condition(label, env) is not None for label in node.labels)


def select(node: Cases, env: Env, claimed: Node | None) -> Node:
    """The value of the first row whose condition holds."""
    for (value, _), label in zip(node.rows, node.labels):
        if _applies(label, env, claimed):
            return value
    raise Unsupported("a formula with cases, none of which holds here")


def in_cases(node: Cases, env: Env) -> Value:
    """Cases as a value: by index conditions one row, by conditions on real numbers a sum over steps."""
    relations = [_real_condition(label, env) for label in node.labels]
    if all(each is None for each in relations):
        return env.value(select(node, env, None))
    algebra, total, left = env.view.algebra, ZERO, ONE
    for (row, _), label, relation in zip(node.rows, node.labels, relations):
        if relation is not None:
            weight = indicator(tuple(side for side in relation.sides if side is not None), relation.ops, env)
        else:
            weight = ONE if _applies(label, env, None) else ZERO
        if weight.num and left.num:
            total = algebra.add(total, algebra.mul(left, weight, V.scalar(env.value(row), "a case")))
            left = algebra.mul(left, algebra.sub(ONE, weight))
    if left.num:
        raise Unsupported("cases that leave some values out")
    return total


def _real_condition(label: str, env: Env) -> Relation | None:
    """The relation between real numbers that a case states; None for words and for conditions on indices."""
    text = _condition(label)
    found = [item.relation for item in parse_formula(text, names=env.scope.words) if isinstance(item, Statement)] if text else []
    if len(found) != 1 or None in found[0].sides or about_indices(found[0], env.scope):
        return None
    return found[0] if all(op in ("<", "<=", ">", ">=") for op in found[0].ops) else None


def _condition(label: str) -> str:
    text = re.sub(r"\\(?:text|mbox|textrm|mathrm)\{[^}]*\}|\\q?quad\b|\$", " ", label).strip(" ,.&")
    return re.sub(rf"^\s*(?:{any_of('if', 'for')})\b", "", text).strip()


def _applies(label: str, env: Env, claimed: Node | None) -> bool:
    plain = _LEAD.sub(" ", label).strip().lower()
    if not plain or plain.strip("()") in words("otherwise") or plain in PHRASES:
        return True
    said = set(plain.split())
    letters = [word for word in said if word in env.indices]
    if any(begins(word, "output") for word in said) and not said & {"=", "<"}:
        return _is_output(claimed, env, letters)
    if any(begins(word, "hidden") for word in said):
        return not _is_output(claimed, env, letters)
    for item in parse_formula(_condition(label)):
        if isinstance(item, Statement):
            answer = holds(item.relation, env.indices)
            if answer is not None:
                return answer
    raise Unsupported(f"the case `{label[:40]}`")


def _is_output(claimed: Node | None, env: Env, letters: list[str]) -> bool:
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
