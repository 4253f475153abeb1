"""Programs in documents: the assignments of Python code, found by its syntax tree and never run, each as a line that may be a formula.

A name that is built up in steps (`dW = dZ @ A.T`, then `dW /= m`) is one formula where its last step stands. What is assigned in a
branch, in a way that no formula says, or by a loop has no known value from then on.
"""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from symbackprop.check.documents.found import Chunk, Found
from symbackprop.check.documents.matlab import in_python, is_matlab
from symbackprop.check.documents.plain_lines import unassigned
from symbackprop.check.documents.regions import without_code

MAX_BLOCK = 200_000  # characters
MAX_COMPOSED = 2_000
_FENCE = re.compile(r"^(?P<mark>`{3,40}|~{3,40})[ \t]*\{?[ \t]*\.?(?P<tag>[\w+#-]*)[^\n`]*\n", re.M)
_MATLAB = frozenset(["matlab", "octave", "m"])
_PYTHON = frozenset(["", "python", "py", "python3", "ipython", "pycon", "numpy", "pseudocode"])
_ASSIGNS = re.compile(r"=|<-|[←⟵]")
_PROMPT = re.compile(r"^(\s*)(?:>>>|\.\.\.|In \[\d+\]:) ?")
_MAGIC = re.compile(r"^[ \t]*[%!][^\n]*", re.M)
_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.LtE: ast.Gt, ast.Lt: ast.GtE, ast.Gt: ast.LtE, ast.GtE: ast.Lt}
_SIGNS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**"}


@dataclass(frozen=True, slots=True)
class Line(Found):
    """One assignment: `does` is value, update (+= and -=), function (`text` defines it), shape, or lost (its value is not known)."""

    name: str = ""
    does: str = "value"
    whole: str = ""  # with the value that the name had before put in; of a shape, whose side it is
    params: tuple[str, ...] = ()
    step: bool = False  # the name is changed further down
    language: str = ""  # matlab, where `text` is its Python


def in_markdown(chunk: Chunk) -> list[Found]:
    """The lines of every fence that may hold Python, and of every indented block."""
    text, out, at, done = chunk.text, list[Found](), 0, list[tuple[int, int]]()
    while match := _FENCE.search(text, at):
        closing = re.compile(rf"^{match['mark'][0]}{{{len(match['mark'])},}}[ \t]*$", re.M).search(text, match.end())
        if closing is None:
            break
        if match["tag"].lower() in _MATLAB:
            out += matlab(chunk, match.end(), closing.start())
        elif match["tag"].lower() in _PYTHON:
            out += block(chunk, match.end(), closing.start())
        at = closing.end()
        done.append((match.start(), at))
    for match in re.finditer(r"(?:\A|(?<=\n\n))(?:(?: {4}|\t)[^\n]*(?:\n|\Z)|[ \t]*\n)+", text):
        if not any(start <= match.start() < stop for start, stop in done):
            out += block(chunk, *match.span())
    return out


def in_rst(chunk: Chunk) -> list[Found]:
    """The lines of every literal block, code block and session."""
    out, start, at = list[Found](), -1, 0
    for line, shown in zip([*chunk.text.split("\n"), "end"], [*without_code(chunk.text).split("\n"), "end"]):
        if line.strip() and shown.strip() and start >= 0:
            out += block(chunk, start, at)
            start = -1
        elif line.strip() and not shown.strip() and start < 0:
            start = at
        at += len(line) + 1
    return out


def block(chunk: Chunk, start: int, stop: int) -> list[Found]:
    """The lines of a stretch of code: of its syntax tree, or one by one where it is a fragment."""
    source = chunk.text[start:stop]
    if not _ASSIGNS.search(source) or len(source) > MAX_BLOCK:
        return []
    source = unassigned(_MAGIC.sub(lambda match: " " * len(match.group()), source))
    unprompted = "\n".join(_PROMPT.sub("", line) for line in source.split("\n")) if ">>>" in source or "In [" in source else source
    tree = _parsed(textwrap.dedent(unprompted))
    if tree is not None:
        return list(_Reader(chunk, start, textwrap.dedent(unprompted), source).read(tree.body))
    if any(map(is_matlab, source.split("\n"))):
        return matlab(chunk, start, stop)
    out, at, reader = list[Found](), start, None
    for line in source.split("\n"):
        code = _PROMPT.sub("", line).strip()
        one = _parsed(code) if "=" in code else None
        if one is not None:
            reader = _Reader(chunk, at, code, line)
            out += reader.read(one.body)
        at += len(line) + 1
    return out


def matlab(chunk: Chunk, start: int, stop: int) -> list[Found]:
    """The lines of a stretch of MATLAB or Octave, each as the Python that says the same."""
    source = chunk.text[start:stop]
    code = in_python(source) if "=" in source and len(source) <= MAX_BLOCK else ""
    tree = _parsed(code)
    found = _Reader(chunk, start, code, source).read(tree.body) if tree is not None else []
    return [replace(each, language="matlab") for each in found]


