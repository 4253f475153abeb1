"""False certificates made by hand, each once accepted: the kernel must refuse them, or say no more than it checked."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest
from test_kernel import run_kernel

from symbackprop.errors import FileError
from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.verify import digest, verify
from symbackprop.networks import Network
from symbackprop.proofs import certificate as certificates
from symbackprop.proofs.prove import prove


def made(sizes: list[int], *how: str) -> dict[str, Any]:
    certificate: dict[str, Any] = json.loads(json.dumps(prove(Network.layered(sizes, *how), numbers=False).certificate))
    return certificate


def signed(certificate: dict[str, Any]) -> dict[str, Any]:
    """The certificate with its digest made right: a liar can hash too."""
    return {**certificate, "sha256": digest(certificate)}


def law(**entry: Any) -> dict[str, Any]:
    return signed({"kind": "law", "version": 1, "name": "f", "entry": entry})


def every_size(**parts: Any) -> dict[str, Any]:
    return signed({"kind": "every-size", "version": 1, "sorts": {"K": "inputs"}, "model": [], **parts})


LINEAR = made([1, 1], "identity")
STEPS = ["+", ["step", "z"], ["step", ["*", -1, "z"]]]  # 1, but not at 0


def test_an_activation_is_differentiated_by_its_pre_activation_only() -> None:
    """With "by": "q" the identity had the slope 0, and every partial derivative was accepted as 0."""
    bad = copy.deepcopy(LINEAR)
    bad["activations"]["identity"] |= {"by": "q", "slope": 0}
    bad["deltas"] = {"u1_1": []}
    with pytest.raises(Rejected, match="identity: d/dz z is not 0"):
        verify(signed(bad))


def test_a_softmax_unit_without_a_named_group_is_refused() -> None:
    """With "group": null a softmax unit passed as an elementwise one: delta_k = p_k g_k, without the cross terms."""
    bad = made([1, 2], "softmax", "squared")
    for unit, target in zip(bad["network"]["units"], ("y1", "y2"), strict=True):
        p, a = f"p({unit['name']})", f"a({unit['name']})"
        bad["deltas"][unit["name"]] = [[2, p, a], [-2, p, target]]
        unit["group"] = None
    with pytest.raises(Rejected, match="group"):
        verify(signed(bad))


@pytest.mark.parametrize(
    "entry",
    [
        {"value": "exp(z)", "slope": 0},
        {"value": "z^2", "slope": 0},
        {"value": "sin(z)", "slope": 0},
        {"value": ["*", "exp", ["+", "z", 1]], "slope": "exp"},
        {"value": 3, "slope": 1, "by": 3},
        {"value": 1, "slope": 1, "by": True},
        {"value": ["*", "z", "a"], "slope": ["/", "a", "z"]},
        {"value": "z", "slope": 1, "parameters": {"x (z + 1) = 0 and d/dx": 0}},
        {"value": ["^", "z", 2], "slope": ["*", 2, "z"], "parameters": {"z": ["*", 2, "z"]}},
    ],
    ids=str,
)
def test_a_law_that_reads_as_something_false_is_refused(entry: dict[str, Any]) -> None:
    """A symbol may not look like a function of z, the variable must be a symbol, a stands for the value alone."""
    with pytest.raises(Rejected):
        verify(law(**entry))


@pytest.mark.parametrize(
    "entry",
    [{"value": "z", "slope": STEPS}, {"value": 1, "slope": 0, "forms": [STEPS]}, {"value": ["*", "z", "k"], "slope": "k", "parameters": {"k": ["*", "z", STEPS]}}],
    ids=str,
)
def test_every_sentence_with_a_step_says_off_the_kink(entry: dict[str, Any]) -> None:
    assert all("off the kinks z = 0" in line for line in verify(law(**entry)) if "step" in line)


def test_the_kinks_of_a_net_are_where_its_steps_are() -> None:
    """relu(z - 1) has its kink at pre-activation 1, and the certificate said: at 0."""
    bad = copy.deepcopy(LINEAR)
    shifted = ["+", "z", -1]
    bad["activations"]["identity"] = {"value": ["*", shifted, ["step", shifted]], "slope": ["step", shifted]}
    bad["deltas"] = {"u1_1": [[1, "p(u1_1)", "y1"], [-1, "p(u1_1)", "a(u1_1)"]]}
    assert verify(signed(bad))[-1] == "off the kinks of identity: z - 1 = 0"


def test_the_kinks_of_a_loss_are_said() -> None:
    bad = copy.deepcopy(LINEAR)
    sides = json.loads(json.dumps(STEPS).replace('"z"', '"a"'))
    bad["loss"]["value"] = ["*", bad["loss"]["value"], sides]
    assert verify(signed(bad))[-1].startswith("off the kinks of performance: a = 0")


def test_an_equation_holds_where_both_sides_are_defined() -> None:
    logs = ["+", ["log", -1], ["*", -1, ["log", -1]]]
    said = verify(signed({"kind": "equation", "version": 1, "left": logs, "right": 0}))
    assert said == ["log(-1) - log(-1) = 0, wherever both sides are defined"]
    with pytest.raises(Rejected, match="not a symbol"):
        verify(signed({"kind": "equation", "version": 1, "left": 3, "right": 1, "by": [3]}))


@pytest.mark.parametrize("size", [10, 30])
def test_a_condition_is_said_in_full(size: int) -> None:
    said = verify(made([1, size], "softmax", "softmax_cross_entropy"))
    assert said[-1].endswith(f"y{size} - 1 = 0") and "..." not in said[-1]


@pytest.mark.parametrize("text", ["x\nACCEPTED: 1 = 0", "\ud800", "\x1b[2K", "net and every other net"])
def test_a_title_cannot_forge_a_sentence(text: str) -> None:
    said = verify(signed({**LINEAR, "network": {**LINEAR["network"], "name": text}}))
    assert all(line.isprintable() for line in said)
    assert sum(line.startswith(f"net {text!r}: 1 inputs") for line in said) == 1


@pytest.mark.parametrize("name", ["Goldbach holds; f", "f: d/dz z = 2\naccepted  f", "", 3])
def test_a_law_has_a_plain_name(name: object) -> None:
    with pytest.raises(Rejected):
        verify(signed({**law(value="z", slope=1), "name": name}))


@pytest.mark.parametrize("name", ["x1, x2", "x\n1", "x)", "x y", "", "\ud800"])
def test_the_things_in_a_net_have_plain_names(name: str) -> None:
    text = json.dumps(LINEAR).replace('"x1"', json.dumps(name))
    with pytest.raises(Rejected):
        verify(signed(json.loads(text)))


def test_a_name_that_is_a_number_does_not_read_as_one() -> None:
    text = json.dumps(LINEAR).replace('"x1"', '"2"')
    assert any("w1_1_1 -> '2' delta(u1_1)" in line for line in verify(signed(json.loads(text))))


def test_generators_have_plain_names() -> None:
    bad = copy.deepcopy(LINEAR)
    bad["deltas"]["u1_1"] = [[1, "1 = 0 and"]]
    with pytest.raises(Rejected, match="generator"):
        verify(signed(bad))


@pytest.mark.parametrize("number", ["1e400000000", " 1", "1_0", "1/-2", "\u0661", "0x1", "1.5", "inf", "nan", ""])
def test_a_number_is_an_integer_or_a_fraction_of_two(number: str) -> None:
    """1e400000000 never came to an end."""
    fixed = copy.deepcopy(LINEAR)
    fixed["network"]["units"][0]["edges"] = [["x1", {"fixed": number}]]
    del fixed["gradients"]["w1_1_1"]
    for bad in (fixed, {**LINEAR, "deltas": {"u1_1": [[number, "x1"]]}}):
        with pytest.raises(Rejected, match="not an exact number"):
            verify(signed(bad))


def test_a_tower_of_powers_is_refused_before_it_is_computed() -> None:
    tower: Any = 2
    for _ in range(9):
        tower = ["^", tower, 64]
    with pytest.raises(Rejected, match="limit"):
        verify(signed({"kind": "equation", "version": 1, "left": tower, "right": 1}))


def test_an_undeclared_symbol_with_one_index_is_refused() -> None:
    theorem = {"name": "t", "left": "foo[i] - foo[k]", "right": "0", "proof": []}
    with pytest.raises(Rejected, match="unknown"):
        verify(every_size(theorems=[theorem]))


@pytest.mark.parametrize("text", ["1/2y", "2y", "1/0 y", "1/2/3"])
def test_a_number_that_runs_into_what_follows_is_refused(text: str) -> None:
    """1/2y was half of y to the kernel and something else to the second evaluation."""
    with pytest.raises(Rejected, match="cannot read"):
        verify(every_size(model=[{"symbol": "y", "is": "variable"}], theorems=[{"name": "t", "left": text, "right": text}]))


@pytest.mark.parametrize("sort", ["", "K = 0", "K\n"])
def test_a_sort_has_a_plain_name(sort: str) -> None:
    with pytest.raises(Rejected):
        verify(every_size(sorts={sort: "inputs"}, theorems=[]))


@pytest.mark.parametrize("name", ["t: 1 = 0 and", "t\nt", ""])
def test_a_theorem_has_a_plain_name(name: str) -> None:
    with pytest.raises(Rejected):
        verify(every_size(theorems=[{"name": name, "left": "1", "right": "1"}]))


def test_the_words_of_a_sort_stay_on_their_line() -> None:
    with pytest.raises(Rejected):
        verify(every_size(sorts={"K": "inputs)\naccepted  t: 1 = 0 ("}, theorems=[]))


def test_a_reciprocal_is_said_to_be_an_assumption() -> None:
    """z = 0 has no reciprocal, and what follows from one is worth nothing: the model's sentence must say so."""
    model = [
        {"symbol": "x", "is": "variable"},
        {"symbol": "z", "is": "definition", "as": "x - x"},
        {"symbol": "r", "is": "reciprocal", "of": "z"},
    ]
    proof = [{"premise": "r", "times": "-1"}, {"premise": "z", "times": "r"}]
    said = verify(every_size(model=model, theorems=[{"name": "t", "left": "1", "right": "0", "proof": proof}]))
    assert "r: = 1/z, assuming that z is not 0" in said


