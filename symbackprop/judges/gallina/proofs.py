"""The net as definitions a person reads, and the proof that they are an instance of the theorem of Graph.v."""

from __future__ import annotations

from collections.abc import Iterable

from symbackprop.judges.gallina.writer import Writer, lines_of, number

REDUCE = """each arrivals uses app sum left_sum fold_left partials value Sum Act Learnt Cost Soft flat_map map term_partials
  term_value Nat.ltb Nat.leb Nat.eqb fst snd Nat.add nodes follows"""


def net(w: Writer) -> str:
    """The definitions a person reads: forward pass, cost, deltas."""
    head = ["", "(* ---- the net ---- *)", "", "Section Net.", ""]
    if any(unit["activation"] == "undefined" for unit in w.net["units"]):
        head += [
            "(* sigma stands for every differentiable function, sigma' for its derivative *)",
            "Variables sigma sigma' : R -> R.",
            "Hypothesis sigma_derive : forall z, is_derive sigma z (sigma' z).",
            "",
        ]
    if w.net["loss"] == "undefined":
        head += _undefined_cost(w)
    head += ["Section Forward.", lines_of(["Variables", *(w.name[v] for v in w.variables), ": R."], ""), ""]
    for key in w.order:
        kind, name = key.split(" ", 1)
        formula = w.z_formula(w.units[name]) if kind == "z" else w.o_formula(name)
        head.append(define(getattr(w, kind)[name], formula))
    head += ["", define("P", w.cost_formula()), "", "(* delta: the derivative of P by z; g: by o *)"]
    for key in reversed(w.order):
        kind, name = key.split(" ", 1)
        head.append(
            define(w.delta[name], w.delta_formula(name)) if kind == "z" else define(w.g[name], w.g_formula(name))
        )
    return "\n".join([*head, ""])


def _undefined_cost(w: Writer) -> list[str]:
    n = len(w.net["outputs"])
    arrow = " -> ".join(["R"] * (2 * n + 1))
    a, d, y = ([f"{letter}{k + 1}" for k in range(n)] for letter in ("a", "d", "y"))
    slopes = [f"C{k + 1}" for k in range(n)]
    point = " ".join([*(f"({each} t)" for each in a), *y])
    return [
        "(* C stands for every differentiable cost of outputs and targets; C1, C2, ... are its partial derivatives by the outputs.",
        "   Differentiable: along every curve of outputs the derivative of C is the sum of the partial derivatives times",
        "   the outputs' own derivatives. *)",
        f"Variables C {' '.join(slopes)} : {arrow}.",
        f"Hypothesis C_derive : forall ({' '.join(a)} : R -> R) ({' '.join([*d, *y])} t : R),",
        "  " + " -> ".join(f"is_derive {f} t {df}" for f, df in zip(a, d)) + " ->",
        f"  is_derive (fun t => C {point}) t ({' + '.join(f'{s} {point} * {df}' for s, df in zip(slopes, d))}).",
        "",
    ]


def define(name: str, formula: str) -> str:
    """One definition of a real number, broken into lines."""
    return (
        f"Definition {name} : R :=\n{lines_of([formula + '.'])}"
        if len(formula) > 80
        else f"Definition {name} : R := {formula}."
    )


def keys(w: Writer) -> list[tuple[str, str]]:
    """The values in order, as (z or o, unit)."""
    return [(kind, name) for kind, name in (key.split(" ", 1) for key in w.order)]


def _list(name: str, items: Iterable[str], kind: str = "R") -> list[str]:
    shown = ";\n".join(lines_of([each]) for each in items)
    return [f"Definition {name} : list {kind} := [", f"{shown}]."]


