"""Prints a program as functions of whole arrays, without side effects: what JAX traces and PyTorch runs.

The text is the same for both libraries but for the few words in a Flavour. Dense nets get one matrix a layer; any other
graph gets one column a unit.
"""

from __future__ import annotations

from dataclasses import dataclass

from symbackprop.activations.activation import Activation
from symbackprop.codegen import statements as st
from symbackprop.codegen.emit_python import inlined
from symbackprop.codegen.formulas import Cases, Formula, formula, head, loss_value
from symbackprop.codegen.printer import Language, conditional, infix
from symbackprop.codegen.program import Dense, Program, Unrolled
from symbackprop.kernel.terms import Term, replace
from symbackprop.networks import LEAK

_NAMES = ("exp", "log", "expm1", "log1p", "tanh")


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).removeprefix("-").isdigit()


@dataclass(frozen=True)
class Flavour:
    """The words in which two array libraries differ."""

    imports: str
    module: str  # jnp or torch
    largest: str  # the function for the largest entry of each row
    floored: str  # the function for the entries of an array, none of them below a number
    filled: str = ""  # the function for an array like another with one number in it, where `where` needs arrays

    @property
    def language(self) -> Language:
        """How this library spells functions and choices."""
        functions = {name: f"{self.module}.{name}" for name in _NAMES}
        return Language(functions, self._choice)

    def _choice(self, test: str, yes: str, no: str) -> str:
        """One of two by a test; two plain numbers take the type of what is tested, where the library would round them to float32."""
        if self.filled and _is_number(yes) and _is_number(no):
            like = test.split(" ")[0]
            yes, no = (f"{self.filled}({like}, {each})" for each in (yes, no))
        return f"{self.module}.where({test}, {yes}, {no})"

    @property
    def losses(self) -> Language:
        """The same for losses, whose logarithms have a floor."""
        return Language({"exp": f"{self.module}.exp", "log": "floor_log"}, self.language.choose)


JAX = Flavour("import jax.numpy as jnp\nfrom jax import lax", "jnp", "jnp.max", "jnp.maximum")
TORCH = Flavour("import torch", "torch", "torch.amax", "torch.clamp", "torch.full_like")


def _value(facts: Formula, flavour: Flavour) -> str:
    """phi(z) as one expression."""
    if facts.library:
        return f"{flavour.module}.{facts.name}(z)"
    if facts.plain is not None and facts.plain_is_safe:
        return infix(facts.plain, flavour.language)
    return conditional(facts.value, flavour.language)


def _helpers(kinds: list[Activation], flavour: Flavour) -> str:
    """One function per activation of the net, and for those its slopes name."""
    from symbackprop.activations import activation

    found = {kind.name: kind for kind in kinds if kind.name != "identity"}
    for kind in kinds:
        twin = None if kind.vector else formula(kind).slope_of
        if twin is not None:
            found[twin] = activation(twin)
    # not a + TINY: of 1 - a + TINY XLA makes (1 + TINY) - a, which is 0 where a is 1
    text = f"\n\ndef floor_log(a):\n    return {flavour.module}.log({flavour.floored}(a, TINY))\n"
    for name, kind in sorted(found.items()):
        if kind.vector:
            text += f'''

def softmax(Z):
    """exp(Z) over its sum along each row; the largest of a row is taken off first, so that nothing overflows."""
    powers = {flavour.module}.exp(Z - {flavour.largest}(Z, axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
'''
        else:
            facts = formula(kind)
            text += f"\n\ndef {name}({', '.join(['z', *facts.partials])}):\n    return {_value(facts, flavour)}\n"
    return text


def helper_is_drawn(kind: Activation) -> bool:
    """Whether an exact run gives this helper from outside; the others are simple enough to be computed exactly."""
    if kind.vector:
        return True
    facts = formula(kind)
    return facts.library or not inlined(facts)


