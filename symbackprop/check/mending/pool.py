"""What could stand in a wrong place: the quantities a formula might have meant, in the writer's own symbols and indices."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from symbackprop.check.exact.values import ShapeClash, Unsupported, simple
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.evaluate import evaluate
from symbackprop.check.meaning.indices import free_indices
from symbackprop.check.meaning.quantities import own_parameter
from symbackprop.check.meaning.scope import Env, Scope, Unresolved, lettered
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.grammar import Parser
from symbackprop.check.reading.syntax import Node, Sym
from symbackprop.check.reading.tokens import tokenize
from symbackprop.errors import ParseError
from symbackprop.notation import Pattern, Quantity, scripts
from symbackprop.notation.patterns import latex_letter, latex_name

MAX_POOL = 200
MAX_LABELS = 12
MAX_EDGES = 60
_FUNCTIONS = ("sigma", "tanh")


@dataclass(frozen=True, slots=True)
class Term:
    """A candidate: its source text, its tree, its kind, and its value (an exact one) at the failing instance."""

    text: str
    node: Node
    kind: str
    value: Any


def parse(text: str, scope: Scope, latex: bool = True) -> Node:
    """One expression in the notation's words."""
    parser = Parser(tokenize(text, latex=latex, names=scope.words), text)
    node = parser.list_of_expressions("")
    if parser.at < len(parser.tokens):
        raise parser.fail("this does not fit here")
    return node


def fields_in(nodes: Iterable[Node], scope: Scope) -> dict[str, list[str]]:
    """The index texts that occur in the formula, by field; layers also one up and one down."""
    found: dict[str, dict[str, None]] = {}
    for node in nodes:
        for each in node.walk():
            if not isinstance(each, Sym):
                continue
            sub, sup = (s.tokens if s else () for s in (each.sub, each.sup))
            for above in (sup, ()) if sup else ((),):
                for reading in list(scope.notation.read(lettered(each), sub, above))[:1]:
                    for name, marks in reading.fields:
                        found.setdefault(name, {})[_text(marks)] = None
    out = {name: list(texts) for name, texts in found.items()}
    same = list(dict.fromkeys([*out.get("j", []), *out.get("k", [])]))
    labels = _neighbours(list(dict.fromkeys([*out.get("u", []), *out.get("s", [])])), scope)
    for name in ("j", "k"):
        out[name] = same
    for name in ("u", "s"):
        out[name] = labels
    layers = dict.fromkeys(out.get("l", []))
    for text in list(layers):
        for step in (-1, 1):
            layers[shifted(text, step)] = None
    out["l"] = list(layers)
    return out


def _neighbours(labels: list[str], scope: Scope) -> list[str]:
    """With every label of l one of r and the other way round; in a small net of numbered neurons, with every number."""
    if scope.notation.labels == "position":
        turned = [{"l": "r", "r": "l"}[text[0]] + text[1:] for text in labels if text[:1] in ("l", "r")]
        return list(dict.fromkeys([*labels, *turned]))
    if scope.notation.labels != "number" or scope.places is None or len(scope.places.number) > MAX_LABELS:
        return labels
    known = [str(number) for number in scope.places.number.values()]
    return list(dict.fromkeys([*labels, *known])) if any(text in known for text in labels) else labels


def _text(marks: scripts.Marks) -> str:
    out = ""
    for mark in marks:
        if mark.kind == "rel":
            out += r" \to "
        elif mark.kind == "name":
            out += latex_letter(mark.text) + (" " if len(mark.text) > 1 else "")
        else:
            out += mark.text
    return out.strip()


def shifted(text: str, step: int) -> str:
    """A layer text one up or one down: l to l+1, l+1 to l, 3 to 4."""
    if re.fullmatch(r"-?\d+", text):
        return str(int(text) + step)
    match = re.fullmatch(r"(.*?[A-Za-z])\s*([+-])\s*(\d+)", text)
    base, offset = (match[1], int(match[2] + match[3])) if match else (text, 0)
    offset += step
    return base if offset == 0 else f"{base}{offset:+d}"


def filled(pattern: Pattern, fields: dict[str, list[str]]) -> list[str]:
    """The pattern with every combination of the index texts of its fields."""
    names = sorted(pattern.fields)
    rows: list[dict[str, str]] = [{}]
    for name in names:
        rows = [{**row, name: text} for row in rows for text in fields.get(name, [])]
        if len(rows) > MAX_POOL:
            return []
    out = list[str]()
    for row in rows:
        text = latex_letter(pattern.letter)
        for sign, template in (("_", pattern.sub), ("^", pattern.sup)):
            if not template:
                continue
            wide = any(len(row[name]) > 1 and "_" not in row[name] for name in scripts.FIELD.findall(template))
            body = template.replace("}{", "},{") if wide and sign == "_" else template
            for name, value in row.items():
                body = body.replace(f"{{{name}}}", value)
            text += f"{sign}{{{body.replace('>', ' @ ')}}}".replace("@", r"\to")
        out.append(text)
    return out


