"""Prints a dense program as C: one text for every size, with the sizes as macros, whole passes inside.

Weights live in panels (see kernels_c), activations and deltas in rows; every delta of a step is computed from the old
weights, then all weights move in place. The step is multiplied into the last delta once, and so into every other.
"""

from __future__ import annotations

from symbackprop.activations.activation import Activation
from symbackprop.codegen import constraints_c, emit_c_held, emit_c_passes, rules
from symbackprop.codegen.emit_c import LOSS, functions, slope
from symbackprop.codegen.formulas import formula, head, loss_value
from symbackprop.codegen.kernels_c import KERNELS
from symbackprop.codegen.printer import C_VECTOR, infix
from symbackprop.codegen.program import Dense
from symbackprop.codegen.runtime_c import HEADER
from symbackprop.kernel.terms import replace
from symbackprop.networks import LEAK

NARROW = """/* vectors of half the length where the lanes that would be left over cost more than an eighth of the work */
#define PAD(n, v) (((n) + (v) - 1) / (v) * (v))
#define WORK(v) ({work})
#ifdef SINGLE
#define LANES 16
#else
#define LANES 8
#endif
#if 8 * WORK(LANES) > 9 * WORK(LANES / 2)
#define NARROW
#endif
"""


def source(program: Dense, trainable: bool = True) -> str:
    """The whole C file; only the `#define N` lines know the sizes, and a compiler flag may override them."""
    depth = len(program.sizes) - 1
    sizes = "".join(f"#ifndef N{k}\n#define N{k} {n}\n#endif\n" for k, n in enumerate(program.sizes))
    derived = "".join(
        f"#define NV{k} ((N{k} + VL - 1) / VL)\n#define LD{k} ((NV{k} | 1) * VL)\n" for k in range(1, depth + 1)
    )
    derived += "".join(
        f"#define {name} ({' || '.join(f'NV{k} {test}' for k in range(1, depth + 1))})\n"
        for name, test in (("FULL", ">= NR"), ("LEFT(n)", "% NR == (n)"))
    )
    derived += f"#define SOURCES(mr, nr) ({' || '.join(f'CUTS(N{k}, mr, nr)' for k in range(depth))})\n"
    work = " + ".join(f"(2 * N{k - 1} + 20) * PAD(N{k}, v)" for k in range(1, depth + 1))
    work += "".join(f" + N{k} * PAD(N{k - 1}, v)" for k in range(2, depth + 1))
    text = "/* Trainer of a dense net, one matrix a layer; generated from the proved delta recursion. */\n"
    text += sizes + NARROW.format(work=work) + HEADER + derived + emit_c_held.condition(program)
    text += KERNELS + functions(list(program.activations), vectors=True) + _elementwise(program)
    text += constraints_c.masks(program.sizes) + _memory(program) + _forward(program) + _predict(program)
    if not trainable:
        return text
    held = emit_c_held.source(program, _slope, _loss(program, depth))
    short = f"#ifdef RULES{constraints_c.panels()}#endif\n"
    return text + rules.text() + short + f"#ifndef RULES{held}#endif\n" + _step(program) + emit_c_passes.passes(program)


def _layers(program: Dense) -> range:
    return range(1, len(program.sizes))


def _memory(program: Dense) -> str:
    """One aligned block: all weights in panels one after the other, then rows of Z, A, D for a batch, then scratch."""
    layers = _layers(program)
    depth = len(layers)
    weights = " + ".join(f"(long)N{k - 1} * NV{k} * VL + NV{k} * VL" for k in layers)
    parts = [
        (f"{name}{k}", room)
        for k in layers
        for name, room in (("W", f"(long)N{k - 1} * NV{k} * VL"), ("b", f"NV{k} * VL"))
    ]
    parts += [(f"{kind}{k}", f"B * LD{k}") for k in layers for kind in "ZAD"]
    parts += [(f"H{k}", f"MASKED({k})") for k in layers[:-1]]
    parts += [("T", "turned"), ("zero", "PANEL"), ("X", "B * N0"), ("Y", f"B * N{depth}")]
    places = "".join(f"    m->{name} = at; at += {room};\n" for name, room in parts)
    count = " + ".join(f"(size_t)({room})" for _, room in parts)
    rooms = "".join(f"    if (turned < TURNED_ROOM({k - 1}, {k})) turned = TURNED_ROOM({k - 1}, {k});\n" for k in layers if k > 1)
    moves = ""
    for k in layers:
        moves += f"    arrange(m->W{k}, theta, N{k - 1}, NV{k}, N{k}, in);\n    theta += (long)N{k} * N{k - 1};\n"
        if program.biased:
            moves += f"    for (long j = 0; j < N{k}; j++, theta++) "
            moves += f"if (in) m->b{k}[j] = *theta; else *theta = m->b{k}[j];\n"
    return f"""
#define WEIGHTS ({weights})
/* a panel of sources with all their targets; all of the sources where every weight is held twice */
#define TURNED_ROOM(k, j) ((long)NV##j * VL * VL * (HELD || NV##k < NR ? NV##k : NR))
typedef struct {{
    real {", ".join("*" + name for name, _ in parts)};
    const real *mask; /* of the rows at hand, or null */
    long lead;
    void *block;
    size_t bytes;
}} memory;
static void release(memory *m) {{ give_back(m->block, m->bytes); }}
/* for batches of B rows; with B = 0 only for weights, or what is added to them */
static int reserve(memory *m, long B) {{
    long turned = 0;
{rooms}    const size_t count = {count};
    m->mask = 0;
    m->bytes = count * sizeof(real) + 64;
    m->block = zeros(&m->bytes);
    if (!m->block) return 0;
    real *at = (real *)(((uintptr_t)m->block + 63) / 64 * 64);
{places}    return 1;
}}
/* between the flat vector theta (W1 row by row, b1, W2, ...) and the panels */
static void move(memory *m, real *theta, const int in) {{
{moves}}}
API int layout(int which) {{ return which == 0 ? VL : which == 1 ? NR : HELD; }}
"""


