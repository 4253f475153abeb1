"""Lines of a program to verdicts: what gives a quantity of the net a value is a claim, what gives another name one is a definition."""

from __future__ import annotations

import ast as python
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from symbackprop.check.deciding.finding import Defined, Finding, Remarked
from symbackprop.check.documents.code_lines import Line
from symbackprop.check.documents.found import Found
from symbackprop.check.documents.gradient_names import gradient_named, is_multiple
from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import Impossible, Scalar, TooLarge
from symbackprop.check.exact.values import Mat, Unsupported
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.define import _RESERVED, _known, kinds, learn
from symbackprop.check.meaning.evaluate import environment
from symbackprop.check.meaning.scope import Definition, Env, Scope, Unresolved, spelling
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.statements import Item, Remark, parse_formula
from symbackprop.check.reading.syntax import Node, Statement, Sym, Token
from symbackprop.errors import ParseError
from symbackprop.proofs.verdict import Verdict

MAX_NODES = 3_000  # of a definition with everything before it put in
MAX_SMALL = 150  # of one that is compared with the quantities of the net
_DATA = frozenset(["input", "target", "input_matrix", "target_matrix", "rate", "activation", "cost_function"])
_PARAMETERS = frozenset(["weight", "bias"])
_MOVING = frozenset(["rate", "weight_derivative", "bias_derivative"])
_BY_ENTRY = frozenset(["sigmoid", "sigma", "tanh", "relu", "softplus"])


class Session(Protocol):
    """What a line of a program asks of the document it stands in."""

    findings: list[Finding]

    broken: str

    @property
    def scope(self) -> Scope: ...
    def items(self, items: list[Item], found: Found) -> None: ...
    def remark(self, found: Found, reason: str, kind: type[Verdict] = ...) -> None: ...


def judge_line(line: Line, session: Session) -> None:
    """Judge or learn one assignment; nothing where no notation of programs is in force."""
    if session.broken:  # whether a line of a program is a claim hangs on what the directive did not tell
        return
    scope = session.scope
    if not scope.notation.program or scope.net is None:
        return
    if line.does == "lost":
        _forget(line.name, scope)
        return
    if line.does == "shape":
        size = _size(line.whole, scope)
        if size is not None:
            scope.sizes[line.name] = size
        session.remark(line, "says how many there are")
        return
    if line.name in scope.sizes:
        session.remark(line, "a number of neurons or of examples")
        return
    promised = gradient_named(line.name)
    own = set() if _word(line.name) in scope.definitions or promised else kinds(_symbol(line.name, scope), scope)
    if own & _DATA and _is_worded(line.name, scope):
        own = set()
    if promised and line.does == "value" and not line.step and _promise(line, promised, session):
        return
    if line.does == "function":
        _function(line, session)
    elif not own:
        _local(line, session)
    elif own & _DATA and not own & {"output", "net_input"}:
        session.remark(line, "the data, or a number to start from")
    elif own & _PARAMETERS:
        _parameter(line, session)
    elif line.step:
        session.remark(line, f"a step on the way: {line.name} is changed below")
    elif not line.whole and (line.does == "update" or _mentions(line)):
        if "cost" in own or not _judged(replace(line, text=line.text.replace("+=", "=", 1).replace("-=", "= -", 1)), session, only_right=True):
            session.remark(line, f"changes {line.name}, whose value before is not known")
    elif not _identifiers(line):
        session.remark(line, "a value to start from")
    else:
        _judged(replace(line, text=line.whole or line.text), session)


def _promise(line: Line, promised: str, session: Session) -> bool:
    """Whether a gradient by its name is judged as one: not if it is a multiple of it, which the step that uses it may mend."""
    scope, start = session.scope, len(session.findings)
    text = line.whole or line.text
    made = _body(replace(line, text=text), scope)
    renamed = promised.ljust(len(line.name)) + text[len(line.name) :]
    if made is None or _unknown_call(text, scope) or not text.startswith(line.name) or not kinds(_symbol(promised, scope), scope):
        return False
    if _judged(replace(line, text=renamed), session) and len(session.findings) == start + 1:
        found = session.findings[start]
        if found.verdict.holds or (found.verdict.name in ("REFUTED", "UNDEFINED") and not is_multiple(made, _symbol(promised, scope), scope)):
            found.text, found.corrected = " ".join(line.text.split()), found.corrected.replace(promised, line.name, 1)
            found.verdict = replace(found.verdict, notes=(*found.verdict.notes, f"read {line.name} as {promised}"))
            learn(Definition(_word(line.name), (), made if found.verdict.holds else _symbol(promised, scope)), scope)
            return True
    del session.findings[start:]
    return False


def _is_worded(name: str, scope: Scope) -> bool:
    """Whether a word stands behind a letter, and no index: y_hat, y_pred."""
    letter, _, word = name.partition("_")
    return word.isalpha() and len(word) > 2 and len(letter) == 1 and name not in scope.words


