"""A corpus of wrong mathematics: formulas, recursions, certificates, generated sources and Coq files, each with one mistake.

`cases()` gives them with the judges that can speak to each; a judge's `refuses` is True where it refuses the case.
"""

from __future__ import annotations

import copy
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nets import NINE
from test_codegen import FAULTS, arrays, python

from symbackprop.check.api import check
from symbackprop.codegen import certify_numpy, certify_python
from symbackprop.codegen.certify import CodeRefused
from symbackprop.codegen.program import Unrolled
from symbackprop.errors import InternalError
from symbackprop.forward import forward
from symbackprop.gradients import delta as recursion
from symbackprop.gradients.algebra import Polynomials
from symbackprop.gradients.direct import Direct
from symbackprop.judges import coq, modp, z3
from symbackprop.judges.gallina.writer import coq_source
from symbackprop.kernel.polynomials import Poly
from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.verify import digest, verify
from symbackprop.networks import Network
from symbackprop.proofs import literal
from symbackprop.proofs import prove as proofs
from symbackprop.proofs.agreement import Residuals
from symbackprop.proofs.certificate import plain
from symbackprop.proofs.every_size.concrete import recheck
from symbackprop.proofs.every_size.theorems import THEOREMS
from symbackprop.proofs.witness import confirm
from symbackprop.specs import read_data


@dataclass(frozen=True)
class Case:
    """One wrong thing: its kind, a name for people, and who can speak to it."""

    kind: str
    mistake: str
    name: str
    judges: dict[str, Callable[[], bool]]


# -- wrong recursions ------------------------------------------------------------------------------------------------------

RECURSION_NETS = [
    Network.layered([2, 3, 1]),
    Network.layered([2, 2, 2, 2], "tanh", "squared"),
    Network.layered([2, 2, 3], "softplus", "softmax_cross_entropy"),
    Network.layered([1, 2, 2], "undefined", "undefined"),
    Network.layered([2, 2, 1], "relu", "half_squared"),
    read_data(NINE, "nine.toml"),
]


def damaged(poly: Poly, kind: str, names: list[str]) -> Poly | None:
    """The equation with one mistake, or None where it has no place for this mistake."""
    if kind == "sign":
        return {monomial: -value for monomial, value in poly.items()}
    if kind == "factor 2":
        return {monomial: 2 * value for monomial, value in poly.items()}
    if kind == "term dropped":
        return dict(list(poly.items())[1:]) if len(poly) > 1 else None
    pattern = {"another weight": r"w", "another output": r"a\(", "another delta": r"delta\(", "another slope": r"p\("}[
        kind
    ]
    used = sorted({index for monomial in poly for index in monomial if re.match(pattern, names[index])})
    others = [index for index, name in enumerate(names) if re.match(pattern, name) and index not in used]
    if not used or not others:
        return None
    swap = {used[0]: others[-1] if kind == "another delta" else others[0]}
    found: Poly = {}
    for monomial, value in poly.items():
        key = tuple(sorted(swap.get(index, index) for index in monomial))
        found[key] = found.get(key, 0) + value
    return found


MISTAKES = ["sign", "factor 2", "term dropped", "another weight", "another output", "another delta", "another slope"]


class Recursion:
    """One net's recursion with one equation replaced, before every judge of recursions."""

    def __init__(self, net: Network) -> None:
        self.net, self.algebra = net, Polynomials()
        own = recursion.polynomials(net, self.algebra)
        self.deltas, self.partials = dict(own.deltas()), dict(own.partials())
        self.direct = Direct(forward(net), self.algebra)
        self.right = Residuals(self.direct, self.deltas, self.partials).agreement()
        proof = proofs.prove(net, numbers=False, literal=False)
        assert proof.certificate is not None
        self.certificate = proof.certificate

    def judges(self, deltas: dict[str, Poly], partials: dict[str, Poly]) -> dict[str, Callable[[], bool]]:
        """Who can speak to this recursion."""
        every, all_partials = self.deltas | deltas, self.partials | partials
        found = {
            "kernel": lambda: self.kernel(deltas, partials),
            "forward-derivation": lambda: not Residuals(self.direct, every, all_partials).agreement().holds,
            "finite-difference-mod-p": lambda: (
                modp.check_mod_p(self.net, deltas=deltas, partials=partials).name == "REFUTED"
            ),
            "numeric-50-digits": lambda: stops(
                lambda: confirm(self.net, every.items(), all_partials.items(), self.algebra, 0, lambda *_: None)
            ),
        }
        if literal.affordable(self.net):
            found["direct-diff"] = lambda: stops(
                lambda: literal.literal_agreement(self.direct, every, all_partials, self.right, lambda *_: None)
            )
        if z3.missing() is None:
            found["z3"] = lambda: z3.ask(self.net, deltas, partials)[0] == "REFUTED"
        return found

    def kernel(self, deltas: dict[str, Poly], partials: dict[str, Poly]) -> bool:
        """Whether the kernel refuses a certificate that states the wrong equations, its digest made right."""
        bad = copy.deepcopy(self.certificate)
        bad["deltas"] |= {name: plain(poly, self.algebra.generators) for name, poly in deltas.items()}
        bad["gradients"] |= {name: plain(poly, self.algebra.generators) for name, poly in partials.items()}
        return rejected(bad)


