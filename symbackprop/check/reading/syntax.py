"""The shared syntax tree: what was written, and where, before anybody decides what it means.

Every node carries the half-open range of characters it was read from. Scripts (subscripts, superscripts) stay raw tokens:
only a notation knows whether `a^2` is a square or layer 2. Juxtaposition is one flat node, typed when it is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Token:
    """One lexical unit: `kind` says what it does, `text` is its canonical name, `span` where it stood."""

    kind: str  # num, name, op, rel, open, close, sub, sup, prime, cmd, text, sep, amp, row, end
    text: str
    span: Span
    gap: bool = False  # white space (or a bracket) stood before it


@dataclass(frozen=True, slots=True)
class Script:
    """What stood in a subscript or superscript, kept raw."""

    tokens: tuple[Token, ...]
    span: Span
    text: str = field(init=False, compare=False)  # the tokens without spaces, names in their canonical spelling: `l+1`, `l_i>r_j`

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", "".join(_SPELL.get(token.text, token.text) for token in self.tokens))


_SPELL = {"to": ">", "cdot": "*", "times": "*"}


_PARTS: dict[type, tuple[str, ...]] = {}
_PLAIN = ("Span", "str", "int", "bool", "int | None", "Fraction", "Script", "Script | None", "tuple[str, ...]", "tuple[int, ...]")


def _parts(kind: type[Node]) -> tuple[str, ...]:
    """The fields of a node that may hold others, asked once for each kind of node."""
    found = _PARTS.get(kind)
    if found is None:
        found = _PARTS[kind] = tuple(each.name for each in fields(kind) if each.type not in _PLAIN)
    return found


@dataclass(frozen=True, slots=True)
class Node:
    """Anything that was read; `span` is the range of characters it came from."""

    span: Span

    def children(self) -> list[Node]:
        """The nodes directly below this one, in the order they were written."""
        found = list[Node]()
        for name in _parts(type(self)):
            value = getattr(self, name)
            if isinstance(value, Node):
                found.append(value)
            elif isinstance(value, tuple):
                _nodes(value, found)
        return found

    def walk(self) -> Iterator[Node]:
        """This node and everything below it, without recursion."""
        stack: list[Node] = [self]
        while stack:
            node = stack.pop()
            yield node
            if _parts(type(node)):
                stack += reversed(node.children())


def rewrite(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """The tree with every node for which `change` has an answer replaced by it; outermost first, replaced parts left alone."""
    found = change(node)
    if found is not None:
        return found
    updates = dict[str, object]()
    for name in _parts(type(node)):
        value = getattr(node, name)
        fresh = _rewritten(value, change)
        if fresh is not value:
            updates[name] = fresh
    return replace(node, **updates) if updates else node  # type: ignore[arg-type]


def _rewritten(value: object, change: Callable[[Node], Node | None]) -> object:
    if isinstance(value, Node):
        return rewrite(value, change)
    if isinstance(value, tuple) and value:
        fresh = tuple(_rewritten(each, change) for each in value)
        return fresh if any(a is not b for a, b in zip(fresh, value)) else value
    return value


def _nodes(values: tuple[object, ...], found: list[Node]) -> None:
    for value in values:
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            _nodes(value, found)


@dataclass(frozen=True, slots=True)
class Num(Node):
    value: Fraction


@dataclass(frozen=True, slots=True)
class Sym(Node):
    """A letter or word with its raw scripts; `accents` are hats, dots, bars, outermost last."""

    name: str
    sub: Script | None = None
    sup: Script | None = None
    primes: int = 0
    accents: tuple[str, ...] = ()
    plain: str = field(init=False, compare=False)  # letter, accents and subscript as one key
    key: str = field(init=False, compare=False)  # the whole symbol as one key

    def __post_init__(self) -> None:
        plain = self.name
        if self.accents:
            plain += "".join("^" + each for each in self.accents)
        if self.sub:
            plain += "_" + self.sub.text
        object.__setattr__(self, "plain", plain)
        object.__setattr__(self, "key", plain + ("^" + self.sup.text if self.sup else "") + "'" * self.primes)


@dataclass(frozen=True, slots=True)
class Juxt(Node):
    """Things written side by side: a product, an application, or both; decided when it is evaluated."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Product(Node):
    """Factors joined by explicit operators (times, cdot, /, odot, circ, otimes, star)."""

    factors: tuple[Node, ...]
    ops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Add(Node):
    """Terms with their signs, +1 or -1."""

    terms: tuple[Node, ...]
    signs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Group(Node):
    """Brackets round something, with scripts or primes on the closing bracket."""

    inner: Node
    bracket: str = "("
    sub: Script | None = None
    sup: Script | None = None
    primes: int = 0


