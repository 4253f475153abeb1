"""What a reader could declare so that more of a document can be judged: nothing is guessed, every suggestion has been tried.

A document of a stranger often names no net, or is written in another notation, or speaks of more layers than the net has.
The formulas that nothing decided are read once more with a small net, in every notation, and with a deeper net; what
decides most of them is suggested, with the line that declares it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from symbackprop.check.deciding.counting import recounted
from symbackprop.check.deciding.finding import Finding
from symbackprop.check.documents.found import Found
from symbackprop.check.documents.inferred import Inferred, infer
from symbackprop.check.documents.letters import letters
from symbackprop.check.documents.letters_declared import declarations, in_rows
from symbackprop.check.documents.session import Session
from symbackprop.check.documents.settings import Settings, apply
from symbackprop.errors import SymbackpropError
from symbackprop.notation import table

SMALL = ("2-3-2", "2-3-4-2", "2-3-4-3-2", "1-1-1")  # sizes that tell every index from the others; deeper ones for layer 3 and 4; a chain
NOTATIONS = ("nielsen", "matrix", "slides_net", "slides_layer", "winston", "ng", "graph", "gordon", "leibniz", "euler")  # the customary first
MAX_TRIED = 10  # formulas read again for one hint
_CHAINS = ("winston", "gordon", "euler", "leibniz", "graph")  # which may need one neuron a layer
MAX_OWN = 12  # and with the page's own letters
MAX_FORWARD = 8  # forward lines, in which alone a bias is seen
MAX_LENGTH = 600
OPEN = ("UNRESOLVED", "UNDECIDED", "DEFINED")
_DIRECTIVE = {".tex": "% sbp: {}", ".ltx": "% sbp: {}", ".rst": ".. sbp: {}", ".txt": "# sbp: {}", ".py": "# sbp: {}"}
_OF_NETS = re.compile(r"\\delta|\\partial|\\nabla|δ|∂|∇|\bdelta|\bd[A-Z]\w*/d|\\sigma|σ|\bd[A-Zzwab](?=[\^_\[{])")


def hints(findings: Sequence[Finding], settings: Settings, file: str = "") -> list[str]:
    """What to declare so that more can be judged; empty where nothing is open or nothing helps."""
    if any(each.verdict.name == "MALFORMED" and each.text.startswith(_KEYS) for each in findings):
        return []  # the directive comes first
    left = [each for each in findings if each.verdict.name in (OPEN if settings.net is None else OPEN[:1])]
    texts = list(dict.fromkeys(each.text for each in left if len(each.text) < MAX_LENGTH and _OF_NETS.search(each.text)))[:MAX_TRIED]
    if not texts or settings.off or not (settings.net is None or isinstance(settings.net, str)) or settings.batch:
        return []
    if settings.net is None:
        own = _of_own_letters([each.text for each in findings], settings)
        plain = _of_a_net(texts, settings, file, [each.text for each in findings]) if own is None or own.balance < 0.7 * own.count else None
        return [own.said(file)] if own is not None and (plain is None or own.balance > plain[1]) else plain[0] if plain is not None else []
    return _of_a_notation(texts, settings, file) or _of_depth(texts, settings, file)


def _of_a_net(texts: list[str], settings: Settings, file: str, page: Sequence[str]) -> tuple[list[str], int]:
    """The hint of a customary notation, and how many more formulas it makes right than wrong."""
    own = settings.notation if isinstance(settings.notation, str) else None
    names = [own] if own is not None else [name for name in (*NOTATIONS, *table()) if name in table()]
    best, declared, sign = (0, 0), "", ""
    first = dict[str, tuple[int, int]]()
    for net in SMALL:
        likely = sorted(first, key=lambda name: -_balance(first[name]))[:3] if first else names
        for name in dict.fromkeys([*likely, *(_CHAINS if net == SMALL[-1] else ())]):
            if name not in names:
                continue
            found = _decided(texts, replace(settings, net=net, notation=name))
            first.setdefault(name, found)
            if _balance(found) > _balance(best) or (_balance(found) == _balance(best) and found > best):
                best, declared, sign = found, f"net={net} notation={name}", ""
    if not best[0]:
        return ["no net is declared, so that nothing is known of its letters: declare one, as in " + _line("net=2-3-2 notation=nielsen", file)], 0
    net, name = (each.partition("=")[2] for each in declared.split())
    if best[0] < best[1]:  # delta for minus the derivative is the commonest difference
        turned = f"symbols delta_sign={-table()[name].delta_sign}" if name in table() else ""
        found = _decided(texts, apply({"symbols": turned[8:]}, replace(settings, net=net, notation=name))) if turned else best
        best, sign = (found, turned) if found > best else (best, "")
    if _has_no_bias({"net": net, "notation": name, **({"symbols": sign[8:]} if sign else {})}, texts, page, settings):
        declared += " bias=none"
    said = f"no net is declared; under {_line(declared, file)}" + (f" and {_line(sign, file)}" if sign else "") + f" (with your sizes) {_judged(best, len(texts))}"
    return [said], _balance(best)


def _balance(found: tuple[int, int]) -> int:
    """How many more formulas are right than wrong: of two ways to read a page, the one that accuses less is meant."""
    return 2 * found[0] - found[1]


@dataclass(frozen=True)
class _Own:
    """A declaration in the page's own letters, and what it decides."""

    options: dict[str, str]
    found: tuple[int, int]
    count: int

    @property
    def balance(self) -> int:
        return _balance(self.found)

    def said(self, file: str) -> str:
        options = {key: value for key, value in self.options.items() if value}
        if file:
            body = " ".join(f'{key}="{value}"' if " " in value else f"{key}={value}" for key, value in options.items())
            shown = f"`{_DIRECTIVE.get(file[file.rfind('.') :].lower(), '<!-- sbp: {} -->').format(body)}`"
        else:
            shown = " ".join(f"--{key.replace('_', '-')} '{value}'" if " " in value else f"--{key.replace('_', '-')} {value}" for key, value in options.items())
        if "weight" not in options.get("symbols", ""):
            return f"no net is declared; under {shown} (with your sizes) {_judged(self.found, self.count)}"
        return f"no net is declared; with the letters of its own lines, {shown} (with your sizes), {_judged(self.found, self.count)}"