def rejected(certificate: dict[str, Any]) -> bool:
    certificate["sha256"] = digest(certificate)
    try:
        verify(certificate)
    except Rejected:
        return True
    return False


def stops(run: Callable[[], object]) -> bool:
    try:
        run()
    except InternalError:
        return True
    return False


def _in_order(net: Network, unit: str, poly: Poly, names: list[str]) -> bool:
    """Whether the equation uses only deltas of later units: a circle is no recursion that numbers could follow."""
    units = [each.name for each in net.units]
    later = {f"delta({name})" for name in units[units.index(unit) + 1 :]}
    return all(names[k] in later for monomial in poly for k in monomial if names[k].startswith("delta("))


def recursions() -> Iterator[Case]:
    for net in RECURSION_NETS:
        made = Recursion(net)
        names = made.algebra.generators
        for mistake in MISTAKES:
            for unit, poly in made.deltas.items():
                wrong = damaged(poly, mistake, names)
                if wrong is not None and wrong != poly and _in_order(net, unit, wrong, names):
                    yield Case("recursion", mistake, f"{net.name}: delta of {unit}", made.judges({unit: wrong}, {}))
            for parameter, poly in list(made.partials.items())[::4]:
                wrong = damaged(poly, mistake, names)
                if wrong is not None and wrong != poly:
                    yield Case("recursion", mistake, f"{net.name}: d/d{parameter}", made.judges({}, {parameter: wrong}))


# -- corrupted certificates ------------------------------------------------------------------------------------------------


def certificates() -> Iterator[Case]:
    """A certificate whose data is changed somewhere that a statement hangs on, with its digest made right again."""

    def case(mistake: str, name: str, change: Callable[[dict[str, Any]], object]) -> Case:
        def refused() -> bool:
            bad = copy.deepcopy(good)
            change(bad)
            return rejected(bad)

        return Case("certificate", mistake, name, {"kernel": refused})

    for net in (Network.layered([2, 3, 1]), Network.layered([2, 2, 3], "tanh", "softmax_cross_entropy")):
        good = proofs.prove(net, numbers=False, literal=False).certificate
        assert good is not None
        for unit in good["deltas"]:
            yield case("coefficient", unit, lambda c, u=unit: c["deltas"][u][0].__setitem__(0, 7))
            yield case("equation missing", unit, lambda c, u=unit: c["deltas"].pop(u))
        for name in list(good["gradients"])[:6]:
            yield case("gradient emptied", name, lambda c, n=name: c["gradients"].__setitem__(n, []))
        yield case("law", "slope", lambda c: next(iter(c["activations"].values())).__setitem__("slope", 1))
        yield case("loss", "slope", lambda c: c["loss"].__setitem__("slope", ["*", 2, "a"]))
        yield case("another net", "edge", lambda c: c["network"]["units"][0]["edges"].pop())
        yield case(
            "another net", "activation", lambda c: c["network"]["units"][0].__setitem__("activation", "identity")
        )
        yield case(
            "generators", "another name", lambda c: next(iter(c["gradients"].values()))[0].__setitem__(1, "x9")
        )
        yield case("version", "version", lambda c: c.__setitem__("version", 99))


