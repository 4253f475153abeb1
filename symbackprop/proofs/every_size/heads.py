"""Output heads for every width: linear in both layouts, the sigmoid with binary, softmax with plain cross-entropy.

Exponentials, reciprocals and logarithms are the kernel's own; the slopes o(1 - o) and the Jacobian of softmax are proved here.
"""

from __future__ import annotations

from symbackprop.proofs.every_size.calculus import Draft

Row = tuple[str, str, str, str]


def linear(transposed: bool = False) -> tuple[Draft, list[Row]]:
    """y = W h + b, or y = W^T h + b with W stored inputs x outputs, under any cost and under half the squared error."""
    layout = "W^T h" if transposed else "W h"
    indices, sorts = ("k,i", "k:K,i:I") if transposed else ("i,k", "i:I,k:K")
    draft = Draft(f"linear head, y = {layout} + b", {"K": "units below the head", "I": "outputs"})
    draft.declare("h[k:K]", "variable", "outputs of the layer below")
    draft.declare(f"W[{sorts}]", "variable", "weights")
    draft.declare("b[i:I]", "variable", "biases")
    draft.declare("y[i:I]", "definition", "outputs of the head", **{"as": f"W[{indices}] h[k] + b[i]"})
    draft.declare("t[i:I]", "constant", "targets")
    draft.declare("C", "function", "any cost", of="y[i]", slope="g[i:I]")
    draft.declare("H", "definition", "half the squared error", **{"as": "1/2 y[i] y[i] - y[i] t[i] + 1/2 t[i] t[i]"})
    rows: list[Row] = []
    for cost, error, said in [("C", "g[i]", "g"), ("H", "y[i] + - t[i]", "(y - t)")]:
        terms = error.split(" + ")
        by_w, by_h = (" + ".join(f"{term} {other}" for term in terms) for other in ("h[k]", f"W[{indices}]"))
        changes = [f"{term} h[k] d W[{indices}] + {term} d b[i] + {term} W[{indices}] d h[k]" for term in terms]
        draft.theorem(f"d {cost} in full", f"d {cost}", " + ".join(changes), by=[f"d {cost}", "d y"])
        formula = {
            "W": f"d{cost}/dW = " + (f"h {said}^T" if transposed else f"{said} h^T"),
            "b": f"d{cost}/db = {said}",
            "h": f"d{cost}/dh = " + (f"W {said}" if transposed else f"W^T {said}"),
        }
        kind = "any cost C with gradient g" if cost == "C" else "H = 1/2 sum (y - t)^2"
        for by, at, value in [("W", sorts, by_w), ("b", "i:I", error), ("h", "k:K", by_h)]:
            draft.declare(f"{cost}_{by}[{at}]", "derivative", of=cost, by=by)
            shown = ",".join(part.split(":")[0] for part in at.split(","))
            draft.theorem(f"{cost} by {by}", f"{cost}_{by}[{shown}]", value, free=at, source=f"d {cost} in full")
            rows.append((f"{cost} by {by}", f"head y = {layout} + b, by {by}", kind, formula[by]))
    return draft, rows


def binary() -> tuple[Draft, list[Row]]:
    """o = sigma(w.h + b) with binary cross-entropy: the error signal is o - y for any real y."""
    draft = Draft("sigmoid head, binary cross-entropy", {"K": "units below the head"})
    draft.declare("h[k:K]", "variable", "outputs of the layer below")
    draft.declare("w[k:K]", "variable", "weights")
    draft.declare("b", "variable", "bias")
    draft.declare("y", "constant", "target")
    draft.declare("z", "definition", **{"as": "w[k] h[k] + b"})
    draft.declare("minus", "definition", **{"as": "- z"})
    draft.declare("e", "exp", "exp(-z)", of="minus")
    draft.declare("s", "definition", **{"as": "1 + e"})
    draft.declare("o", "reciprocal", "the sigmoid of z", of="s")
    draft.declare("rest", "definition", "1 - o", **{"as": "1 - o"})
    draft.declare("log_o", "log", of="o", slope="q")
    draft.declare("log_rest", "log", of="rest", slope="r")
    draft.declare("C", "definition", "binary cross-entropy", **{"as": "- y log_o - log_rest + y log_rest"})
    steps = [{"premise": "o", "times": "1"}, {"premise": "s", "times": "- o"}]
    draft.theorem("o e", "o e", "1 - o", steps=steps, lead=True)
    slope = ["d o", "d s", "d e", "d minus", "o e"]
    draft.theorem("slope", "d o", "o d z - o o d z", by=slope)
    # r rest = 1 is used after rest was written out: r - r o = 1
    draft.theorem(
        "r o",
        "r o",
        "r - 1",
        steps=[{"premise": "log_rest", "times": "- 1"}, {"premise": "rest", "times": "r"}],
        lead=True,
    )
    by = ["d C", "d log_o", "d log_rest", "d rest", *slope, "r o", "log_o", "r o", "d z"]
    draft.theorem(
        "d C in full", "d C", "o h[k] d w[k] - y h[k] d w[k] + o d b - y d b + o w[k] d h[k] - y w[k] d h[k]", by=by
    )
    draft.theorem("d C by z", "d C", "o d z - y d z", by=by[:-1])
    rows: list[Row] = [("slope", "slope of the sigmoid", "from 1/(1 + exp(-z))", "do/dz = o (1 - o)")]
    for name, at, by_, value, source, formula in [
        ("C_z", "", "z", "o - y", "d C by z", "dC/dz = o - y"),
        ("C_w", "k:K", "w", "o h[k] - y h[k]", "d C in full", "dC/dw = (o - y) h"),
        ("C_b", "", "b", "o - y", "d C in full", "dC/db = o - y"),
    ]:
        draft.declare(name + (f"[{at}]" if at else ""), "derivative", of="C", by=by_)
        draft.theorem(f"C by {by_}", name + ("[k]" if at else ""), value, free=at, source=source)
        rows.append((f"C by {by_}", f"binary head, by {by_}", "C = -(y log o + (1 - y) log(1 - o))", formula))
    return draft, rows


