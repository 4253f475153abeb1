"""The Greek letters, and the signs that LaTeX names like letters: one table for reading, naming and printing."""

from __future__ import annotations

LETTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ϵ", "zeta": "ζ", "eta": "η",
    "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
    "rho": "ρ", "varrho": "ϱ", "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "ϕ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π",
    "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip

LIKE = {"partial": "∂", "nabla": "∇", "ell": "ℓ"}  # commands that stand where a letter stands
SHOWN = {**LETTERS, **LIKE, "infty": "∞", "top": "⊤", "to": "→"}  # whatever is printed as one sign with a backslash
NAMED = frozenset([*LETTERS, *LIKE])  # what an author may take as a letter

# A page may use either shape of a letter; which one it is says nothing, so each is read as the plain name.
PLAIN = {"varepsilon": "epsilon", "vartheta": "theta", "varrho": "rho", "varsigma": "sigma", "varphi": "phi"}
READ = {letter: PLAIN.get(name, name) for name, letter in LETTERS.items() if name != "Sigma"}  # that one is read as a sum