def test_a_file_that_says_two_things_is_not_read(tmp_path: Path) -> None:
    """JSON takes the last of two equal keys; a reader may have seen the first."""
    path = tmp_path / "twice.json"
    text = json.dumps(LINEAR)
    path.write_text('{"version": 1, "kind": "a proof of everything", ' + text[1:])
    run = run_kernel(str(path))
    assert run.returncode == 2 and "kind" in run.stderr and "Traceback" not in run.stderr
    with pytest.raises(FileError, match="not a certificate"):
        certificates.verify(str(path))


def test_a_terminal_without_unicode_shows_no_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "greek.json"
    path.write_text(json.dumps(signed(json.loads(json.dumps(LINEAR).replace('"w1_1_1"', '"\\u03c9"')))))
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    run = run_kernel(str(path))
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("weight", ["a(u1_1)", "x y", "", "w=0", "1/2", "\n"])
@pytest.mark.parametrize("place", ["weight", "bias", "alpha"])
def test_what_is_learnt_has_a_plain_name(weight: str, place: str) -> None:
    """A weight called a(h) was no parameter, so nobody had to state its partial derivative."""
    bad = copy.deepcopy(made([1, 1], "parametric_relu", "squared"))
    unit = bad["network"]["units"][0]
    old = {"weight": "w1_1_1", "bias": "b1_1", "alpha": "alpha1_1"}[place]
    if place == "weight":
        unit["edges"][0][1] = weight
    elif place == "bias":
        unit["bias"] = weight
    else:
        unit["parameters"]["alpha"] = weight
    del bad["gradients"][old]
    with pytest.raises(Rejected, match="neither a name nor a fixed number"):
        verify(signed(bad))