def _elementwise(program: Dense) -> str:
    """Every activation and its slope on rows of vectors: one copy for all layers that have it, however many rows there are."""
    text = "/* activations of B rows of NV vectors, and their slopes into D */\n"
    for kind in dict.fromkeys(each for each in program.activations if not each.vector):
        extra = f", RATIO({LEAK.numerator}, {LEAK.denominator})" if formula(kind).partials else ""
        value = "Z" if kind.name == "identity" else f"phi_{kind.name}_v(Z{extra})"
        text += _on_rows(f"activate_{kind.name}", "ZA", f"STORE(A_ + at) = {value};")
        if _sloped(kind) and kind in program.activations[:-1]:
            text += _on_rows(f"slope_{kind.name}", "ZAD", f"STORE(D_ + at) *= {_slope(kind)};")
    return text


def _on_rows(name: str, kinds: str, body: str) -> str:
    given = ", ".join(f"{'' if k == kinds[-1] else 'const '}real *{k}_" for k in kinds)
    loads = "".join(f"            const vec {k} = LOAD({k}_ + at);\n" for k in kinds[:-1])
    return f"""SHARED void {name}({given}, const long B, const long LD, const int NV) {{
    for (long b = 0; b < B; b++)
        for (int v = 0; v < NV; v++) {{
            const long at = b * LD + v * VL;
{loads}            {body}
        }}
}}
"""


def _sloped(kind: Activation) -> bool:
    return kind.differentiable and _slope(kind) != "1.0"


def _activation(kind: Activation, layer: int) -> str:
    if kind.vector:
        return f"    for (long b = 0; b < B; b++) softmax_v(&STORE(m->A{layer} + b * LD{layer}), &LOAD(m->Z{layer} + b * LD{layer}), N{layer}, NV{layer});\n"
    return f"    activate_{kind.name}(m->Z{layer}, m->A{layer}, B, LD{layer}, NV{layer});\n"


def _forward(program: Dense) -> str:
    text = ""
    for layer, kind in enumerate(program.activations, start=1):
        source_, lead = ("X", "N0") if layer == 1 else (f"SENT({layer - 1})", f"LD{layer - 1}")
        text += f"    forward({source_}, {lead}, B, N{layer - 1}, NV{layer}, m->W{layer}, m->b{layer}, m->Z{layer}, LD{layer});\n"
        text += _activation(kind, layer)
        if layer < len(program.activations):
            text += f"    DROP(A, H, {layer}, {constraints_c.before(layer)})\n"
    return f"\nstatic APART void ahead(memory *m, const real *X, const long B) {{\n{text}}}\n"


def _predict(program: Dense) -> str:
    depth = len(program.sizes) - 1
    return f"""
API int predict(const real *theta, const real *X, long n, real *out) {{
    memory m;
    if (!reserve(&m, n < ROWS ? n : ROWS)) return 1;
    move(&m, (real *)theta, 1);
    for (long i = 0; i < n; i += ROWS) {{
        const long rows = n - i < ROWS ? n - i : ROWS;
        ahead(&m, X + i * N0, rows);
        for (long b = 0; b < rows; b++) memcpy(out + (i + b) * N{depth}, m.A{depth} + b * LD{depth}, N{depth} * sizeof(real));
    }}
    release(&m);
    return 0;
}}
"""


