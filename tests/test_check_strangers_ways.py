r"""What other authors write in their own way: repeated indices summed over, weights numbered by the layer they leave, n_l."""

from __future__ import annotations

import pytest

from symbackprop.check.documents.settings import Settings
from symbackprop.check.documents.whole import check_text
from symbackprop.check.meaning.einstein import says_so


def verdicts(text: str, *formulas: str, suffix: str = ".md") -> list[str]:
    text += "\n\n" + "\n\nand\n\n".join(f"$${each}$$" for each in formulas)
    return [each.verdict.name for each in check_text(text, suffix, Settings()).findings]


EINSTEIN = "<!-- sbp: net=2-3-2 notation=nielsen -->\nRepeated indices are summed over."
SUMMED = (
    r"z^l_j = w^l_{jk} a^{l-1}_k + b^l_j",
    r"\delta^{l}_k = \delta^{l+1}_j w^{l+1}_{jk} \sigma'(z^l_k)",
    r"a^l_j = \sigma(w^l_{jk} a^{l-1}_k + b^l_j)",
    r"C = \frac12 (a^L_j - y_j)^2",
    r"\frac{\partial z^l_j}{\partial w^l_{mk}} = \delta_{jm} a^{l-1}_k",
)


@pytest.mark.parametrize("formula", SUMMED)
def test_a_repeated_index_is_summed_over_where_the_author_says_so(formula: str) -> None:
    assert verdicts(EINSTEIN, formula) == ["PROVED"]


@pytest.mark.parametrize("formula", SUMMED[:-1])
def test_and_nowhere_else(formula: str) -> None:
    assert verdicts("<!-- sbp: net=2-3-2 notation=nielsen -->", formula) == ["REFUTED"]
    assert verdicts("<!-- sbp: net=2-3-2 notation=nielsen sums=einstein -->", formula) == ["PROVED"]
    assert verdicts("<!-- sbp: sums=written net=2-3-2 notation=nielsen -->\nEinstein's summation convention.", formula) == ["REFUTED"]


@pytest.mark.parametrize("formula", [r"z^l_j = w^l_{kj} a^{l-1}_k + b^l_j", r"\delta^{l}_k = \delta^{l+1}_j w^{l+1}_{kj} \sigma'(z^l_k)", r"C = (a^L_j - y_j)^2",
                                     r"\frac{\partial z^l_j}{\partial w^l_{mk}} = a^{l-1}_k"])  # fmt: skip
def test_slips_under_the_convention(formula: str) -> None:
    assert verdicts(EINSTEIN, formula)[0] in ("REFUTED", "UNDEFINED")


@pytest.mark.parametrize(("text", "said"), [
    ("the Einstein summation convention", True), ("Wir benutzen die Einsteinsche Summenkonvention", True), ("la convention d'Einstein", True),
    ("repeated indices are summed", True), ("repeated indices are not summed", False), ("We do not use the summation convention", False),
    ("Einstein worked in Bern", False),
])  # fmt: skip
def test_what_says_so(text: str, said: bool) -> None:
    assert says_so(text) is said


SHIFTED = "<!-- sbp: net=3-3-1 loss=half_squared -->\n<!-- sbp: symbols base=slides_layer weight=W_{jk}^{(l-1)}, W^{(l-1)} bias=b_j^{(l-1)}, b^{(l-1)} cost=J activation=f -->"


def test_weights_numbered_by_the_layer_they_leave() -> None:
    right = (r"z^{(l+1)} = W^{(l)} a^{(l)} + b^{(l)}", r"\delta^{(l)} = \left((W^{(l)})^T \delta^{(l+1)}\right) \bullet f'(z^{(l)})",
             r"\nabla_{W^{(l)}} J(W,b;x,y) = \delta^{(l+1)} (a^{(l)})^T", r"\delta^{(n_l)}_i = - (y_i - a^{(n_l)}_i) \cdot f'(z^{(n_l)}_i)")  # fmt: skip
    assert verdicts(SHIFTED, *right) == ["PROVED"] * 4
    wrong = (r"z^{(l+1)} = W^{(l)} z^{(l)} + b^{(l)}", r"\delta^{(n_l)}_i = (y_i - a^{(n_l)}_i) \cdot f'(z^{(n_l)}_i)", r"\nabla_{W^{(l)}} J = \delta^{(l)} (a^{(l)})^T")
    for formula in wrong:
        assert verdicts(SHIFTED, formula)[0] in ("REFUTED", "UNDEFINED")