def softmax() -> tuple[Draft, list[Row]]:
    """a = softmax(W h + b) with C = - sum y log a: a - y if the targets sum to 1, a sum(y) - y for any targets."""
    draft = Draft("softmax with cross-entropy", {"I": "classes", "K": "units below the softmax"})
    draft.declare("h[k:K]", "variable", "outputs of the layer below")
    draft.declare("W[i:I,k:K]", "variable", "weights")
    draft.declare("b[i:I]", "variable", "biases")
    draft.declare("z[i:I]", "definition", **{"as": "W[i,k] h[k] + b[i]"})
    draft.declare("e[i:I]", "exp", of="z[i]")
    draft.declare("s", "definition", **{"as": "e[i]"})
    draft.declare("r", "reciprocal", of="s")
    draft.declare("a[i:I]", "definition", "the softmax of z", **{"as": "e[i] r"})
    draft.declare("l[i:I]", "log", of="a[i]", slope="q[i:I]")
    draft.declare("y[i:I]", "constant", "targets")
    draft.declare("C", "definition", "cross-entropy", **{"as": "- y[i] l[i]"})
    draft.declare("D", "function", "any cost", of="a[i]", slope="g[i:I]")
    draft.assume("sum y = 1", "y[i]", "1")
    sum_steps = [
        {"premise": "a", "at": "i", "times": "1"},
        {"premise": "s", "times": "- r"},
        {"premise": "r", "times": "1"},
    ]
    draft.theorem("sum a", "a[i]", "1", steps=sum_steps)
    # e r is written back as a, so that everything is said in the outputs
    draft.theorem("e r", "e[i] r", "a[i]", free="i:I", steps=[{"premise": "a", "at": "i", "times": "- 1"}], lead=True)
    jacobian = ["d a", "d r", "d s", "d e", "e r"]
    return _softmax_statements(draft, jacobian)


def _softmax_statements(draft: Draft, jacobian: list[str]) -> tuple[Draft, list[Row]]:
    draft.theorem("Jacobian", "d a[i]", "a[i] d z[i] - a[i] a[j] d z[j]", free="i:I", by=jacobian)
    draft.theorem("d D by z", "d D", "g[i] a[i] d z[i] - g[i] a[i] a[j] d z[j]", by=["d D", *jacobian])
    entropy = ["d C", "d l", *jacobian, "l"]
    draft.theorem("d C by z", "d C", "a[i] y[j] d z[i] - y[i] d z[i]", by=entropy)
    step = {"premise": "sum y = 1", "times": "a[i] d z[i]"}
    draft.theorem("d C by z, targets that sum to 1", "d C", "a[i] d z[i] - y[i] d z[i]", by=entropy, steps=[step])
    step = {"premise": "sum y = 1", "times": "a[i] h[k] d W[i,k] + a[i] d b[i] + a[i] W[i,k] d h[k]"}
    terms = ["a[i]", "- y[i]"]
    full = " + ".join(f"{t} h[k] d W[i,k] + {t} d b[i] + {t} W[i,k] d h[k]" for t in terms)
    draft.theorem("d C in full", "d C", full, by=[*entropy, "d z"], steps=[step])
    rows: list[Row] = [
        ("sum a", "the outputs sum to 1", "because e_i / s is summed over i", "sum_i a_i = 1"),
        ("Jacobian", "Jacobian of softmax", "as a differential, so that no Kronecker delta is needed",
         "da_i = a_i (dz_i - sum_j a_j dz_j)"),
    ]  # fmt: skip
    for name, at, of, by, value, source, title, words, formula in _READINGS:
        if name not in draft.theory.symbols:
            draft.declare(f"{name}[{at}]", "derivative", of=of, by=by)
        shown = ",".join(part.split(":")[0] for part in at.split(","))
        draft.theorem(title, f"{name}[{shown}]", value, free=at, source=source)
        rows.append((title, title, words, formula))
    return draft, rows


_READINGS = [
    ("D_z", "j:I", "D", "z", "a[j] g[j] - a[j] g[i] a[i]", "d D by z", "softmax under any cost", "g the gradient of the cost by a",
     "dD/dz_j = a_j (g_j - sum_i g_i a_i)"),
    ("C_z", "j:I", "C", "z", "a[j] y[i] - y[j]", "d C by z", "cross-entropy, any targets", "with no condition on the targets",
     "dC/dz_j = a_j sum_i y_i - y_j"),
    ("C_z", "j:I", "C", "z", "a[j] - y[j]", "d C by z, targets that sum to 1", "cross-entropy, targets that sum to 1", "only under sum y = 1",
     "dC/dz = a - y"),
    ("C_W", "i:I,k:K", "C", "W", "a[i] h[k] - y[i] h[k]", "d C in full", "softmax head, by W", "only under sum y = 1",
     "dC/dW = (a - y) h^T"),
    ("C_b", "i:I", "C", "b", "a[i] - y[i]", "d C in full", "softmax head, by b", "only under sum y = 1", "dC/db = a - y"),
    ("C_h", "k:K", "C", "h", "W[i,k] a[i] - W[i,k] y[i]", "d C in full", "softmax head, by h", "only under sum y = 1",
     "dC/dh = W^T (a - y)"),
]  # fmt: skip
