"""What a summed letter runs over: the values as written, else whatever the net has; under every condition of the subscript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, product
from typing import Any

from symbackprop.check.exact.values import Unsupported
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.clauses import Clauses, clauses, letters_of
from symbackprop.check.meaning.indices import holds
from symbackprop.check.meaning.quantities import quantity_of
from symbackprop.check.meaning.scope import Env, Unresolved, lettered, shown
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.grammar import Parser
from symbackprop.check.reading.languages import begins
from symbackprop.check.reading.syntax import Relation, Sym, Token
from symbackprop.check.reading.vocabulary import word_set
from symbackprop.errors import ParseError
from symbackprop.notation import scripts

MAX_RANGE = 2_000
_RUNNING = frozenset("ijklpqrst")  # letters that run themselves: the sum to j ends at j, the sum to n at the end of its layer
_WHOLE = word_set(
    "output outputs out outs downstream succ successor successors post children child next inputs input in ins upstream pred pre "
    "predecessor predecessors parents parent layer layers units unit neurons neuron nodes node hidden to from connected"
)  # what authors call the neurons that a sum runs over: those for which its body exists


@dataclass(frozen=True)
class Range:
    """The bound letters of a sum, the values they take together, and whether all of these must exist."""

    names: list[str]
    values: list[tuple[int, ...]]
    stated: bool = False
    excluded: tuple[tuple[int, ...], ...] = ()  # by the conditions
    every: list[tuple[int, ...]] | None = None  # of all neurons, where the set names those of one kind


def summation(node: ast.Big, env: Env) -> Range:
    """What a sum runs over here."""
    if node.sub is None:
        raise Unsupported("a sum that does not say what it runs over")
    found = clauses(node.sub)
    known = {**env.scope.fixed_indices(), **env.indices}
    names = [*found.names, *(each for each in found.told_apart if each not in known)]
    ends = node.sup.tokens if node.sup else ()
    if any(token.kind == "rel" for token in ends):
        ends = ends[next(i for i, token in enumerate(ends) if token.kind == "rel") + 1 :]
    start = found.first if found.kind == "=" else ()
    if found.more and ends:
        raise Unsupported(f"a sum over {node.sub.text[:40]}")
    if start and not ends:
        each_value = [_bound(part, env) for part in (start, *found.more)] if found.more else []
        if not each_value or None in each_value or len(names) > 1:
            raise Unsupported("a sum with a beginning and no end")
        values = [(each,) for each in each_value if each is not None]
        return Range(names, [each for each in values if _kept(found, names, each, known)], True)
    low: int | None
    high: int | None
    stated, listed, open_ended = False, None, False
    if start or ends:
        low = _bound(start, env) if start else 1
        high = _bound(ends, env)
        stated = high is not None and env.scope.notation.labels not in ("number", "name")
        if high is None:
            high, open_ended = _end_of_layer(ends, low, node, env), True
            _not_another_layers(ends, names[0], node, env)
            env.scope.notes[f"read the sum over {names[0]} as running to the end of the layer"] = None
    else:
        low, high, places = 0, _widest(env), env.scope.places
        if not found.kind and not found.conditions and places is not None and _all_units(node, names, env):
            low, high = 1, places.width  # what is past the end of its layer is left out
        listed = _listed(found.first, names[0], env, low, high) if found.kind == "in" else None
        open_ended = listed is None
    if low is not None and high is not None and high == low - 1 and stated:
        return Range(names, [], excluded=((),))  # from 1 to 0
    if low is None or high is None or (high - low + 1) ** len(names) > MAX_RANGE * 5 or high - low > MAX_RANGE:
        raise Unsupported(f"a sum over {node.sub.text[:40]}")
    units = open_ended and not found.conditions and _all_units(node, names, env)
    if open_ended and not units and (idle := next((name for name in names if name not in _letters_inside(node.body)), "")):
        raise Unsupported(f"a sum over {idle}, and nothing in it says how far {idle} goes")
    every: list[tuple[int, ...]] = list(product(range(low, high + 1), repeat=len(names)))
    if listed is not None:
        every, stated = [each for each in every if set(each) <= listed], True
    of_kind = _of_kind(_said(found.first), env) if found.kind == "in" and listed is None else None
    neurons = every if of_kind is not None else None
    if of_kind is not None:
        every = [each for each in every if set(each) <= of_kind]
    fed = _fed(node, names, env) if open_ended and len(names) == 1 else None
    if fed is not None:
        every = [each for each in every if each[0] in fed]
    kept = [each for each in every if _kept(found, names, each, known)]
    return Range(names, kept, stated, tuple(each for each in every if each not in kept) if found.conditions else (), neurons)


def _kept(found: Clauses, names: list[str], values: tuple[int, ...], known: dict[str, int]) -> bool:
    """Whether the conditions hold for these values."""
    for each in found.conditions:
        answer = holds(each, {**known, **dict(zip(names, values))})
        if answer is None:
            raise Unsupported("a sum under a condition that is not one on indices")
        if not answer:
            return False
    return True


def _end_of_layer(ends: tuple[Token, ...], low: int | None, node: ast.Big, env: Env) -> int:
    """How far a sum goes that ends at a letter: n, n_l, |l|, a word."""
    from_nought = low == 0 and len(ends) > 2 and [token.text for token in ends[-2:]] == ["-", "1"]  # 0 to n-1: all of them
    ends = ends[:-2] if from_nought else ends
    bare = [token for token in ends if not (token.kind == "op" and token.text == "|")]
    letter = bare[0].text if bare and bare[0].kind in ("name", "text") else ""
    scripted = len(bare) == 1 or bare[1].kind in ("sub", "sup", "open")
    running = letter in _RUNNING and len(bare) == len(ends) == 1
    if not letter or not scripted or running or any(t.kind == "op" for t in _outside(bare)):
        raise Unsupported(f"a sum over {node.sub.text[:40] if node.sub else ''} to {node.sup.text[:40] if node.sup else ''}, which nothing tells")
    if low is not None and low < 1 and not from_nought:
        env.scope.guesses[f"nothing is numbered {low}"] = None
    return _widest(env)


def _not_another_layers(ends: tuple[Token, ...], letter: str, node: ast.Big, env: Env) -> None:
    """Raise Unresolved where a sum goes to n_l and the neurons it goes over are as many as another layer has: a slip, or another n."""
    places = env.scope.places
    depths = list(accumulate((token.kind == "open") - (token.kind == "close") for token in ends[2:]))  # of the script's brackets
    marks = scripts.stripped(ends[2 : 3 + depths.index(0)]) if 0 in depths and ends[1].kind in ("sub", "sup") else ()
    layer = _bound(marks, env) if marks and places is not None and env.scope.notation.labels == "layered" else None
    index = layer - env.scope.notation.input_layer if layer is not None else -1
    if places is None or not 0 <= index < len(places.layers):
        return
    there = [_how_many(each, letter, env) for each in node.body.walk() if isinstance(each, Sym) and letter in letters_of(each)]
    if there and 0 < min(there) != len(places.layers[index]):
        said = "".join(token.text for token in ends if token.kind not in ("open", "close"))
        raise Unresolved(said, node.span, why=f"the sum goes to {said}, and layer {layer} has {len(places.layers[index])} neurons where {min(there)} are summed "
                                              "over: a slip, unless the letter means something else")  # fmt: skip


def _how_many(symbol: Sym, letter: str, env: Env) -> int:
    count = 0
    for value in range(1, _widest(env) + 1):
        try:
            count += quantity_of(symbol, env.at(**{letter: value})) is not None
        except (NotThere, Unresolved, Unsupported):
            continue
    return count


def _outside(tokens: list[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += token.kind == "open"
        if not depth:
            yield token
        depth -= token.kind == "close"


def _letters_inside(body: ast.Node) -> set[str]:
    """The letters that the body of a sum carries in scripts, those of derivatives and inner limits included."""
    found = set[str]()
    for each in body.walk():
        if isinstance(each, Sym):
            found |= set(letters_of(each))
    return found


def _all_units(node: ast.Big, names: list[str], env: Env) -> bool:
    """Whether every letter of a sum counts units in its body; found once for all instances."""
    known = env.scope.ranged.get(id(node))
    if known is None or known[0] is not node:
        known = env.scope.ranged[id(node)] = node, all(_counts_units(name, node.body, env) for name in names)
    return known[1]


def _counts_units(name: str, body: ast.Node, env: Env) -> bool:
    """Whether a summed letter is an index inside a layer wherever it stands, and nothing else."""
    found, notation = False, env.scope.notation
    if notation.labels != "layered":
        return False
    for each in body.walk():
        if not isinstance(each, Sym):
            continue
        if each.name == name or each.name == "nabla":
            return False
        sub, sup = (script.tokens if script else () for script in (each.sub, each.sup))
        if name not in scripts.letters(sub) + scripts.letters(sup):
            continue
        readings = notation.read(lettered(each), sub, sup) or notation.read(lettered(each), sub, ())
        if not readings or any(name in scripts.letters(marks) for reading in readings for field, marks in reading.fields if field not in "jk"):
            return False
        found = True
    return found


def _fed(node: ast.Big, names: list[str], env: Env) -> set[int] | None:
    """Where neurons are numbered, a chain rule over k by a quantity of neuron j sums over the neurons that j feeds."""
    places = env.scope.places
    if places is None or env.scope.notation.labels not in ("number", "name"):
        return None
    for each in node.body.walk():
        if not (isinstance(each, ast.Derivative) and isinstance(each.by, Sym) and each.what is not None):
            continue
        over = any(isinstance(part, Sym) and names[0] in letters_of(part) for part in each.what.walk())
        if over and names[0] not in letters_of(each.by):
            found = quantity_of(each.by, env)
            if found is not None and found[0].unit is not None and found[0].kind in ("output", "net_input", "input"):
                env.scope.notes[f"read the sum over {names[0]} as one over the neurons that the neuron of {shown(each.by)} feeds"] = None
                return {places.number[unit.name] for unit, _ in places.net.successors.get(found[0].unit, ())}
    return None


def _listed(tokens: tuple[Token, ...], letter: str, env: Env, low: int, high: int) -> set[int] | None:
    """The numbers of a set that is written out, {5, 6} or {1, ..., n}; None for one in words that is all there is."""
    if tokens[0].kind == "open" and tokens[0].text == "lbrace":
        parser = Parser(list(tokens), "")
        try:
            node = parser.expression()
        except ParseError as error:
            raise Unsupported("a sum over a set that is not a list of numbers") from error
        name = Sym((0, 0), "@member")
        relation = Relation((name, node), ("in",), ((0, 0),))
        known = {**env.scope.fixed_indices(), **env.indices}
        answers = {value: holds(relation, {**known, "@member": value}) for value in range(low, high + 1)}
        if parser.at < len(parser.tokens) or None in answers.values():
            raise Unsupported("a sum over a set that is not a list of numbers")
        return {value for value, answer in answers.items() if answer}
    word = tokens[0].text.strip().strip("()").lower()
    said = _said(tokens)
    if tokens[0].kind in ("name", "text") and (_WHOLE & {*said, *word.replace("-", " ").split()} or any(_begins(each) for each in said)):
        return None
    if tokens[0].kind == "name" and word[:1] != tokens[0].text[:1] and (len(tokens) == 1 or tokens[1].kind in ("sub", "sup")) and len(tokens[0].text) == 1:
        env.scope.guesses[f"{tokens[0].text} is all that the sum over {letter} can run over"] = None
        return None
    raise Unsupported(f"a sum over {''.join(token.text for token in tokens)[:40]}, a set that nothing tells")


def _said(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """The words that a set is called by, `outputs`, `Downstream(j)`, `Ausgabe`; letters in a row are one word."""
    stop = next((i for i, token in enumerate(tokens) if token.kind not in ("name", "text")), len(tokens))
    behind = tokens[stop:]
    if behind and not (behind[0].text == "(" and behind[-1].text == ")") and behind[0].kind != "sub":
        return ()
    words = "".join(token.text for token in tokens[:stop]).replace("-", " ").replace("(", " ").lower().split()
    return tuple(each for each in words if len(each) > 2)


def _begins(word: str) -> bool:
    return any(begins(word, meaning) for meaning in ("output", "hidden", "fed", "some"))


def _of_kind(words: tuple[str, ...], env: Env) -> set[int] | None:
    """The numbers of the output neurons, or of the hidden ones, where neurons have numbers and the set says which it is."""
    places = env.scope.places
    kinds = [kind for kind in ("output", "hidden") if any(begins(each, kind) for each in words)]
    if places is None or env.scope.notation.labels not in ("number", "name") or len(kinds) != 1 or any(begins(each, "fed") for each in words):
        return None
    net = places.net
    chosen = {*net.outputs} if kinds == ["output"] else {unit.name for unit in net.units} - {*net.outputs}
    return {number for name, number in places.number.items() if name in chosen}


def _bound(tokens: tuple[Any, ...], env: Env) -> int | None:
    try:
        return scripts.value(tokens, {**env.scope.fixed_indices(), **env.indices})
    except KeyError:
        return None


def _widest(env: Env) -> int:
    places = env.scope.places
    if places is None:
        raise Unsupported("a sum without limits, and no net to take them from")
    if env.scope.notation.labels in ("number", "name"):
        return len(places.number)
    return max(places.width, env.scope.batch, places.depth + env.scope.notation.input_layer)  # the letter may run over layers