def forged() -> Iterator[Case]:
    """Certificates that read well and say something else: hidden conditions, look-alikes, injected words, files in lines."""
    good = proofs.prove(Network.layered([1, 1], "identity"), numbers=False, literal=False).certificate
    assert good is not None

    def case(mistake: str, name: str, change: Callable[[dict[str, Any]], object]) -> Case:
        def refused() -> bool:
            bad = copy.deepcopy(good)
            change(bad)
            return rejected(bad)

        return Case("forged certificate", mistake, name, {"kernel": refused})

    def contradiction(c: dict[str, Any]) -> None:
        c["conditions"] = [[[1, "y1"]], [[1, "y1"], [-1]]]
        c["deltas"] = {"u1_1": [[-1, "a(u1_1)"]]}

    unit = good["network"]["units"][0]
    yield case("contradicting conditions", "y = 0 and y = 1", contradiction)
    for field in ("inputs", "outputs", "targets"):
        yield case("not a list", field, lambda c, f=field: c["network"].__setitem__(f, dict.fromkeys(c["network"][f])))
    yield case("not a list", "edges", lambda c: c["network"]["units"][0].__setitem__("edges", [dict([unit["edges"][0]])]))
    for number in (1.0, True, "1e1", "\u0661", " 1", "1/0", "nan"):
        yield case("not an exact number", repr(number), lambda c, n=number: c["deltas"]["u1_1"][0].__setitem__(0, n))
    for name in ("\u0445", "x1 ", "a(x1)", ""):
        yield case("look-alike name", repr(name), lambda c, n=name: c["gradients"]["w1_1_1"][0].__setitem__(1, n))
    yield case("circle", "a unit feeds itself", lambda c: c["network"]["units"][0]["edges"].append(["u1_1", {"fixed": "1"}]))
    yield case("unit declared twice", "u1_1", lambda c: c["network"]["units"].append(unit))

    def sized(**parts: Any) -> Callable[[], bool]:
        whole = {"kind": "every-size", "version": 1, "sorts": {"K": "inputs"}, "model": [], "theorems": [], **parts}
        return lambda: rejected(whole)

    theorem = {"name": "t", "left": "1", "right": "1"}
    for mistake, name, parts in (
        ("injected words", "after a set", {"theorems": [{**theorem, "for": "j:K it holds that dC/dw = 0 and"}]}),
        ("injected words", "in a set", {"sorts": {"K": "inputs)\naccepted  1 = 0 ("}}),
        ("injected words", "in a name", {"theorems": [{**theorem, "name": "dC/dw = 0"}]}),
        ("not an exact number", "an Arabic 1", {"theorems": [{**theorem, "right": "\u0661"}]}),
    ):
        yield Case("forged certificate", mistake, name, {"kernel": sized(**parts)})
    yield from _in_lines()


def _in_lines() -> Iterator[Case]:
    from test_certificate_lines import CHEATS, TIED, made, replayed, signed

    for name, (change, _) in CHEATS.items():

        def refused(change: Callable[[Any], object] = change) -> bool:
            with tempfile.TemporaryDirectory() as folder:
                lines = made(TIED, Path(folder))
                change(lines)
                try:
                    replayed(signed(lines), Path(folder))
                except Rejected:
                    return True
            return False

        yield Case("forged certificate", "in lines", name, {"kernel": refused})


def theorems() -> Iterator[Case]:
    """Wrong statements for every size: the kernel, and the numbers at random widths where the sizes fit."""
    from test_wrong_theorems import FALSE, MISFIT

    for why, (name, part, statement, right) in (FALSE | MISFIT).items():
        certificate = THEOREMS[name]().certificate["parts"][part]
        wrong = [{**each, "right": right} if each["name"] == statement else each for each in certificate["theorems"]]
        judges: dict[str, Callable[[], bool]] = {
            "kernel": lambda c=certificate, w=wrong: rejected({"kind": "every-size", "version": 1, **c, "theorems": w})
        }
        if why in FALSE:
            asked = [each for each in wrong if each["name"] == statement]
            judges["random-widths"] = lambda c=certificate, a=asked: recheck(c, a)[1] is not None
        yield Case("theorem for every size", "does not fit" if why in MISFIT else "false", why, judges)


# -- generated sources, formulas, Coq files --------------------------------------------------------------------------------


def sources() -> Iterator[Case]:
    for number, (net, form, text, wrong) in enumerate(FAULTS):

        def refused(net: Network = net, form: str = form, text: str = text, wrong: str = wrong) -> bool:
            source, program = python(net) if form == "python" else arrays(net)
            certify = certify_python.certify if isinstance(program, Unrolled) else certify_numpy.certify
            try:
                certify(source.replace(text, wrong), program, net)  # type: ignore[arg-type]
            except CodeRefused:
                return True
            return False

        yield Case("source", form, f"{number}: {text} -> {wrong}", {"code-on-exact-numbers": refused})