@pytest.mark.parametrize(
    "entry",
    [
        {"symbol": "w", "is": "constant", "output": "o", "slope": "p"},
        {"symbol": "w", "is": "variable", "as": "1"},
        {"symbol": "w", "is": "exp", "of": "x", "slope": "p"},
        {"symbol": "w", "is": "definition", "as": "x", "of": "x"},
        {"symbol": "w", "is": "derivative", "of": "x", "by": "x", "note": "1 = 0"},
    ],
    ids=str,
)
def test_a_model_says_all_that_it_declares(entry: dict[str, Any]) -> None:
    """A constant with an output declared a function that no sentence mentions."""
    with pytest.raises(Rejected):
        verify(every_size(model=[{"symbol": "x", "is": "variable"}, entry], theorems=[]))


def test_a_hypothesis_stays_on_its_line() -> None:
    given = {"name": "h", "left": "x\n- accepted", "right": "0"}
    model = [{"symbol": name, "is": "constant"} for name in ("x", "accepted")]
    with pytest.raises(Rejected, match="line of text"):
        verify(every_size(model=model, hypotheses=[given], theorems=[]))


def test_a_theorem_is_not_called_by_an_equation() -> None:
    """The name "dC/dw = 0" before ": 1 = 1" reads as what was proved."""
    with pytest.raises(Rejected, match="plain name"):
        verify(every_size(theorems=[{"name": "dC/dw = 0", "left": "1", "right": "1"}]))


