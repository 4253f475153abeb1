"""The kernel, shown good by what it rejects: bad laws, bad equations, bad nets, and every corruption of a certificate."""

from __future__ import annotations

import copy
import json
import os
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symbackprop.kernel import polynomials as P
from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.rules import derivative, equal
from symbackprop.kernel.terms import MAX_DEPTH, read, words
from symbackprop.kernel.verify import digest, verify
from symbackprop.networks import Network
from symbackprop.proofs.prove import prove
from symbackprop.translate import plain

ROOT = Path(__file__).parent.parent
SIGMOID = ("/", 1, ("+", 1, ("exp", ("*", -1, "z"))))
polys = st.dictionaries(
    st.lists(st.integers(0, 3), max_size=3).map(lambda m: tuple(sorted(m))),
    st.fractions(-5, 5, max_denominator=4).filter(bool),
    max_size=4,
)


def at(poly: P.Poly, point: list[Fraction]) -> Fraction:
    total = Fraction(0)
    for monomial, coefficient in poly.items():
        value = Fraction(coefficient)
        for index in monomial:
            value *= point[index]
        total += value
    return total


points = st.lists(st.fractions(-3, 3, max_denominator=5), min_size=4, max_size=4)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # a busy machine draws slowly
@given(polys, polys, points)
def test_evaluation_is_a_ring_homomorphism(left: P.Poly, right: P.Poly, point: list[Fraction]) -> None:
    assert at(P.add(left, right), point) == at(left, point) + at(right, point)
    assert at(P.multiply(left, right), point) == at(left, point) * at(right, point)
    assert at(P.substitute(left, 0, right), point) == at(left, [at(right, point), *point[1:]])


@given(polys, polys)
def test_division_is_exact_or_refused(left: P.Poly, right: P.Poly) -> None:
    if right:
        assert P.divide(P.multiply(left, right), right) == left
    quotient = P.divide(left, right)
    if quotient is not None:
        assert P.multiply(quotient, right) == left


@pytest.mark.parametrize(
    ("left", "right", "holds"),
    [
        (derivative(SIGMOID, "z"), ("*", SIGMOID, ("+", 1, ("*", -1, SIGMOID))), True),
        (derivative(SIGMOID, "z"), ("*", SIGMOID, ("+", 1, SIGMOID)), False),
        (derivative(SIGMOID, "z"), ("*", -1, SIGMOID, ("+", 1, ("*", -1, SIGMOID))), False),
        (("exp", ("+", "x", "y")), ("*", ("exp", "x"), ("exp", "y")), True),
        (("exp", ("*", "x", "y")), ("*", ("exp", "x"), ("exp", "y")), False),
        (("^", ("exp", ("/", "x", 2)), 2), ("exp", "x"), True),
        (("log", ("exp", "x")), "x", True),
        (("log", ("*", "x", "x")), ("*", 2, ("log", "x")), False),  # false for x < 0
        (("/", ("^", "x", 2), "x"), "x", True),
        (("^", ("step", "z"), 2), ("step", "z"), True),
        (("step", ("*", -1, "z")), ("+", 1, ("*", -1, ("step", "z"))), True),
        (("step", "z"), 1, False),
        (derivative(("log", ("+", 1, ("exp", "z"))), "z"), SIGMOID, True),
    ],
)
def test_equations(left: object, right: object, holds: bool) -> None:
    assert equal(read(plain(left)), read(plain(right))) is holds


@pytest.mark.parametrize("bad", [("/", 1, ("+", "x", ("*", -1, "x"))), ("/", 1, ("step", "x")), ("log", 0)])
def test_an_expression_without_a_value_is_refused(bad: object) -> None:
    with pytest.raises(Rejected):
        equal(bad, 1)


def test_terms_are_bounded_and_typed() -> None:
    deep: object = "x"
    for _ in range(MAX_DEPTH + 1):
        deep = ["+", deep, 1]
    for bad in (deep, True, 1.5, None, [], ["sin", "x"], ["^", "x", 10**9], ["^", "x", "y"], ["/", "x"], "1x", "", {"a": 1}, 10**100000):
        with pytest.raises(Rejected):
            read(bad)
    assert words(read(["*", -1, ["+", "x", 1]])) == "-(x + 1)"


@pytest.fixture(scope="module")
def certificate() -> dict[str, object]:
    made = prove(Network.layered([2, 3, 1]), numbers=False).certificate
    return json.loads(json.dumps(made))


def refused(certificate: dict[str, object], needle: str = "") -> str:
    certificate = {**certificate, "sha256": digest(certificate)}  # a liar can hash as well as we can
    with pytest.raises(Rejected) as caught:
        verify(certificate)
    assert needle in str(caught.value)
    return str(caught.value)


def test_the_true_certificate_is_accepted_in_words(certificate: dict[str, object]) -> None:
    said = "\n".join(verify(certificate))
    assert "13 parameters" in said and "d/dz" in said and "all 13 partial derivatives" in said


def test_a_damaged_certificate_is_refused_by_its_digest(certificate: dict[str, object]) -> None:
    changed = {**certificate, "network": {**certificate["network"], "name": "other"}}  # type: ignore[dict-item]
    with pytest.raises(Rejected, match="sha256"):
        verify(changed)


def test_a_lie_in_a_delta_names_the_unit(certificate: dict[str, object]) -> None:
    bad = copy.deepcopy(certificate)
    bad["deltas"]["u1_2"][0][0] *= -1  # type: ignore[index]
    refused(bad, "unit u1_2")