def instance(w: Writer) -> list[str]:
    """The net as data for the library's theorem, and the proof that the definitions above are this instance."""
    m, hidden = len(w.sources), len(w.order)
    values = [w.z[n] if k == "z" else w.o[n] for k, n in keys(w)]
    adjoints = [w.delta[n] if k == "z" else w.g[n] for k, n in keys(w)]
    free = hypotheses(w)
    premises = "".join(f"{in_range(w, name)} -> " for name in free)
    off = "".join(f"{w.z[name]} <> 0 -> " for name in kinked(w))
    names_off = " ".join(f"off_{w.z[name]}" for name in kinked(w))
    names = " ".join(f"range_{w.o[name]}" for name in free)
    intros = [f"  intros {names}."] if free else []
    out = ["(* ---- the proof that this net is an instance of the theorem of Graph.v ---- *)", ""]
    out += _list("sources", (w.name[s] for s in w.sources)) + _list("rest", [*values, "P"])
    out += ["Definition here : nat -> R := point sources rest."]
    out += _list("adjoints", [*adjoints, "1"])
    out += [f"Definition alpha : nat -> R := from {m} adjoints."]
    out += _list("nodes", [*(_node(w, kind, name) for kind, name in keys(w)), _cost_node(w)], "node")
    out += [f"Local Ltac reduce := cbv beta iota zeta delta [{REDUCE}].", ""]
    out += _ranges(w) + _cost_lemma(w) + [line for kind, name in keys(w) for line in _adjoint(w, kind, name)]
    out += [f"Lemma net_follows : follows {m} nodes here.", "Proof.", "  reduce."]
    out += [f"  exact {_conjunction(['eq_refl'] * hidden + ['P_is'])}.", "Qed.", ""]
    out += [
        f"Definition net_run : {{ rest : list R | follows {m} nodes (point sources rest) }} := exist _ rest net_follows.",
        "",
    ]
    out += _undefined_smooth(w) if not w.loss.function else []
    out += [f"Lemma net_smooth : {premises}{off}smooth_at {m} nodes here.", "Proof.", *intros]
    out += [f"  intros {names_off}.", "  unfold nodes."] if off else ["  unfold nodes."]
    out += [f"  split; [split; [{_smooth(w, kind, name)}|reflexivity]|]." for kind, name in keys(w)]
    out += [f"  split; [split; [{_cost_smooth(w)}|reflexivity]|exact I].", "Qed.", ""]
    out += [
        f"Lemma net_adjoint : {premises}each (fun j => alpha j = sum (arrivals alpha {m} nodes here j)) {m} {hidden}."
    ]
    facts = [
        f"(at_{each} range_{w.o[n]})" if k == "o" and n in free else f"at_{each}"
        for each, (k, n) in zip(adjoints, keys(w))
    ]
    out += ["Proof.", *intros, "  reduce.", f"  exact {_conjunction(facts)}.", "Qed.", ""]
    last = f"sum (arrivals alpha {m} nodes here {m + hidden}) = 0"
    out += [f"Lemma net_sources : length sources = {m}%nat.", "Proof. reflexivity. Qed."]
    out += [f"Lemma net_length : length nodes = {hidden + 1}%nat.", "Proof. reflexivity. Qed."]
    out += [f"Lemma net_one : alpha ({m} + {hidden}) = 1.", "Proof. reflexivity. Qed."]
    out += [f"Lemma net_end : {last}.", "Proof. reduce. reflexivity. Qed.", ""]
    ys = " + ".join(w.name[y] for y in w.net["targets"])
    for name in short(w):  # the textbook's a - y holds where the targets sum to 1, and only there
        out += [
            f"Theorem {w.delta[name]}_where_targets_sum_to_1 : {ys} = 1 -> {w.delta[name]} = {w.o[name]} - {w.target(name)}."
        ]
        out += [f"Proof. intros _H. unfold {w.delta[name]}. rewrite _H. ring. Qed."]
    return [*out, "", "End Forward.", ""]


def short(w: Writer) -> list[str]:
    """The outputs whose delta is a - y where the targets sum to 1: softmax with its cross-entropy."""
    return [n for n in w.net["outputs"] if w.units[n]["activation"] == "softmax" and w.cancels(n)]


def _conjunction(facts: list[str]) -> str:
    return lines_of([f"(conj {fact}" for fact in facts] + ["I" + ")" * len(facts)], "    ").strip()


def hypotheses(w: Writer) -> list[str]:
    """The outputs for which a cross-entropy needs 0 < o < 1 as a hypothesis, since their activation does not give it."""
    return [n for n in w.net["outputs"] if w.loss.needs == "between" and w.units[n]["activation"] != "sigmoid"]


def kinked(w: Writer) -> list[str]:
    """The units that must not sit on their kink."""
    return [name for kind, name in keys(w) if kind == "z" and w.entry(name).kink]


def in_range(w: Writer, name: str, o: str | None = None) -> str:
    """What the loss needs of this output."""
    return f"0 < {o or w.o[name]}" + (" < 1" if w.loss.needs == "between" else "")


