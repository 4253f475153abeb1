"""Independent judges: each accepts what is right, each refuses what is planted, and a disagreement stops the tool."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nets import NINE, combinations, graphs

from symbackprop import judges
from symbackprop.__main__ import main
from symbackprop.errors import InternalError, NameUnknown
from symbackprop.gradients import delta as recursion
from symbackprop.gradients.algebra import Polynomials
from symbackprop.judges import field, modp, modp_graph, modp_layers, modp_numba, z3
from symbackprop.judges.judge import Judge, Opinion, require_agreement
from symbackprop.kernel.polynomials import Poly
from symbackprop.networks import Network
from symbackprop.proofs.verdict import Checked, Refuted
from symbackprop.specs import read_data

QUICK = [name for name in judges.table() if name != "coq"]
needs_z3 = pytest.mark.skipif(z3.missing() is not None, reason="z3-solver is not installed")
NETS = [*combinations()[::4], read_data(NINE, "nine.toml"), Network.chain(30)]


def flipped(poly: Poly) -> Poly:
    return {monomial: -value for monomial, value in poly.items()}


def shortened(poly: Poly) -> Poly:
    return dict(list(poly.items())[1:])


def own(net: Network) -> tuple[dict[str, Poly], dict[str, Poly]]:
    """The recursion over fresh generators, numbered as every judge numbers them."""
    rules = recursion.polynomials(net, Polynomials())
    return dict(rules.deltas()), dict(rules.partials())


def test_seven_judges_each_in_its_file() -> None:
    table = judges.table()
    assert len(table) >= 7
    assert all(judge.trusts and judge.says for judge in table.values())
    assert len({judge.order for judge in table.values()}) == len(table)


@pytest.mark.parametrize("net", NETS, ids=lambda n: f"{n.name}-{n.loss.name}")
def test_every_quick_judge_accepts(net: Network) -> None:
    opinions = [judges.table()[name].opinion(net) for name in QUICK]
    require_agreement(opinions)
    for each in opinions:
        assert each.accepts or each.verdict == "SILENT", each
    assert sum(each.accepts for each in opinions) >= 4


def test_a_lying_judge_stops_the_tool(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Planted: a judge that refuses what the kernel proves; the error names both and the exit status is 3."""
    liar = Judge("liar", 99, "the opposite", "nothing", lambda net: ("REFUTED", "because"))
    table = {"kernel": judges.table()["kernel"], "liar": liar}
    monkeypatch.setattr(judges, "table", lambda: table)
    assert main(["judge", "2-2-1"]) == 3
    error = capsys.readouterr().err
    assert "InternalError" in error and "kernel and liar" in error
    with pytest.raises(InternalError, match="disagree"):
        require_agreement([Opinion("z3", "PROVED", "", 0, ""), Opinion("kernel", "REFUTED", "", 0, "")])


def test_a_judge_that_is_not_installed_is_silent() -> None:
    absent = Judge("absent", 99, "", "", lambda net: ("PROVED", ""), lambda: "a package")
    opinion = absent.opinion(Network.layered([2, 2, 1]))
    assert opinion.verdict == "SILENT" and "a package" in opinion.detail


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["judge", "2-2-1", "--only", "kernel,forward-derivation,finite-difference-mod-p", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["verdict"] for each in told["judges"]] == ["PROVED", "PROVED", "CHECKED"]
    assert main(["judge", "2-2-1", "--only", "kernl"]) == 2
    assert "kernel" in capsys.readouterr().err
    assert main(["prove", "30-20-10", "--mod-p"]) == 0
    assert "CHECKED" in capsys.readouterr().out
    assert main(["prove", "2-2-1", "--mod-p", "--cert", "x.json"]) == 2
    assert issubclass(NameUnknown, Exception)


# -- finite difference modulo a prime --------------------------------------------------------------------------------------


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=9))
def test_the_derivative_of_a_polynomial_from_its_values(coefficients: list[int]) -> None:
    p = field.MERSENNE
    values = [sum(c * t**k for k, c in enumerate(coefficients)) % p for t in range(len(coefficients))]
    expected = coefficients[1] if len(coefficients) > 1 else 0
    assert field.slope_at_zero(values, p) == expected % p


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 40), st.integers(0, 2**32))
def test_matrix_products_modulo_p_are_exact(n: int, seed: int) -> None:
    source = np.random.default_rng(seed)
    left, right = (source.integers(0, modp_layers.P, shape) for shape in ((3, n), (n, 4)))
    left[0], right[:, 0] = modp_layers.P - 1, modp_layers.P - 1  # the largest there are
    exact = [[sum(int(a) * int(b) for a, b in zip(row, col)) % modp_layers.P for col in right.T] for row in left]
    assert modp_layers.product(left, right).tolist() == exact


