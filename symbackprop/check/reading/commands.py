"""LaTeX commands to tokens: what each command means, what it takes along, and what only says how a formula looks."""

from __future__ import annotations

import re

from symbackprop.check.reading import vocabulary as words
from symbackprop.check.reading.complaints import problem
from symbackprop.check.reading.syntax import Span, Token

_COMMAND = re.compile(r"\\([A-Za-z]+\*?|.|\Z)", re.S)
_LENGTH = re.compile(r"\s*[+-]?[\d.]+\s*(?:mu|pt|em|ex|mm|cm|in)")
_SIGN = re.compile(r"\s*\{\s*([.*/+:<>=-]{1,3})\s*\}(=?)")
_FENCE = re.compile(r"\s*(\\[{}|]|\\[A-Za-z]+|\S)")
_ROWS = re.compile(r"\s*\\begin\{(?:aligned|split|gathered|alignedat)\}")
_FRACTIONS = dict.fromkeys(["dfrac", "tfrac", "cfrac", "sfrac", "nicefrac"], "frac")
_UPRIGHT = re.compile(r"\s*([A-Za-z]{2,20})(?=\s*\})")
_WORD_IN_BRACES = re.compile(r"\s*\{\s*([A-Za-z](?:[A-Za-z0-9 -]|\\[,;:! ])*?)\s*\}|\s*([A-Za-z])")
_RANGING = ("max", "min", "lim", "sup", "inf", "argmax", "argmin")  # what takes its limits below
_PAIRS = re.compile(r"\\(left|right)(?![A-Za-z])")

_OVERLAY = re.compile(r"\s*<[^<>{}$]{0,20}>")  # \only<1>