def _of_own_letters(texts: Sequence[str], settings: Settings) -> _Own | None:
    """What the page's own equations say of its letters, as a declaration; nothing where it decides nothing."""
    page = [each for each in dict.fromkeys(texts) if len(each) < MAX_LENGTH]
    tried = [each for each in page if _OF_NETS.search(each) and _RELATED.search(each)]
    tried = tried[:: max(1, len(tried) // MAX_OWN)][:MAX_OWN]
    if not tried:
        return None
    told = infer(page)
    told.written = frozenset(_letters(page))
    best: _Own | None = None

    def take(options: dict[str, str]) -> None:
        nonlocal best
        if best is not None and best.found[0] == best.count:
            return  # nothing is left to decide
        try:
            found = _decided(tried, apply(options, settings))
        except SymbackpropError:
            return
        if found[0] and (best is None or _balance(found) > best.balance):
            best = _Own(options, found, len(tried))

    for options in _first(told, page):
        take(options)
    for changes in ({"loss": "binary_cross_entropy"}, {"loss": "softmax_cross_entropy"}, {"output_activation": "identity"}, {"loss": "squared"}):
        take({**best.options, **changes}) if best is not None else None
    several = any(_SEVERAL.search(each) for each in page)  # with one neuron a layer every transpose would look right
    for net in (*SMALL[1:3], "2-3-1", *(() if several else SMALL[3:])):
        take({**best.options, "net": net}) if best is not None else None
    for activation in ("relu", "tanh"):
        if best is not None and re.search(rf"(?i)\b{activation}\b", " ".join(page)):
            take({**best.options, "activation": activation})
    if best is not None and best.found[0] < best.found[1] and "symbols" in best.options:
        turned = re.sub(r" ?delta_sign=[-1]+", "", best.options["symbols"])
        for sign in ("1", "-1"):
            take({**best.options, "symbols": f"{turned} delta_sign={sign}"})
    if best is not None and _has_no_bias(best.options, tried, page, settings):
        best = replace(best, options={**best.options, "bias": "none"})
    return _shorter(best, tried, settings) if best is not None and best.balance > 0 else None


def _has_no_bias(options: dict[str, str], tried: Sequence[str], page: Sequence[str], settings: Settings) -> bool:
    """Whether the page's forward lines, z = w x, are right in a net without biases alone."""
    more = [each for each in dict.fromkeys(page) if each not in tried and len(each) < MAX_LENGTH and _RELATED.search(each)][:MAX_FORWARD]
    if not more or "bias" in options or settings.bias is not None:
        return False
    try:
        own, bare = (_decided([*tried, *more], apply({**options, **each}, settings)) for each in ({}, {"bias": "none"}))
    except SymbackpropError:
        return False
    return _balance(bare) > _balance(own) and bare[0] > own[0]


def _shorter(own: _Own, tried: Sequence[str], settings: Settings) -> _Own:
    """A customary notation in place of the page's own letters, where it decides as much."""
    if "symbols" not in own.options:
        return own
    turned = "delta_sign=1" if own.options.get("notation") == "slides_net" else ""
    for name, told in (("nielsen", ""), ("matrix", ""), ("slides_net", ""), ("slides_net", turned), ("slides_layer", ""), ("ng", "")):
        options = {key: value for key, value in own.options.items() if key != "symbols"} | {"notation": name} | ({"symbols": told} if told else {})
        found = _decided(tried, apply(options, settings))
        if _balance(found) >= own.balance:
            return _Own(options, found, own.count)
    return own


def _letters(page: Sequence[str]) -> set[str]:
    """The letters that stand on the page, commands whole."""
    return {each for text in page for each in re.findall(r"\\[A-Za-z]+|[A-Za-z]", text)}


_LYING = re.compile(r"=[^=A-Z]{0,24}[XA][^=]{0,8}[wW][_^]|=[^=A-Z]{0,24}[XA][^=A-Z]{0,12}(?:T\b|\\top)")  # Z = X W, dW = X^T dZ
_SEVERAL = re.compile(r"\^\{?\(?T\b|\\top|\\intercal|\\odot|\.T\b")
_RELATED = re.compile(r"=|\\equiv|\\gets|\\leftarrow|←|\\coloneqq")


def _first(told: Inferred, page: Sequence[str]) -> Iterator[dict[str, str]]:
    net = {"net": SMALL[0]}
    if own := letters(page):
        yield {**net, "symbols": own}
    for symbols in declarations(told):
        base = "slides_net" if "base=slides_net" in symbols else "matrix"
        yield {**net, "notation": base, "symbols": symbols.replace("base=slides_net ", "")}
    if (rows := in_rows(told)) and any(_LYING.search(each) for each in page):
        for batch, loss in (("yes,sum", "half_squared"), ("yes", "softmax_cross_entropy")):
            yield {**net, "notation": "ng", "loss": loss, "batch": batch, "symbols": rows}
    if any(re.search(r"\bd\s*[ZAW]", each) for each in page):
        name = "code_rows" if told.rows else "ng"
        yield {**net, "notation": name, "batch": "yes"}
        yield {**net, "notation": name, "batch": "yes", "loss": "softmax_cross_entropy"}


def _of_a_notation(texts: list[str], settings: Settings, file: str) -> list[str]:
    tried = [(name, _decided(texts, replace(settings, notation=name))) for name in dict.fromkeys((*NOTATIONS, *table())) if name != settings.style().name]
    name, found = max(tried, key=lambda each: each[1])
    if found <= _decided(texts, settings):
        return []
    return [f"of what is left open, {_judged(found, len(texts))} in the notation {name}: {_line(f'notation={name}', file)}"] if found[0] else []


def _of_depth(texts: list[str], settings: Settings, file: str) -> list[str]:
    sizes = str(settings.net).split("-")
    if not all(each.isdigit() for each in sizes) or not 2 <= len(sizes) < 8:
        return []
    for more in (1, 2, 3):
        deeper = "-".join([*sizes[:-1], *([sizes[-2]] * more), sizes[-1]])
        found = _decided(texts, replace(settings, net=deeper, counted=True))
        if found[0]:
            return [f"net {settings.net} has {len(sizes) - 1} computing layers; with {len(sizes) - 1 + more}, as in {_line(f'net={deeper}', file)}, of what is left open "
                    f"{_judged(found, len(texts))}"]  # fmt: skip
    return []


def _decided(texts: Iterable[str], settings: Settings) -> tuple[int, int]:
    """How many of the formulas are right under these settings, and how many can be judged at all."""

    def read(input_layer: int | None) -> Session:
        session = Session(settings, explain=False, strict=True, alone=True, input_layer=input_layer)
        session.read([Found("display", text, 0, 1, 1) for text in texts])
        return session

    try:
        found = [each.verdict for each in (read(None) if settings.counted else recounted(read)).findings]
    except SymbackpropError:
        return 0, 0
    right = sum(each.holds for each in found)
    return right, right + sum(each.name in ("REFUTED", "UNDEFINED") for each in found)


def _judged(found: tuple[int, int], count: int) -> str:
    right, read = found
    if count == 1:
        return "the formula is right" if right else "the formula can be judged"
    return f"{read} of {count} formulas can be judged, {right} of them right"


def _line(declared: str, file: str) -> str:
    """The declaration as a directive of the document, or as options of the command."""
    if not file:
        return " ".join("--" + each.replace("=", " ", 1) for each in declared.replace("symbols ", "symbols=").split())
    ending = file[file.rfind(".") :].lower() if "." in file else ""
    return f"`{_DIRECTIVE.get(ending, '<!-- sbp: {} -->').format(declared)}`"


_KEYS = ("symbols", "net=", "notation=", "loss=", "batch=")