def _parameter(line: Line, session: Session) -> None:
    """W1 -= ... and W1 = W1 - ... are steps; anything else is a value to start from."""
    steps = line.does == "update" or _mentions(line)
    if steps and any(_moves(name, session.scope) for name in _identifiers(line)):
        _judged(line, session)
    else:
        session.remark(line, "a value to start from, or no step of a gradient")


def _identifiers(line: Line) -> set[str]:
    return {each.id for each in python.walk(_tree(line.text.partition("=")[2].strip())) if isinstance(each, python.Name)}


def _mentions(line: Line) -> bool:
    return line.name in _identifiers(line)


def _moves(name: str, scope: Scope) -> bool:
    """Whether a name may be that of a rate, a gradient, or a local value made of them."""
    found = kinds(_symbol(name, scope), scope)
    return _word(name) in scope.definitions or bool(found & _MOVING) or "delta" in " ".join(found)


def _judged(line: Line, session: Session, only_right: bool = False) -> bool:
    """Whether the line stays in the report: a claim that can be read, or one whose functions are all known."""
    start = len(session.findings)
    session.items(_parsed(line, session.scope), line)
    made = session.findings[start:]
    holds = all(each.verdict.holds for each in made)
    called = _unknown_call(line.text, session.scope)
    if (only_right and not holds) or (called and not holds and not any(each.verdict.name == "REFUTED" for each in made)):
        del session.findings[start:]
        if not only_right:
            session.remark(line, f"calls {called}, which is not known here")
        return False
    return True


def _local(line: Line, session: Session) -> None:
    """A name of the author's own: its value stands for it from here on, with what its names mean now."""
    scope, text = session.scope, line.whole or line.text
    made = _body(replace(line, text=text), scope) if line.does != "update" or line.whole else None
    if made is None or _unknown_call(text, scope):
        _forget(line.name, scope)
        session.remark(line, "a value that is not read as a formula")
        return
    same = _recognised(made, scope) if sum(1 for _, _ in zip(made.walk(), range(MAX_SMALL + 1))) <= MAX_SMALL else None
    learn(Definition(_word(line.name), (), same or made), scope)
    session.remark(line, f"defines {line.name}" + (f", which is {spelling(same)}" if same is not None else ""), Defined)


def _recognised(body: Node, scope: Scope) -> Sym | None:
    """The quantity of the net that a local variable is, entry by entry and exactly."""
    env, places = environment(scope, scope.fixed_indices()), scope.places
    algebra = env.view.algebra
    algebra.work = 0
    try:
        value = V.as_matrix(V.simple(env.value(body)))
        for layer in range(1, places.depth + 1 if places is not None else 1):
            for kind in ("net_input_matrix", "output_matrix") if scope.batch else ("net_input", "output"):
                letters = dict.fromkeys(p.letter for p in scope.notation.patterns.get(kind, ()) if p.sub == "{l}" and not p.sup)
                for symbol in [_symbol(f"{letter}{layer}", scope) for letter in letters][:1]:
                    forms = [V.as_matrix(env.value(symbol))]
                    forms += [_spelt_out(forms[0], env)] if kind.startswith("output") else []
                    if any(_equal(value, each, env) for each in forms):
                        return symbol
    except (Unresolved, NotThere, Unsupported, ParseError, TooLarge, Impossible, V.ShapeClash):
        return None
    return None


def _spelt_out(outputs: Mat, env: Env) -> Mat:
    """The outputs of softmax as exponentials divided by their sum, those of ReLU as weighted inputs times steps."""
    algebra, view = env.view.algebra, env.view
    units = {algebra.frozen(view.out(unit.name)): unit for unit in view.net.units}

    def one(each: Scalar) -> Scalar:
        unit = units.get(algebra.frozen(each))
        if unit is None or not (unit.activation.vector or unit.activation.name == "relu"):
            return each
        if not unit.activation.vector:
            return algebra.mul(algebra.step(view.z(unit.name)), view.z(unit.name))
        exps = [algebra.exp(view.z(member.name)) for member in view.net.groups[unit.group or ""]]
        return algebra.mul(algebra.exp(view.z(unit.name)), algebra.inverse(algebra.add(*exps)))

    return outputs.map(one)


def _equal(one: Mat, other: Mat, env: Env) -> bool:
    return one.shape == other.shape and all(env.view.algebra.equal(a, b) for rows in zip(one.rows, other.rows) for a, b in zip(*rows))


def _function(line: Line, session: Session) -> None:
    scope = session.scope
    symbol = Sym((0, 0), line.name)
    if (line.name not in _BY_ENTRY and not _known(symbol, scope)) or "activation" in kinds(symbol, scope):
        body = _body(line, scope)
        _forget(line.name, scope)
        if body is not None:
            learn(Definition(_word(line.name), tuple(map(_word, line.params)), body), scope)
        session.remark(line, f"defines {line.name}" if body is not None else "a function that is not read", Defined if body is not None else Remarked)
        return
    start = len(session.findings)
    if line.name in _BY_ENTRY and len(line.params) == 1:
        session.items(_parsed(line, scope, rename=True), line)
    if not all(each.verdict.holds or each.verdict.name == "REFUTED" for each in session.findings[start:]):
        del session.findings[start:]
    if len(session.findings) == start:
        session.remark(line, f"the function {line.name} as the program has it")


