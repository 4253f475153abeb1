"""Prints an unrolled program as C that trains several copies of a net side by side, one in every lane of a vector.

Weight k of copy r stands at theta[k * LANES + r]. All copies visit the samples in one order, so a sample is loaded once for
all of them, and no number ever passes from one copy to another.
"""

from __future__ import annotations

from symbackprop.codegen import statements as st
from symbackprop.codegen.emit_c import LOSS, _block, _line, functions
from symbackprop.codegen.printer import C, infix
from symbackprop.codegen.program import Unrolled
from symbackprop.codegen.runtime_c import HEADER
from symbackprop.kernel.terms import replace


def _statement(statement: st.Statement) -> str:
    """A statement as emit_c prints it; a softmax group written out, because a call on arrays would not become vectors."""
    if statement.value is not None:
        return _line(statement)
    names, zs = statement.names, statement.arguments
    first, top = names[0], f"{names[0]}top"
    text = f"real {top} = {zs[0]};"
    text += "".join(f" {top} = {z} > {top} ? {z} : {top};" for z in zs[1:])
    text += "".join(f" const real {name}e = exp_({z} - {top});" for name, z in zip(names, zs, strict=True))
    text += f" const real {first}sum = 1 / ({' + '.join(f'{name}e' for name in names)});"
    text += "".join(f" const real {name} = {name}e * {first}sum;" for name in names)
    return f"\n#ifdef EXACT\n{_line(statement)}\n#else\n{text}\n#endif\n"


def source(program: Unrolled) -> str:
    """The whole C file; LANES is given when it is compiled.

    run_lanes: passes over the samples in the given orders, online or in batches; losses[pass * LANES + r] the mean of copy r,
    or null (a logarithm in the loss is no vector code).
    """
    sign = "+" if program.loss.sense == "maximise" else "-"
    text = f"/* Copies of the net {program.name} side by side; generated from the proved delta recursion. */\n"
    text += HEADER + functions([unit.activation for unit in program.units])
    return text + _one_sample(program, sign) + _passes(len(program.parameters), sign)


def _one_sample(program: Unrolled, sign: str) -> str:
    """What a sample does to all copies: a step, or its gradient added up."""
    parameters, n, m = list(program.parameters.values()), len(program.inputs), len(program.targets)
    row = [f"const real {name} = X[k * {n} + {j}];" for j, name in enumerate(program.inputs)]
    row += [f"const real {name} = Y[k * {m} + {j}];" for j, name in enumerate(program.targets)]
    load = [f"const real {name} = theta[{k} * LANES + r];" for k, name in enumerate(parameters)]
    body = [_statement(each) for each in st.forward(program)]
    body.append(f"if (track) sum[r] += {infix(st.loss_term(program), LOSS)};")
    body += [_statement(each) for each in st.deltas(program)]
    gradients = st.gradients(program)
    scaled = {name: f"{name}r" for name in st.slope_names(program)}
    steps = [f"const real {new} = rate * {old};" for old, new in scaled.items()]
    places = {name: f"[{k} * LANES + r]" for k, name in enumerate(parameters)}
    moves = [f"theta{places[name]} {sign}= {infix(replace(g, dict(scaled)), C)};" for name, g in gradients.items()]
    adds = [f"grad{places[name]} += {infix(g, C)};" for name, g in gradients.items()]
    return f"""
#define SIDE_BY_SIDE _Pragma("omp simd") for (int r = 0; r < LANES; r++)
static inline void step(real *restrict theta, const real *X, const real *Y, long k, real rate, real *restrict sum, const int track) {{
{_block(row, 1)}    SIDE_BY_SIDE {{
{_block([*load, *body, *steps, *moves], 2)}    }}
}}
static inline void add(const real *restrict theta, const real *X, const real *Y, long k, real *restrict grad, real *restrict sum, const int track) {{
{_block(row, 1)}    SIDE_BY_SIDE {{
{_block([*load, *body, *adds], 2)}    }}
}}
"""


def _passes(count: int, sign: str) -> str:
    return f"""API void run_lanes(real *theta, const real *X, const real *Y, const int *orders, long n, long passes, long size,
    const real *rates, real *losses) {{
    real grad[{count} * LANES], sum[LANES];
    for (long e = 0; e < passes; e++) {{
        const int *order = orders ? orders + e * n : 0;
        for (int r = 0; r < LANES; r++) sum[r] = 0;
        for (long start = 0; start < n; start += size) {{
            const long left = n - start < size ? n - start : size;
            if (size == 1) {{
                const long k = order ? order[start] : start;
                if (losses) step(theta, X, Y, k, rates[e], sum, 1);
                else step(theta, X, Y, k, rates[e], sum, 0);
                continue;
            }}
            for (int k = 0; k < {count} * LANES; k++) grad[k] = 0;
            for (long i = start; i < start + left; i++) {{
                const long k = order ? order[i] : i;
                if (losses) add(theta, X, Y, k, grad, sum, 1);
                else add(theta, X, Y, k, grad, sum, 0);
            }}
            const real mean = rates[e] / (real)left;
            for (int k = 0; k < {count} * LANES; k++) theta[k] {sign}= mean * grad[k];
        }}
        if (losses) for (int r = 0; r < LANES; r++) losses[e * LANES + r] = sum[r] / (real)n;
    }}
}}
"""
