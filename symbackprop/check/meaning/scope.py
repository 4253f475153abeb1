"""Where a formula stands: the net, the notation, what is declared, what has been defined, and what was read how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import takewhile
from typing import Any

from symbackprop.check.exact.batch import repeated
from symbackprop.check.exact.values import Value
from symbackprop.check.exact.world import View, World, shared
from symbackprop.check.reading.syntax import Change, Node, Relation, Span, Sym, rewrite
from symbackprop.check.reading.vocabulary import GREEK, OPERATORS, PLAIN, STRUCTURE
from symbackprop.networks import Network
from symbackprop.notation import Notation, Places
from symbackprop.notation.greek import READ
from symbackprop.notation.positions import POSITIONS, position_layers
from symbackprop.notation.scripts import letters as letters_in

_POSITIONS = dict.fromkeys("@" + letter for letter in POSITIONS)
MAX_SHARED = 20_000  # generators kept between formulas before the memory is given back


@lru_cache(maxsize=8)
def _places(net: Network) -> Places:
    """The positions of a net's neurons, found once."""
    return Places(net)


@lru_cache(maxsize=8)
def _authors_words(net: Network) -> tuple[str, ...]:
    """What a net's author calls by more than one letter, up to the first digit; not where its letters are names themselves."""
    if net.architecture is not None:
        return ()
    names = {*net.parameters, *net.inputs, *net.targets, *net.by_name}
    heads = {"".join(takewhile(str.isalpha, name)) for name in names}
    taken = (PLAIN.keys() | STRUCTURE | OPERATORS.keys()) - set(GREEK)
    return tuple(sorted(head for head in heads if _is_word(head) and head not in taken and (len(head) == 1 or not names.issuperset(head))))


def _is_word(head: str) -> bool:
    """Whether the parser must be told: several letters, or one that no formula has."""
    return len(head) > 1 or not (head.isascii() or head in READ)


class Unresolved(Exception):
    """A symbol that nothing declares."""

    def __init__(self, name: str, span: Span, known: tuple[str, ...] = (), why: str = "") -> None:
        super().__init__(name)
        self.name, self.span, self.known, self.why = name, span, known, why


@dataclass(frozen=True, slots=True)
class Definition:
    """A name the author introduced: its parameters, curried, and the right side."""

    name: str
    params: tuple[str, ...]
    body: Node
    curried: bool = False  # C u v takes its arguments one at a time, so that a pair is one argument