def source(program: Program, flavour: Flavour, trainable: bool = True) -> str:
    """forward(theta, X) -> outputs; gradient(theta, X, Y) -> (sum of losses, sums of gradients); theta is a tuple."""
    text = (
        f'"""Trainer of the net {program.name}, as functions of arrays; generated from the proved delta recursion.\n\n'
    )
    if isinstance(program, Dense):
        kinds, order = list(program.activations), ", ".join(name for name, _, _ in program.blocks()[:4])
        text += f'theta: a tuple ({order}, ...) of matrices and biases; X, Y: one sample a row.\n"""\n'
    else:
        kinds = [unit.activation for unit in program.units]
        text += f'theta: a tuple of {len(program.parameters)} numbers; X, Y: one sample a row.\n"""\n'
    text += f"{flavour.imports}\n\nTINY = 1e-37  # keeps a logarithm in a reported loss finite\n"
    text += _helpers(kinds, flavour)
    if isinstance(program, Dense):
        return text + _dense(program, flavour, trainable)
    return text + _columns(program, flavour, trainable)


def _indent(lines: list[str]) -> str:
    return "".join(f"    {each}\n" for each in lines)


# -- one matrix a layer -----------------------------------------------------------------------------------------------


def _dense(program: Dense, flavour: Flavour, trainable: bool) -> str:
    depth = len(program.sizes) - 1
    blocks = ", ".join(name for name, _, _ in program.blocks())
    lines = [f"{blocks}, = theta"]
    ahead = lines + _ahead(program)
    text = f'\n\ndef forward(theta, A0):\n    """The outputs."""\n{_indent(ahead)}    return A{depth}\n'
    if not trainable:
        return text
    text += _gradient(program, flavour, ahead, "gradient(theta, A0, Y)", "The sum of the losses, and of their derivatives by each array.")
    if depth > 1:  # the hidden units under masks; `kept`: for every hidden layer one number a unit, in one row or in one a sample
        masks = ", ".join(f"K{layer}" for layer in range(1, depth))
        under = [*lines, f"{masks}, = kept", *_ahead(program, True)]
        text += _gradient(program, flavour, under, "masked_gradient(theta, A0, Y, kept)", "The same, the outputs of hidden layers times `kept`.", True)
    return text


def _ahead(program: Dense, masked: bool = False) -> list[str]:
    """The forward pass; under masks H is what a layer sends on."""
    lines = []
    for layer, kind in enumerate(program.activations, start=1):
        bias = f" + b{layer}" if program.biased else ""
        lines.append(f"Z{layer} = {_sent(layer - 1, masked)} @ W{layer}.T{bias}")
        value = f"Z{layer}" if kind.name == "identity" else f"{kind.name}(Z{layer}{_leak(kind)})"
        lines.append(f"A{layer} = {value}")
        if masked and layer < len(program.activations):
            lines.append(f"H{layer} = A{layer}*K{layer}")
    return lines


def _sent(layer: int, masked: bool) -> str:
    return f"H{layer}" if masked and layer else f"A{layer}"


def _gradient(program: Dense, flavour: Flavour, ahead: list[str], head: str, says: str, masked: bool = False) -> str:
    depth, grads = len(program.sizes) - 1, []
    lines = ahead + _last(program, flavour)
    for layer in range(depth, 0, -1):
        lines.append(f"gW{layer} = D{layer}.T @ {_sent(layer - 1, masked)}")
        if program.biased:
            lines.append(f"gb{layer} = D{layer}.sum(axis=0)")
        if layer > 1:
            below, kind = layer - 1, program.activations[layer - 2]
            back = f"(D{layer} @ W{layer})" + f"*K{below}" * masked
            if kind.vector:
                lines += [f"Q{below} = {back}*A{below}", _softmax_delta(below)]
            else:
                slope = _slope(kind, below, flavour)
                lines.append(f"D{below} = {back}" + ("" if slope == "1.0" else f"*({slope})"))
    for layer in range(1, depth + 1):
        grads += [f"gW{layer}", *([f"gb{layer}"] if program.biased else [])]
    loss = infix(replace(loss_value(program.loss), {"a": f"A{depth}", "y": "Y"}), flavour.losses)
    return f'\n\ndef {head}:\n    """{says}"""\n{_indent(lines)}    return ({loss}).sum(), ({", ".join(grads)},)\n'