@pytest.mark.parametrize("symbol", ["sin", "tanh", "sqrt", "ln", "sigmoid", "relu6", "erfc", "sinc", "f", "Gamma"])
def test_a_symbol_that_is_called_like_a_function_reads_as_a_number(symbol: str) -> None:
    """With a number called tanh, "d/dz tanh z = tanh" was accepted, and "d/dz sinc (z + 1) = sinc" after that."""
    (said,) = verify(law(value=["*", symbol, ["+", "z", 1]], slope=symbol))
    assert said.startswith(f"f: d/dz {symbol}*(z + 1) = {symbol},")
    assert f"{symbol}*z" in verify(law(value=["*", symbol, "z"], slope=symbol))[0]


@pytest.mark.parametrize("symbol", ["exp", "Exp", "log", "STEP"])
def test_no_symbol_is_called_like_an_operator(symbol: str) -> None:
    with pytest.raises(Rejected, match="not a term"):
        verify(law(value=["*", symbol, "z"], slope=symbol))


def test_the_parts_of_a_certificate_are_told_apart() -> None:
    """In the second part x is something else: its theorems must not read as if they went on with the first."""
    parts = [
        {"sorts": {}, "model": [{"symbol": "x", "is": kind}], "theorems": [{"name": "t", "left": "d x", "right": right}]}
        for kind, right in (("variable", "d x"), ("constant", "0"))
    ]
    said = verify(signed({"kind": "every-size", "version": 1, "parts": parts}))
    assert [line for line in said if line.startswith("part")] == [
        "part 1, its symbols its own",
        "part 2, its symbols its own",
    ]


def test_all_edges_of_a_set_follow_one_order() -> None:
    """E forward and F forward in another order would make s = E s + F s a circle: the model's sentence says one order."""
    model = [{"symbol": "E[k:K,j:K]", "is": "edges"}]
    assert verify(every_size(model=model, theorems=[]))[-1].endswith("in the one order of its set")


# -- the second review ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["K it holds that dC/dw = 0 and", "Z", "k", ""])
@pytest.mark.parametrize("place", ["hypotheses", "theorems"])
def test_what_a_statement_is_for_is_a_declared_set(sort: str, place: str) -> None:
    """ "for": "j:K it holds that dC/dw = 0 and" came out as: for every j in K it holds that dC/dw = 0 and: 1 = 1."""
    parts = {"theorems": [], place: [{"name": "t", "for": f"j:{sort}", "left": "1", "right": "1"}]}
    with pytest.raises(Rejected, match="unknown sort"):
        verify(every_size(**parts))


@pytest.mark.parametrize("digit", ["\u0663", "\u0967", "\U0001d7d1", "\uff13"])
def test_a_number_has_ascii_digits(digit: str) -> None:
    """An Arabic three was a 3, and digits of other scripts look like other digits."""
    with pytest.raises(Rejected, match="cannot read"):
        verify(every_size(theorems=[{"name": "t", "left": digit, "right": digit}]))


def test_the_words_for_a_set_are_quoted_and_ascii() -> None:
    words = "inputs, and dC is 0 everywhere"
    assert verify(every_size(sorts={"K": words}, theorems=[])) == [f"K: any finite set ('{words}')"]
    for bad in ({"sorts": {"K": "input\u0455"}}, {"theorems": [{"name": "\u0422", "left": "1", "right": "1"}]}):
        with pytest.raises(Rejected):
            verify(every_size(**{"theorems": [], **bad}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("inputs", "x"),
        ("inputs", {"x1": "not an input"}),
        ("ones", "B"),
        ("outputs", {"u1_1": "hidden"}),
        ("targets", {"y1": 0}),
        ("units", {"0": 1}),
    ],
)
def test_a_list_is_a_list(field: str, value: object) -> None:
    """Python reads a text letter by letter and a mapping key by key; a person does not."""
    bad = copy.deepcopy(LINEAR)
    bad["network"][field] = value
    with pytest.raises(Rejected, match="not a list"):
        verify(signed(bad))