@settings(max_examples=40, deadline=None)
@given(graphs())
def test_random_graphs_agree_modulo_p(net: Network) -> None:
    if net.parameters:
        verdict = modp.check_mod_p(net)
        assert isinstance(verdict, Checked) and 0 < verdict.error_bound < 1e-25


@pytest.mark.parametrize("damage", [flipped, shortened])
def test_every_wrong_delta_is_found_modulo_p(damage: object) -> None:
    for net in (Network.layered([2, 2, 2, 2]), read_data(NINE, "nine.toml")):
        deltas, _ = own(net)
        for unit, poly in deltas.items():
            verdict = modp.check_mod_p(net, deltas={unit: damage(poly)})  # type: ignore[operator]
            assert isinstance(verdict, Refuted), unit


def test_a_wrong_partial_derivative_is_named() -> None:
    net = Network.layered([5, 7, 3])
    _, partials = own(net)
    for name in ("w1_3_2", "b2_1"):
        verdict = modp.check_mod_p(net, partials={name: flipped(partials[name])})
        assert isinstance(verdict, Refuted) and verdict.diagnosis == (name,)


def test_the_matrix_form_agrees_and_a_planted_mistake_is_found() -> None:
    for net in combinations():
        assert isinstance(modp_layers.check(net), Checked), net
        for wrong in range(1, len(net.architecture.sizes)):  # type: ignore[union-attr]

            def one_unit(layer: int, delta: np.ndarray, wrong: int = wrong) -> np.ndarray:
                if layer == wrong:
                    delta = delta.copy()
                    delta[0] = (delta[0] + 1) % modp_layers.P
                return delta

            assert isinstance(modp_layers.check(net, tamper=one_unit), Refuted), (net, wrong)


def test_a_learnt_alpha_in_matrix_form() -> None:
    """The gradient by alpha takes what comes before the slope; with delta itself it is refuted."""
    net = Network.layered([3, 4, 2], "parametric_relu", "squared")
    assert isinstance(modp_layers.check(net), Checked)

    class Wrong(modp_layers.Point):
        def deltas(self) -> list[np.ndarray]:
            found = super().deltas()
            self.upstream[1] = found[1]
            return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(modp_layers, "Point", Wrong)
        assert isinstance(modp_layers.check(net), Refuted)


@pytest.mark.skipif(not modp_numba.installed(), reason="numba is not installed")
def test_numba_gives_the_same_numbers_and_the_same_verdict() -> None:
    compiled = modp_numba.product()
    source = np.random.default_rng(0)
    for rows, width, columns in ((1, 1, 1), (3, 40, 7), (17, 1000, 5)):
        left, right = source.integers(0, modp_layers.P, (rows, width)), source.integers(0, modp_layers.P, (width, columns))
        left[0], right[:, 0] = modp_layers.P - 1, modp_layers.P - 1  # the largest there are
        assert (compiled(left, right) == modp_layers.product(left, right)).all()
    net = Network.layered([30, 20, 10], "tanh", "squared")
    sides = [modp_layers.Point(net, 0, 0, None, each).sides() for each in (compiled, modp_layers.product)]
    assert sides[0] == sides[1]
    verdicts = [modp_layers.check(net, multiply=each) for each in (compiled, modp_layers.product)]
    assert verdicts[0] == verdicts[1] and isinstance(verdicts[0], Checked)
    flip = {"tamper": lambda layer, delta: -delta % modp_layers.P if layer == 1 else delta}
    assert all(isinstance(modp_layers.check(net, multiply=each, **flip), Refuted) for each in (compiled, modp_layers.product))


def test_the_matrix_form_says_what_it_checks() -> None:
    verdict = modp_layers.check(Network.layered([3, 4, 2]))
    assert isinstance(verdict, Checked) and "matrix form, delta^l = ((W^(l+1))^T delta^(l+1)) o sigma'(z^l)" in verdict.reason


def test_every_bias_style_in_matrix_form() -> None:
    for bias in (True, False, "neuron", "w0", "shared"):
        assert isinstance(modp_layers.check(Network.layered([3, 4, 2], "tanh", "squared", bias=bias)), Checked)


