"""Backpropagation in any feed-forward graph, all units at once: the proof, for free and for tied parameters.

With T_k the differential of z_k, R_k the recursion of delta and P_k the slope of unit k, the identity

    dC - sum_k delta_k (what moves z_k directly)  =  (dC)'s rule + sum_k (g_k + sum_r E_rk w_rk delta_r) P_k
                                                     + sum_k delta_k T_k - sum_k dz_k R_k

is four steps long and holds for every finite graph. No induction over layers is needed: the sum over k is exchanged with
the sum over r, once.
"""

from __future__ import annotations

from collections.abc import Sequence

from symbackprop.proofs.every_size.calculus import Draft, Step

Row = tuple[str, str, str, str]
_SORTS = {"U": "units", "X": "inputs"}
_PROOF: list[Step] = [
    {"premise": "d C", "times": "1"},
    {"premise": "d o", "at": "k", "times": "g[k] + E[r,k] w[r,k] delta[r]"},
    {"premise": "d z", "at": "k", "times": "delta[k]"},
    {"premise": "delta", "at": "k", "times": "- d z[k]"},
]


def _net(draft: Draft) -> None:
    draft.declare("x[i:X]", "variable", "inputs")
    draft.declare("z[k:U]", "definition", "pre-activations and outputs of the units", output="o[k:U]", slope="p[k:U]",
                  **{"as": "E[k,j] w[k,j] o[j] + F[k,i] v[k,i] x[i] + b[k]"})  # fmt: skip
    draft.declare("C", "function", "cost", of="o[k]", slope="g[k:U]")
    draft.declare("delta[k:U]", "definition", **{"as": "g[k] p[k] + E[r,k] p[k] w[r,k] delta[r]"})


def _readings(draft: Draft, source: str, table: Sequence[tuple[str, str, str, str]]) -> None:
    for name, indices, by, value in table:
        draft.declare(f"{name}[{indices}]", "derivative", of="C", by=by)
        shown = ",".join(part.split(":")[0] for part in indices.split(","))
        draft.theorem(f"C by {by}", f"{name}[{shown}]", value, free=indices, source=source)


def _edges(draft: Draft) -> None:
    draft.declare("E[k:U,j:U]", "edges", "1 where unit j feeds unit k")
    draft.declare("F[k:U,i:X]", "constant", "1 where input i feeds unit k")


def untied() -> tuple[Draft, list[Row]]:
    """Every edge and every unit has a parameter of its own."""
    draft = Draft("any feed-forward graph", _SORTS)
    _edges(draft)
    draft.declare("w[k:U,j:U]", "variable", "weights between units")
    draft.declare("v[k:U,i:X]", "variable", "weights from inputs")
    draft.declare("b[k:U]", "variable", "biases")
    _net(draft)
    right = (
        "delta[k] E[k,j] o[j] d w[k,j] + delta[k] F[k,i] x[i] d v[k,i] + delta[k] d b[k]"
        " + delta[k] F[k,i] v[k,i] d x[i]"
    )
    draft.theorem("total", "d C", right, steps=_PROOF)
    table = [
        ("gw", "k:U,j:U", "w", "E[k,j] delta[k] o[j]"),
        ("gv", "k:U,i:X", "v", "F[k,i] delta[k] x[i]"),
        ("gb", "k:U", "b", "delta[k]"),
        ("gx", "i:X", "x", "F[k,i] v[k,i] delta[k]"),
    ]
    _readings(draft, "total", table)
    rows = [
        ("total", "all units at once", "the total differential of the cost, delta the solution of the recursion",
         "dC = sum_k delta_k (sum_j o_j dw_kj + sum_i x_i dv_ki + db_k + sum_i v_ki dx_i)"),
        ("C by b", "meaning of delta", "delta_k = p_k (g_k + sum_r w_rk delta_r) is the derivative by b_k, that is by z_k",
         "dC/db_k = delta_k"),
        ("C by w", "weight between units", "along an edge from j to k", "dC/dw_kj = delta_k o_j"),
        ("C by v", "weight from an input", "along an edge from input i to k", "dC/dv_ki = delta_k x_i"),
        ("C by x", "by an input", "summed over the units that the input feeds", "dC/dx_i = sum_k v_ki delta_k"),
    ]  # fmt: skip
    return draft, rows


def tied() -> tuple[Draft, list[Row]]:
    """Every weight and bias is one of a set of shared parameters."""
    draft = Draft("any feed-forward graph, tied parameters", _SORTS | {"M": "parameters"})
    _edges(draft)
    draft.declare("theta[m:M]", "variable", "shared parameters")
    draft.declare("S[k:U,j:U,m:M]", "constant", "1 where w[k,j] is parameter m")
    draft.declare("R[k:U,i:X,m:M]", "constant", "1 where v[k,i] is parameter m")
    draft.declare("T[k:U,m:M]", "constant", "1 where b[k] is parameter m")
    draft.declare("w[k:U,j:U]", "definition", **{"as": "S[k,j,m] theta[m]"})
    draft.declare("v[k:U,i:X]", "definition", **{"as": "R[k,i,m] theta[m]"})
    draft.declare("b[k:U]", "definition", **{"as": "T[k,m] theta[m]"})
    _net(draft)
    value = "E[k,j] S[k,j,m] delta[k] o[j] + F[k,i] R[k,i,m] delta[k] x[i] + T[k,m] delta[k]"
    right = " + ".join(term + " d theta[m]" for term in value.split(" + ")) + " + delta[k] F[k,i] v[k,i] d x[i]"
    draft.theorem("total", "d C", right, steps=_PROOF, by=["d w", "d v", "d b"])
    _readings(draft, "total", [("gtheta", "m:M", "theta", value)])
    rows = [
        ("C by theta", "shared parameter", "the sum, over every place where the parameter stands, of what an own parameter there"
         " would get; one bias for all units gets the sum of all deltas",
         "dC/dtheta_m = sum over its edges j to k of delta_k o_j + sum over its biases of delta_k"),
    ]  # fmt: skip
    return draft, rows