def _ranges(w: Writer) -> list[str]:
    """The ranges that an activation gives by itself."""
    out: list[str] = []
    for name in w.net["outputs"] if w.loss.needs else ():
        if name not in hypotheses(w):
            by = "sigmoid_between" if w.loss.needs == "between" else "softmax_pos; discriminate"
            out += [f"Lemma range_{w.o[name]} : {in_range(w, name)}.", f"Proof. apply {by}. Qed."]
    return out


def _cost_lemma(w: Writer) -> list[str]:
    """P as the library writes it."""
    if not w.loss.function:
        return ["Lemma P_is : P = P.", "Proof. reflexivity. Qed.", ""]
    parts = " + ".join(f"{w.loss.function} {w.name[y]} {w.o[o]}" for y, o in zip(w.net["targets"], w.net["outputs"]))
    return [f"Lemma P_is : P = {w.loss.factor} * ({parts}).", f"Proof. unfold P, {w.loss.function}. ring. Qed.", ""]


def _node(w: Writer, kind: str, name: str) -> str:
    unit = w.units[name]
    if kind == "z":
        terms = [_term(w, source, weight) for source, weight in unit["edges"]]
        bias = unit.get("bias")
        if bias is not None:
            terms.append(f"Bias {w.index[bias]}" if isinstance(bias, str) else f"Constant {number(bias['fixed'])}")
        return f"Sum [{'; '.join(terms)}]"
    entry = w.entry(name)
    z = w.index[f"z {name}"]
    if entry.vector:
        return f"Soft [{'; '.join(str(w.index[f'z {each}']) for each in w.members(name))}]%nat {z}"
    if learnt := w.learnt(name):
        return f"Learnt {w.index[learnt]} {z}"
    return f"Act {entry.function} {entry.derivative} {z}"


def _term(w: Writer, source: str, weight: object) -> str:
    one = source in w.net.get("ones", ())
    where = w.index.get(f"o {source}", w.index.get(source))
    if isinstance(weight, str):
        return f"One {w.index[weight]}" if one else f"Edge {w.index[weight]} {where}"
    return f"Constant ({w.weight(weight)} * 1)" if one else f"Scaled {w.weight(weight)} {where}"


def _cost_node(w: Writer) -> str:
    outputs = [w.index[f"o {name}"] for name in w.net["outputs"]]
    targets = [w.name[y] for y in w.net["targets"]]
    if w.loss.function:
        pairs = "; ".join(f"({o}%nat, {y})" for o, y in zip(outputs, targets))
        return f"Cost {w.loss.factor} {w.loss.function} {w.loss.derivative} [{pairs}]"
    point = " ".join([*(f"(_v {o}%nat)" for o in outputs), *targets])
    slopes = "; ".join(f"({o}%nat, C{k + 1} {point})" for k, o in enumerate(outputs))
    return f"Node (fun _v => C {point}) (fun _v => [{slopes}])"


def _smooth(w: Writer, kind: str, name: str) -> str:
    if kind == "z":
        return "apply Sum_smooth"
    entry = w.entry(name)
    off = f"; exact off_{w.z[name]}" if entry.kink else ""
    if w.learnt(name):
        return f"apply Learnt_smooth{off}"
    return "apply Soft_smooth; discriminate" if entry.vector else f"apply Act_smooth, {entry.lemma}{off}"


def _cost_smooth(w: Writer) -> str:
    if not w.loss.function:
        return "apply undefined_smooth"
    found = [
        f"apply {w.loss.lemma}" + (f"; exact range_{w.o[name]}" if w.loss.needs else "") for name in w.net["outputs"]
    ]
    cases = "".join(f"destruct _H as [_H|_H]; [injection _H as <- <-; {each}|]; " for each in found)
    return f"apply Cost_smooth; intros _j _y _H; {cases}destruct _H"


