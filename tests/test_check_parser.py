"""The reader of formulas: what it makes of LaTeX, Unicode and plain text, and where it says that something is wrong."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbackprop.check.api import check
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.macros import read_definitions
from symbackprop.check.reading.statements import Malformed, Remark, parse_formula
from symbackprop.check.reading.syntax import Statement
from symbackprop.errors import ParseError
from symbackprop.networks import Network


def only(text: str, **more: object) -> Statement:
    """The one statement of a formula."""
    items = parse_formula(text, **more)  # type: ignore[arg-type]
    assert len(items) == 1 and isinstance(items[0], Statement), items
    return items[0]


def shape(node: object) -> object:
    """A tree without its places, so that two spellings can be compared."""
    if isinstance(node, ast.Script):
        return node.text
    if isinstance(node, ast.Node):
        if isinstance(node, ast.Group) and node.bracket in ("(", "[", "") and not (node.sub or node.sup or node.primes):
            return shape(node.inner)
        fields = [getattr(node, name) for name in node.__dataclass_fields__ if name != "span"]
        return (type(node).__name__, *(shape(each) for each in fields))
    if isinstance(node, tuple):
        return tuple(shape(each) for each in node)
    return node


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\delta_l = o_l (1 - o_l) \times w_r \times \delta_r", "δ_l = o_l (1 − o_l) × w_r × δ_r"),
        (r"\delta_l = o_l (1 - o_l) \times w_r", "delta_l = o_l (1 - o_l) * w_r"),
        (r"\frac{\partial P}{\partial w_r} = x", "∂P/∂w_r = x"),
        (r"\frac{dc}{dw_{jk}^l} = a_k^{l-1}", "dc/dw_{jk}^l = a_k^{l-1}"),
        (r"x^2 + y = z", "x² + y = z"),
        (r"a = \frac12 b", r"a = \frac{1}{2} b"),
        (r"\left( a + b \right) = c", "( a + b ) = c"),
        (r"a \leftarrow b", "a <- b"),
        (r"\sum_j w_j = z", "∑_j w_j = z"),
        (r"\mathbf{w} = \boldsymbol{w}", "w = w"),
        (r"\sigma^\prime(z) = 1", "σ'(z) = 1"),
        (r"\mathrm{d}y = 1", "d y = 1"),
    ],
)
def test_spellings_share_one_tree(one: str, other: str) -> None:
    first, second = only(one).relation, only(other).relation
    assert first.ops == second.ops
    assert [shape(side) for side in first.sides] == [shape(side) for side in second.sides]


def test_spans_point_into_the_text() -> None:
    text = r"\delta_l = o_l(1-o_l) \times w_r"
    right = only(text).relation.sides[1]
    assert right is not None
    names = {text[slice(*node.span)] for node in right.walk() if isinstance(node, ast.Sym)}
    assert names == {"o_l", "w_r"}


@pytest.mark.parametrize(
    ("text", "position", "what"),
    [
        (r"\delta_l = o_l(1-o_l \times w_r", None, "never closed"),
        ("a = b)", 5, "nothing opened"),
        ("a = [b)", 6, "still open"),
        ("a = ", 3, "nothing behind"),
        (r"\frc{a}{b} = c", 0, r"unknown command"),
        ("a + * b = c", 4, "missing"),
        ("_a = b", 0, "nothing to hang on"),
        (r"\begin{pmatrix} a & b \\ c \end{pmatrix} = w", 0, "different lengths"),
        ("a = b ? c", 6, "no formula has"),
        ("x^{a}^{b} = c", 5, "two superscripts"),
    ],
)
def test_complaints_say_where(text: str, position: int | None, what: str) -> None:
    found = parse_formula(text)
    errors = [item.error for item in found if isinstance(item, Malformed)]
    assert errors, found
    assert what in errors[0].what
    assert errors[0].where is not None and "^" in errors[0].where
    if position is not None:
        assert errors[0].position == position


def test_the_open_bracket_is_named() -> None:
    error = parse_formula("o_l(1-o_l = x")[0]
    assert isinstance(error, Malformed)
    assert "inside the ( opened at column 4" in str(error.error)


def test_macros_expand_and_point_at_the_call() -> None:
    macros, _ = read_definitions(r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}} \def\half{\frac12}")
    text = r"\pd{C}{w} = \half a"
    relation = only(text, macros=macros).relation
    assert isinstance(relation.sides[0], ast.Derivative)
    assert text[relation.sides[0].span[0] :].startswith(r"\pd")
    nested = only(r"a = \half{\half b}", macros={**macros})
    assert nested.relation.ops == ("=",)


def test_displays_are_cut_into_statements() -> None:
    rows = parse_formula(r"\begin{aligned} a &= b & c &= d \\ &= e & &= f \end{aligned}")
    assert [item.relation.ops for item in rows if isinstance(item, Statement)] == [("=", "="), ("=", "=")]
    pair = parse_formula(r"a = b \quad \text{and} \quad c = d")
    assert len(pair) == 2
    assert parse_formula("= d - o")[0].relation.sides[0] is None  # type: ignore[union-attr]
    with_tag = only(r"a = b \tag{BP1} \label{eq:1}")
    assert with_tag.relation.ops == ("=",)
    condition = only(r"a_i = 0 \quad \text{if } i \neq j")
    assert len(condition.conditions) == 1
    long = only("\\begin{split} a &= b \\\\ &\\quad + c \\end{split}")
    assert isinstance(long.relation.sides[1], ast.Add)


def test_a_broken_row_leaves_the_others() -> None:
    items = parse_formula(r"\begin{aligned} a &= (b \\ c &= d \end{aligned}")
    assert [type(item) for item in items] == [Malformed, Statement]


def test_braces_lambdas_and_cases() -> None:
    brace = only(r"a = \underbrace{b + c}_{d}").relation.sides[1]
    assert isinstance(brace, ast.Brace) and isinstance(brace.label, ast.Sym)
    function = only(r"\lambda v. f v = g").relation.sides[0]
    assert isinstance(function, ast.Lambda) and function.params[0].name == "v"
    cases = only(r"a = \begin{cases} b & \text{if } l = L \\ c & \text{otherwise} \end{cases}").relation.sides[1]
    assert isinstance(cases, ast.Cases) and len(cases.rows) == 2


def test_what_claims_nothing_says_why() -> None:
    for text in ("a + b", r"\times", r"f : \mathbb{R} \to \mathbb{R}", r"\{g(x) = 1, \dots\}"):
        assert isinstance(parse_formula(text)[0], Remark), text


HOSTILE = {
    "brackets": "(" * 9_000,
    "balanced": "(" * 4_000 + "x" + ")" * 4_000,
    "long": "x+" * 500_000,
    "fractions": r"\frac" * 3_000,
    "powers": "x" + "^{x" * 3_000,
    "stars": "x**" * 3_000 + "2",
    "signs": "-" * 15_000 + "x",
    "sums": r"\sum" * 3_000,
    "primes": "x" + "'" * 15_000,
    "lambdas": r"\lambda x." * 1_500 + "x",
    "letters": "a" * 19_000,
    "self": r"\newcommand{\a}{\a\a} \a = b",
    "doubling": "".join(rf"\newcommand{{\m{chr(97 + i)}}}{{\m{chr(98 + i)}\m{chr(98 + i)}}}" for i in range(24))
    + r"\ma",
    "python": "__import__('os').system('touch pwned')",
    "null": "\0",
    "digits": "1" * 10_000,
    "matrices": r"\begin{pmatrix}" * 1_000,
    "scripts": "x_" * 5_000,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_formulas_are_refused_quickly(name: str) -> None:
    start = time.process_time()
    items = parse_formula(HOSTILE[name])
    assert all(isinstance(item, (Malformed, Remark)) for item in items)
    assert time.process_time() - start < 5  # a second on an idle machine; this only guards against the exponential


ALPHABET = [
    *"abdlmotw0123456789+-*/=()[]{}_^',.;:|&<> \n", r"\frac", r"\partial", r"\delta", r"\sum", r"\sigma", r"\begin{aligned}",
    r"\end{aligned}", r"\\", r"\text{and}", r"\left(", r"\right)", r"\lambda v.", r"\underbrace", r"\quad", "δ", "∂", "²", "**",
    "==", r"\begin{cases}", r"\end{cases}", r"\sqrt", r"\hat", r"\D", "#1", "%", "\\", "~", "diff(", "w1_1_1",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(ALPHABET), max_size=40).map("".join))
def test_the_parser_never_raises(text: str) -> None:
    for item in parse_formula(text):
        assert isinstance(item, (Statement, Malformed, Remark))
        if isinstance(item, Malformed):
            assert isinstance(item.error, ParseError)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert all(isinstance(item, (Statement, Malformed, Remark)) for item in parse_formula(text))


@pytest.mark.slow
@settings(max_examples=100_000, deadline=None)
@given(st.lists(st.sampled_from(ALPHABET), max_size=60).map("".join))
def test_the_parser_never_raises_at_length(text: str) -> None:
    parse_formula(text)


def test_a_line_end_that_keeps_a_page_together_is_a_line_end() -> None:
    net = Network.chain(2, bias=False)
    lines = r"p_r &= w_r o_l %s &= \frac{\partial p_r}{\partial w_r} w_r"
    found = [
        check(rf"\begin{{align*}} {lines % end} \end{{align*}}", net, notation="winston")
        for end in (r"\\", r"\\*", r"\\*[1ex]")
    ]
    assert [[each.verdict.name for each in one] for one in found] == [["PROVED", "PROVED"]] * 3
