"""Mutated certificates: whatever the kernel still accepts must be true at random widths."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest

from symbackprop.kernel.index_calculus import RULES, replay
from symbackprop.kernel.rejected import Rejected
from symbackprop.proofs.every_size.concrete import recheck
from symbackprop.proofs.every_size.theorems import THEOREMS

# `step` assumes a differential, which no random point satisfies once the assumption is mutated: what follows from it is no test
PARTS = [part for name, make in THEOREMS.items() if name != "step" for part in make().certificate["parts"]]


def places(thing: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every text."""
    if isinstance(thing, str):
        yield path
        return
    pairs = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    for key, value in pairs:
        yield from places(value, (*path, key))


def mutated(text: str, rng: random.Random) -> str:
    """The text with a token dropped, doubled, exchanged, put in, or an index changed for another."""
    tokens = re.findall(r"[A-Za-z_#]\w*(?:\[[^\]]*\])?|\S", text) or [text]
    at, other = rng.randrange(len(tokens)), rng.randrange(len(tokens))
    ways = [
        tokens[:at] + tokens[at + 1 :],
        [*tokens[:at], tokens[other], *tokens[at:]],
        [*tokens[:at], rng.choice(["2", "1/2", "-"]), *tokens[at:]],
        [{"+": "-", "-": "+"}.get(token, token) if n == at else token for n, token in enumerate(tokens)],
    ]
    indices = re.findall(r"[\[,]\s*(\w+)", text)
    if indices:
        ways.append([*tokens[:at], re.sub(r"\w+(?=\])", rng.choice(indices), tokens[at]), *tokens[at + 1 :]])
    return " ".join(rng.choice(ways))


def mutant(rng: random.Random) -> dict[str, Any]:
    """A certificate with one to three faults."""
    made = copy.deepcopy(rng.choice(PARTS))
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        path = rng.choice([p for p in places(made) if p[0] in ("model", "theorems") and p[-1] != "words"])
        holder: Any = made
        for key in path[:-1]:
            holder = holder[key]
        names = [theorem["name"] for theorem in made["theorems"]]
        names += [step["premise"] for theorem in made["theorems"] for step in theorem["proof"]]
        choices = {"is": list(RULES), "premise": names, "from": names}.get(path[-1])
        holder[path[-1]] = rng.choice(choices) if choices else mutated(holder[path[-1]], rng)
    return made


def check(seeds: range) -> int:
    """How many mutants were accepted; every one of them true."""
    accepted = 0
    for seed in seeds:
        rng = random.Random(seed)
        made = mutant(rng)
        try:
            replay(made)
        except Rejected:
            continue
        accepted += 1
        try:
            _, difference = recheck(made, trials=2, seed=seed)
        except (ZeroDivisionError, IndexError):
            continue  # a reciprocal of 0, or a symbol that nothing uses with an odd signature: no statement there
        assert difference is None, (seed, str(difference))
    return accepted


def test_what_is_still_accepted_is_true() -> None:
    assert check(range(150)) < 75


@pytest.mark.slow
def test_what_is_still_accepted_is_true_many_times() -> None:
    assert check(range(150, 4000)) > 300
