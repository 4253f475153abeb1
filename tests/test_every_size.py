"""The theorems for every size: what is proved, what is refused, and that each refusal has its planted fault."""

from __future__ import annotations

import copy
import json
import random
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbackprop.kernel.index_calculus import Theory, canonical, replay
from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.verify import digest, verify
from symbackprop.proofs.every_size.certify import join, recheck_theorem
from symbackprop.proofs.every_size.concrete import recheck
from symbackprop.proofs.every_size.theorems import THEOREMS, theorem

SIGNATURES = {"w": ("J", "K"), "m": ("J", "J"), "x": ("K",), "u": ("J",)}


def entries(width: int, seed: int) -> dict[tuple[str, ...], int]:
    """Random values for every symbol at every index."""
    rng = random.Random(seed)
    return {
        (name, *map(str, at)): rng.randrange(-50, 51)
        for name, sorts in SIGNATURES.items()
        for at in product(range(width), repeat=len(sorts))
    }


def value(term: tuple[tuple[str, ...], ...], width: int, seed: int, free: dict[str, int]) -> int:
    """The sum over all indices of a term that are not free."""
    table = entries(width, seed)
    bound = sorted({i for f in term for i in f[1:]} - set(free))
    total = 0
    for at in product(range(width), repeat=len(bound)):
        place = dict(zip(bound, at)) | free
        number = 1
        for name, *indices in term:
            number *= table[(name, *(str(place[i]) for i in indices))]
        total += number
    return total


@st.composite
def random_terms(draw: Any) -> tuple[tuple[str, ...], ...]:
    """Up to four factors over three J and two K indices, j free."""
    names = {"J": ["j", "p", "q"], "K": ["k", "l"]}
    chosen = draw(st.lists(st.sampled_from(sorted(SIGNATURES)), min_size=1, max_size=4))
    return tuple((name, *(draw(st.sampled_from(names[s])) for s in SIGNATURES[name])) for name in chosen)


@settings(max_examples=150, deadline=None)
@given(random_terms(), random_terms())
def test_the_canonical_form_agrees_with_brute_force_sums(one: Any, other: Any) -> None:
    same = canonical(one, ["j"]) == canonical(other, ["j"])
    points = [(3, seed) for seed in (1, 2)]
    values = [(value(one, n, s, {"j": 0}), value(other, n, s, {"j": 0})) for n, s in points]
    assert same == all(left == right for left, right in values)


@settings(max_examples=100, deadline=None)
@given(random_terms(), st.randoms())
def test_renaming_and_reordering_change_nothing(term: Any, rng: random.Random) -> None:
    names = {i: i for f in term for i in f[1:]}
    fresh = [f"r{n}" for n in range(9)]
    rng.shuffle(fresh)
    names |= {i: fresh.pop() for i in names if i != "j"}
    moved = [(f[0], *(names[i] for i in f[1:])) for f in term]
    rng.shuffle(moved)
    assert canonical(moved, ["j"]) == canonical(term, ["j"])


def test_symmetric_terms_are_one_and_different_chains_two() -> None:
    """sum m_pq m_qp is not sum m_pq m_pq, and (sum u)^5 has one form whatever its names."""
    assert canonical([("m", "p", "q"), ("m", "q", "p")], []) != canonical([("m", "p", "q"), ("m", "p", "q")], [])
    six = [[(f"u{n}",) for n in order] for order in ((1, 2, 3), (3, 1, 2))]
    assert canonical([("u", *i) for i in six[0]], []) == canonical([("u", *i) for i in six[1]], [])
    with pytest.raises(Rejected, match="look alike"):
        canonical([("u", f"i{n}") for n in range(8)], [])


# -- the theorems -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", THEOREMS)
def test_each_theorem_is_replayed_and_true_at_random_widths(name: str) -> None:
    proved = THEOREMS[name]()
    assert verify(json.loads(json.dumps(proved.certificate)))
    assert all(statement.kernel for statement in proved.statements) and proved.meta
    assert recheck_theorem(proved, seed=7) >= 3


def certificates() -> list[tuple[str, dict[str, Any]]]:
    return [(f"{name}-{n}", p) for name in THEOREMS for n, p in enumerate(THEOREMS[name]().certificate["parts"])]


CERTIFICATES = certificates()


@pytest.mark.parametrize(("name", "certificate"), CERTIFICATES, ids=[name for name, _ in CERTIFICATES])
def test_every_corrupted_step_and_statement_is_refused(name: str, certificate: dict[str, Any]) -> None:
    for n, statement in enumerate(certificate["theorems"]):
        damages = [("right", f"2 {statement['right']} + 1"), ("right", statement["right"] + " + 1")]
        for field, damaged in damages:
            bad = copy.deepcopy(certificate)
            bad["theorems"][n][field] = damaged
            with pytest.raises(Rejected):
                replay(bad)
        for m, step in enumerate(statement["proof"]):
            for changed in ({**step, "times": "2 " + step["times"]}, {**step, "premise": "nothing"}, None):
                bad = copy.deepcopy(certificate)
                bad["theorems"][n]["proof"][m : m + 1] = [changed] if changed else []
                with pytest.raises(Rejected):
                    replay(bad)