def arrivals(w: Writer, kind: str, name: str) -> str:
    """What the library's recursion says the derivative of P by this value is, in its order and brackets."""
    parts = []
    if kind == "o":
        for unit, weight in w.successors.get(name, ()):
            parts.append((w.index[f"z {unit}"], f"{w.weight(weight)} * {w.delta[unit]}"))
        if name in w.net["outputs"]:
            parts.append((len(w.index), f"{_cost_slope(w, name)} * 1"))
    elif not w.entry(name).vector:
        entry = w.entry(name)
        parts.append((0, f"{entry.derivative} {w.z[name]} * {w.g[name]}"))
    else:
        a = {each: f"softmax [{'; '.join(w.z[e] for e in w.members(name))}] {w.z[each]}" for each in w.members(name)}
        for k, each in enumerate(a):
            if each == name:
                parts.append((k, f"{a[name]} * {w.g[name]}"))
            parts.append((k, f"- ({a[each]} * {a[name]}) * {w.g[each]}"))
    texts = [text for _, text in sorted(parts, key=lambda part: part[0])]
    return " + (".join(texts) + ")" * (len(texts) - 1) if texts else "0"


def _cost_slope(w: Writer, name: str) -> str:
    k = w.net["outputs"].index(name)
    if w.loss.function:
        return f"({w.loss.factor} * {w.loss.derivative} {w.name[w.net['targets'][k]]} {w.o[name]})"
    return f"C{k + 1} " + " ".join([*(w.o[o] for o in w.net["outputs"]), *(w.name[y] for y in w.net["targets"])])


def _adjoint(w: Writer, kind: str, name: str) -> list[str]:
    """The delta (or g) of the file is what the recursion of the library says: one lemma each."""
    entry = w.entry(name)
    o, g, delta = w.o[name], w.g[name], w.delta[name]
    output = name in w.net["outputs"]
    if kind == "o":
        free = f"{in_range(w, name)} -> " if name in hypotheses(w) else ""
        fact = f"pose proof range_{o}; " if output and w.loss.needs and not free else ""
        unfolds = ", ".join([g, w.loss.derivative] if output and w.loss.function else [g])
        close = (
            f"{fact}unfold {unfolds}; field; repeat split; lra" if output and w.loss.function else f"unfold {g}; ring"
        )
        if output and not w.loss.function:
            close = f"unfold {g}; ring"
        return [
            f"Lemma at_{g} : {free}{g} = {arrivals(w, kind, name)}.",
            f"Proof. {'intros; ' if free else ''}{close}. Qed.",
        ]
    head = f"Lemma at_{delta} : {delta} = {arrivals(w, kind, name)}."
    if output and not w.successors.get(name) and w.cancels(name):
        if not entry.vector:
            return [
                head,
                f"Proof. pose proof range_{o} as _H. unfold {delta}, {g}, {o} in *. unfold sigmoid'. field; lra. Qed.",
            ]
        members = w.members(name)
        ys = [w.target(each) for each in members]
        facts = [
            f"  assert (_H{k} : {y} = - ({w.o[e]} * {w.g[e]})) by (pose proof range_{w.o[e]}; unfold {w.g[e]}; field; lra)."
            for k, (e, y) in enumerate(zip(members, ys))
        ]
        rewrites = ", ".join(f"_H{k}" for k in range(len(members)))
        return [
            head,
            "Proof.",
            *facts,
            f"  unfold {delta}. rewrite {rewrites}. unfold {', '.join(w.o[e] for e in members)}. ring.",
            "Qed.",
        ]
    outs = w.members(name) if entry.vector else [name]
    opened = [delta, *([] if entry.vector else [g]), *(w.o[each] for each in outs)]
    also = f"; unfold {entry.derivative}" if entry.derivative and entry.opened else ""
    return [head, f"Proof. unfold {', '.join(opened)}{also}; ring. Qed."]


def _undefined_smooth(w: Writer) -> list[str]:
    """C is smooth along every curve of the values, from its hypothesis."""
    outputs = [w.index[f"o {name}"] for name in w.net["outputs"]]
    curves = " ".join([*(f"(fun _s => _V _s {k}%nat)" for k in outputs), *(f"(_dv {k}%nat)" for k in outputs)])
    targets = " ".join(w.name[y] for y in w.net["targets"])
    cases = " | ".join(f"eapply _Hd; {'right; ' * k}left; reflexivity" for k in range(len(outputs)))
    return [
        f"Lemma undefined_smooth _v : smooth ({_cost_node(w)}) _v.",
        "Proof.",
        "  intros _V _t _dv _Hv _Hd. unfold value, partials in *.",
        f"  eapply same; [apply (C_derive {curves} {targets} _t); [{cases}]|].",
        "  simpl weighted. rewrite !_Hv. ring.",
        "Qed.",
        "",
    ]
