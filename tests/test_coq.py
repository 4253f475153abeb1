"""Coq accepts the file of every smooth net and refuses every planted mistake; no axiom beyond Coq's real numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from nets import NINE, SMOOTH, combinations, graphs

from symbackprop.errors import GradientRefused, ShapeError
from symbackprop.judges import coq
from symbackprop.judges.gallina.functions import ACTIVATIONS
from symbackprop.judges.gallina.writer import Writer, coq_source, library
from symbackprop.networks import Network
from symbackprop.specs import read_data

ROOT = Path(__file__).parent.parent
needs_coqc = pytest.mark.skipif(coq.missing() is not None, reason=f"not installed: {coq.missing()}")
SMALL = Network.layered([2, 2, 1])

TIED = {
    "inputs": ["exp", "R"],
    "bias_neurons": ["one"],
    "outputs": ["o.1", "forall"],
    "activation": "tanh",
    "loss": "half_squared",
    "units": {
        "h'": {"from": ["exp", "R", "one"], "weights": ["δ", "δ", "w"], "bias": "b"},
        "k": {"from": ["h'", "exp", "one"], "weights": ["δ", 0.5, -0.25], "bias": "b", "activation": "softplus"},
        "o.1": {"from": ["h'", "k"], "weights": ["P", "P"], "activation": "identity"},
        "forall": {"from": ["o.1", "k"], "bias": 2, "activation": "undefined"},
    },
}


HOSTILE = {  # names that Coq, its library or the file itself uses
    "inputs": ["y", "H", "Rmult_1_l", "t", "s"],
    "outputs": ["net", "V"],
    "targets": ["j", "_H"],
    "activation": "undefined",
    "loss": "undefined",
    "units": {
        "net": {"from": ["y", "H", "s"], "weights": ["at_g_V", "sigma'", "nat"], "bias": "Hd"},
        "V": {"from": ["net", "t", "Rmult_1_l"], "weights": ["v", "C1", "list"], "bias": "eq_refl"},
    },
}


LEARNT = {  # one alpha for two units, and the same number as a weight and a bias
    "inputs": ["x"],
    "outputs": ["k", "m"],
    "activation": "parametric_relu",
    "units": {
        "h": {"from": ["x"], "weights": ["w"], "alpha": "s"},
        "k": {"from": ["h", "x"], "weights": ["s", "v"], "bias": "s", "alpha": "s"},
        "m": {"from": ["h"], "alpha": "own"},
    },
}


def smooth(net: Network) -> bool:
    return all(unit.activation.name in ACTIVATIONS for unit in net.units)


@needs_coqc
@pytest.mark.parametrize(
    "net",
    [
        SMALL,
        read_data(HOSTILE, "hostile.toml"),
        read_data(TIED, "tied.toml"),
        read_data(LEARNT, "learnt.toml"),
        pytest.param(read_data(NINE, "nine.toml"), marks=pytest.mark.slow),
    ],
    ids=lambda n: n.name,
)
def test_coqc_accepts(net: Network) -> None:
    """Skip edges, tied, fixed and shared parameters, bias neurons, hostile names."""
    reply = coq.certify(net.description())
    assert reply.accepted, reply.message
    assert reply.axioms and all(any(known.endswith(each) for known in coq.AXIOMS) for each in reply.axioms)


MISTAKES = {  # what is wrong: (in the file of 2-2-1, instead of it)
    "slope dropped": ("delta1_1 : R := o1_1 * (1 - o1_1) * ", "delta1_1 : R := (1 - o1_1) * "),
    "slope of another unit": ("delta1_1 : R := o1_1 * (1 - o1_1)", "delta1_1 : R := o1_2 * (1 - o1_2)"),
    "weight of another edge": ("(1 - o1_1) * w2_1_1 * delta2_1", "(1 - o1_1) * w2_1_2 * delta2_1"),
    "sign": ("delta2_1 : R := o2_1 * (1 - o2_1) * (y1 - o2_1)", "delta2_1 : R := o2_1 * (1 - o2_1) * (o2_1 - y1)"),
    "half dropped": ("P : R := - (1 / 2) * ", "P : R := - (1) * "),
    "another input": (" (x1 * (delta1_2 ", " (x2 * (delta1_2 "),
    "delta of another unit": (" (x1 * (delta1_2 ", " (x1 * (delta1_1 "),
    "weight instead of source": (" ((o1_1 ", " (w2_1_1 * (o1_1 "),
    "activation": ("o1_1 : R := sigmoid z1_1", "o1_1 : R := tanh z1_1"),
}


def planted(source: str, old: str, new: str) -> str:
    """The file with one mistake in what a person reads (white space is free in Coq)."""
    pattern = re.compile(r"\s+".join(map(re.escape, old.split(" "))).removeprefix(r"\s+"))
    assert pattern.search(source), old
    return pattern.sub(lambda _: new.strip(" "), source, count=1)


def mostly_slow(names: Iterable[str], quick: int) -> list[Any]:
    """The first few in the default run, all of them in CI: coqc takes three seconds a file."""
    return [each if k < quick else pytest.param(each, marks=pytest.mark.slow) for k, each in enumerate(names)]


@needs_coqc
@pytest.mark.parametrize("name", mostly_slow(MISTAKES, 2))
def test_coqc_refuses_a_wrong_formula(name: str) -> None:
    wrong = planted(coq_source(SMALL.description()), *MISTAKES[name])
    reply = coq.coqc(wrong)
    assert not reply.accepted
    assert "yntax" not in reply.message, reply.message


GENERAL = {  # the theorem for every size, each with one thing wrong
    "transpose dropped": ("weight next k j * delta", "weight next j k * delta"),
    "sum over the wrong layer": ("total (width next) (fun k => weight next", "total (width l) (fun k => weight next"),
    "slope of another unit": ("phi' l j (pre l n a j) * C'", "phi' l j (pre l n a (S j)) * C'"),
    "weight's other end": ("(weight l j k) (a k * delta", "(weight l j k) (a j * delta"),
    "bias times its input": ("(bias l j) (delta n a l rs j)", "(bias l j) (a j * delta n a l rs j)"),
}


@needs_coqc
def test_every_size() -> None:
    """BP1 to BP4 for every list of layers, every width, every differentiable activation and cost."""
    reply = coq.coqc(coq.every_size())
    assert reply.accepted, reply.message


@needs_coqc
@pytest.mark.slow
def test_rectifiers_hold_off_their_kinks_only() -> None:
    """Each theorem has the hypothesis z <> 0; without it the same file is refused."""
    source = coq_source(Network.layered([1, 1, 1], ["relu", "leaky_relu"]).description())
    assert "Hypothesis off_z1_1 : (z1_1 w1_1_1 b1_1 x1) <> 0." in source
    assert coq.coqc(source).accepted
    everywhere = source.replace("z1_1 <> 0 -> ", "").replace("intros off_z1_1 ", "intros ")
    assert not coq.coqc(everywhere.replace("; exact off_z1_1", "; lra")).accepted


ALPHA = {  # wrong derivatives by a learnt alpha: (in the file of 1-1, instead of it)
    "side": ("((1 - step (z1_1 w1_1_1 b1_1 x1))", "((step (z1_1 w1_1_1 b1_1 x1))"),
    "z dropped": (" * (z1_1 w1_1_1 b1_1 x1) * (g1_1", " * (g1_1"),
    "delta for g": (" * (g1_1 ", " * (delta1_1 "),
}


@needs_coqc
@pytest.mark.parametrize("name", mostly_slow(ALPHA, 1))
def test_coqc_refuses_a_wrong_derivative_by_alpha(name: str) -> None:
    source = coq_source(Network.layered([1, 1], "parametric_relu").description())
    reply = coq.coqc(planted(source, *ALPHA[name]))
    assert not reply.accepted
    assert "yntax" not in reply.message, reply.message


def test_an_instance_only_applies_the_general_theorem() -> None:
    """After the library every derivative comes from `gradient`: no rule of differentiation is used for the net itself."""
    for net in (SMALL, read_data(TIED, "tied.toml"), read_data(LEARNT, "learnt.toml")):
        source = coq_source(net.description())
        own = source.split("(* ---- the net ---- *)")[1]
        proofs = re.findall(r"Proof\.\n(?:(?!Qed).)*?exact_no_check \(same _ _ _ _ \(gradient ", own, re.DOTALL)
        assert len(proofs) == len(net.parameters) == own.count("\nTheorem dP_d")
        assert not re.search(r"derivable_pt|auto_derive|derive_(plus|mult|comp|const|div|exp|ln)|is_derive_", own)


@needs_coqc
@pytest.mark.parametrize("name", mostly_slow(GENERAL, 1))
def test_every_size_refuses(name: str) -> None:
    reply = coq.coqc(planted(coq.every_size(), *GENERAL[name]))
    assert not reply.accepted
    assert "yntax" not in reply.message, reply.message


@pytest.mark.parametrize("title", ["*) Axiom cheat : False. (*", "Axiom", '"', "(* (* x", "a\nAdmitted.", "*)\u200b"])
def test_a_title_stays_in_its_comment(title: str) -> None:
    text = coq_source(Network.layered([1, 1], name=title).description())
    code = re.sub(r"\(\*.*?\*\)", "", text, flags=re.DOTALL)
    assert code == re.sub(r"\(\*.*?\*\)", "", coq_source(Network.layered([1, 1]).description()), flags=re.DOTALL)
    assert not coq.FORBIDDEN.search(code) and text.isascii()


def test_no_line_assumes_anything() -> None:
    for text in (coq_source(SMALL.description()), library(), coq.every_size()):
        assert not coq.FORBIDDEN.search(re.sub(r"\(\*.*?\*\)", "", text, flags=re.DOTALL))
    for planted_ in ("Lemma x : y. admit. Qed.", "End N.  Axiom c : False.", "Parameters a b : R.", "Unset  Guard Checking."):
        assert coq.FORBIDDEN.search(planted_)
    assert not coq.FORBIDDEN.search("Definition admitted_ := Axiom' + Parameter_1.")


@needs_coqc
def test_a_hidden_assumption_is_found() -> None:
    """Planted: an axiom at the start of a line, in the middle of one, and a file that does not print its assumptions."""
    source = coq_source(Network.layered([1, 1]).description())
    assert "assumes" in coq.coqc(source + "\nAxiom cheat : 0 = 1.\n").message
    hidden = source.replace("End Net.", "End Net. Axiom cheat : 0 = 1.").replace(
        "[Proved _", "[Proved _ cheat; Proved _"
    )
    assert "assumes" in coq.coqc(hidden).message
    disguised = hidden.replace("cheat", "classic")  # called like an axiom of Coq's library, after another sentence on its line
    assert "assumes" in coq.coqc(disguised).message
    unsaid = source.replace("End Net.", "End Net. Section S. Variable cheat : 0 = 1.").replace("[Proved _", "[Proved _ cheat; Proved _")
    assert not coq.coqc(unsaid + "End S.\n").accepted
    assert not coq.coqc(source.replace("Print Assumptions", "Check")).accepted


def test_what_the_judge_does_not_speak_about() -> None:
    with pytest.raises(GradientRefused, match="threshold"):
        coq_source(Network.layered([2, 2, 1], "threshold").description())
    with pytest.raises(ShapeError, match="too large"):
        coq_source(Network.layered([40, 30, 1]).description())


@pytest.mark.slow
@needs_coqc
@pytest.mark.parametrize("net", [net for net in combinations() if smooth(net)], ids=lambda n: f"{n.name}-{n.loss.name}")
def test_every_activation_and_loss(net: Network) -> None:
    reply = coq.certify(net.description())
    assert reply.accepted, reply.message


@pytest.mark.slow
@needs_coqc
@pytest.mark.parametrize("sizes", [[2, 3, 1], [2, 2, 2, 2, 2], [10, 10, 10], [1] * 40])
def test_sizes(sizes: list[int]) -> None:
    reply = coq.certify(Network.layered(sizes).description())
    assert reply.accepted, reply.message


@pytest.mark.slow
@needs_coqc
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(graphs().filter(lambda net: smooth(net) and bool(net.parameters)))
def test_random_graphs(net: Network) -> None:
    reply = coq.certify(net.description())
    assert reply.accepted, (reply.message, net.description())


@pytest.mark.slow
@needs_coqc
@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.toml")), ids=lambda p: p.stem)
def test_every_example_net(path: Path) -> None:
    net = Network.from_toml(str(path))
    if not smooth(net) or len(net.parameters) > coq.MAX_JUDGED:
        pytest.skip("not smooth, or too large for one theorem a parameter")
    reply = coq.certify(net.description())
    assert reply.accepted, reply.message


def swapped(path: Path, activation: str, loss: str) -> dict[str, Any]:
    """An example net with another activation in every unit and another loss."""
    net = Network.from_toml(str(path)).description()
    units = []
    for unit in net["units"]:
        kept = {key: value for key, value in unit.items() if key not in ("group", "parameters")}
        alpha = {"parameters": {"alpha": f"alpha_{unit['name']}"}} if activation == "parametric_relu" else {}
        units.append({**kept, "activation": activation, **alpha})
    return {**net, "units": units, "loss": loss}


EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))
SWAPS = [
    (path, activation, ("performance", "half_squared", "squared", "binary_cross_entropy", "undefined")[(k + n) % 5])
    for k, path in enumerate(EXAMPLES)
    for n, activation in enumerate(each for each in ACTIVATIONS if each not in ("softmax", "leaky_relu"))
]


@pytest.mark.slow
@needs_coqc
@pytest.mark.parametrize(("path", "activation", "loss"), SWAPS, ids=lambda p: p.stem if isinstance(p, Path) else p)
def test_every_example_net_with_every_activation(path: Path, activation: str, loss: str) -> None:
    """Each example with each smooth activation and each rectifier; the losses go round."""
    net = swapped(path, activation, loss)
    if len(Writer(net).parameters) > 100:
        pytest.skip("too large for so many variants; as it stands it is checked above")
    reply = coq.certify(net)
    assert reply.accepted, reply.message


def test_the_table_speaks_of_every_smooth_activation() -> None:
    assert set(SMOOTH) <= set(ACTIVATIONS)
