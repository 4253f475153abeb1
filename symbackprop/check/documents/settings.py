"""What a reader is told before the first formula: net, notation, declared letters; from options, directives or TOML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from symbackprop.check.exact.batch import MAX_EXAMPLES, fitting_count
from symbackprop.check.meaning.large import stand_in
from symbackprop.check.meaning.scope import Scope
from symbackprop.errors import FileError, SymbackpropError, nearest, quote
from symbackprop.networks import Network
from symbackprop.notation import Notation, from_table, notation
from symbackprop.notation.declare import SETTINGS


@dataclass(frozen=True)
class Settings:
    """The declarations in force at one place of a document."""

    net: str | Network | None = None
    notation: str | Notation | None = None
    activation: str | None = None
    loss: str | None = None
    bias: str | bool | None = None
    output_activation: str | None = None
    free: tuple[str, ...] = ()
    functions: Mapping[str, int] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    where: tuple[str, ...] = ()
    off: bool = False
    batch: str | None = None  # how many examples a formula may speak of, or "yes"; with ", sum" their losses add up
    sums: str | None = None  # "einstein" where repeated indices are summed over, "written" where they are not, whatever the text says
    counted: bool = False  # whether the author said what the layer of the inputs is called
    base: Path | None = None  # where relative file names start

    def style(self) -> Notation:
        """The notation in force; Nielsen's where none is named."""
        chosen = self.notation or "nielsen"
        if isinstance(chosen, str) and chosen.endswith(".toml") and self.base is not None:
            chosen = str(self.base / chosen)
        return notation(chosen)

    def network(self) -> Network | None:
        """The net in force; the notation's own loss where none is named."""
        if self.net is None or self.net == "none":
            return None
        if isinstance(self.net, Network):
            return self.net
        from symbackprop.specs import read_spec, read_written

        spec = self.net
        if spec.startswith("{"):
            return read_written(spec)
        if spec.endswith(".toml"):
            return read_spec(str(self.base / spec) if self.base is not None else spec)
        bias: str | bool | None = self.bias
        if isinstance(bias, str):
            bias = {"none": False, "no": False, "false": False, "yes": True, "true": True}.get(bias.lower(), bias)
        return _layered(spec, self.activation, self.loss or self.style().loss, bias, self.output_activation)

    def scope(self) -> Scope:
        """A fresh scope for these settings."""
        whole = self.network()
        small = stand_in(whole, MAX_EXAMPLES if self.batch else 1) if whole is not None else None
        net = small or whole
        count, mean, in_delta = self._examples(net)
        large = whole.name if small is not None and whole is not None else ""
        if self.sums not in (None, "einstein", "written"):
            raise FileError("sums that cannot be", got=quote(self.sums), expected="sums=einstein, where repeated indices are summed over, or sums=written")
        return Scope(net, self.style(), {}, set(self.free), dict(self.functions), dict(self.sizes), batch=count, mean=mean, in_delta=in_delta,
                     einstein=self.sums == "einstein", large=large)  # fmt: skip

    def _examples(self, net: Network | None) -> tuple[int, bool, bool]:
        """The number of examples of a batch, 0 for none, whether the cost is their mean, and whether dZ has the 1/m in it."""
        if self.batch is None or net is None:
            return 0, True, False
        words = self.batch.replace(",", " ").split()
        count = next((int(word) for word in words if word.isdigit() and len(word) < 3), 0)
        if not words or set(words) - {"yes", "mean", "sum", "mean-delta", "none", str(count)} or count > MAX_EXAMPLES:
            raise FileError("a batch that cannot be", got=quote(self.batch), expected=f"batch=yes, or a number up to {MAX_EXAMPLES}; mean, sum or mean-delta (the 1/m is in dZ)")
        if words == ["none"]:
            return 0, True, False
        return count or fitting_count(net), "sum" not in words, "mean-delta" in words


@lru_cache(maxsize=32)
def _layered(spec: str, activation: str | None, loss: str, bias: str | bool | None, last: str | None) -> Network:
    from symbackprop.specs import read_spec

    return read_spec(spec, activation=activation, loss=loss, bias=bias, output_activation=last)


_NAME = re.compile(r"\\?[^\W\d_]\w{0,40}(?:[_^](?:\w|\{[\w+\-]{1,20}\}))*'{0,3}")
_PAIR = re.compile(r"(?P<key>[A-Za-z_]+)\s*=\s*(?P<value>\"[^\"]*\"|\S+)")
_TEXT = ("net", "notation", "activation", "loss", "bias", "output_activation", "batch", "sums")
_KEYS = (*_TEXT, "free", "functions", "sizes", "vars", "symbols", "columns")


@dataclass(frozen=True)
class Directive:
    """One comment to the checker: what it changes, and whether it is about the next formula only."""

    settings: Settings
    expect_false: bool = False
    where: tuple[str, ...] = ()
    define: str = ""


