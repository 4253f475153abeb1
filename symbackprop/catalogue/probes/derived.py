"""Derivations at the level of formulas: shared factors, gradient as a tuple, powers, tables, conventions, tangents."""

from __future__ import annotations

import sympy as sp

from symbackprop.catalogue.row import need
from symbackprop.networks import Network
from symbackprop.proofs.every_size.claims import prove_matrix_claim
from symbackprop.proofs.every_size.matrix import Hadamard, Product, Transposed, by_a, delta, slope, w
from symbackprop.proofs.prove import prove


def shared_factors() -> str:
    """dP/dw_l and dP/dw_r of the two-neuron net, composed: their common factors are most of both."""
    proof = prove(Network.layered([1, 1, 1], bias=False))
    recursion = proof.recursion
    formulas = [recursion.partial(name) for name in ("w1_1_1", "w2_1_1")]
    deltas = {str(atom): atom for formula in formulas for atom in formula.free_symbols if "delta" in str(atom)}
    return need(proof.proved and len(deltas) == 2, f"{formulas[0]} and {formulas[1]}; each delta is computed once")


def gordon_d_for_every_size() -> str:
    """d^l = (w^{l+1})^T (d^{l+1} o sigma'(z^{l+1})) for every width."""
    verdict = prove_matrix_claim(by_a(0), Product(Transposed(w(1)), Hadamard(by_a(1), slope(1))))
    return need(verdict.name == "PROVED", f"{verdict.name}, {verdict.scope}")


def gradient_as_a_tuple() -> str:
    """(D(lambda v. phi(v, p2))p1, D(lambda v. phi(p1, v))p2) is the usual gradient: two numbers, from two functions."""
    v, p1, p2 = sp.symbols("v p1 p2")

    def phi(a: sp.Expr, b: sp.Expr) -> sp.Expr:
        return a**2 * b + sp.exp(a * b)

    parts = [sp.diff(phi(v, p2), v).subs(v, p1), sp.diff(phi(p1, v), v).subs(v, p2)]
    usual = [sp.diff(phi(p1, p2), p) for p in (p1, p2)]
    same = all(sp.expand(a - b) == 0 for a, b in zip(parts, usual))
    return need(same and len(parts) == 2, "nabla phi : (R -> R)^2, applied pointwise to (p1, p2), is the gradient")


def power_rule() -> str:
    """D x^m = m x^(m-1) for x > 0, and (x^m)^n by the chain rule is D x^(m n), the difference expanded to 0."""
    x = sp.Symbol("x", positive=True)
    m, n = sp.symbols("m n", real=True)
    inner, outer = m * x ** (m - 1), n * (x**m) ** (n - 1)
    combined = sp.powsimp(sp.expand(outer * inner))
    whole = sp.powsimp(sp.diff(x ** (m * n), x))
    return need(sp.powsimp(combined / whole) == 1, f"D((x^m)^n) = {whole} for x > 0")


def table_of_equations() -> str:
    """equation | derivative for the cost of one neuron, as Gordon splits it: each row by one rule."""
    w0, a, b, z, u = sp.symbols("w a b z u")
    rows = [
        ("z = w a + b", sp.diff(w0 * a + b, w0), a, "sum, product with a constant"),
        ("u = y - sigma(z)", sp.diff(-sp.Function("sigma")(z), z), -sp.Function("sigma")(z).diff(z), "difference"),
        ("c = 1/2 u^2", sp.diff(u**2 / 2, u), u, "power, constant factor"),
    ]
    good = all(seen == wanted for _, seen, wanted, _ in rows)
    return need(good, "; ".join(f"{equation}: {wanted} ({rule})" for equation, _, wanted, rule in rows))


def transpose_is_seen() -> str:
    """The transpose of BP2 dropped is refuted, with the shapes that do not fit; BP2 itself is proved."""
    right = prove_matrix_claim(delta(0), Hadamard(Product(Transposed(w(1)), delta(1)), slope(0)))
    wrong = prove_matrix_claim(delta(0), Hadamard(Product(w(1), delta(1)), slope(0)))
    good = right.name == "PROVED" and wrong.name == "REFUTED" and "do not fit" in wrong.notes[0]
    return need(good, f"with transpose {right.name}, without {wrong.name}: {wrong.notes[0].splitlines()[0]}")


def tangent_plane() -> str:
    """The plane r1 v1 + r2 v2 + s touches phi at p: same value, same partial derivatives; a step lowers it as computed."""
    v1, v2 = sp.symbols("v1 v2")
    phi, p = v1**2 + 3 * v1 * v2, {v1: 1, v2: -2}
    r1, r2 = (sp.diff(phi, v).subs(p) for v in (v1, v2))
    s = phi.subs(p) - r1 * p[v1] - r2 * p[v2]
    plane, eta = r1 * v1 + r2 * v2 + s, sp.Rational(1, 10)
    after = plane.subs({v1: p[v1] - eta * r1, v2: p[v2] - eta * r2})
    good = plane.subs(p) == phi.subs(p) and after - plane.subs(p) == -eta * (r1**2 + r2**2)
    return need(bool(good), f"plane {plane} at (1, -2); the step changes its height by {after - plane.subs(p)}")