def _rows(kinds: str, layer: int, body: str) -> str:
    """A loop over the vectors of every row of a layer, with its Z, A, D; all but the one that is made are loaded."""
    loads = "".join(f"            const vec {k} = LOAD(m->{k}{layer} + at);\n" for k in kinds[:-1])
    return f"""    for (long b = 0; b < B; b++)
        for (int v = 0; v < NV{layer}; v++) {{
            const long at = b * LD{layer} + v * VL;
{loads}            {body}
        }}
"""


def _last(program: Dense) -> str:
    """The last delta times the step, and the loss."""
    layer, kind = len(program.sizes) - 1, program.activations[-1]
    start, inside = head(kind, program.loss)
    value = infix(replace(start.above, {"a": "A", "y": "y", "z": "Z", "alpha": LEAK}), C_VECTOR)
    after = ""
    if kind.vector and program.loss.targets_sum_to_one and start.above == ("*", -1, "y"):
        value = "A - y"  # the targets of a row sum to 1: the trainer checks it
    elif kind.vector:
        after = _softmax_delta(layer)
    elif not inside:
        value = f"({value})*({_slope(kind)})"
    body = f"const vec y = some(Y + b * N{layer} + v * VL, N{layer} - v * VL);\n            "
    body += f"STORE(m->D{layer} + at) = first(step*({value}), N{layer} - v * VL);"
    tracked = f"""    if (track) for (long b = 0; b < B; b++) {{
        const real *y = Y + b * N{layer}, *A = m->A{layer} + b * LD{layer}, *Z = m->Z{layer} + b * LD{layer};
        {_loss(program, layer)}
    }}
"""
    return _rows("ZAD", layer, body) + after + tracked


def log_softmax(program: Dense) -> bool:
    """Whether the loss is minus the targets times the log of a softmax: then log a is z less the log-sum-exp of its row."""
    return program.activations[-1].vector and loss_value(program.loss) == ("*", -1, "y", ("log", "a"))


def _loss(program: Dense, layer: int) -> str:
    """The loss of one row as statements; A, Z and y point to it."""
    each = f"for (long j = 0; j < N{layer}; j++) loss += "
    if log_softmax(program):
        return f"const real top = log_sum_exp(Z, N{layer}); {each}y[j]*(top - Z[j]);"
    return each + infix(replace(loss_value(program.loss), {"a": "A[j]", "y": "y[j]"}), LOSS) + ";"


def _slope(kind: Activation) -> str:
    facts = formula(kind)
    if facts.slope_of is not None:
        return f"phi_{facts.slope_of}_v(Z)"
    return slope(facts.slope, z="Z", a="A", alpha=LEAK)


def _softmax_delta(layer: int) -> str:
    return f"""    for (long b = 0; b < B; b++) {{
        const real *A = m->A{layer} + b * LD{layer};
        real *D = m->D{layer} + b * LD{layer}, total = 0;
        for (long j = 0; j < N{layer}; j++) total += D[j];
        for (long j = 0; j < N{layer}; j++) D[j] -= A[j]*total;
    }}
"""


def _step(program: Dense) -> str:
    """All deltas of a batch from the old weights; then the sums source * delta are added to `to`."""
    text = "    real loss = 0;\n" + _last(program)
    for layer in reversed(range(2, len(program.sizes))):
        below, kind = layer - 1, program.activations[layer - 2]
        sizes = f"N{below}, NV{below}, N{layer}, NV{layer}"
        text += f"    back_many(m->D{layer}, LD{layer}, B, {sizes}, m->W{layer}, m->D{below}, LD{below}, m->T, m->zero);\n"
        text += f"    DROP(D, D, {below}, {constraints_c.before(below)})\n"
        if kind.vector:
            text += _rows("AD", below, f"STORE(m->D{below} + at) *= A;") + _softmax_delta(below)
        elif _sloped(kind):
            text += f"    slope_{kind.name}(m->Z{below}, m->A{below}, m->D{below}, B, LD{below}, NV{below});\n"
    for layer in _layers(program):
        source_, lead = ("X", "N0") if layer == 1 else (f"SENT({layer - 1})", f"LD{layer - 1}")
        text += (
            f"    update({source_}, {lead}, B, N{layer - 1}, NV{layer}, m->D{layer}, LD{layer}, to->W{layer});\n"
        )
        if program.biased:
            text += f"    add_rows(m->D{layer}, LD{layer}, B, NV{layer}, to->b{layer});\n"
    return f"""
/* adds step * (sum of the gradients of B rows) to the weights in `to`; returns the sum of the losses */
static APART real learn(memory *m, memory *to, const real *X, const real *Y, const long B, real step, const int track) {{
    ahead(m, X, B);
{text}    return loss;
}}
"""