def test_the_digest_and_the_kind_are_checked() -> None:
    certificate = join([THEOREMS["backprop"](), THEOREMS["dag"]()])
    assert any("BP2" in sentence for sentence in verify(certificate))
    certificate["parts"][0]["title"] = "something else"
    with pytest.raises(Rejected, match="sha256"):
        verify(certificate)


# -- what the kernel must not accept ------------------------------------------------------------------------------------

BASE = [
    {"symbol": "x[k:K]", "is": "constant"},
    {"symbol": "w[j:J,k:K]", "is": "variable"},
    {"symbol": "z[j:J]", "is": "definition", "as": "w[j,k] x[k]"},
    {"symbol": "C", "is": "function", "of": "z[j]", "slope": "g[j:J]"},
    {"symbol": "gw[j:J,k:K]", "is": "derivative", "of": "C", "by": "w"},
    {"symbol": "gz[j:J]", "is": "derivative", "of": "C", "by": "z"},
]
TOTAL = {
    "name": "T",
    "left": "d C",
    "right": "g[j] x[k] d w[j,k]",
    "proof": [{"premise": "d C", "times": "1"}, {"premise": "d z", "at": "j", "times": "g[j]"}],
}
READ = {"name": "R", "for": "j:J,k:K", "left": "gw[j,k]", "from": "T", "right": "g[j] x[k]"}
E = {"symbol": "E[k:K,j:K]", "is": "edges"}


def accepted(model: list[Any], theorems: list[Any] | None = None, hypotheses: list[Any] | None = None) -> list[str]:
    return replay(
        {"sorts": {"J": "", "K": ""}, "model": model, "hypotheses": hypotheses or [], "theorems": theorems or []}
    )


def test_the_example_itself_is_accepted() -> None:
    assert accepted(BASE, [TOTAL, READ])[-1] == "R: for every j in J, k in K: gw[j,k] = g[j] x[k]"


BAD_MODELS = {
    "an equation for itself": [{"symbol": "s", "is": "definition", "as": "s + 1"}],
    "recursion without edges": [E, {"symbol": "s[k:K]", "is": "definition", "as": "s[j] + 1"}],
    "recursion both ways": [E, {"symbol": "s[k:K]", "is": "definition", "as": "E[k,j] s[j] + E[j,k] s[j]"}],
    "edges elsewhere": [E, {"symbol": "s[k:K]", "is": "definition", "as": "E[k,i] s[j]"}],
    "a constant for edges": [
        {**E, "is": "constant"},
        {"symbol": "s[k:K]", "is": "definition", "as": "E[k,j] s[j]"},
    ],
    "recursion through the slope": [
        E,
        {"symbol": "s[k:K]", "is": "definition", "as": "p[k]", "output": "o[k:K]", "slope": "p[k:K]"},
    ],
    "a symbol twice": [BASE[0], BASE[0]],
    "a sort nobody declared": [{"symbol": "x[k:Q]", "is": "constant"}],
    "a kind nobody knows": [{"symbol": "x[k:K]", "is": "axiom"}],
    "a later symbol": [{"symbol": "s", "is": "definition", "as": "t"}, {"symbol": "t", "is": "variable"}],
    "a function without slope": [BASE[1], {"symbol": "C", "is": "function", "of": "w[j,k]"}],
    "a slope over too little": [BASE[1], {"symbol": "C", "is": "function", "of": "w[j,k]", "slope": "g[j:J]"}],
    "a function of two times something": [BASE[1], {"symbol": "C", "is": "function", "of": "2 w[j,k]", "slope": "g"}],
    "exp of a whole family": [BASE[0], {"symbol": "e", "is": "exp", "of": "x[k]"}],
    "a function of itself": [{"symbol": "f", "is": "function", "of": "f", "slope": "p"}],
    "a differential in a definition": [BASE[1], {"symbol": "s", "is": "definition", "as": "d w[j,k]"}],
    "an index in two sorts": [BASE[1], {"symbol": "s", "is": "definition", "as": "w[j,j]"}],
    "a derivative of a family": [*BASE[:3], {"symbol": "gg", "is": "derivative", "of": "z", "by": "x"}],
    "the name of the differential": [{"symbol": "d", "is": "variable"}],
}


@pytest.mark.parametrize("why", BAD_MODELS)
def test_bad_models_are_refused(why: str) -> None:
    with pytest.raises(Rejected):
        accepted(BAD_MODELS[why])


def changed(**fields: Any) -> dict[str, Any]:
    return {**READ, **fields}