@dataclass
class Scope:
    """Everything that does not change while one formula is evaluated."""

    net: Network | None
    notation: Notation
    definitions: dict[str, Definition] = field(default_factory=dict)
    free: set[str] = field(default_factory=set)  # declared as any real numbers
    functions: dict[str, int] = field(default_factory=dict)  # declared as any differentiable functions, with their arity
    sizes: dict[str, int] = field(default_factory=dict)  # letters for whole numbers (K, r, s)
    indexed: dict[tuple[str, int, int], Any] = field(default_factory=dict)  # definitions for every value of their indices
    short: dict[str, Definition | None] = field(default_factory=dict)  # f, which the formula at hand uses for its f_c: what it meant before
    latest: dict[str, Definition] = field(default_factory=dict)  # f for the f_c defined last
    equations: dict[str, list[Node]] = field(default_factory=dict)  # what the author said known symbols are equal to
    aliases: dict[str, Sym] = field(default_factory=dict)  # w for w_{l_i -> r_j}: another spelling of a symbol
    batch: int = 0  # the number of examples; 0 where formulas speak of one
    mean: bool = True  # the cost of a batch is the mean over its examples, else the sum
    count: str = "m"  # what their number is called
    in_delta: bool = False  # the deltas of a batch are those of its mean: the 1/m stands in dZ
    single: Network | None = None  # the net that a batch repeats
    velocities: dict[str, Any] = field(default_factory=dict)  # letters that collect gradients, by spelling
    applied: dict[str, int] = field(default_factory=dict)  # undeclared names that stand before brackets as functions do
    einstein: bool = False  # repeated indices are summed over (`check.einstein`)
    macros: Mapping[str, Any] = field(default_factory=dict)  # the author's own commands, which a corrected formula may use
    world: World = field(init=False)
    places: Places | None = field(init=False)
    layout: str = ""  # how derivatives by vectors are laid out: as in LAYOUTS of claims
    powers: str = ""  # what a power of a vector means: as in POWERS of claims
    powered: bool = False  # such a power has been met
    large: str = ""  # the name of the net that a small one stands for
    whole: Scope | None = None  # where what is found in a small net must hold as well
    layouts: bool = False  # such a derivative has been met
    summed: int = 0  # terms of sums evaluated so far
    lone: str = ""  # the one letter of an identity, read as any real number
    lone_output: str = ""  # and the letter of the output there
    upright: bool = False  # a vector is a matrix of one column, never a list of numbers: a line of MATLAB
    steps: bool = False  # the link at hand is an update rule
    held: tuple[Relation, ...] = ()  # equations that hold where the link at hand is judged (`check.equalities`)
    generic: dict[str, tuple[str, ...]] = field(default_factory=dict)  # bare letters for any weight or bias (`check.generic`)
    penalty: Any = None  # what the page adds to the net's cost (`check.penalties`)
    penalty_named: bool = False  # and the letter of the cost means the sum
    forms: bool = False  # the link at hand speaks of differentials that stand by themselves
    varying: tuple[Any, ...] = ()  # what differentials that stand by themselves are taken by (`check.forms`)
    only_proofs: bool = False  # no witness is looked for
    one_of_k: bool = False  # where they make one target 1, the others are 0
    undeclared: dict[str, Span] = field(default_factory=dict)  # letters read as any real number, with their place
    notes: dict[str, None] = field(default_factory=dict)
    clashes: dict[str, None] = field(default_factory=dict)  # sums whose index runs over two layers at once: never proved
    assumptions: dict[str, None] = field(default_factory=dict)
    guesses: dict[str, None] = field(default_factory=dict)  # what this instance supposes of a range: a condition of a proof, no ground for a refutation
    denominators: dict[object, dict[tuple[int, ...], Any]] = field(default_factory=dict)  # what the formula divides by and may be 0
    domains: dict[object, Any] = field(default_factory=dict)  # logarithms and roots that may not exist everywhere (`check.domains`)
    seen: dict[tuple[Any, ...], Any] = field(default_factory=dict)  # values of symbols, while one reading is judged
    ranged: dict[int, tuple[Node, bool]] = field(default_factory=dict)  # sums whose letters count the units of a layer
    letters: dict[int, tuple[Sym, tuple[str, ...]]] = field(default_factory=dict)  # the symbols that were met, and what they depend on
    named_at: dict[tuple[Any, ...], Any] = field(default_factory=dict)  # what of the net they name, by the values of those letters

    def __post_init__(self) -> None:
        if self.batch and self.single is None and self.net is not None:
            self.single, self.net = self.net, repeated(self.net, self.batch)
            self.sizes.setdefault("m", self.batch)
        self.world = World(self.net) if self.definitions else shared(self.net)
        if len(self.world.algebra.keys) > MAX_SHARED:
            shared.cache_clear()
            self.world = shared(self.net)
        one = self.single or self.net
        if one is not None and one.unit_count == 1:
            self.notation = self.notation.for_one_unit
        self.places = _places(one) if one is not None else None

    def count_from(self, input_layer: int) -> None:
        """Call the layer of the inputs so, where the notation numbers layers."""
        if self.notation.labels == "layered":
            self.notation = replace(self.notation, input_layer=input_layer)

    @property
    def words(self) -> tuple[str, ...]:
        """The names of more than one letter in force, the notation's and the net's: the parser must not split them."""
        one = self.single or self.net
        return (*self.notation.words, *(_authors_words(one) if one is not None else ()))

    def lengthen(self) -> None:
        """Forget what only the formula before called by a letter without its subscript."""
        for name, before in self.short.items():
            self.definitions.pop(name, None)
            if before is not None:
                self.definitions[name] = before
        if self.short:
            self.short, self.world = {}, World(self.net)

    def look_at(self, sides: Iterable[Node]) -> None:
        """Begin with a link, of which nothing is known."""
        self.seen.clear()
        self.named_at.clear()
        self.letters.clear()
        for each in (each for side in sides for each in side.walk()):
            if isinstance(each, Sym):
                self.remember(each)

    def remember(self, symbol: Sym) -> tuple[Sym, tuple[str, ...]]:
        """A symbol, which its number stands for from now on, with every index letter that its value can depend on."""
        found = self.letters[id(symbol)] = (symbol, _own_letters(symbol))
        return found

    def fixed_indices(self) -> dict[str, int]:
        """Index letters with one value: the last layer, Winston's positions, declared sizes."""
        fixed = dict(self.sizes)
        if self.places is None:
            return fixed
        depth = self.places.depth
        if self.notation.labels == "position":
            fixed |= position_layers(depth)
        else:
            fixed[self.notation.last_layer] = depth + self.notation.input_layer
        return fixed

    def named(self, node: Node) -> Node:
        """The tree with aliases replaced by the symbols they stand for."""
        if not self.aliases and self.net is not None:
            return node

        def change(each: Node) -> Node | None:
            if isinstance(each, Change) and self.net is None and isinstance(each.target, Sym):
                return replace(each.target, span=each.span, name="Delta " + each.target.name)  # no update rule is known
            if not isinstance(each, Sym):
                return None
            meant = self.aliases.get(spelling(replace(each, primes=0)))
            return replace(meant, span=each.span, primes=each.primes) if meant is not None else None

        return rewrite(node, change)

    def fresh(self) -> Scope:
        """The same declarations with an empty record of readings."""
        return Scope(self.net, self.notation, dict(self.definitions), set(self.free), dict(self.functions), dict(self.sizes),
                     batch=self.batch, mean=self.mean, in_delta=self.in_delta, count=self.count, single=self.single, einstein=self.einstein, macros=self.macros,
                     large=self.large, penalty=self.penalty, penalty_named=self.penalty_named, upright=self.upright)  # fmt: skip


