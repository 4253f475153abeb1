"""Prints activations and losses as C, and an unrolled program as scalar C with the whole pass inside."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as altered

from symbackprop.activations.activation import Activation
from symbackprop.codegen import constraints_c, rules
from symbackprop.codegen import statements as st
from symbackprop.codegen.emit_python import inlined
from symbackprop.codegen.formulas import Cases, Formula, formula
from symbackprop.codegen.printer import C_ONE, C_VECTOR, C, Language, conditional, infix
from symbackprop.codegen.program import Unrolled, product
from symbackprop.codegen.runtime_c import HEADER, TABLE
from symbackprop.kernel.terms import Term, replace

LANES, FEW = 8, 4
MOST_AHEAD = 4  # inputs, and units that only inputs feed: beyond it there is more to compute than to wait for
LOSS = altered(C, functions={name: text for name, text in C.functions.items() if name not in ("log1p", "expm1")})


def drawn(facts: Formula) -> bool:
    """Whether an exact run asks its caller for this activation (it has exp or log in it) or computes it."""
    return facts.library or not inlined(facts) or "exp" in repr((facts.value, facts.plain))


def function(kind: Activation, language: Language = C, suffix: str = "") -> str:
    """phi as a C function: the plain form where infinities lead it to the right limit, else both stable forms of |z|."""
    facts = formula(kind)
    roles = "".join(f", real {role}" for role in facts.partials)
    type_ = "vec" if language is C_VECTOR else "real"
    head = f"static inline {type_} phi_{kind.name}{suffix}({type_} z{roles}) "
    if facts.plain is not None and facts.plain_is_safe:
        body = f"{{ return {infix(facts.plain, language)}; }}"
    elif facts.value.below is None or not drawn(facts):
        body = f"{{ return {conditional(facts.value, language)}; }}"
    else:
        above = infix(replace(facts.value.above, {"z": "m"}), language, 1)
        below = infix(replace(facts.value.below, {"z": ("*", -1, "m")}), language, 1)
        size, choice = language.choose("z < 0.0", "-z", "z"), language.choose("z >= 0.0", above, below)
        body = f"{{ const {type_} m = {size}; return {choice}; }}"
    if not drawn(facts):
        return head + body + "\n"
    exact = f'{head}{{ return drawn("{kind.name}", z); }}'
    return f"#ifdef EXACT\n{exact}\n#else\n{head}{body}\n#endif\n"


def functions(kinds: list[Activation], scalar: bool = False, vectors: bool = False) -> str:
    """The activations of a net, and those that its slopes name; `scalar` adds those for one number at a time.

    With `vectors` they are for whole vectors instead.
    """
    from symbackprop.activations import activation

    found = {kind.name: kind for kind in kinds if not kind.vector and kind.name != "identity"}
    for kind in list(found.values()):
        twin = formula(kind).slope_of
        if twin is not None:
            found[twin] = activation(twin)
    if vectors:
        return "".join(function(found[name], C_VECTOR, "_v") for name in sorted(found))
    text = "".join(function(found[name]) for name in sorted(found))
    if scalar:
        text += TABLE + "".join(function(found[name], C_ONE, "_one") for name in sorted(found))
    return text


def _line(statement: st.Statement, suffix: str = "") -> str:
    if statement.value is None:
        zs, count = ", ".join(statement.arguments), len(statement.arguments)
        names = statement.names
        tail = ", ".join(f"{name} = {names[0]}v[{k}]" for k, name in enumerate(names))
        return f"real {names[0]}z[{count}] = {{{zs}}}, {names[0]}v[{count}]; softmax({names[0]}v, {names[0]}z, {count}); const real {tail};"
    left = statement.names[0]
    if statement.call is not None:
        more = "".join(f", {_operand(each)}" for each in statement.extra)
        return f"const real {left} = phi_{statement.call.name}{suffix}({statement.z}{more});"
    return f"const real {left} = {conditional(statement.value, C, statement.z)};"


def _operand(item: Term) -> str:
    return infix(item, C)


def _block(lines: list[str], depth: int) -> str:
    return "".join("    " * depth + each + "\n" for each in lines)


@dataclass(frozen=True)
class _Lines:
    """What every part of the file is put together from, printed once."""

    parameters: list[str]
    inputs: int
    targets: int
    outputs: list[str]
    load: list[str]  # the parameters, from theta
    row_x: list[str]  # one sample, from X and from Y
    row_y: list[str]
    forward: list[str]

    @staticmethod
    def of(program: Unrolled) -> _Lines:
        """The lines of a program."""
        parameters, n, m = list(program.parameters.values()), len(program.inputs), len(program.targets)
        return _Lines(
            parameters,
            n,
            m,
            list(program.outputs),
            [f"real {name} = theta[{k}];" for k, name in enumerate(parameters)],
            [f"const real {name} = X[k * {n} + {j}];" for j, name in enumerate(program.inputs)],
            [f"const real {name} = Y[k * {m} + {j}];" for j, name in enumerate(program.targets)],
            [_line(each) for each in st.forward(program)],
        )


def source(program: Unrolled, trainable: bool = True) -> str:
    """The whole C file of an unrolled program.

    run: whole passes, online or in batches; gradient: sums over the rows; predict: the outputs.
    """
    lines = _Lines.of(program)
    text = (
        f"/* Trainer of the net {program.name}, one statement a unit; generated from the proved delta recursion. */\n"
    )
    text += HEADER + functions([unit.activation for unit in program.units], scalar=True) + _predict(lines)
    if not trainable:
        return text
    loss = f"if (track) loss += {infix(st.loss_term(program), LOSS)};"
    single = [_line(each, "_one") for each in st.forward(program)], [_line(each, "_one") for each in st.deltas(program)]
    text += rules.text() + f"#ifdef RULES{constraints_c.table(program)}#endif\n" + _online(program, lines, loss, single) + _sums(program, lines, loss, single)
    return text + _rule_passes(program, lines) + _passes(program, lines) + _GRADIENT


def _sign(program: Unrolled) -> str:
    return "+" if program.loss.sense == "maximise" else "-"


def _predict(lines: _Lines) -> str:
    out = [f"out[k * {lines.targets} + {j}] = {name};" for j, name in enumerate(lines.outputs)]
    return f"""