def _leak(kind: Activation) -> str:
    return f", {float(LEAK)!r}" if not kind.vector and formula(kind).partials else ""


def _names(layer: int) -> dict[str, Term]:
    return {"z": f"Z{layer}", "a": f"A{layer}", "y": "Y", "alpha": LEAK}


def _slope(kind: Activation, layer: int, flavour: Flavour) -> str:
    facts = formula(kind)
    if facts.slope_of is not None:
        return f"{facts.slope_of}(Z{layer})"
    return _in(facts.slope, layer, flavour)


def _in(cases: Cases, layer: int, flavour: Flavour) -> str:
    above = replace(cases.above, _names(layer))
    below = None if cases.below is None else replace(cases.below, _names(layer))
    return conditional(Cases(above, below, cases.strict), flavour.language, f"Z{layer}")


def _softmax_delta(layer: int) -> str:
    return f"D{layer} = Q{layer} - A{layer}*Q{layer}.sum(axis=1, keepdims=True)"


def _last(program: Dense, flavour: Flavour) -> list[str]:
    layer, kind = len(program.sizes) - 1, program.activations[-1]
    start, inside = head(kind, program.loss)
    if kind.vector and program.loss.targets_sum_to_one and start.above == ("*", -1, "y"):
        return [f"D{layer} = A{layer} - Y"]  # the targets of a row sum to 1: the trainer checks it
    value = _in(start, layer, flavour)
    if kind.vector:
        return [f"Q{layer} = {value}", _softmax_delta(layer)]
    return [f"D{layer} = {value}" if inside else f"D{layer} = ({value})*({_slope(kind, layer, flavour)})"]


# -- one column a unit ------------------------------------------------------------------------------------------------


def _columns(program: Unrolled, flavour: Flavour, trainable: bool) -> str:
    weights = ", ".join(program.parameters.values())
    load = [f"{weights}, = theta", *(f"{name} = X[:, {k}]" for k, name in enumerate(program.inputs))]
    forward = [_line(each, flavour) for each in st.forward(program)]
    together = f"{flavour.module}.stack([{', '.join(f'{each} + 0*X[:, 0]' for each in program.outputs)}], axis=1)"
    text = f'\n\ndef forward(theta, X):\n    """The outputs."""\n{_indent([*load, *forward])}    return {together}\n'
    if not trainable:
        return text
    targets = [f"{name} = Y[:, {k}]" for k, name in enumerate(program.targets)]
    lines = [*load, *targets, *forward, *(_line(each, flavour) for each in st.deltas(program))]
    lines += [
        f"g_{name} = (0*X[:, 0] + {infix(g, flavour.language)}).sum()" for name, g in st.gradients(program).items()
    ]
    loss = infix(st.loss_term(program), flavour.losses)
    grads = ", ".join(f"g_{name}" for name in program.parameters.values())
    text += (
        '\n\ndef gradient(theta, X, Y):\n    """The sum of the losses, and of their derivatives by each number."""\n'
    )
    return text + _indent(lines) + f"    return ({loss}).sum(), ({grads},)\n"


def _line(statement: st.Statement, flavour: Flavour) -> str:
    if statement.value is None:
        stacked = f"{flavour.module}.stack([{', '.join(statement.arguments)}], axis=1)"
        return f"{', '.join(statement.names)}, = softmax({stacked}).T"
    left = statement.names[0]
    if statement.call is not None and statement.call.name != "identity":
        extra = "".join(f", {infix(each, flavour.language)}" for each in statement.extra)
        return f"{left} = {statement.call.name}({statement.z}{extra})"
    return f"{left} = {conditional(statement.value, flavour.language, statement.z)}"
