"""Puts the parts of a Coq file together and states its theorems: one a weight and bias."""

from __future__ import annotations

import re

from symbackprop.judges.gallina.names import comment
from symbackprop.judges.gallina.proofs import hypotheses, in_range, instance, keys, kinked, net, short
from symbackprop.judges.gallina.writer import Writer, library, lines_of


def text(w: Writer) -> str:
    """The whole file."""
    a = Applied(w)
    return "\n".join([_title(w), library(), net(w), *instance(w), *_theorems(w, a), *_closing(w)])


def _title(w: Writer) -> str:
    name, count = w.net["name"], len(w.parameters)
    return f"""(* The gradient of the net {comment(name)}: {count} partial derivatives, each proved from
   the definition of the derivative as a limit (is_derive of Coquelicot) for the composed cost P.
   To read: the sections Forward (the net, P and the deltas) and Theorems (one statement a weight and bias).
   The rest is proof, which coqc checks. Written for Coq 8.16 with Coquelicot 3. *)"""


class Applied:
    """The definitions as functions: closing a Coq section gives each the variables it uses, in their order."""

    def __init__(self, w: Writer) -> None:
        self.w = w
        self.variables = [w.name[v] for v in w.variables]
        known = set(self.variables)
        self.uses: dict[str, list[str]] = {}
        formulas = [
            (w.z[n] if k == "z" else w.o[n], w.z_formula(w.units[n]) if k == "z" else w.o_formula(n))
            for k, n in keys(w)
        ]
        formulas.append(("P", w.cost_formula()))
        for kind, name in reversed(keys(w)):
            formulas.append((w.delta[name], w.delta_formula(name)) if kind == "z" else (w.g[name], w.g_formula(name)))
        for name, formula in formulas:
            used: set[str] = set()
            for word in re.findall(r"[A-Za-z_][A-Za-z0-9_']*", formula):
                used.update(self.uses.get(word, ()), known & {word})
            self.uses[name] = [v for v in self.variables if v in used]

    def call(self, name: str, change: dict[str, str] | None = None) -> str:
        """The value called `name` at the variables, some of them replaced."""
        args = self.uses.get(name, [])
        return f"({name} {' '.join((change or {}).get(a, a) for a in args)})" if args else name

    def expand(self, formula: str) -> str:
        """A formula of the section Forward as it reads outside."""
        return re.sub(r"[A-Za-z_][A-Za-z0-9_']*", lambda m: self.call(m[0]) if m[0] in self.uses else m[0], formula)


def _theorems(w: Writer, a: Applied) -> list[str]:
    """One statement a weight and bias, in terms of the definitions a person has read."""
    m, hidden = len(w.sources), len(w.order)
    every, sources, targets = (
        " ".join(w.name[v] for v in group) for group in (w.variables, w.sources, w.net["targets"])
    )
    fed = {source for unit in w.net["units"] for source, _ in unit["edges"]}
    # an input that feeds nothing stands in no adjoint, so what is said of the adjoints alone is not a function of it
    spoken = " ".join(w.name[v] for v in w.variables if v not in w.net["inputs"] or v in fed)
    out = ["(* ---- the theorems: the derivative of P by each weight and bias, the others held fixed ---- *)", ""]
    out += ["Section Theorems.", lines_of(["Variables", every, ": R."], "")]
    for name in hypotheses(w):
        out.append(f"Hypothesis range_{w.o[name]} : {in_range(w, name, a.call(w.o[name]))}.")
    ranges = " ".join(f"range_{w.o[name]}" for name in hypotheses(w))
    for name in kinked(w):
        out.append(f"Hypothesis off_{w.z[name]} : {a.call(w.z[name])} <> 0.")
    off = " ".join(f"off_{w.z[name]}" for name in kinked(w))
    out += [lines_of([f"Let here_smooth := net_smooth {every} {ranges} {off}."], "")]
    out += [lines_of([f"Let here_adjoint := net_adjoint {every} {ranges}."], "")]
    out += [lines_of([f"Let here_one := net_one {spoken}."], "")]
    out += [lines_of([f"Let here_end := net_end {every}."], "")]
    out += [lines_of([f"Let here_length := net_length {targets}."], "")]
    out += [lines_of([f"Let here_count := net_sources {sources}."], "")]
    out += [lines_of([f"Let here_sources := sources {sources}."], "")]
    out += [lines_of([f"Let here_nodes := nodes {targets}."], "")]
    out += [lines_of([f"Let here_adjoints := adjoints {spoken}."], ""), ""]
    for k, parameter in enumerate(w.parameters):
        name, gradient = w.name[parameter], w.gradient_formula(parameter)
        moved = " ".join("t" if v == parameter else w.name[v] for v in w.variables)
        script, bridge = _bridge(w, a, parameter)
        out += [
            f"Theorem {w.theorem[parameter]} :",
            lines_of([f"is_derive (fun t => {a.call('P', {name: 't'})[1:-1]}) {name}", f"({a.expand(gradient)})."]),
            "Proof.",
            *script,
            f"  exact_no_check (same _ _ _ _ (gradient {m} {hidden} {k} here_nodes here_sources here_adjoints",
            lines_of([f"(fun t => net_run {moved})"], "    "),
            f"    (proj1 (Nat.ltb_lt {k} {m}) eq_refl) here_count here_length here_smooth here_one here_adjoint here_end) {bridge}).",
            "Qed.",
        ]
    return [*out, ""]


def _bridge(w: Writer, a: Applied, parameter: str) -> tuple[list[str], str]:
    """The proof that the library's sum over the parameter's places is the formula as written: a script, and a term."""
    places, single = [], ""
    for kind, name in keys(w):
        unit, delta = w.units[name], w.delta[name]
        if kind == "o":
            if w.learnt(name) == parameter:
                places.append(w.alpha_slope(name))
                single = "eq_refl"
            continue
        for source, weight in unit["edges"]:
            if weight == parameter:
                places.append(f"{w.source(source)} * {delta}")
                single = "eq_refl"
        if unit.get("bias") == parameter:
            places.append(f"1 * {delta}")
            single = "(Rmult_1_l _)"
    if len(places) == 1:
        return [], single
    library_sum = " + (".join(places) + ")" * (len(places) - 1)
    fact = lines_of(
        [f"assert (_E : {a.expand(library_sum)} =", f"{a.expand(w.gradient_formula(parameter))})", "by ring."]
    )
    return [fact], "_E"


def _closing(w: Writer) -> list[str]:
    """Let Coq name the axioms used, then close the sections, so that all is universally quantified."""
    names = [*w.theorem.values(), *(f"{w.delta[name]}_where_targets_sum_to_1" for name in short(w))]
    proofs = "; ".join(f"Proved _ {name}" for name in names)
    return [
        "End Theorems.",
        "End Net.",
        "",
        lines_of([f"Definition every_partial_derivative := [{proofs}]."]),
        "Print Assumptions every_partial_derivative.",
        "",
    ]