API void predict(const real *theta, const real *X, long n, real *out) {{
{_block([f"const {each}" for each in lines.load], 1)}    for (long k = 0; k < n; k++) {{
{_block([*lines.row_x, *lines.forward], 2)}{_block(out, 2)}    }}
}}
"""


def _online(program: Unrolled, lines: _Lines, loss: str, single: tuple[list[str], list[str]]) -> str:
    """Passes of one sample a step."""
    sign = _sign(program)
    moves = [f"{name} {sign}= {infix(_stepped(g), C)};" for name, g in st.gradients(program).items()]
    room, first, coming, online = _looking_ahead(program, *single)
    return f"""
#ifndef RULES
/* online passes: the weights stay in variables until the last one */
static inline void online(real *theta, const real *X, const real *Y, const int *orders, long n, long passes, const real *rates,
    real *losses, const int track) {{
{_block([*lines.load, *room], 1)}    for (long e = 0; e < passes; e++) {{
        const int *order = orders ? orders + e * n : 0;
        const real rate = rates[e];
        real loss = 0;
{_block(first, 2)}        for (long i = 0; i < n; i++) {{
            const long k = order ? order[i] : i;
{_block([*lines.row_x, *lines.row_y, *coming, *online[0], loss, *online[1], *moves], 3)}        }}
        if (track) losses[e] = loss / (real)n;
    }}
{_block([f"theta[{k}] = {name};" for k, name in enumerate(lines.parameters)], 1)}}}
#endif
"""


def _sums(program: Unrolled, lines: _Lines, loss: str, single: tuple[list[str], list[str]]) -> str:
    """The sum of the gradients of some samples: one by one where they are few, else side by side."""
    sums = [f"g_{name}" for name in lines.parameters]
    adds = [f"g_{name} += {infix(g, C)};" for name, g in st.gradients(program).items()]
    simd = f'_Pragma("omp simd reduction(+:loss,{",".join(sums)})")'
    deltas = [_line(each) for each in st.deltas(program)]
    row = [*lines.row_x, *lines.row_y]
    one, many = (
        _block([*row, *single[0], loss, *single[1], *adds], 3),
        _block([*row, *lines.forward, loss, *deltas, *adds], 3),
    )
    return f"""/* the sum over the samples of the loss and of the gradient; several samples at a time, so sums are in another order */