_KINDS = ("weight", "output", "delta", "net_input", "input", "target", "bias", "output_delta", "rate",
          "net_input_matrix", "output_matrix", "delta_matrix", "input_matrix", "target_matrix")


def pool(nodes: list[Node], env: Env) -> list[Term]:
    """The candidates for a formula at one instance, simplest first: numbers, quantities, slopes, differences."""
    scope = env.scope
    fields = fields_in(nodes, scope)
    if scope.notation.labels == "name" and scope.places is not None:  # every neuron near by, named in the formula or not
        for name in ("u", "s"):
            fields[name] = list(dict.fromkeys([*fields[name], *scope.places.by_label]))[:MAX_LABELS]
    texts: list[tuple[str, str]] = [(t, "number") for t in ("1", "2", r"\frac{1}{2}", "3", r"\frac{1}{3}")]
    by_kind: dict[str, list[str]] = {}
    if scope.net is None:
        texts += _of_functions(nodes)
    if scope.batch:
        texts += [(rf"\frac{{1}}{{{scope.count}}}", "mean"), (scope.count, "mean")]
    if scope.places is not None:
        for kind in _KINDS:
            for pattern in scope.notation.patterns.get(kind, ()):
                by_kind.setdefault(kind, []).extend(filled(pattern, fields))
        texts += [(latex_name(name), kind) for name, kind in _authors_names(scope)]
        texts += [(text, kind) for kind, each in by_kind.items() for text in dict.fromkeys(each)]
        sigma = next(iter(scope.notation.patterns.get("activation", ())), None)
        slopes = [f"{latex_letter(sigma.letter)}'({z})" for z in by_kind.get("net_input", [])] if sigma else []
        outputs = list(dict.fromkeys(by_kind.get("output", [])))
        own = own_slopes(outputs, scope)
        primed = any(isinstance(each, Sym) and each.primes for node in nodes for each in node.walk())
        texts += [(t, "slope") for t in (slopes + own if primed or scope.notation.labels == "layered" else own + slopes)]
        texts += [(f"(1-{o})", "complement") for o in outputs]
        pairs = [(y, o) for y in by_kind.get("target", []) for o in outputs]
        texts += [(f"({o}-{y})", "error") for y, o in pairs] + [(f"({y}-{o})", "error") for y, o in pairs]
        texts += [(t, "sum") for t in _sums(fields, by_kind, scope)]
        texts += [(t, "diagonal") for t in _diagonal(fields, outputs, scope)]
        if scope.net is not None and not free_indices(nodes, scope):
            texts += _written_out(scope)
    out, seen = list[Term](), set[str]()
    inside = {letter for node in nodes for each in node.walk() if isinstance(each, ast.Big) and each.sub
              for letter in scripts.letters(each.sub.tokens[:1])}  # fmt: skip
    for text, kind in texts[: 4 * MAX_POOL]:
        term = _term(text, kind, env, inside)
        if term is not None and text not in seen:
            seen.add(text)
            out.append(term)
        if len(out) >= MAX_POOL:
            break
    return out


def _authors_names(scope: Scope) -> list[tuple[str, str]]:
    """The weights and biases of a graph that its author gave a name, with their kind."""
    net, found = scope.net, dict[str, str]()
    for unit in net.units if net is not None and scope.notation.labels == "name" else ():
        found |= {str(edge.weight): "weight" for edge in unit.edges if edge.weight not in (f"w_{edge.source}_{unit.name}", edge.source)}
        found |= {str(unit.bias): "bias"} if unit.bias not in (None, f"b_{unit.name}") else {}
    return [(name, kind) for name, kind in found.items() if net is not None and name in net.parameters][: 2 * MAX_LABELS]


def _of_functions(nodes: list[Node]) -> list[tuple[str, str]]:
    """For identities about no net: a function that occurs, at the letter it is taken of, and what its slope is made of."""
    found = dict[str, None]()
    for each in (each for node in nodes for each in node.walk() if isinstance(each, ast.Juxt)):
        for head, argument in zip(each.items, each.items[1:]):
            inner = argument.inner if isinstance(argument, ast.Group) else argument
            if isinstance(head, Sym) and head.name in _FUNCTIONS and isinstance(inner, Sym) and not (inner.sub or inner.sup):
                found[f"{latex_letter(head.name) if head.name == 'sigma' else chr(92) + head.name}({latex_letter(inner.name)})"] = None
    return [pair for text in found for pair in ((text, "output"), (f"(1-{text})", "complement"), (f"(1-{text}^2)", "slope"))]


def own_slopes(outputs: Iterable[str], scope: Scope) -> list[str]:
    """The slope of each output in the output itself, by the activations of the net: o(1-o), 1-o^2."""
    kinds = {unit.activation.name for unit in scope.net.units} if scope.net is not None else {"sigmoid"}
    raised = "({})^2" if scope.notation.labels == "layered" else "{}^2"
    shapes = {"sigmoid": "{0}(1-{0})", "tanh": f"(1-{raised.format('{0}')})"}
    return [shape.format(o) for kind, shape in shapes.items() if kind in kinds or not kinds & shapes.keys() for o in outputs]