FORMULAS = {  # notation, net, options: wrong formulas with what is wrong
    ("winston", "1-1-1", "none"): [
        ("slope dropped", r"\delta_l = w_r \delta_r"),
        ("another output", r"\delta_l = o_r(1-o_r) w_r \delta_r"),
        ("another weight", r"\delta_l = o_l(1-o_l) w_l \delta_r"),
        ("sign", r"\delta_l = -o_l(1-o_l) w_r \delta_r"),
        ("factor 2", r"\delta_l = 2 o_l(1-o_l) w_r \delta_r"),
        ("sign", r"\delta_l = o_l(1+o_l) w_r \delta_r"),
        ("another output", r"\frac{\partial P}{\partial w_r} = o_r \delta_r"),
        ("another delta", r"\frac{\partial P}{\partial w_r} = o_l \delta_l"),
        ("another delta", r"\frac{\partial P}{\partial w_l} = i_l \delta_r"),
        ("sign", r"\delta_r = o_r(1-o_r)(o_r-d)"),
        ("slope dropped", r"\delta_r = d - o_r"),
        ("factor 2", r"\delta_r = 2 o_r(1-o_r)(d-o_r)"),
    ],
    ("nielsen", "2-3-2", "parameter"): [
        ("transpose dropped", r"\delta^1_1 = a^1_1(1-a^1_1)(w^2_{12}\delta^2_1 + w^2_{22}\delta^2_2)"),
        ("term dropped", r"\delta^1_1 = a^1_1(1-a^1_1) w^2_{11}\delta^2_1"),
        ("slope dropped", r"\delta^1_1 = w^2_{11}\delta^2_1 + w^2_{21}\delta^2_2"),
        ("another slope", r"\delta^1_1 = a^1_2(1-a^1_2)(w^2_{11}\delta^2_1 + w^2_{21}\delta^2_2)"),
        ("another slope", r"\delta^1_1 = a^2_1(1-a^2_1)(w^2_{11}\delta^2_1 + w^2_{21}\delta^2_2)"),
        ("sign", r"\delta^1_1 = a^1_1(1-a^1_1)(w^2_{11}\delta^2_1 - w^2_{21}\delta^2_2)"),
        ("another output", r"\frac{\partial C}{\partial w^2_{12}} = a^1_1 \delta^2_1"),
        ("another delta", r"\frac{\partial C}{\partial w^2_{12}} = a^1_2 \delta^2_2"),
        ("bias times its input", r"\frac{\partial C}{\partial b^2_1} = a^1_1 \delta^2_1"),
        ("another delta", r"\frac{\partial C}{\partial b^1_2} = \delta^1_1"),
        ("sign", r"\frac{\partial C}{\partial b^1_2} = -\delta^1_2"),
        ("factor 2", r"\frac{\partial C}{\partial w^1_{11}} = 2 x_1 \delta^1_1"),
    ],
    (None, None, None): [
        ("sign", "sigma'(z) = sigma(z)(1 + sigma(z))"),
        ("term dropped", "sigma'(z) = sigma(z)"),
        ("another function", "tanh'(z) = 1 - tanh(z)"),
        ("factor 2", "sigma'(z) = 2 sigma(z)(1 - sigma(z))"),
        ("sign", "sigma(-z) = 1 + sigma(z)"),
        ("factor 2", "tanh(z) = sigma(2z) - 1"),
    ],
}


def formulas() -> Iterator[Case]:
    for (notation, net, bias), wrong in FORMULAS.items():
        for mistake, formula in wrong:

            def refused(formula: str = formula, net: Any = net, notation: Any = notation, bias: Any = bias) -> bool:
                options = {"bias": bias} if bias else {}
                return any(each.verdict.name == "REFUTED" for each in check(formula, net, notation=notation, **options))

            yield Case("formula", mistake, formula, {"checker": refused})


def coq_files() -> Iterator[Case]:
    from test_coq import GENERAL, MISTAKES, SMALL, planted

    if coq.missing() is not None:
        return
    small, general = coq_source(SMALL.description()), coq.every_size()
    for text, mistakes in ((small, MISTAKES), (general, GENERAL)):
        for name, (old, new) in mistakes.items():
            wrong = planted(text, old, new)
            yield Case("coq file", name, name, {"coq": lambda wrong=wrong: not coq.coqc(wrong).accepted})


def cases() -> Iterator[Case]:
    """Every case, the quick kinds first."""
    for kind in (formulas, certificates, forged, theorems, sources, recursions, coq_files):
        yield from kind()


def table(results: list[tuple[Case, dict[str, bool]]]) -> str:
    """Who catches what, as Markdown: caught of asked, for every kind of mistake and judge."""
    judges = sorted({judge for _, answers in results for judge in answers})
    rows: dict[tuple[str, str], dict[str, list[bool]]] = {}
    for case, answers in results:
        row = rows.setdefault((case.kind, case.mistake), {})
        for judge, caught in answers.items():
            row.setdefault(judge, []).append(caught)
    lines = [f"| what is wrong | mistake | cases | {' | '.join(judges)} |", "|---|---|---|" + "---|" * len(judges)]
    for (kind, mistake), row in sorted(rows.items()):
        cells = [f"{sum(row[judge])}/{len(row[judge])}" if judge in row else "" for judge in judges]
        count = max(len(each) for each in row.values())
        lines.append(f"| {kind} | {mistake} | {count} | {' | '.join(cells)} |")
    return "\n".join(lines)