def _body(line: Line, scope: Scope) -> Node | None:
    """The right side of a line with the definitions in force put in; None where it cannot be read."""
    items = _parsed(line, scope)
    if len(items) != 1 or not isinstance(items[0], Statement) or items[0].relation.ops != ("=",):
        return None
    right = items[0].relation.sides[-1]
    if right is None:
        return None

    def put(each: Node) -> Node | None:
        known = scope.definitions.get(each.name) if isinstance(each, Sym) and each.name.strip() not in line.params else None
        if known is None or known.params:
            return None
        assert isinstance(each, Sym)
        return ast.Group(each.span, known.body, "(", sup=each.sup)

    made = ast.rewrite(right, put)
    if line.does != "function" and any(isinstance(each, Sym) and each.name == _word(line.name) for each in made.walk()):
        return None  # what it was before is not known
    return made if sum(1 for _, _ in zip(made.walk(), range(MAX_NODES + 1))) <= MAX_NODES else None


def _forget(name: str, scope: Scope) -> None:
    scope.sizes.pop(name, None) if name != "m" else None
    if scope.definitions.pop(_word(name), None) is not None:
        scope.world = type(scope.world)(scope.net)


def _size(whole: str, scope: Scope) -> int | None:
    """A side of a matrix of the net."""
    name, side = whole.split(" ")
    try:
        value = V.as_matrix(environment(scope, scope.fixed_indices()).value(_symbol(name, scope)))
    except (Unresolved, NotThere, Unsupported):
        return None
    sides = list(value.shape)
    return sides[int(side)]


def _symbol(name: str, scope: Scope) -> Sym:
    """How a name alone is read."""
    items = parse_formula(name, names=scope.words, latex=False)
    nodes = items[0].nodes if len(items) == 1 and isinstance(items[0], Remark) else ()
    return next((each for each in nodes[:1] if isinstance(each, Sym)), Sym((0, 0), name))


def _tree(code: str) -> python.AST:
    try:
        return python.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return python.Module([], [])


def _unknown_call(text: str, scope: Scope) -> str:
    """A function that the right side of a line calls and nothing declares."""
    for each in python.walk(_tree(text.partition("=")[2].strip())):
        name = each.func.id if isinstance(each, python.Call) and isinstance(each.func, python.Name) else ""
        if name and _word(name) not in scope.definitions and name not in _BY_ENTRY and not _known(_symbol(name, scope), scope) and not kinds(_symbol(name, scope), scope):
            return name
        if isinstance(each, python.Attribute) and each.attr in ("random", "zeros", "ones", "zeros_like", "ones_like", "full", "array", "eye"):
            return each.attr
    return ""


def _parsed(line: Line, scope: Scope, rename: bool = False) -> list[Item]:
    """The line as statements, every name of the author's own in one piece."""
    letters = {pattern.letter for patterns in scope.notation.patterns.values() for pattern in patterns}
    fresh = next(letter for letter in "vuqsrpkn" if letter not in letters) if rename else ""
    spans = [match.span() for match in _NAMES.finditer(line.text)
             if match.group() in line.params or ((not rename or match.start()) and _is_own(match.group(), scope))]  # fmt: skip
    return parse_formula(line.text, names=scope.words, latex=False, change=_joined(spans, line.text, line.params, fresh))


_NAMES = re.compile(r"(?<![\w.])[^\W\d]\w*+(?!\s*=[^=])|^[^\W\d]\w*")  # not the keyword of an argument, nor a method


def _is_own(name: str, scope: Scope) -> bool:
    """Whether a name is the author's: known by a definition or a size, or by nothing at all."""
    if _word(name) in scope.definitions or name in scope.sizes or name in ("e", "d", "D"):  # in a program no number and no derivative
        return True
    if name in ("True", "False", "None", "np", "numpy", "keepdims", "axis"):
        return False
    items = parse_formula(name, names=scope.words, latex=False)
    node = items[0].nodes[0] if len(items) == 1 and isinstance(items[0], Remark) and len(items[0].nodes) == 1 else None
    if isinstance(node, Sym):
        return not kinds(node, scope) and not _known(node, scope) and (bool(node.sub) or len(name) > 1)
    return isinstance(node, ast.Juxt) and len(name) > 1


def _word(name: str) -> str:
    """A name as one letter; with a space behind it where a formula means something else by it."""
    return name + " " if name in _RESERVED else name


def _joined(spans: list[tuple[int, int]], text: str, params: tuple[str, ...], fresh: str) -> Callable[[list[Token]], list[Token]]:
    def change(tokens: list[Token]) -> list[Token]:
        out, starts = list[Token](), dict(spans)
        stop = -1
        for token in tokens:
            start = token.span[0]
            if start in starts and start >= stop:
                stop = starts[start]
                name = text[start:stop]
                out.append(Token("name", fresh if fresh and name in params else _word(name), (start, stop), token.gap))
            elif start > stop or (start == stop and token.span[1] > stop):  # not the invisible bracket of a script
                out.append(token)
        return out

    return change


__all__ = ["judge_line"]