static inline real sums(const real *theta, const real *X, const real *Y, const int *order, long n, real *grad, const int track) {{
{_block([f"const {each}" for each in lines.load], 1)}    real loss = 0, {", ".join(f"{each} = 0" for each in sums)};
    if (n < {FEW}) {{ /* too few to fill a vector: one after the other */
        for (long i = 0; i < n; i++) {{
            const long k = order ? order[i] : i;
{one}        }}
    }} else if (n < {LANES}) {{ /* too few for a whole vector, enough for half of one */
        {simd.replace(" simd ", f" simd simdlen({FEW}) ")}
        for (long i = 0; i < n; i++) {{
            const long k = order ? order[i] : i;
{many}        }}
    }} else if (order) {{
        {simd}
        for (long i = 0; i < n; i++) {{
            const long k = order[i];
{many}        }}
    }} else {{
        {simd}
        for (long k = 0; k < n; k++) {{
{many}        }}
    }}
{_block([f"grad[{k}] = {each};" for k, each in enumerate(sums)], 1)}    return loss;
}}
"""


def _rule_passes(program: Unrolled, lines: _Lines) -> str:
    """Passes by an update rule."""
    count, descent = len(lines.parameters), -1 if _sign(program) == "+" else 1
    return f"""#ifdef RULES
API int run_rule(real *theta, real *v, real *s, const real *X, const real *Y, const int *orders, long n, long passes,
    long size, const real *rates, real *losses, const wide *h, long step, int rule, int flags, const real *masks) {{
    real grad[{count}];
    moment at = since(h, step);
    for (long e = 0; e < passes; e++) {{
        const int *order = orders ? orders + e * n : 0;
        real loss = 0;
        for (long start = 0; start < n; start += size) {{
            const long left = n - start < size ? n - start : size;
            const real scale = (real)({descent}) / (real)left;
            loss += order ? sums(theta, X, Y, order + start, left, grad, 1)
                          : sums(theta, X + start * {lines.inputs}, Y + start * {lines.targets}, 0, left, grad, 1);
            for (int k = 0; k < {count}; k++) grad[k] *= scale;
            advance(theta, grad, v, s, {count}, rates[e], h, &at, rule, flags);
            if (flags & {rules.SHORT}) keep_short(theta, (real)h[7]);
        }}
        if (losses) losses[e] = loss / (real)n;
    }}
    return 0;
}}
"""


def _passes(program: Unrolled, lines: _Lines) -> str:
    """Passes of plain steps."""
    count, sign = len(lines.parameters), _sign(program)
    return f"""#else
