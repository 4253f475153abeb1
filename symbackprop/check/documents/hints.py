"""What a reader could declare so that more of a document can be judged: nothing is guessed, every suggestion has been tried.

A document of a stranger often names no net, or is written in another notation, or speaks of more layers than the net has.
The formulas that nothing decided are read once more with a small net, in every notation, and with a deeper net; what
decides most of them is suggested, with the line that declares it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from symbackprop.check.deciding.counting import recounted
from symbackprop.check.deciding.finding import Finding
from symbackprop.check.documents.found import Found
from symbackprop.check.documents.letters import letters
from symbackprop.check.documents.session import Session
from symbackprop.check.documents.settings import Settings, apply
from symbackprop.errors import SymbackpropError
from symbackprop.notation import table

SMALL = ("2-3-2", "2-3-4-2", "2-3-4-3-2", "1-1-1")  # sizes that tell every index from the others; deeper ones for layer 3 and 4; a chain
NOTATIONS = ("nielsen", "matrix", "slides_net", "slides_layer", "winston", "ng", "graph", "gordon", "leibniz", "euler")  # the customary first
MAX_TRIED = 10  # formulas read again for one hint
MAX_LENGTH = 600
OPEN = ("UNRESOLVED", "UNDECIDED", "DEFINED")
_DIRECTIVE = {".tex": "% sbp: {}", ".ltx": "% sbp: {}", ".rst": ".. sbp: {}", ".txt": "# sbp: {}", ".py": "# sbp: {}"}
_OF_NETS = re.compile(r"\\delta|\\partial|\\nabla|δ|∂|∇|\bdelta|\bd[A-Z]\w*/d|\\sigma|σ")


def hints(findings: Sequence[Finding], settings: Settings, file: str = "") -> list[str]:
    """What to declare so that more can be judged; empty where nothing is open or nothing helps."""
    if any(each.verdict.name == "MALFORMED" and each.text.startswith(_KEYS) for each in findings):
        return []  # the directive comes first
    left = [each for each in findings if each.verdict.name in (OPEN if settings.net is None else OPEN[:1])]
    texts = list(dict.fromkeys(each.text for each in left if len(each.text) < MAX_LENGTH and _OF_NETS.search(each.text)))[:MAX_TRIED]
    if not texts or settings.off or not (settings.net is None or isinstance(settings.net, str)) or settings.batch:
        return []
    if settings.net is None:
        return _of_a_net(texts, settings, file, _own_letters(findings))
    return _of_a_notation(texts, settings, file) or _of_depth(texts, settings, file)


def _own_letters(findings: Sequence[Finding]) -> str:
    return letters(dict.fromkeys(each.text for each in findings if len(each.text) < MAX_LENGTH), {})


def _of_a_net(texts: list[str], settings: Settings, file: str, own_letters: str) -> list[str]:
    own = settings.notation if isinstance(settings.notation, str) else None
    names = [own] if own is not None else [name for name in (*NOTATIONS, *table()) if name in table()]
    best, declared, sign = (0, 0), "", ""
    for net in SMALL:
        for name in dict.fromkeys(names):
            found = _decided(texts, replace(settings, net=net, notation=name))
            if found > best:
                best, declared, sign = found, f"net={net} notation={name}", ""
    for net in SMALL if own_letters and best[0] < len(texts) else ():
        found = _decided(texts, _under(settings, net, own_letters))
        if found > best:
            best, declared = found, f"net={net} symbols {own_letters}"
    if " symbols " in declared:
        return [f"no net is declared; with the letters of its own lines, {_line(declared, file)} (with your sizes), {_judged(best, len(texts))}"]
    if not best[1]:
        return ["no net is declared, so that nothing is known of its letters: declare one, as in " + _line("net=2-3-2 notation=nielsen", file)]
    net, name = (each.partition("=")[2] for each in declared.split())
    if best[0] < best[1]:  # delta for minus the derivative is the commonest difference
        turned = f"symbols delta_sign={-table()[name].delta_sign}" if name in table() else ""
        found = _decided(texts, apply({"symbols": turned[8:]}, replace(settings, net=net, notation=name))) if turned else best
        best, sign = (found, turned) if found > best else (best, "")
    return [f"no net is declared; under {_line(declared, file)}" + (f" and {_line(sign, file)}" if sign else "") + f" (with your sizes) {_judged(best, len(texts))}"]


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


def _under(settings: Settings, net: str, own_letters: str) -> Settings:
    """The settings with a net and the letters that a page's own lines tell; as they are where those declare nothing."""
    try:
        return apply({"symbols": own_letters}, replace(settings, net=net))
    except SymbackpropError:
        return settings


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
