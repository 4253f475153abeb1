"""The words around a formula: conditions are no claims, what is said under them is not refuted, values end with a section."""


import pytest

from symbackprop import check
from symbackprop.check.documents.extract import extract
from symbackprop.check.documents.settings import Settings
from symbackprop.check.documents.whole import check_text

NET = "<!-- sbp: net=2-2-1 notation=nielsen -->\n"


def verdicts(text: str, suffix: str = ".md", about: str = "<!-- of a sigmoid -->\n\n") -> list[tuple[str, str]]:
    text = about + text if suffix == ".md" else text
    return [(each.text, each.verdict.name) for each in check_text(text, suffix, Settings()).findings]


@pytest.mark.parametrize(
    "text",
    [
        r"At $z = 0$ we have $\sigma'(z) = \frac14$.",
        r"If $z = 0$, then $\sigma'(z) = \frac14$.",
        r"We have $\sigma'(z) = \frac14$ when $z = 0$.",
        r"For $z > 100$ the unit is saturated and $\sigma(z) = 1$.",
        r"Suppose $z = 0$; it follows that $\sigma(z) = \frac12$, if the bias is 0.",
        r"$\sigma(z) = 1$ if the unit is saturated.",
        r"$$\sigma(z) = 1$$ for large inputs.",
    ],
)
def test_what_is_said_under_a_condition_is_not_refuted(text: str) -> None:
    found = dict(verdicts(text))
    assert "REFUTED" not in found.values(), found
    assert any(name in ("UNDECIDED", "PROVED") for name in found.values()), found


@pytest.mark.parametrize(
    "text",
    [
        r"At $z = 0$ it is small. In general $\sigma'(z) = \frac14$.",
        "If $z = 0$, nothing happens.\n\n$\\sigma'(z) = \\frac14$",
        r"We get $\sigma'(z) = \frac14$ for all $z$.",
        r"As $\sigma'(z) = \frac14$, the weights change.",
        r"The derivative is $\sigma'(z) = \frac14$. If $z = 0$, it is large.",
    ],
)
def test_a_claim_is_refuted_whatever_was_assumed_in_another_sentence(text: str) -> None:
    assert "REFUTED" in dict(verdicts(text)).values()


def test_a_condition_restricts_what_its_own_sentence_said_before_it_and_takes_the_slip_back() -> None:
    found = verdicts(r"The slope is $\sigma'(z) = \frac14$ when $z = 0$. We get $\sigma'(z) = \frac14 + 0$.")
    assert [name for _, name in found] == ["UNDECIDED", "NO CLAIM", "REFUTED"]  # the last one follows from nothing


def test_a_value_given_in_the_text_ends_with_its_section() -> None:
    found = verdicts("Let $v = 2$. Then $v + v = 4$.\n\n# Next\n\nNow $v + v = 4$.")
    assert [name for _, name in found[:2]] == ["DEFINED", "PROVED"]
    assert found[2][1] not in ("PROVED", "REFUTED")


def test_a_quantity_of_the_net_with_one_number_is_an_assumption() -> None:
    assert verdicts(NET + "Here $z^1_1 = 0$.")[0][1] == "UNDECIDED"
    assert verdicts(NET + r"Here $\frac{\partial z^1_1}{\partial b^1_1} = 0$.")[0][1] == "REFUTED"


def test_every_docstring_stands_alone() -> None:
    page = 'def f():\n    """With $v = 2$: $v + v = 4$."""\n\ndef g():\n    """Here $v + v = 4$."""\n'
    assert verdicts(page, ".py")[-1][1] not in ("PROVED", "REFUTED")


def test_a_formula_that_begins_with_a_relation_continues_within_its_sentence_only() -> None:
    assert verdicts("On $1 + 1$ with:\n\n- weight $= 3$")[-1][1] == "UNRESOLVED"
    assert verdicts("We add $1 + 1$ and get $= 3$")[-1][1] == "REFUTED"


def test_a_negative_base_under_an_open_exponent_is_not_called_undefined() -> None:
    assert verdicts(r"Let $f(a) = (-1)^a \cdot 1$. Then $f(a) = (-1)^a$.")[-1][1] != "UNDEFINED"


def test_the_words_are_kept_with_each_formula() -> None:
    first, second = extract("If $a = 0$, then $b = 1$ holds.", ".md")
    assert first.before == "If $"
    assert second.before == "$, then $"
    assert second.after == "$ holds."


@pytest.mark.parametrize(
    "text",
    [
        r"Solve $3^{2x} = 2^{x + 3}$ for $x$.",
        r"A skew derivation has $\delta(ab) = \delta(a) b + \sigma(a) \delta(b)$.",
        r"We compose $(2x - 1) \circ (3x - 5) = 6x - 11$.",
        r"With constants $c0 = 0.814$ and $c1 = 1.06$.",
        r"Let $f(x) = x^2$. Now take $f(x) = x$.",
        r"The series converges where $|z| < 1$.",
    ],
)
def test_other_mathematics_is_not_accused(text: str) -> None:
    assert not {"REFUTED", "UNDEFINED"} & set(dict(verdicts(text, about="")).values())


@pytest.mark.parametrize(
    "text",
    [
        r"The sigmoid has $\sigma'(z) = \sigma(z)(1 + \sigma(z))$.",
        r"An activation function: $\tanh(x) = 2 \sigma(2x) + 1$.",
        NET + r"$\delta^2_1 = a^2_1 (1 - a^1_1)(a^2_1 - y_1)$",
    ],
)
def test_the_same_in_a_text_about_neurons_is_refuted(text: str) -> None:
    assert "REFUTED" in dict(verdicts(text, about="")).values()


def test_a_verdict_does_not_depend_on_what_was_checked_before() -> None:
    formula = "|x + y| = |x| + |y|"
    before = check(formula)[0]
    for text in (r"$\log(ab) = b \log(a)$", r"$\sqrt{x^2} = x$", r"$y + v = v + y + x$"):
        verdicts(text)
        again = check(formula)[0]
        assert (again.verdict.name, again.verdict.data()) == (before.verdict.name, before.verdict.data())