def read_directive(text: str, before: Settings) -> Directive:
    """The settings after a directive; FileError for one that nobody understands.

    >>> read_directive("net=2-2-1 notation=nielsen", Settings()).settings.net
    '2-2-1'
    >>> read_directive("expect false", Settings()).expect_false
    True
    """
    words = text.strip().rstrip(".")
    lowered = words.lower()
    if lowered in ("off", "on"):
        return Directive(replace(before, off=lowered == "off"))
    if re.fullmatch(r"expect\s*[=:]?\s*(false|wrong|refuted)", lowered):
        return Directive(before, expect_false=True)
    if lowered.startswith("where "):
        return Directive(before, where=(words[6:],))
    if lowered.startswith("symbols "):
        return Directive(apply({"symbols": words[8:]}, before))
    if lowered.startswith("define "):
        return Directive(before, define=words[7:])
    changes = dict[str, Any]()
    words, _, declared = words.partition(" symbols ")
    if declared:
        changes["symbols"] = declared
    rest = _PAIR.sub("", words).strip(" ,;")
    for match in _PAIR.finditer(words):
        changes[match["key"]] = match["value"].strip('"')
    if rest or not changes:
        raise FileError("a directive that says nothing known", got=quote(text, 80),
                        expected="net=2-2-1 notation=nielsen loss=... activation=... bias=none free=x,y functions=f:1, "
                        "where i != j, expect false, define ..., symbols output=o_j ..., off or on")  # fmt: skip
    return Directive(apply(changes, before))


def _symbols(text: str, before: Notation) -> Notation:
    """The notation in force with the symbols that a comment declares: `symbols output=o_j weight=w_{jk} cost=E, J`."""
    table = dict[str, Any]()
    matches = list(_ASSIGNED.finditer(text))
    rest = text[: matches[0].start()] if matches else text
    if rest.strip(" ,;"):
        raise FileError("symbols that cannot be read", got=quote(text, 80), expected=r"symbols output=o_j^{(l)} weight=w_{jk}^{(l)} cost=E")
    for match, after in zip(matches, [*matches[1:], None]):
        value = text[match.end() : after.start() if after else len(text)].strip(" ,;").strip('"')
        key = match["key"]
        if key in ("base", "name", "labels", "loss", "last_layer", "title", "source"):
            table[key] = value
        elif key in SETTINGS:
            table[key] = {"true": True, "false": False}.get(value, int(value) if re.fullmatch(r"[+-]?\d{1,3}", value) else value)
        else:
            table[key] = [each for each in re.split(r",\s*(?![^{]*\})", value) if each.strip()]
    return from_table({"name": before.name, **table}, where="the symbols declared in the document", base=before)


_ASSIGNED = re.compile(r"(?:^|(?<=[\s,;]))(?P<key>[a-z_]+\d{0,2})\s*=\s*")


def apply(changes: Mapping[str, Any], before: Settings) -> Settings:
    """Settings with some keys changed; a new net forgets the activation, loss and bias of the one before."""
    for key in changes:
        if key not in _KEYS:
            raise FileError("a directive sets something unknown", got=quote(key), expected="one of " + ", ".join(_KEYS),
                            try_=" or ".join(nearest(key, _KEYS)) or None)  # fmt: skip
    settings = before
    if "notation" in changes:
        settings = replace(settings, counted=str(changes["notation"]).endswith(".toml"))
    if "net" in changes:
        settings = replace(settings, activation=None, loss=None, bias=None, output_activation=None, batch=None)
    plain = {key: str(value) for key, value in changes.items() if key in _TEXT}
    if "columns" in changes:  # tables with a notation a column (`check.columns`); what stands outside them is in the first
        plain.setdefault("notation", str(changes["columns"]).split(",")[0])
    if "free" in changes or "vars" in changes:
        plain["free"] = _names(changes.get("free", changes.get("vars")))  # type: ignore[assignment]
    for key in ("functions", "sizes"):
        if key in changes:
            plain[key] = _numbers(changes[key], key)  # type: ignore[assignment]
    settings = replace(settings, **plain)  # type: ignore[arg-type]
    if "symbols" in changes:
        text = str(changes["symbols"])
        settings = replace(settings, notation=_symbols(text, settings.style()), counted="input_layer" in text)
    return settings


def _names(value: Any) -> tuple[str, ...]:
    parts = value if isinstance(value, list | tuple) else str(value).split(",")
    names = [str(each).strip() for each in parts if str(each).strip()]
    odd = next((each for each in names if not _NAME.fullmatch(each)), None)
    if odd is not None:
        raise FileError("free needs the names of variables", got=quote(odd, 60), expected="letters, perhaps with scripts: x, \\theta, v_1")
    plain = [each.lstrip("\\") for each in names]
    indexed = [re.sub(r"^([^\W\d_]+)(\d+)$", r"\1_\2", each) for each in plain]  # w1, which plain text reads as w with the index 1
    return tuple(dict.fromkeys([*plain, *indexed]))


def _numbers(value: Any, key: str) -> dict[str, int]:
    pairs = value.items() if isinstance(value, Mapping) else [each.partition(":")[::2] for each in str(value).split(",")]
    out = dict[str, int]()
    for name, number in pairs:
        if not str(number).isdigit() or not 1 <= int(number) <= 100_000:
            raise FileError(f"{key} needs whole numbers", got=quote(f"{name}:{number}"), expected="name:number, name:number")
        out[str(name).strip().lstrip("\\")] = int(number)
    return out


__all__ = ["Directive", "Settings", "SymbackpropError", "apply", "read_directive"]
