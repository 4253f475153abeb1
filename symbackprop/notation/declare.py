"""An author's own notation, declared in a few lines of TOML.

base = "nielsen"              # start from a notation and change what is different
name = "mine"
output = "h_j^{(l)}"          # l layer, j neuron, k source neuron; u and s are labels of unit and source
weight = ["W_{kj}^{(l)}"]     # a list: the first is printed, all are read
cost = "J"
input_layer = 0               # what the layer of the inputs is called
weight_shift = 0              # -1 where W^(l) and b^(l) lead from layer l to layer l + 1
weight_2 = "V_{kj}"           # a letter of the second layer's own, as in output_1 = "h_j", output_2 = "\\hat{y}_k"
delta_sign = 1                # -1 where delta stands for minus the derivative
loss = "half_squared"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from symbackprop.errors import FileError, nearest, quote
from symbackprop.files import nearest_file, read_text
from symbackprop.notation.greek import NAMED, READ
from symbackprop.notation.notation import Notation
from symbackprop.notation.patterns import ACCENTS, Pattern, spelled
from symbackprop.notation.places import KINDS

_ALSO_CALLED = {
    "preactivation": "net_input", "pre_activation": "net_input", "logit": "net_input", "weighted_input": "net_input", "net": "net_input",
    "hidden": "output", "prediction": "output", "label": "target", "error": "delta", "sensitivity": "delta", "objective": "cost",
    "learning_rate": "rate", "step_size": "rate", "sigma": "activation", "nonlinearity": "activation", "sign": "delta_sign",
}  # fmt: skip
_SETTINGS = {"labels": str, "input_layer": int, "weight_shift": int, "delta_sign": int, "loss": str, "title": str, "source": str,
             "one_per_layer": bool, "rows": bool, "program": bool, "last_layer": str, "maximise": bool}  # fmt: skip
SETTINGS = frozenset(_SETTINGS)
_OF_LAYERS = ("weight", "bias", "net_input", "output", "delta", "output_delta", "weight_derivative", "bias_derivative")
_OF_EDGES = ("weight", "weight_derivative")
_OF_UNITS = ("input", "target", "bias", "net_input", "output", "delta", "output_delta", "bias_derivative")
_INDICES = frozenset("ijkmnpqr")  # customary letters of indices
_TYPED = {sign: f"\\{name} " for sign, name in READ.items()}  # an author may type the letter itself: δ_j^l
_LETTER = re.compile(
    r"\s*(?:\\(?:mathrm|text|textbf|textit|textrm|operatorname|mathbf|boldsymbol|bm|mathcal|mathscr|mathsf|mathit|mathfrak)\s*"
    r"\{(?:\\(?P<bold>[A-Za-z]+)|(?P<word>[A-Za-z]+))\}|\\(?P<greek>[A-Za-z]+)|(?P<plain>[A-Za-z]+))"
)
_ACCENT = re.compile(
    rf"\s*\\(?P<accent>{'|'.join(ACCENTS)}|widehat|widetilde|overline)\s*"
    r"(?:\{(?P<inner>(?:[^{}]|\{[^{}]*\})*)\}|\s(?P<bare>\\?[A-Za-z]+))(?P<rest>.*)"
)
_SCRIPT = re.compile(r"\s*(?P<sign>[_^])\s*(?:\{(?P<group>[^{}]{0,40})\}|(?P<one>\w))")


def from_file(path: str) -> Notation:
    """The notation a TOML file declares; FileError says what is wrong with it."""
    try:
        data = tomllib.loads(read_text(path))
    except OSError as problem:
        raise FileError("the notation cannot be read", where=quote(path), got=problem.strerror, try_=nearest_file(path)) from None
    except (ValueError, RecursionError) as problem:
        raise FileError("the notation is not TOML", where=quote(path), got=quote(str(problem))) from None
    return from_table(data, where=path)


def from_table(data: Mapping[str, Any], where: str = "the notation", base: Notation | None = None) -> Notation:
    """The notation that a parsed TOML table declares, as changes to `base`.

    >>> from_table({"name": "mine", "base": "nielsen", "output": "h_j^{(l)}"}).patterns["output"][0].sup
    '({l})'
    """
    from symbackprop.notation import notation

    if base is None or "base" in data:
        base = notation(str(data.get("base", "nielsen")), where)
    changes = dict[str, Any]()
    patterns, declared = dict(base.patterns), set[str]()
    for key, value in data.items():
        if key in ("base", "name"):
            continue
        if key in _SETTINGS:
            if not isinstance(value, _SETTINGS[key]):
                raise FileError(
                    "a setting of the wrong kind",
                    where=f"{where}: {key}",
                    expected=_SETTINGS[key].__name__,
                    got=quote(value),
                )
            changes[key] = value
        elif key in KINDS:
            listed = value if isinstance(value, list) else [value]
            counted = data.get("labels", base.labels) == "layered" or any("j" in each.fields for each in base.patterns.get(key, ()))
            patterns[key] = _standing(key, tuple(_of_its_kind(_pattern(each, f"{where}: {key}"), key, f"{where}: {key}", counted) for each in listed))
            declared.add(key)
        elif (part := key.rpartition("_"))[0] in _OF_LAYERS and part[2].isdigit() and len(part[2]) < 3:
            listed = value if isinstance(value, list) else [value]
            own = tuple(replace(_of_its_kind(_pattern(each, f"{where}: {key}"), part[0], f"{where}: {key}", True), layer=int(part[2])) for each in listed)
            if any("{l}" in each.sub + each.sup for each in own) or not int(part[2]) or data.get("labels", base.labels) != "layered":
                raise FileError("letters of one layer", where=f"{where}: {key}", expected=f"in a layered notation, {part[0]}_1 = h_j: computing layers count from 1, and no l",
                                got=quote(value))  # fmt: skip
            patterns[part[0]] = (*patterns.get(part[0], ()), *_standing(part[0], own))
            declared.add(part[0])
        else:
            known = {*KINDS, *_SETTINGS, "base", "name"}
            raise FileError("no notation has this", where=f"{where}: {key}", expected="one of " + ", ".join(sorted(known)),
                            got=quote(key), try_=_ALSO_CALLED.get(key.lower().replace("-", "_")) or " or ".join(nearest(key, known)) or None)  # fmt: skip
    if changes.get("labels", base.labels) not in ("layered", "number", "position", "name"):
        raise FileError(
            "an unknown way of naming neurons", where=f"{where}: labels", expected="layered, number, position or name"
        )
    if changes.get("delta_sign", 1) not in (1, -1):
        raise FileError("delta_sign is a sign", where=f"{where}: delta_sign", expected="1 or -1")
    if changes.get("weight_shift", 0) not in (0, -1):
        raise FileError("weight_shift is 0 or -1", where=f"{where}: weight_shift", expected="0, or -1 where W^(l) leaves layer l")
    changes |= _shift(patterns, declared, changes, where)
    if changes.get("rows", base.rows):  # such a matrix stands so anyway
        patterns |= {kind: tuple(replace(each, column=False) for each in patterns[kind]) for kind in _OF_EDGES if kind in declared}
    if changes.get("labels", base.labels) == "layered" and not changes.get("one_per_layer", base.one_per_layer):
        patterns |= {kind: _with_entries(patterns[kind]) for kind in _OF_UNITS if kind in declared}
    patterns = _without_inherited(patterns, declared, base.patterns)
    _no_clash(patterns, where)
    for kind, letters in (("rate", "rate_letters"), ("activation", "activation_letters"), ("cost", "cost_letters")):
        if kind in data:
            changes[letters] = tuple(each.letter for each in patterns[kind])
    assert {each.name for each in fields(base)} >= changes.keys()
    return replace(base, name=str(data.get("name", Path(where).stem)), patterns=patterns, **changes)


def _pattern(text: object, where: str) -> Pattern:
    if isinstance(text, str):
        text = "".join(_TYPED.get(sign, sign) for sign in text)
    accent = _ACCENT.match(text) if isinstance(text, str) and len(text) < 120 else None
    if accent is not None:
        inner = _pattern(accent["inner"] or accent["bare"], where)
        rest = _pattern("x" + accent["rest"], where) if accent["rest"].strip() else Pattern("x")
        kind = {"widehat": "hat", "widetilde": "tilde", "overline": "bar"}.get(accent["accent"], accent["accent"])
        return replace(inner, letter=f"{kind} {inner.letter}", sub=inner.sub or rest.sub, sup=inner.sup or rest.sup)
    letter = _LETTER.match(text) if isinstance(text, str) and len(text) < 120 else None
    if letter is None:
        raise FileError(
            "a symbol that cannot be read",
            where=where,
            expected=r"a letter with scripts, such as h_j^{(l)}",
            got=quote(text),
        )
    assert isinstance(text, str)
    name = letter["word"] or letter["bold"] or letter["greek"] or letter["plain"]
    if (letter["greek"] or letter["bold"]) and name not in NAMED:
        raise FileError("an unknown letter", where=where, got="\\" + name)
    scripts, at = {"_": "", "^": ""}, letter.end()
    while match := _SCRIPT.match(text, at):
        scripts[match["sign"]] = _template(match["group"] or match["one"])
        at = match.end()
    if text[at:].strip():
        raise FileError(
            "a symbol that cannot be read", where=where, expected="scripts in _{ } and ^{ }", got=quote(text[at:])
        )
    return Pattern(name, scripts["_"], scripts["^"])


def _standing(kind: str, listed: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
    """The matrix of weights w_{kj} has a row for each source; the weights w_k of one unit, called w, are a column."""
    if kind not in _OF_EDGES:
        return listed
    entries = [each.sub for each in listed if "{k}" in each.sub]
    lying = bool(entries) and all("{j}" not in sub or sub.index("{k}") < sub.index("{j}") for sub in entries)
    return tuple(replace(each, column=lying and not {"j", "k"} & each.fields) for each in listed)


def _shift(patterns: dict[str, tuple[Pattern, ...]], declared: set[str], changes: Mapping[str, Any], where: str) -> dict[str, int]:
    """weight_shift for an author who calls the weights that lead to layer l W^(l-1); their patterns with l again.

    Raises: FileError for a symbol whose layer is off otherwise, or off in some symbols of one kind and not in others.
    """
    shifted = set[str]()
    for kind in sorted(declared):
        steps = {found[1] if (found := _OFF.search(each.sub + each.sup)) else "" for each in patterns[kind]}
        if steps == {""}:
            continue
        if steps != {"-1"} or kind not in ("weight", "bias") or changes.get("weight_shift", -1) != -1:
            raise FileError("a symbol with the number of another layer", where=f"{where}: {kind}", got=", ".join(map(spelled, patterns[kind])),
                            expected="l for the layer itself; W^{(l-1)}, b^{(l-1)} for weights and biases that lead to layer l, all alike")  # fmt: skip
        patterns[kind] = tuple(replace(each, sub=_OFF.sub("{l}", each.sub), sup=_OFF.sub("{l}", each.sup)) for each in patterns[kind])
        shifted.add(kind)
    if len(shifted) == 1:
        raise FileError("weights and biases that count their layers differently", where=where, got=f"{shifted.pop()} with l-1 alone",
                        try_="declare both, as in weight=W_{jk}^{(l-1)} bias=b_j^{(l-1)}")  # fmt: skip
    return {"weight_shift": -1} if shifted else {}


_OFF = re.compile(r"\{l\}([+-]\d+)")


def _of_its_kind(pattern: Pattern, kind: str, where: str, counted: bool) -> Pattern:
    """The pattern with the index of its unit called j, whichever letter the author chose: x_i, t_k. Which index of w_{ab} is the
    unit's nobody can guess. Where neurons are numbered throughout, and not `counted` in each layer, z_j is the z of neuron j.

    Raises: FileError for two letters below a weight that are not j and k.
    """
    bare = pattern.sub.strip("()[]")
    if kind in _OF_EDGES:
        if len(bare) == 2 and set(bare) <= _INDICES and len(set(bare)) == 2:
            raise FileError("which index is the unit's cannot be told", where=where, expected="j for the unit and k for its source", got=f"{pattern.letter}_{{{bare}}}",
                            try_=f"{pattern.letter}_{{jk}} if {bare[0]} is the unit, {pattern.letter}_{{kj}} if {bare[1]} is")  # fmt: skip
        if bare == "{j}" or (len(bare) == 1 and bare in _INDICES):  # the weights of the one unit of a layer: w_i, v_j
            pattern = replace(pattern, sub=pattern.sub.replace(bare, "{k}"))
    elif kind in _OF_UNITS and (bare == "{k}" or (len(bare) == 1 and bare in _INDICES)):
        pattern = replace(pattern, sub=pattern.sub.replace(bare, "{j}"))
    if not counted and kind in (*_OF_UNITS, *_OF_EDGES):
        pattern = replace(pattern, sub=pattern.sub.replace("{j}", "{u}").replace("{k}", "{s}"), sup=pattern.sup.replace("{j}", "{u}").replace("{k}", "{s}"))
    return pattern


def _with_entries(listed: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
    """Who declares a layer's letter alone, h^{(l)} or \\hat{y}, writes its entries with an index below: h_j^{(l)}."""
    single = {each.letter for each in listed if each.sub}
    return (*listed, *(replace(each, sub="{j}") for each in listed if each.letter not in single and each.fields <= {"l"}))