static inline real batches(real *theta, const real *X, const real *Y, const int *order, long n, long size, real rate,
    const int track) {{
    real loss = 0, grad[{count}];
    for (long start = 0; start < n; start += size) {{
        const long left = n - start < size ? n - start : size;
        if (order) loss += sums(theta, X, Y, order + start, left, grad, track);
        else loss += sums(theta, X + start * {lines.inputs}, Y + start * {lines.targets}, 0, left, grad, track);
        const real mean = rate / (real)left;
        for (int k = 0; k < {count}; k++) theta[k] {sign}= mean * grad[k];
    }}
    return loss;
}}
/* `passes` passes with these rates; orders: one permutation a pass, or null; losses: the mean of each pass, or null */
API void run(real *theta, const real *X, const real *Y, const int *orders, long n, long passes, long size,
    const real *rates, real *losses) {{
    if (n < 1 || passes < 1) return;
    if (size == 1) {{
        if (losses) online(theta, X, Y, orders, n, passes, rates, losses, 1);
        else online(theta, X, Y, orders, n, passes, rates, losses, 0);
        return;
    }}
    for (long e = 0; e < passes; e++) {{
        const int *order = orders ? orders + e * n : 0;
        if (losses) losses[e] = batches(theta, X, Y, order, n, size, rates[e], 1) / (real)n;
        else batches(theta, X, Y, order, n, size, rates[e], 0);
    }}
}}
#endif
"""


_GRADIENT = """API real gradient(const real *theta, const real *X, const real *Y, long n, real *grad) {
    return sums(theta, X, Y, 0, n, grad, 1);
}
"""


def _stepped(gradient: Term) -> Term:
    """rate times a gradient, the rate joined to the source, which is known long before the delta."""
    if isinstance(gradient, tuple) and gradient[0] == "+":
        return ("+", *map(_stepped, gradient[1:]))
    return product("rate", *(gradient[1:] if isinstance(gradient, tuple) else (gradient,)))


def _looking_ahead(
    program: Unrolled, forward: list[str], deltas: list[str]
) -> tuple[list[str], list[str], list[str], tuple[list[str], list[str]]]:
    """Lines before the passes, before each of them, before a sample, and its forward and backward lines, with first
    pre-activations a sample ahead.

    Math: z' = (b + w . x') + rate (1 + x . x') delta, for a unit fed by inputs alone whose weights nobody else uses; the
    first of a pass comes from the weights alone, so that a run may be cut between any two passes and ends at the same bits.
    """
    uses = [weight for unit in program.units for _, weight in unit.inputs] + [unit.bias for unit in program.units]
    uses += [value for unit in program.units for value in unit.parameters.values()]
    early = [
        unit
        for unit in program.units
        if all(source in program.inputs for source, _ in unit.inputs)
        and all(
            isinstance(w, str) and uses.count(w) == 1
            for w in [*(w for _, w in unit.inputs), *([unit.bias] * bool(unit.bias))]
        )
        and any(each.startswith(f"const real {unit.z} = ") for each in forward)
    ]
    if not early or len(early) > MOST_AHEAD or len(program.inputs) > MOST_AHEAD:
        return [], [], [], (forward, deltas)
    n, sign = len(program.inputs), "+" if program.loss.sense == "maximise" else "-"
    forward, deltas = list(forward), list(deltas)
    where = f"const real *coming = X + (order ? order[0] : 0) * {n}L;"
    coming = f"const real *coming = X + (i + 1 == n ? 0 : order ? order[i + 1] : i + 1) * {n}L;"
    first = []
    for k, unit in enumerate(early):
        parts = [(program.inputs.index(str(source)), source, weight) for source, weight in unit.inputs]
        begin = [str(unit.bias)] if unit.bias else []
        value = " + ".join([*begin, *(f"{weight}*coming[{j}]" for j, _, weight in parts)])
        both = " + ".join([*(["1.0"] if unit.bias else []), *(f"{source}*coming[{j}]" for j, source, _ in parts)])
        first.append(f"ahead[{k}] = {value};")
        deltas.append(f"ahead[{k}] = ({value}) {sign} rate*({both})*{unit.d};")
        at = next(i for i, each in enumerate(forward) if each.startswith(f"const real {unit.z} = "))
        forward[at] = f"const real {unit.z} = ahead[{k}];"
    return [f"real ahead[{len(early)}];"], [f"{{ {where} {' '.join(first)} }}"], [coming], (forward, deltas)


def slope(cases: Cases, **names: Term) -> str:
    """A slope as a C expression on whole vectors, in the given names."""
    above = replace(cases.above, names)
    below = None if cases.below is None else replace(cases.below, names)
    return conditional(Cases(above, below, cases.strict), C_VECTOR, str(names.get("z", "z")))