Rule = Callable[[Any, "Env"], Value]


@dataclass(frozen=True)
class Env:
    """What changes on the way down: the net as cut, the values of index letters, bound variables.

    The rules of evaluation travel with it, so that a rule may ask for the value of a part without knowing the others.
    """

    scope: Scope
    view: View
    indices: Mapping[str, int] = field(default_factory=dict)
    bound: Mapping[str, Value] = field(default_factory=dict)
    rules: Mapping[type[Node], Rule] = field(default_factory=dict)

    def value(self, node: Node) -> Value:
        """The exact value of a tree here."""
        return self.rules[type(node)](node, self)

    def bind(self, values: Mapping[str, Value]) -> Env:
        """With more bound variables."""
        return replace(self, bound={**self.bound, **values})

    def at(self, **indices: int) -> Env:
        """With more index letters known."""
        return replace(self, indices={**self.indices, **indices})


def _own_letters(node: Sym) -> tuple[str, ...]:
    """Every index letter that the value of a symbol can depend on, Winston's positions included."""
    found = {node.name: None, "@example": None} | _POSITIONS
    for script in (node.sub, node.sup):
        if script is not None:
            found |= dict.fromkeys([*(token.text.strip() for token in script.tokens), *letters_in(script.tokens), script.text])
    return tuple(found)


def spellings(symbol: Sym) -> set[str]:
    """The keys under which a symbol may be known: as written, and without what may be a power or a prime."""
    return {symbol.key, symbol.key[: -symbol.primes], symbol.plain} if symbol.primes else {symbol.key, symbol.plain}


def spelling(symbol: Sym) -> str:
    """A symbol as one key: letter, accents, scripts, primes."""
    return symbol.key


def lettered(symbol: Sym) -> str:
    """A symbol's letter with its accents, as notations keep it: \\hat y is `hat y`."""
    return " ".join((*reversed(symbol.accents), symbol.name)) if symbol.accents else symbol.name


def unprimed(node: Sym) -> Sym:
    """A symbol without its primes."""
    return replace(node, primes=0) if node.primes else node


def shown(symbol: Sym) -> str:
    """A symbol for a message."""
    return spelling(symbol).replace(">", " -> ")