@pytest.mark.parametrize("edge", ["xw", {"x1": "v", "w1_1_1": 1}, {"w1_1_1": "x1", "x1": "w1_1_1"}])
def test_an_edge_is_a_pair(edge: object) -> None:
    """{"x1": "v", "w1_1_1": 1} was an edge from x1 with the weight w1_1_1."""
    bad = copy.deepcopy(LINEAR)
    bad["network"]["units"][0]["edges"] = [edge]
    with pytest.raises(Rejected, match="not a list"):
        verify(signed(bad))


def test_deltas_stand_under_different_names() -> None:
    """A list of pairs was read as a mapping, the last of two equal names counting."""
    bad = copy.deepcopy(LINEAR)
    bad["deltas"] = [["u1_1", []], ["u1_1", bad["deltas"]["u1_1"]]]
    with pytest.raises(Rejected):
        verify(signed(bad))
    for field in ("conditions", "forms"):
        target = bad if field == "conditions" else bad["activations"]["identity"]
        kept = copy.deepcopy(LINEAR)
        (kept if target is bad else kept["activations"]["identity"])[field] = ""
        with pytest.raises(Rejected, match="not a list"):
            verify(signed(kept))


def test_conditions_do_not_contradict_each_other() -> None:
    """Under y1 = 0 and y1 = 1 everything holds; delta = -a was accepted."""
    bad = copy.deepcopy(LINEAR)
    bad["conditions"] = [[[1, "y1"]], [[1, "y1"], [-1]]]
    bad["deltas"] = {"u1_1": [[-1, "a(u1_1)"]]}
    with pytest.raises(Rejected, match="more than one condition"):
        verify(signed(bad))
    bad["conditions"].pop()
    assert verify(signed(bad))[-1] == "under the condition y1 = 0"


@pytest.mark.parametrize("name", ["w\u0661", "\u0445", "\u05d0", "\uff57", "\u03b4"])
def test_letters_that_look_alike_are_told_apart(name: str) -> None:
    """A Cyrillic x reads like x and Hebrew turns the line around: the kernel prints the numbers of such letters."""
    said = verify(signed(json.loads(json.dumps(LINEAR).replace('"w1_1_1"', json.dumps(name)))))
    assert any(f"{name!a} -> delta(u1_1) x1" in line for line in said) and all(map(str.isascii, said))
    text = json.dumps(LINEAR).replace('"identity"', json.dumps(name)).replace("u1_1", name).replace('"1-1"', json.dumps(name))
    assert all(map(str.isascii, verify(signed(json.loads(text)))))


def test_of_a_theorem_only_one_differential_is_read_off() -> None:
    """dC may not stand on the right of its own total differential."""
    model = [
        {"symbol": "x", "is": "constant"},
        {"symbol": "w", "is": "variable"},
        {"symbol": "C", "is": "definition", "as": "w"},
        {"symbol": "D", "is": "derivative", "of": "C", "by": "w"},
    ]
    theorems = [
        {"name": "dC", "left": "d C", "right": "x d C + d w - x d w", "proof": [{"premise": "d C", "times": "1 - x"}]},
        {"name": "r", "left": "D", "right": "1 - x", "from": "dC"},
    ]
    assert verify(every_size(model=model, theorems=theorems[:1]))
    with pytest.raises(Rejected, match="not the total differential"):
        verify(every_size(model=model, theorems=theorems))


def test_data_that_is_nested_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text("[" * 200_000 + "]" * 200_000)
    run = run_kernel(str(path))
    assert run.returncode in (1, 2) and "Traceback" not in run.stderr
    part: Any = {"sorts": {}, "model": [], "theorems": []}
    for _ in range(2_000):
        part = {"parts": [part]}
    try:
        path.write_text(json.dumps(signed({"kind": "every-size", "version": 1, **part})))
    except RecursionError:
        return
    run = run_kernel(str(path))
    assert run.returncode in (1, 2) and "Traceback" not in run.stderr


def test_a_link_is_followed_and_a_pipe_is_not(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    path.write_text(json.dumps(LINEAR))
    (tmp_path / "link.json").symlink_to(path)
    assert run_kernel(str(tmp_path / "link.json")).returncode == 0
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "link2.json").symlink_to(tmp_path / "pipe.json")
    run = run_kernel(str(tmp_path / "link2.json"))
    assert run.returncode == 2 and "no ordinary file" in run.stderr