def test_numbers_in_a_net_choose_the_prime_at_random() -> None:
    """A fixed weight that is a multiple of the usual prime must not vanish in the check."""
    source = random.Random(1)
    assert field.prime(source, True) == field.MERSENNE
    found = {field.prime(source, False) for _ in range(5)}
    assert len(found) == 5 and field.MERSENNE not in found
    net = read_data(
        {
            "inputs": ["x"],
            "outputs": ["o"],
            "units": {"h": {"from": ["x"]}, "o": {"from": ["h"], "weights": [field.MERSENNE]}},
        },
        "net.toml",
    )
    deltas, _ = own(net)
    assert isinstance(modp.check_mod_p(net), Checked)
    assert isinstance(modp.check_mod_p(net, deltas={"h": flipped(deltas["h"])}), Refuted)


@pytest.mark.slow
def test_one_wrong_gradient_among_79510_is_found_and_named() -> None:
    net = Network.layered([784, 100, 10])
    _, partials = own(net)
    verdict = modp.check_mod_p(net, points=1, partials={"w1_57_391": flipped(partials["w1_57_391"])})
    assert isinstance(verdict, Refuted) and verdict.diagnosis == ("w1_57_391",)


@pytest.mark.slow
def test_full_scale_modulo_p() -> None:
    net = Network.layered([4096, 4096, 4096, 1000])
    verdict = modp.check_mod_p(net)
    assert isinstance(verdict, Checked) and verdict.error_bound < 1e-15


# -- z3 --------------------------------------------------------------------------------------------------------------------


@needs_z3
@pytest.mark.parametrize("damage", [flipped, shortened])
def test_z3_refuses_every_wrong_delta(damage: object) -> None:
    for net in (Network.layered([2, 2, 2, 2, 2]), read_data(NINE, "nine.toml")):
        deltas, partials = own(net)
        for unit, poly in deltas.items():
            assert z3.ask(net, deltas={unit: damage(poly)})[0] == "REFUTED", unit  # type: ignore[operator]
        name = net.parameters[0]
        assert z3.ask(net, partials={name: flipped(partials[name])})[0] == "REFUTED"


@needs_z3
@settings(max_examples=25, deadline=None)
@given(graphs())
def test_z3_proves_random_graphs(net: Network) -> None:
    if net.parameters:
        assert z3.ask(net)[0] == "PROVED"


def test_the_generators_are_numbered_alike() -> None:
    """Equations made over fresh generators mean the same in every judge."""
    net = Network.layered([2, 3, 1])
    algebra = Polynomials()
    dict(recursion.polynomials(net, algebra).deltas())
    assert modp_graph.Formulas(net).algebra.generators[: len(algebra.generators)] == algebra.generators


# -- somebody's own formulas -------------------------------------------------------------------------------------------------

NOT_COQ = ",".join(QUICK)
RIGHT = [
    "delta(u1_1) = a(u1_1) (1 - a(u1_1)) w2_1_1 delta(u2_1)",
    "delta(u2_1) = p(u2_1) (y1 - a(u2_1))",
    "delta(u1_2) = delta(u2_1) * w2_1_2 * (a(u1_2) - a(u1_2)^2)",
    "delta(u1_1) = a(u1_1) (1 - a(u1_1)) w2_1_1 a(u2_1) (1 - a(u2_1)) (y1 - a(u2_1))",
    "dP/dw2_1_1 = 1/2 (a(u1_1) delta(u2_1) + delta(u2_1) a(u1_1))",
]
WRONG = [
    "delta(u1_1) = a(u1_1) (1 - a(u1_1)) w2_1_2 delta(u2_1)",
    "delta(u1_1) = w2_1_1 delta(u2_1)",
    "delta(u1_1) = a(u2_1) (1 - a(u2_1)) w2_1_1 delta(u2_1)",
    "delta(u2_1) = p(u2_1) (a(u2_1) - y1)",
    "delta(u2_1) = 2 p(u2_1) (y1 - a(u2_1))",
    "dP/dw1_1_1 = x2 delta(u1_1)",
    "dP/dw1_1_1 = x1 delta(u1_2)",
    "dP/db1_1 = a(u1_1) delta(u1_1)",
]


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, str]]:
    """The exit status and every verdict of the judges that are installed here (z3 and numba are extras)."""
    status = main(["judge", *arguments, "--only", NOT_COQ, "--json"])
    opinions = json.loads(capsys.readouterr().out)["judges"]
    spoken = {each["judge"]: each["verdict"] for each in opinions if not each["detail"].startswith("not installed")}
    assert len(spoken) >= len(QUICK) - 1, opinions
    return status, spoken


