"""What nets, derivations, proofs and verdicts show in a notebook."""

from __future__ import annotations

from functools import singledispatch
from html import escape

from symbackprop.derive.backpropagation import default_notation
from symbackprop.derive.derivation import Derivation
from symbackprop.networks import Network
from symbackprop.notation import notation
from symbackprop.proofs.prove import Proof
from symbackprop.proofs.verdict import Verdict
from symbackprop.render import svg
from symbackprop.render.diagram import picture
from symbackprop.render.formats import write
from symbackprop.render.latex_math import escape as tex
from symbackprop.render.latex_math import latex
from symbackprop.render.mathematics import Mathematics
from symbackprop.render.naming import Naming


@singledispatch
def bundle(thing: object) -> dict[str, str]:
    """The mime bundle of an object."""
    return {"text/plain": repr(thing)}


@bundle.register
def _(net: Network) -> dict[str, str]:
    drawn = svg.svg(picture(net, Naming(notation(default_notation(net)), net)))
    return {"text/html": f"<style>{svg.STYLE}</style>{drawn}", "text/latex": tex(str(net)), "text/plain": str(net)}


@bundle.register
def _(derivation: Derivation) -> dict[str, str]:
    """A page in a frame of its own, so that its style stays there."""
    mathematics = Mathematics(Naming(notation(derivation.notation), derivation.net))
    lines = [latex(mathematics.whole(step.line)) for step in derivation.steps]
    page = str(write(derivation, "html"))
    frame = f'<iframe srcdoc="{escape(page)}" style="width:100%;height:42rem;border:0" title="{escape(derivation.title)}"></iframe>'
    return {
        "text/html": frame,
        "text/latex": "$$\\begin{gathered}\n" + " \\\\\n".join(lines) + "\n\\end{gathered}$$",
        "text/plain": str(write(derivation, "txt")),
    }


@bundle.register
def _(verdict: Verdict) -> dict[str, str]:
    facts = {key: value for key, value in verdict.data().items() if key != "verdict"}
    rows = "".join(f"<dt>{escape(key)}</dt><dd>{escape(str(value))}</dd>" for key, value in facts.items())
    return {
        "text/html": f"<strong>{escape(str(verdict))}</strong><dl>{rows}</dl>",
        "text/latex": rf"\textbf{{{tex(str(verdict))}}}",
        "text/plain": str(verdict),
    }


@bundle.register
def _(proof: Proof) -> dict[str, str]:
    return {
        "text/html": f"<p>{escape(proof.summary())}</p>",
        "text/latex": tex(proof.summary()),
        "text/plain": proof.summary(),
    }