@pytest.mark.parametrize("declared", ["weight=W_{jk}^{(l-1)}", "output=a_j^{(l-1)}", "weight=W_{jk}^{(l+1)} bias=b_j^{(l+1)}", "weight=W_{jk}^{(l-1)}, W^{(l)} bias=b_j^{(l-1)}"])
def test_a_layer_that_is_off_otherwise_is_complained_about(declared: str) -> None:
    text = f"<!-- sbp: net=3-3-1 -->\n<!-- sbp: symbols base=slides_layer {declared} -->"
    assert verdicts(text, "a = b") == ["MALFORMED", "UNRESOLVED"]


def test_an_arrow_leads_from_a_formula_to_what_follows() -> None:
    rule, slip = (r"g(x)=\max(0.01x, x) \implies g'(x) = \begin{cases}1 & x>0\\%s & x<0\end{cases}" % each for each in ("0.01", "0"))  # noqa: UP031
    assert verdicts("The neurons.", rule) == ["DEFINED", "PROVED_AE"]
    assert verdicts("The neurons.", slip) == ["DEFINED", "REFUTED"]
    assert verdicts("The neurons.", r"z = 0 \Rightarrow \sigma(z) = 1/2", r"z > 0 \implies \sigma(z) > 1/2") == ["NO CLAIM", "PROVED", "NO CLAIM", "UNDECIDED"]
    assert verdicts("The neurons.", r"\sigma(z) = 1 - \sigma(-z) \implies \sigma'(z) = -\sigma'(-z)")[-1] == "REFUTED"
    assert verdicts("The neurons.", r"a \implies b", r"\sigma(z) = 1/2 \iff z = 0") == ["NO CLAIM"] * 2


def test_a_letter_stands_for_what_was_defined_last_under_it() -> None:
    pages = (r"f(x) = \frac{1}{x}", r"\frac{df}{dx} = -1/x^2", r"f_c(x) = c + x, \quad \frac{df}{dx} = 1", r"f_a(x) = ax", r"\frac{df}{dx} = a",
             r"\frac{df}{dx} = 2 a", r"f(x) = x^2", r"\frac{df}{dx} = a")  # fmt: skip
    said = verdicts("<!-- sbp: net=none -->", *pages)
    assert said == ["DEFINED", "PROVED", "DEFINED", "PROVED", "DEFINED", "PROVED", "UNRESOLVED", "DEFINED", "UNRESOLVED"]


def test_shapes_that_do_not_fit_in_a_line_of_a_program_end_nothing() -> None:
    text = "<!-- sbp: net=2-3-1 notation=code_rows batch=yes,sum loss=half_squared -->\n```python\nhidden = 1/(1+np.exp(-(X.dot(W1) + b1)))\nd = hidden.dot(W1)\n```"
    assert len(check_text(text, ".md", Settings()).findings) == 2


GERMAN = "<!-- sbp: net=2-3-2 notation=slides_net -->\n<!-- sbp: symbols weight=w_{su} net_input=\\mathrm{net}_u delta_sign=-1 -->\nDas neuronale Netz."
CASES = r"\delta_j = \begin{cases} o_j(1-o_j)(t_j - o_j) & %s \\ o_j(1-o_j)\sum_k \delta_k w_{jk} & %s \end{cases}"