@pytest.mark.parametrize("text", RIGHT)
def test_every_judge_accepts_a_right_formula(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, verdicts = told(capsys, "2-2-1", "--formula", text)
    assert status == 0 and set(verdicts.values()) <= {"PROVED", "CHECKED"}, verdicts


@pytest.mark.parametrize("text", WRONG)
def test_every_judge_refuses_a_wrong_formula(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, verdicts = told(capsys, "2-2-1", "--formula", text)
    assert status == 1 and set(verdicts.values()) == {"REFUTED"}, verdicts


def test_two_wrong_formulas_that_cancel_are_both_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    """Half of a doubled delta: every gradient of the first weight is right again, and the rest is not."""
    lies = "delta(u1_1) = 2 a(u1_1) (1 - a(u1_1)) w2_1_1 delta(u2_1)", "dP/dw1_1_1 = 1/2 x1 delta(u1_1)"
    status, verdicts = told(capsys, "2-2-1", "--formula", lies[0], "--formula", lies[1])
    assert status == 1 and set(verdicts.values()) == {"REFUTED"}


@pytest.mark.parametrize(
    ("net", "right", "wrong"),
    [
        (["2-2-1", "--activation", "relu"], "delta(u1_1) = p(u1_1) w2_1_1 delta(u2_1)", "delta(u1_1) = w2_1_1 delta(u2_1)"),
        (
            ["2-2-1", "--activation", "undefined", "--loss", "undefined"],
            "delta(u2_1) = p(u2_1) g(u2_1)",
            "delta(u2_1) = p(u2_1) a(u2_1)",
        ),
        (
            ["2-2-2", "--activation", "softmax", "--loss", "softmax_cross_entropy"],
            "delta(u2_1) = a(u2_1) - y1",
            "delta(u2_1) = y1 - a(u2_1)",
        ),
        (
            ["2-1", "--activation", "parametric_relu"],
            "dP/dalpha1_1 = q(u1_1.alpha) (y1 - a(u1_1))",
            "dP/dalpha1_1 = q(u1_1.alpha) delta(u1_1)",
        ),
    ],
    ids=lambda each: each[0] if isinstance(each, list) else "",
)
def test_formulas_in_every_kind_of_net(net: list[str], right: str, wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, verdicts = told(capsys, *net, "--formula", right)
    assert status == 0 and "REFUTED" not in verdicts.values(), verdicts
    status, verdicts = told(capsys, *net, "--formula", wrong)
    assert status == 1 and sum(each == "REFUTED" for each in verdicts.values()) >= 4, verdicts
    assert not {"PROVED", "CHECKED", "PROVED_UNDER", "PROVED_AE"} & set(verdicts.values()), verdicts


@pytest.mark.parametrize(
    "text",
    [
        "delta(u1_1) = delta(u1_1)", "delta(u9) = 1", "delta(u1_1) = __import__('os')", "delta(u1_1) = 1/0", "delta(u1_1) =", "= 1",
        "delta(u1_1) = (a(u1_1)", "delta(u1_1) = a(u1_1))", "delta(u1_1) = x1^999", "delta(u1_1) = 1/x1", "delta(u1_1) = " + "(" * 99,
        "delta(u1_1) = x1 +", "dP/dq = 1", "dP/dw1_1_1 = ;", "delta(u1_1) = " + "x1 " * 9_000, "x1 = 2", "delta(u1_1) = 2^x1",
    ],
)  # fmt: skip
def test_what_is_no_formula_is_refused_with_its_place(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["judge", "2-2-1", "--formula", text, "--only", "kernel"]) == 2
    error = capsys.readouterr().err
    assert "Traceback" not in error and ("got" in error or "where" in error)


def test_a_disagreement_of_z3_with_the_kernel_names_both(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Planted: z3 is asked about a negated partial derivative while the kernel proves the right one."""
    if z3.missing() is not None:
        pytest.skip("z3-solver is not installed")
    net = Network.layered([2, 2, 1])
    wrong = {"w1_1_1": flipped(own(net)[1]["w1_1_1"])}
    ask = z3.ask
    monkeypatch.setattr(z3, "ask", lambda network, *rest, **more: ask(network, None, wrong))
    assert main(["judge", "2-2-1", "--only", "kernel,z3"]) == 3
    error = capsys.readouterr().err
    assert "InternalError" in error and "kernel and z3" in error and "PROVED" in error and "REFUTED" in error


@pytest.mark.slow
@pytest.mark.skipif(judges.table()["coq"].missing() is not None, reason="coqc is not installed")
@pytest.mark.parametrize("text", [*RIGHT[:3], *WRONG])
def test_coq_speaks_about_a_formula_too(text: str) -> None:
    from symbackprop.judges.formulas import read

    net = Network.layered([2, 2, 1])
    opinion = judges.table()["coq"].opinion(net, read([text], net))
    assert opinion.verdict == ("UNDECIDED" if text in WRONG else "PROVED"), opinion