BAD_THEOREMS = {
    "z varies with w, so it cannot be read": [TOTAL, changed(left="gz[j]", right="g[j]", **{"for": "j:J"})],
    "no total differential": [changed()],
    "transposed indices": [TOTAL, changed(left="gw[k,j]")],
    "the slope forgotten": [TOTAL, changed(right="x[k]")],
    "a sum where none is": [TOTAL, changed(right="g[j] x[k] x[p]")],
    "a number for a symbol": [TOTAL, changed(right="2")],
    "an unknown symbol": [TOTAL, changed(right="h[j] x[k]")],
    "a premise at the wrong sort": [{**TOTAL, "proof": [{"premise": "d z", "at": "k", "times": "x[k]"}]}],
    "a premise at too few places": [{**TOTAL, "proof": [{"premise": "d z", "times": "1"}]}],
    "two theorems of one name": [TOTAL, TOTAL],
    "text that is none": [{**TOTAL, "right": "g[j] x[k] d w[j,k] + "}],
    "code": [{**TOTAL, "right": "__import__('os')"}],
}


@pytest.mark.parametrize("why", BAD_THEOREMS)
def test_bad_theorems_are_refused(why: str) -> None:
    with pytest.raises(Rejected):
        accepted(BASE, BAD_THEOREMS[why])


def test_nothing_is_read_off_an_assumed_differential() -> None:
    model = [
        *BASE[:2],
        {"symbol": "C", "is": "quantity"},
        {"symbol": "gw[j:J,k:K]", "is": "derivative", "of": "C", "by": "w"},
    ]
    lie = {"name": "lie", "left": "d C", "right": "x[k] d w[j,k]"}
    total = {"name": "T", "left": "d C", "right": "x[k] d w[j,k]", "proof": [{"premise": "lie", "times": "1"}]}
    assert accepted(model, [total], [lie])[-1].endswith("assuming lie")
    with pytest.raises(Rejected, match="not the total differential"):
        accepted(model, [total, changed(right="x[k]")], [lie])


def test_a_diagonal_is_not_a_coefficient() -> None:
    model = [
        {"symbol": "m[i:K,j:K]", "is": "variable"},
        {"symbol": "C", "is": "definition", "as": "m[i,i]"},
        {"symbol": "gm[i:K,j:K]", "is": "derivative", "of": "C", "by": "m"},
    ]
    total = {"name": "T", "left": "d C", "right": "d m[i,i]", "proof": [{"premise": "d C", "times": "1"}]}
    assert accepted(model, [total])
    with pytest.raises(Rejected, match="diagonal"):
        accepted(model, [total, {"name": "R", "for": "i:K,j:K", "left": "gm[i,j]", "from": "T", "right": "1"}])


def test_a_sum_over_an_absent_index_counts_its_set() -> None:
    model = [{"symbol": "x[k:K]", "is": "constant"}, {"symbol": "y[k:K]", "is": "definition", "as": "x[k] + 1"}]
    step = {"premise": "y", "at": "k", "times": "1"}
    assert accepted(model, [{"name": "t", "left": "y[k]", "right": "x[k] + #K", "proof": [step]}])
    with pytest.raises(Rejected):
        accepted(model, [{"name": "t", "left": "y[k]", "right": "x[k] + 1", "proof": [step]}])


@pytest.mark.parametrize("hostile", [{}, {"sorts": 3}, {"sorts": {}, "model": [3], "theorems": []}, {"parts": [1]}])
def test_what_is_no_certificate_is_refused(hostile: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        replay(hostile)


def test_softmax_needs_targets_that_sum_to_one() -> None:
    """Without the hypothesis a - y is refused by the kernel and false at a point."""
    certificate = copy.deepcopy(THEOREMS["softmax-ce"]().certificate["parts"][0])
    certificate["hypotheses"] = []
    with pytest.raises(Rejected):
        replay(certificate)
    claim = {"name": "a - y", "for": "j:I", "left": "C_z[j]", "right": "a[j] - y[j]"}
    assert recheck(certificate, [claim])[1] is not None
    assert recheck(THEOREMS["softmax-ce"]().certificate["parts"][0], [claim])[1] is None


def test_a_mean_is_not_a_sum() -> None:
    certificate = THEOREMS["batch"]().certificate["parts"][2]
    wrong = {"name": "mean taken for sum", "for": "j:J,i:I", "left": "mean_w[j,i]", "right": "total_w[j,i]"}
    assert recheck(certificate, [wrong])[1] is not None
    bad = copy.deepcopy(certificate)
    next(t for t in bad["theorems"] if t["name"] == "mean by w")["right"] = "delta[j,n] a[i,n]"
    with pytest.raises(Rejected):
        replay(bad)


def test_a_theorem_that_is_false_does_not_come_to_be() -> None:
    """The builder replays: a draft whose statement was changed afterwards raises."""
    certificate = THEOREMS["dag"]().certificate["parts"][0]
    from symbackprop.proofs.every_size.calculus import Draft

    draft = Draft("planted", {})
    draft.certificate = copy.deepcopy(certificate)
    draft.certificate["theorems"][0]["right"] = "delta[k] d b[k]"
    with pytest.raises(Rejected):
        theorem("planted", "planted", [(draft, [])], [])


def test_the_digest_is_that_of_the_kernel() -> None:
    certificate = THEOREMS["step"]().certificate
    assert certificate["sha256"] == digest(certificate)
    assert Theory({}).kind == {}