class Commands:
    """A place in a text, the tokens found so far, and the reading of one command."""

    def __init__(self, text: str, latex: bool, names: tuple[str, ...]) -> None:
        self.text, self.latex, self.names = text, latex, names
        self.at, self.out = 0, list[Token]()
        self.gap = False
        self.stretch: int | None = None
        self.fences, self.hanging = list[str](), list[str]()  # open \\left, and brackets whose \\right is invisible

    def borrow(self, latex: str, span: Span) -> None:
        """Read a sign by another spelling, keeping its place."""
        raise NotImplementedError

    def emit(self, kind: str, text: str, span: Span) -> None:
        """One more token; a bracket begins where the \\left or \\bigl before it begins."""
        if self.stretch is not None and kind in ("open", "close", "op"):
            span = (self.stretch, span[1])
        self.stretch = None
        self.out.append(Token(kind, text, span, self.gap))
        self.gap = False

    def command(self) -> None:
        match = _COMMAND.match(self.text, self.at)
        assert match is not None
        name, span = match.group(1), match.span()
        if name.endswith("*") and name not in ("tag*", "hspace*", "vspace*", "operatorname*"):
            name, span = name[:-1], (span[0], span[1] - (name[:-1] not in words.STARRED))
        self.at = span[1]
        if name == "\\":
            self.at += self.text.startswith("*", self.at)  # \\\\* only forbids a page break
            self.skip_optional()
            self.emit("row", "\\\\", span)
        elif name in words.SPACES:
            self.gap = True
        elif name in words.SEPARATORS:
            self.emit("sep", name, span)
        elif name in ("mkern", "mskip", "kern"):
            length = _LENGTH.match(self.text, self.at)
            self.at = length.end() if length else self.at
        elif name in ("mathbin", "mathrel") and (inside := _SIGN.match(self.text, self.at)):
            self.at = inside.end()  # a sign with the spaces of another: \\mathbin{.*}, \\mathrel{+}=
            self.borrow(inside[1] + inside[2], (span[0], self.at))
        elif name in words.OVERLAYS:
            slides = _OVERLAY.match(self.text, self.at)
            self.at = slides.end() if slides else self.at
        elif name in words.DROPPED:
            if name.lower().startswith("big"):
                self.stretch = span[0]
            upright = _UPRIGHT.match(self.text, self.at) if name == "rm" else None
            if upright:  # {\rm sgn}: one word
                self.at = upright.end()
                self.emit("name", upright[1], (upright.start(1), upright.end(1)))
        elif name in ("left", "right"):
            self.fence(name, span)
        elif (name in words.DROPPED_WITH_ARGUMENT and name not in ("intertext",)) or name in words.DROPPED_FIRST_ARGUMENT:
            self.argument(name)
        elif name in ("hspace", "hspace*", "hskip"):
            start, stop = self.argument(name)
            if not self.text[start:stop].lstrip().startswith("-"):
                self.emit("sep", "quad", span)
        elif name in words.TEXT:
            start, stop = self.argument(name)
            if self.text[start:stop].strip().lstrip("\\") == "*":  # a product's sign set upright
                self.emit("op", "times", (span[0], self.at))
            else:
                self.emit("text", self.text[start:stop], (span[0], self.at))
        elif name in words.FONTS:
            self.font(name, span)
        elif name in ("begin", "end"):
            self.environment(name, span)
        elif name in words.DOTS:
            self.emit("dots", name, span)
        elif name in words.BRACKETS:
            shown = words.BRACKETS[name]
            self.emit("open" if shown in words.OPEN else "close", shown, span)
        elif name in words.OPERATORS:
            self.emit("op", words.OPERATORS[name], span)
        elif name in words.RELATIONS:
            self.emit("rel", words.RELATIONS[name], span)
        elif name in words.NAMES:
            self.emit("name", words.NAMES[name], span)
        elif name in words.SPOKEN:
            self.emit("text", words.SPOKEN[name], span)
        elif name == "%" and self.out and self.out[-1].kind == "num":  # 10 %
            self.emit("op", "/", span)
            self.emit("num", "100", span)
        elif name in ("&", "%", "#", "_", "$"):
            self.emit("text", name, span)
        elif not name:
            raise problem(self.text, span[0], "a backslash with nothing behind it", expected="a command name")
        else:
            self.emit("cmd", _FRACTIONS.get(name, name), span)

    def fence(self, name: str, span: Span) -> None:
        """\\left and \\right make brackets grow; an invisible one leaves its partner alone, or open for a later line."""
        self.stretch = span[0]
        sign = _FENCE.match(self.text, self.at)
        shown = sign.group(1) if sign else ""
        if name == "left":
            self.fences.append(shown)
            if shown == "\\{" and not self.out and _ROWS.match(self.text, sign.end() if sign else 0) and self.partner(self.at) == ".":
                assert sign is not None
                self.at, self.fences[-1] = sign.end(), ""  # a brace beside several lines holds them together, no more
            if shown != ".":
                return
            assert sign is not None
            self.at = sign.end()
            if self.partner(self.at) == "|":
                self.emit("fence", name, span)
            return
        opened = self.fences.pop() if self.fences else ""
        if shown == "." and sign is not None:
            self.at = sign.end()
            if not opened:
                return
            if opened == "\\{":
                self.emit("fence", name, span)
            else:
                self.hanging.append(opened)
        elif shown == "|" and sign is not None:
            self.at = sign.end()
            self.emit("op", "|", (span[0], self.at))
        elif opened == "." and sign is not None:
            if self.hanging:
                self.hanging.pop()  # this bracket closes one of an earlier line
            else:
                self.at = sign.end()

    def partner(self, start: int) -> str:
        """The sign of the \\right that belongs to a \\left before `start`."""
        depth = 1
        for match in _PAIRS.finditer(self.text, start):
            depth += 1 if match.group(1) == "left" else -1
            if not depth:
                sign = _FENCE.match(self.text, match.end())
                return sign.group(1) if sign else ""
        return ""

    def skip_optional(self) -> None:
        match = re.compile(r"\s*\[[0-9.]+\s*(?:pt|em|ex|mm|cm|in|baselineskip)\]").match(self.text, self.at)
        if match:
            self.at = match.end()

    def argument(self, name: str) -> Span:
        """The span inside the braces that follow; the reading position moves behind them."""
        match = re.compile(r"\s*\{").match(self.text, self.at)
        if not match:
            one = re.compile(r"\s*(\S)").match(self.text, self.at)
            if not one:
                raise problem(self.text, self.at, f"\\{name} needs an argument", expected="{")
            self.at = one.end()
            return one.span(1)
        depth, start = 1, match.end()
        for at in range(start, len(self.text)):
            char = self.text[at]
            escaped = self.text[at - 1] == "\\"
            depth += (char == "{" and not escaped) - (char == "}" and not escaped)
            if not depth:
                self.at = at + 1
                return start, at
        raise problem(self.text, start - 1, "a bracket that is never closed", expected="}", got="the end of the formula")

    def font(self, name: str, span: Span) -> None:
        """A font says nothing about the value: one letter stays a letter, several upright letters are one word."""
        one = re.compile(r"\s*\{\s*1\s*\}|\s*1").match(self.text, self.at)
        if one and name in ("mathbb", "mathbf", "mathds", "mathbbm", "boldsymbol"):
            self.at = one.end()
            return self.emit("name", "indicator", (span[0], self.at))
        greek = re.compile(r"\s*\{\s*\\([A-Za-z]+)\s*\}").match(self.text, self.at)
        if greek and greek[1] in words.GREEK:  # an upright Delta in braces, as word processors write it
            self.at = greek.end()
            return self.emit("name", words.NAMES[greek[1]], (span[0], self.at))
        match = _WORD_IN_BRACES.match(self.text, self.at)
        if not match:
            return  # the braces that follow are read as an ordinary group
        self.at = match.end()
        word = re.sub(r"\\[,;:! ]|[ -]", "", match.group(1) or match.group(2))
        if name == "mathbb" and word == "R":
            word = "Reals"
        if name in ("mathrm", "operatorname", "operatorname*") and word in _RANGING:
            return self.emit("cmd", word, (span[0], self.at))
        if len(word) > 1 and name in ("mathbf", "boldsymbol", "bm", "mathit") and word not in self.names:
            for letter in word:
                self.emit("name", letter, (span[0], self.at))
            return None
        return self.emit("name", word, (span[0], self.at))

    def environment(self, name: str, span: Span) -> None:
        start, stop = self.argument(name)
        kind = self.text[start:stop].strip().rstrip("*")
        if name == "begin" and kind in ("array", "tabular", "alignat", "alignedat", "subarray", "NiceArray"):
            optional = re.compile(r"\s*\[[^\]]{0,9}\]").match(self.text, self.at)
            self.at = optional.end() if optional else self.at
            self.argument(name)
        self.emit(name, kind, (span[0], self.at))