def _written_out(scope: Scope) -> list[tuple[str, str]]:
    """For formulas about single neurons: what comes back along each edge."""
    net, notation, places = scope.net, scope.notation, scope.places
    assert net is not None and places is not None
    out = list[tuple[str, str]]()
    for unit in net.units:
        for edge in unit.edges[: MAX_EDGES - len(out)] if isinstance(unit.edges, tuple) else ():
            named = isinstance(edge.weight, str) and re.fullmatch(r"[a-z]_?\d{1,2}", edge.weight)
            try:
                weight = str(edge.weight) if named else notation.write(Quantity("weight", unit.name, edge.source), places)
                out.append((f"{weight} {notation.write(Quantity('delta', unit.name), places)}", "returned"))
            except KeyError:
                continue
    return out


def _sums(fields: dict[str, list[str]], by_kind: dict[str, list[str]], scope: Scope) -> list[str]:
    """The weighted sum into a unit and the sum of what comes back to it, over a letter that is not in use."""
    used = {*fields.get("j", []), *fields.get("k", [])}
    if scope.notation.labels == "name":
        return _edges(scope)
    letter = next((each for each in scope.notation.index_letters if each not in used), None)
    if letter is None or scope.notation.labels != "layered" or scope.notation.one_per_layer:
        return []
    out = list[str]()
    weight = latex_letter(scope.notation.patterns["weight"][0].letter)
    order = scope.notation.patterns["weight"][0].sub.replace("}{", "},{")
    output = latex_letter(scope.notation.patterns["output"][0].letter)
    delta = latex_letter(scope.notation.patterns["delta"][0].letter)
    for layer in fields.get("l", [])[:3]:
        shown, up, down = (scope.notation.patterns["weight"][0].sup.replace("{l}", shifted(layer, n)) for n in (0, 1, -1))
        out += [rf"({weight}^{{{up}}})^\top {delta}^{{{up}}}", rf"{weight}^{{{shown}}} {output}^{{{down}}}",
                rf"{delta}^{{{shown}}} ({output}^{{{down}}})^\top"]  # fmt: skip
        for j in fields.get("j", [])[:3]:
            into, back = (order.replace("{j}", to).replace("{k}", source) for to, source in ((j, letter), (letter, j)))
            out.append(rf"\sum_{letter} {weight}_{{{into}}}^{{{shown}}} {output}_{{{letter}}}^{{{down}}}")
            out.append(rf"\sum_{letter} {weight}_{{{back}}}^{{{up}}} {delta}_{{{letter}}}^{{{up}}}")
    return out


def _diagonal(fields: dict[str, list[str]], outputs: list[str], scope: Scope) -> list[str]:
    """What softmax has beside -a_j a_k where j = k."""
    vector = scope.net is not None and any(unit.activation.vector for unit in scope.net.units)
    names = [each for each in fields.get("j", []) if each.isalpha()][:3] if vector else []
    return [f"1_{{{one}={other}}} {output}" for at, one in enumerate(names) for other in names[at + 1 :] for output in outputs]


def _edges(scope: Scope) -> list[str]:
    """What one edge of a graph adds to a weighted input, and to what comes back."""
    notation, places, out = scope.notation, scope.places, list[str]()
    for (source, unit), weight in places.edges.items() if places is not None else ():
        if places is not None and isinstance(weight, str) and len(out) < 2 * MAX_LABELS:
            shown = latex_name(weight) if (weight, "weight") in _authors_names(scope) else None
            shown = shown or notation.write(Quantity("weight", unit, source), places)
            out += [f"{shown} {notation.write(Quantity(kind, name), places)}" for kind, name in (("delta", unit), ("output", source))]
    return out


def _term(text: str, kind: str, env: Env, inside: set[str]) -> Term | None:
    try:
        node = parse(text, env.scope)
        return Term(text, node, kind, simple(evaluate(node, env)))
    except Unresolved as error:  # a quantity under a sum: it has a value only for each index of the sum
        return Term(text, node, kind, None) if error.name in inside else None
    except (ParseError, NotThere, Unsupported, ShapeClash, KeyError, ValueError):
        return None


def kind_of(symbol: Sym, scope: Scope) -> str:
    """The kind of quantity a symbol is written as."""
    sub, sup = (s.tokens if s else () for s in (symbol.sub, symbol.sup))
    for above in (sup, ()) if sup else ((),):
        for reading in scope.notation.read(lettered(symbol), sub, above):
            return reading.kind
    own = own_parameter(symbol, scope.net) if scope.net is not None else None
    return dict(_authors_names(scope)).get(own, "") if own is not None else ""


__all__ = ["Term", "fields_in", "kind_of", "parse", "pool", "shifted"]
