"""What a text says of a batch without saying it: where its 1/m stands, which sums are over the examples, what their number is called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from symbackprop.check.meaning.define import kinds
from symbackprop.check.meaning.link import Link
from symbackprop.check.meaning.scope import Env, Scope, lettered, spelling
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Sym
from symbackprop.notation import scripts

_DELTAS = frozenset(["delta_matrix", "output_delta_matrix"])
COUNTS = ("n", "N", "m", "M")


def puts_mean_into_delta(link: Link, scope: Scope) -> bool:
    """Whether `dZ = (A - Y)/m`: the delta of the outputs, given by the outputs and divided by the number of examples."""
    if not scope.batch or not scope.mean or scope.in_delta or link.op not in ("=", ":=", "<-") or not isinstance(link.left, Sym):
        return False
    if len(scope.equations.get(spelling(link.left), ())) > 1:
        return False  # the text has said what it is before, and that stands: this line takes the mean twice
    own = kinds(link.left, scope)
    letters = {each.name for each in _factors(link.right) if isinstance(each, Sym) and not (each.sub or each.sup)}
    if not own & _DELTAS or not any(scope.sizes.get(letter) == scope.batch for letter in letters):
        return False
    return not any("delta" in kind for each in link.right.walk() if isinstance(each, Sym) for kind in kinds(each, scope))


def _factors(node: Node) -> Iterator[Node]:
    """What a whole side is multiplied from, above and below its fraction bars."""
    if isinstance(node, ast.Group) and not (node.sub or node.sup or node.primes):
        yield from _factors(node.inner)
    elif isinstance(node, ast.Add) and len(node.terms) == 1:
        yield from _factors(node.terms[0])
    elif isinstance(node, ast.Frac | ast.Product | ast.Juxt):
        for each in node.children():
            yield from _factors(each)
    else:
        yield node


def is_over_examples(node: ast.Big, env: Env) -> bool:
    """Whether a sum runs over the examples of a batch although nothing in it carries its letter: the sum over x of a_j - y_j."""
    scope = env.scope
    if not scope.batch or node.op != "sum" or node.sub is None or "@example" in env.indices:
        return False
    at = next((i for i, token in enumerate(node.sub.tokens) if token.kind == "rel"), len(node.sub.tokens))
    head = node.sub.tokens[:at]
    if len(head) != 1 or head[0].kind != "name" or (at < len(node.sub.tokens) and node.sub.tokens[at].text != "in"):
        return False
    letter = head[0].text
    for each in node.body.walk():
        if not isinstance(each, Sym):
            continue
        marks = [mark for script in (each.sub, each.sup) if script for mark in scripts.letters(script.tokens)]
        if letter in marks or (each.name == letter and not each.sub and letter not in ("x", "y")):
            return False
    return letter in ("x", "p", "d", "e", "s") or letter not in (*scope.notation.index_letters, *scope.notation.layer_letters)


def counts_of(link: Link, scope: Scope) -> dict[str, int]:
    """The letters for the number of examples, where a formula sums over them: 1/n in front of the sum over x."""
    if not scope.batch:
        return {}
    env = Env(scope, scope.world.view())
    sides = [each for side in (link.left, link.right) for each in side.walk()]
    if not any(isinstance(each, ast.Big) and (is_over_examples(each, env) or _numbered(each, scope)) for each in sides):
        return {}
    letters = {each.name for each in sides if isinstance(each, Sym) and each.name in COUNTS and not (each.sub or each.sup or each.primes)}
    known = scope.definitions.keys() | scope.free | scope.sizes.keys()
    return {letter: scope.batch for letter in letters - known if not kinds(Sym((0, 0), letter), scope)}


def count_examples(link: Link, scope: Scope, trial: Scope) -> None:
    """Let one link use the author's letter for the number of examples, and remember it for what is printed."""
    found = counts_of(link, scope)
    for letter in found:
        scope.count = letter
        trial.notes[f"read {letter} as the number of examples"] = None
    trial.sizes |= found


@contextmanager
def counted(link: Link, scope: Scope) -> Iterator[None]:
    """The author's letter for the number of examples in force while a slip is looked for."""
    found = counts_of(link, scope)
    if scope.batch and scope.count not in scope.sizes:
        found[scope.count] = scope.batch
    scope.sizes |= found
    try:
        yield
    finally:
        for letter in found:
            del scope.sizes[letter]


def _numbered(node: ast.Big, scope: Scope) -> bool:
    """Whether the letter of a sum numbers examples inside: the sum over i of L^{(i)}."""
    names = set(scripts.letters(node.sub.tokens[:1])) if node.sub is not None else set()
    for each in node.body.walk():
        if isinstance(each, Sym) and spelling(each) not in scope.definitions:
            sub, sup = (script.tokens if script else () for script in (each.sub, each.sup))
            for reading in scope.notation.read(lettered(each), sub, sup):
                if "e" in reading.field and names & set(scripts.letters(reading.field["e"])):
                    return True
    return False