def _template(script: str) -> str:
    script = re.sub(r"\s+|,", "", script.replace(r"\to", ">").replace(r"\rightarrow", ">").replace("→", ">"))
    return re.sub(r"[A-Za-z]+", lambda run: _fields(run.group()), script)


def _fields(run: str) -> str:
    """Letters of fields, each once (jk, l); any other run of letters is a word, as in E_{total}."""
    if set(run) <= set("ljkuse") and len(set(run)) == len(run):
        return "".join(f"{{{letter}}}" for letter in run)
    return run


def _without_inherited(
    patterns: dict[str, tuple[Pattern, ...]], declared: set[str], base: Mapping[str, tuple[Pattern, ...]]
) -> dict[str, tuple[Pattern, ...]]:
    """What a base notation calls by a symbol that the author uses for something else has no such symbol any more."""
    own = {_key(each): kind for kind in declared for each in patterns[kind] if each not in base.get(kind, ())}
    letters = {(key[0], kind) for key, kind in own.items()}
    out = dict[str, tuple[Pattern, ...]]()
    for kind, each in patterns.items():
        # z_j^2 is no weighted input where the author's are a_j and z_j is an output
        layered = any(one.layer for one in each) and kind in declared  # letters of one layer stand beside those of the base
        other = {letter for letter, used in letters if layered and used != kind and (letter, kind) not in letters}
        kept = tuple(one for one in each if one not in base.get(kind, ()) or (own.get(_key(one), kind) == kind and one.letter not in other))
        out |= {kind: kept} if kept else {}
    return out