def bare(node: Node) -> Node:
    """What stands in brackets that say nothing more; a power of a bracket is itself."""
    return node.inner if isinstance(node, Group) and not (node.sub or node.sup or node.primes) else node


@dataclass(frozen=True, slots=True)
class Power(Node):
    """A power that cannot be anything else: `x ** 2`, or a script on a number."""

    base: Node
    exponent: Node


@dataclass(frozen=True, slots=True)
class Frac(Node):
    top: Node
    bottom: Node


@dataclass(frozen=True, slots=True)
class Derivative(Node):
    """d what / d by; `what` is None for the bare operator d/dx, which takes what stands to its right."""

    what: Node | None
    by: Node
    order: int = 1


@dataclass(frozen=True, slots=True)
class Change(Node):
    """Delta w: the change an update rule makes."""

    target: Node


@dataclass(frozen=True, slots=True)
class Root(Node):
    inner: Node
    index: int = 2


@dataclass(frozen=True, slots=True)
class Big(Node):
    """sum, prod, max, min, lim with raw limits and the product they bind."""

    op: str
    sub: Script | None
    sup: Script | None
    body: Node


@dataclass(frozen=True, slots=True)
class Lambda(Node):
    params: tuple[Sym, ...]
    body: Node
    tupled: bool = False  # \lambda(x, y). takes one pair; \lambda x y. takes its arguments one at a time


@dataclass(frozen=True, slots=True)
class Matrix(Node):
    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, slots=True)
class Cases(Node):
    """Values with the condition each holds under (None for a bare `otherwise`)."""

    rows: tuple[tuple[Node, Node | None], ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Iverson(Node):
    """A condition in brackets as a number: [z > 0] is 1 where z > 0 and 0 elsewhere."""

    sides: tuple[Node, ...]
    ops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Several(Node):
    """Things separated by commas: a tuple, or the arguments of a function."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Norm(Node):
    inner: Node
    sub: Script | None = None
    sup: Script | None = None
    bars: int = 2  # 1 is an absolute value


@dataclass(frozen=True, slots=True)
class Brace(Node):
    """underbrace or overbrace: the inner expression, and the claim that it equals its label."""

    inner: Node
    label: Node | None


@dataclass(frozen=True, slots=True)
class At(Node):
    """An expression evaluated at a point: the bar with `x = a` below it."""

    inner: Node
    point: Script


@dataclass(frozen=True, slots=True)
class Part(Node):
    """One component of a tuple or a vector, counted from 0: what `(r, s) = ...` gives to r."""

    inner: Node
    index: int


@dataclass(frozen=True, slots=True)
class Total(Node):
    """The sum or the mean over the entries of a vector or matrix, as programs write it: np.sum(dZ, axis=1)."""

    inner: Node
    axis: int | None = None
    keep: bool = False  # keepdims=True
    mean: bool = False


@dataclass(frozen=True, slots=True)
class Dots(Node):
    """An ellipsis: says that something goes on, not what."""


@dataclass(frozen=True, slots=True)
class Relation:
    """Sides joined by relations: `sides[i] ops[i] sides[i+1]`; a first side of None continues what was written before."""

    sides: tuple[Node | None, ...]
    ops: tuple[str, ...]
    spans: tuple[Span, ...]  # of the relation signs


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim or chain as written: the relation, its condition in words or symbols, and text passed over."""

    relation: Relation
    span: Span
    conditions: tuple[Relation, ...] = ()
    ignored: tuple[str, ...] = ()
    premise: bool = False  # it stands before an arrow: what follows is said under it