@pytest.mark.parametrize(("output", "hidden"), [
    (r"\text{falls } j \text{ Ausgabeneuron}", r"\text{falls } j \text{ verdecktes Neuron}"), (r"\text{falls $j$ ein Ausgabeneuron ist,}", r"\text{sonst.}"),
    (r"\text{si } j \text{ est un neurone de sortie}", r"\text{sinon}"), (r"\text{si $j$ es una neurona de salida}", r"\text{en otro caso}"),
    (r"j \text{ in der Ausgabeschicht}", r"\text{andernfalls}"),
])  # fmt: skip
def test_cases_in_other_languages(output: str, hidden: str) -> None:
    formula = CASES % (output, hidden)
    assert verdicts(GERMAN, formula) == ["PROVED"]
    for slip in (("t_j - o_j", "o_j - t_j"), ("w_{jk}", "w_{kj}"), ("o_j(1-o_j)(", "(1-o_j)(")):
        assert verdicts(GERMAN, formula.replace(*slip))[0] in ("REFUTED", "UNDEFINED")


def test_conditions_in_other_languages() -> None:
    text = "Neuronen: Falls $z > 0$ ist, gilt $\\sigma(z) > 1/2$.\n\nPour $z = 0$ on a $\\sigma(z) = 1/2$.\n\nEs gilt $\\sigma(z) = 1$."
    assert verdicts(text) == ["NO CLAIM", "UNDECIDED", "NO CLAIM", "PROVED", "REFUTED"]
    assert verdicts(GERMAN.replace("slides_net", "nielsen").replace("symbols", "symbols base=nielsen").partition("\n")[0],
                    r"\delta^l_j = (a^l_j - y_j)\sigma'(z^l_j) \quad \text{für } l = L", r"z^1_j = z^1_j \quad\text{und}\quad z^1_j = a^1_j") == ["PROVED", "PROVED", "REFUTED"]


def test_formulas_from_a_word_processor() -> None:
    declared = "<!-- sbp: net=2-2-1 notation=slides_net loss=half_squared -->\n<!-- sbp: symbols weight=w_{us} delta_sign=1 -->"
    hidden = r"{\delta}_{j} = o_{j}\left( 1 - o_{j} \right)\sum_{k}^{}{w_{\text{kj}}\delta_{k}}"
    step = r"\mathrm{\Delta}w_{ji} = - \eta\frac{\partial E}{\partial w_{\text{ji}}}"
    assert verdicts(declared, hidden, step) == ["PROVED", "PROVED"]
    assert verdicts(declared, hidden.replace("kj", "jk"))[0] in ("REFUTED", "UNDEFINED")
    assert verdicts(declared, step.replace("= -", "="))[0] == "REFUTED"


def test_a_word_is_no_index() -> None:
    layered = "<!-- sbp: net=3-4-2 notation=nielsen -->"
    assert verdicts(layered, r"w^{\text{neu}} = w^{\text{alt}}", r"a^{\text{out}} = \sigma(z^{\text{out}})") == ["UNRESOLVED"] * 2
    step = r"w_{ji}^{\text{neu}} = w_{ji}^{\text{alt}} - \eta \delta_j o_i"
    numbered = "<!-- sbp: net=2-3-2 notation=slides_net -->\n<!-- sbp: symbols weight=w_{us} delta_sign=1 -->"
    assert verdicts(numbered, step) == ["PROVED"] and verdicts(numbered, step.replace("- ", "+ ")) == ["REFUTED"]


def test_a_power_of_a_vector_is_right_in_one_sense_or_wrong_in_both() -> None:
    net = "<!-- sbp: net=2-4-1 notation=nielsen activation=tanh output_activation=sigmoid loss=binary_cross_entropy -->"
    right = r"\delta^1 = (w^2)^\top \delta^2 \odot (1 - (a^1)^2)"
    assert verdicts(net, right, right.replace("1 -", "1 +")) == ["PROVED", "REFUTED"]
    half = "<!-- sbp: net=2-4-2 notation=nielsen -->"
    assert verdicts(half, r"C = \frac12 (a^2 - y)^2", r"C = (a^2 - y)^2", r"\nabla_a C = (a^2-y)^2") == ["PROVED", "REFUTED", "REFUTED"]