def _key(pattern: Pattern) -> tuple[str, str, str]:
    return pattern.letter, re.sub(r"\{\w\}", "*", pattern.sub), re.sub(r"\{\w\}", "*", pattern.sup)


def _no_clash(patterns: Mapping[str, tuple[Pattern, ...]], where: str) -> None:
    """Two quantities may not share a symbol: what is printed could not be read back. An input neuron's output is its input."""
    seen = dict[tuple[str, str, str], str]()
    for kind, each in patterns.items():
        for pattern in each:
            key = _key(pattern)
            if {seen.setdefault(key, kind), kind} not in ({kind}, {"input", "output"}) and "g" not in key[0]:
                raise FileError("two quantities with one symbol", where=where, got=f"{seen[key]} and {kind} are both {spelled(pattern)}",
                                try_="give one of them another letter, or leave out the one that the formulas do not use")  # fmt: skip


def declaration(notation: Notation) -> str:
    """A notation as the TOML file that declares it: what an author copies and changes."""
    lines = [f'base = "{notation.name}"', 'name = "mine"']
    for kind, patterns in notation.patterns.items():
        shown = ", ".join(f"'{spelled(each)}'" for each in patterns)
        lines.append(f"{kind} = [{shown}]  # {KINDS[kind]}")
    lines += [f"{key} = {getattr(notation, key)}" for key in ("input_layer", "weight_shift", "delta_sign")]
    return "\n".join([*lines, f'loss = "{notation.loss}"'])