def _parsed(code: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


class _Reader:
    """The statements of one block in their order."""

    def __init__(self, chunk: Chunk, start: int, code: str, source: str) -> None:
        self.chunk, self.lines = chunk, code.split("\n")
        self.places, self.ends = list[int](), list[int]()  # where each line's code begins in the chunk, and where the line ends
        for line, shown in zip(source.split("\n"), self.lines):
            self.places.append(start + max(line.find(shown.strip()), 0) - (len(shown) - len(shown.lstrip())))
            start += len(line) + 1
            self.ends.append(start - 1)
        self.last = dict[str, tuple[Line, ast.expr]]()
        self.out = list[Line]()

    def read(self, body: Iterable[ast.stmt]) -> list[Line]:
        try:
            self._all(body)
        except RecursionError:
            self.out.clear()
        return self.out

    def _all(self, body: Iterable[ast.stmt], loop: bool = False) -> None:
        for each in body:
            if isinstance(each, ast.Assign):
                for target in each.targets:
                    self._assign(target, each.value, each)
            elif isinstance(each, ast.AnnAssign) and each.value is not None:
                self._assign(each.target, each.value, each)
            elif isinstance(each, ast.AugAssign):
                self._augment(each, loop)
            elif isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._function(each)
            elif isinstance(each, (ast.For, ast.While)):
                self._lose([each], each)  # what an earlier round left there is not known
                self._all(each.body, loop=True)
                self._lose(each.orelse, each)
            elif isinstance(each, (ast.With, ast.ClassDef)):
                self._all(each.body)
            elif isinstance(each, ast.Try):
                self._all(each.body)
                self._lose([*each.handlers, *each.orelse, *each.finalbody], each)
            elif isinstance(each, ast.If) and "__name__" in ast.dump(each.test):
                self._all(each.body)
            else:
                self._lose([each], each)

    def _assign(self, target: ast.expr, value: ast.expr, at: ast.stmt) -> None:
        name = _name(target)
        if isinstance(value, ast.Lambda) and name:
            return self._defined(name, value.args, value.body, at)
        if (name and isinstance(target, ast.Name | ast.Attribute)) or (name and isinstance(target, ast.Subscript) and _key(target)):
            before = self.last.get(name)
            mentioned = before is not None and any(_name(each) == name for each in ast.walk(value) if isinstance(each, ast.expr))
            composed = _composed(value, name, before[1]) if before is not None and mentioned else None
            if _shape(value):
                return self._line(f"{name} = {_text(value)}", name, at, does="shape", whole=_shape(value))
            return self._emit(name, value, at, whole=composed)
        sides = target.elts if isinstance(target, ast.Tuple) and len(target.elts) == 2 else []
        if sides and isinstance(value, ast.Attribute) and value.attr == "shape" and all(map(_name, sides)) and _name(value.value):
            for side, each in enumerate(sides):
                self._line(f"{_name(each)} = {_text(value)}[{side}]", _name(each), at, does="shape", whole=f"{_name(value.value)} {side}")
            return None
        mask = _mask(target)
        before = self.last.get(mask[0]) if mask is not None else None
        if mask is not None and before is not None and isinstance(value, ast.Constant) and value.value == 0:
            composed = ast.BinOp(before[1], ast.Mult(), mask[1])
            return self._emit(mask[0], value, at, whole=composed)
        return self._lose([at], at)

    def _augment(self, each: ast.AugAssign, loop: bool) -> None:
        name = _name(each.target)
        sign = _SIGNS.get(type(each.op))
        if not name or sign is None or (isinstance(each.target, ast.Subscript) and not _key(each.target)):
            return self._lose([each], each)
        before = self.last.get(name)
        composed = ast.BinOp(before[1], each.op, each.value) if before is not None and not loop else None
        if sign in "+-":
            return self._emit(name, each.value, each, does="update", whole=composed, sign=sign)
        if composed is None:
            return self._lose([each], each)
        return self._emit(name, each.value, each, whole=composed, sign=sign)

    def _function(self, each: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        body = each.body[1:] if isinstance(each.body[0], ast.Expr) and isinstance(each.body[0].value, ast.Constant) else each.body
        if len(body) == 1 and isinstance(body[0], ast.Return) and body[0].value is not None:
            return self._defined(each.name, each.args, body[0].value, each)
        self._lost_names([each.name, *(arg.arg for arg in [*each.args.posonlyargs, *each.args.args, *each.args.kwonlyargs])], each)
        self.last.clear()
        self._all(each.body)
        self.last.clear()
        return None

    def _defined(self, name: str, args: ast.arguments, value: ast.expr, at: ast.stmt) -> None:
        params = tuple(arg.arg for arg in args.args if arg.arg != "self")
        simple = params and not (args.defaults or args.vararg or args.kwarg or args.kwonlyargs or args.posonlyargs)
        if not simple:
            return self._lost_names([name], at)
        self.last.pop(name, None)
        return self._line(f"{name}({', '.join(params)}) = {_text(value)}", name, at, does="function", params=params)

    def _emit(self, name: str, value: ast.expr, at: ast.stmt, does: str = "value", whole: ast.expr | None = None, sign: str = "") -> None:
        earlier = self.last.get(name)
        if whole is not None and earlier is not None:
            self.out = [replace(each, step=True) if each is earlier[0] else each for each in self.out]
        made = f"{name} = {_text(whole)}" if whole is not None else ""
        self._line(f"{name} {sign}= {_text(value)}" if sign else f"{name} = {_text(value)}", name, at, does=does, whole=made)
        self.last[name] = (self.out[-1], whole if whole is not None else value)
        if len(_text(self.last[name][1])) > MAX_COMPOSED:
            del self.last[name]

    def _line(self, text: str, name: str, at: ast.stmt, **more: object) -> None:
        row = min(at.lineno, len(self.places)) - 1
        offset = max(self.places[row] + len(self.lines[row].encode()[: at.col_offset].decode(errors="ignore")), 0)
        offset = min(offset, self.ends[row])  # a longer line of Python ends no further down
        own = self._as_written(at, text)
        place = self.chunk.place(offset)
        self.out.append(Line("code", own, offset, *place, self.chunk.label, name=name, **more))  # type: ignore[arg-type]

    def _as_written(self, at: ast.stmt, text: str) -> str:
        """The author's own spelling of a line, where it says the same as the text made from its tree."""
        if at.end_lineno != at.lineno:
            return text
        row = self.lines[at.lineno - 1].encode()[at.col_offset : at.end_col_offset].decode(errors="ignore")
        same = _parsed(row)
        return row if same is not None and ast.unparse(same) == text else text

    def _lose(self, nodes: Iterable[ast.AST], at: ast.stmt) -> None:
        found = list[str]()
        for node in nodes:
            for each in ast.walk(node):
                targets = each.targets if isinstance(each, ast.Assign) else [getattr(each, "target", None)]
                for target in targets:
                    parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
                    found += [name for part in parts if isinstance(part, ast.expr) and (name := _root(part))]
        self._lost_names(found, at)

    def _lost_names(self, names: Iterable[str], at: ast.stmt) -> None:
        for name in dict.fromkeys(names):
            self.last.pop(name, None)
            self._line(name, name, at, does="lost")


def _name(node: ast.expr) -> str:
    """The name of a variable, also of `self.W1`, `grads["dW1"]`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        return node.attr
    return _key(node) if isinstance(node, ast.Subscript) else ""


def _key(node: ast.Subscript) -> str:
    """The word by which a dictionary keeps a variable."""
    word = node.slice.value if isinstance(node.slice, ast.Constant) else ""
    return word if isinstance(word, str) and word.isidentifier() else ""


def _root(node: ast.expr) -> str:
    """The name of what an assignment changes, wholly or in part."""
    while not _name(node) and isinstance(node, ast.Subscript | ast.Attribute | ast.Starred):
        node = node.value
    return _name(node)


def _mask(node: ast.expr) -> tuple[str, ast.expr] | None:
    """`dh[h <= 0]`: the name, and what is left of it when these entries are put to 0."""
    if not isinstance(node, ast.Subscript):
        return None
    name, where = _name(node.value), node.slice
    if name and isinstance(where, ast.Compare) and len(where.ops) == 1 and type(where.ops[0]) in _OPPOSITE:
        return name, ast.Compare(where.left, [_OPPOSITE[type(where.ops[0])]()], where.comparators)
    return None


def _shape(value: ast.expr) -> str:
    """`X.shape[1]`, `len(X)`: whose side, and which, as `X 1`."""
    if isinstance(value, ast.Subscript) and isinstance(value.value, ast.Attribute) and value.value.attr == "shape":
        side = value.slice.value if isinstance(value.slice, ast.Constant) else None
        return f"{_name(value.value.value)} {side}" if side in (0, 1) and _name(value.value.value) else ""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "len" and len(value.args) == 1:
        return f"{_name(value.args[0])} 0" if _name(value.args[0]) else ""
    return ""


class _Plain(ast.NodeTransformer):
    """Variables kept in objects and dictionaries by their names, conversions of type left out, np.where(c, 1, 0) as c."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        return ast.Name(_name(node)) if _name(node) else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        return ast.Name(_name(node)) if _name(node) else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("astype", "copy") and not isinstance(node.func.value, ast.Name):
            return node.func.value
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("where",) and len(node.args) == 3:
            ends = [each.value if isinstance(each, ast.Constant) else None for each in node.args[1:]]
            if ends == [1, 0]:
                return node.args[0]
        node.keywords = [each for each in node.keywords if each.arg != "dtype"]
        return node


def _text(value: ast.expr) -> str:
    return ast.unparse(ast.fix_missing_locations(_Plain().visit(ast.parse(ast.unparse(value), mode="eval").body)))


def _composed(value: ast.expr, name: str, before: ast.expr) -> ast.expr:
    class Put(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return before if isinstance(node, ast.expr) and _name(node) == name else super().generic_visit(node)

    made = Put().visit(ast.parse(ast.unparse(value), mode="eval").body)
    assert isinstance(made, ast.expr)
    return made


def lines_of_module(tree: ast.Module, text: str) -> Iterator[Found]:
    """The lines of a Python file."""
    yield from _Reader(Chunk(text), 0, text, text).read(tree.body)