def test_a_lie_in_a_gradient_names_the_parameter(certificate: dict[str, object]) -> None:
    bad = copy.deepcopy(certificate)
    bad["gradients"]["w1_3_2"], bad["gradients"]["w1_3_1"] = bad["gradients"]["w1_3_1"], bad["gradients"]["w1_3_2"]  # type: ignore[index]
    refused(bad, "parameter w1_3")


def test_a_lie_in_an_activation_or_the_loss_is_refused(certificate: dict[str, object]) -> None:
    bad = copy.deepcopy(certificate)
    bad["activations"]["sigmoid"]["slope"] = ["+", 1, ["*", -1, ["^", "a", 2]]]  # type: ignore[index]
    refused(bad, "sigmoid")
    bad = copy.deepcopy(certificate)
    bad["loss"]["slope"] = ["+", "a", ["*", -1, "y"]]  # type: ignore[index]
    refused(bad, "performance")


def test_a_false_condition_is_refused(certificate: dict[str, object]) -> None:
    bad = copy.deepcopy(certificate)
    bad["conditions"] = [[[1, "w1_1_1"]]]
    refused(bad, "not linear in the targets")


def numbers_inside(data: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """The path of every number in the certificate's statements (deltas, gradients, laws)."""
    if isinstance(data, bool):
        return []
    if isinstance(data, int):
        return [path]
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [each for key, value in items for each in numbers_inside(value, (*path, key))]


def names_inside(certificate: dict[str, object]) -> list[tuple[object, ...]]:
    """The path of every generator in the certificate's polynomials."""
    polys = [(field, name) for field in ("deltas", "gradients") for name in certificate[field]]  # type: ignore[attr-defined]
    terms = [(f, n, k, term) for f, n in polys for k, term in enumerate(certificate[f][n])]  # type: ignore[index]
    return [(f, n, k, place) for f, n, k, term in terms for place in range(1, len(term))]


def test_every_single_corruption_is_refused(certificate: dict[str, object]) -> None:
    """Every number and every name of the statements changed in turn, with the digest made right again: none may pass."""
    statements = {key: certificate[key] for key in ("deltas", "gradients", "activations", "loss", "version")}
    paths = numbers_inside(statements) + names_inside(certificate)
    assert len(paths) > 80
    source = random.Random(0)
    for path in paths:
        bad = copy.deepcopy(certificate)
        place: object = bad
        for key in path[:-1]:
            place = place[key]  # type: ignore[index]
        old = place[path[-1]]  # type: ignore[index]
        others = [old + 1, -old if old else 1, old + 2] if isinstance(old, int) else ["x1", "delta(u1_1)", "w2_1_3", "y1"]
        place[path[-1]] = source.choice([each for each in others if each != old])  # type: ignore[index]
        bad["sha256"] = digest(bad)
        try:
            verify(bad)
        except Rejected:
            continue
        # a stable form or a law may survive only if what it says is still true: -0, or the like, cannot happen here
        pytest.fail(f"accepted a certificate corrupted at {path}: {old} -> {place[path[-1]]}")  # type: ignore[index]


@pytest.mark.parametrize("junk", [None, 1, [], {}, {"kind": "gradient"}, {"kind": "x", "version": 1}, {"kind": "law", "version": 1, "name": 3}])
def test_junk_is_refused_without_a_traceback(junk: object) -> None:
    with pytest.raises(Rejected):
        verify(junk)


def run_kernel(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The kernel in a Python that cannot import anything outside the standard library and this package."""
    script = (
        "import sys, runpy\n"
        f"sys.path = [p for p in sys.path if 'site-packages' not in p] + [{str(ROOT)!r}]\n"
        "sys.argv = ['kernel', *sys.argv[1:]]\n"
        "import importlib.util\n"
        "assert importlib.util.find_spec('sympy') is None and importlib.util.find_spec('numpy') is None\n"
        "runpy.run_module('symbackprop.kernel', run_name='__main__')\n"
    )
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run([sys.executable, "-S", "-I", "-c", script, *arguments], capture_output=True, text=True, env=environment)


def test_the_kernel_runs_on_the_standard_library_alone(certificate: dict[str, object], tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(certificate))
    certificate = copy.deepcopy(certificate)
    certificate["deltas"]["u2_1"][0][0] = 7  # type: ignore[index]
    certificate["sha256"] = digest(certificate)
    bad.write_text(json.dumps(certificate))
    accepted = run_kernel(str(good))
    assert accepted.returncode == 0 and "ACCEPTED" in accepted.stdout
    rejected = run_kernel(str(bad))
    assert rejected.returncode == 1 and "unit u2_1" in rejected.stderr and "Traceback" not in rejected.stderr
    assert run_kernel(str(tmp_path / "none.json")).returncode == 2


def test_the_trusted_kernel_is_small() -> None:
    """At most 1,000 lines that are not blank, a comment or a docstring; all of it imports the standard library only."""
    import ast

    total = 0
    for path in sorted((ROOT / "symbackprop" / "kernel").glob("*.py")):
        text = path.read_text()
        tree = ast.parse(text)
        skipped: set[int] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
                first = node.body[0]
                skipped.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
            if isinstance(node, ast.Import | ast.ImportFrom):
                module = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
                top = (module or "").split(".")[0]
                assert top in sys.stdlib_module_names or (module or "").startswith("symbackprop.kernel"), (path, module)
        for number, line in enumerate(text.splitlines(), start=1):
            if number not in skipped and line.strip() and not line.strip().startswith("#"):
                total += 1
    assert 300 < total <= 1000, total
