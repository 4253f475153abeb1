"""Characters to tokens: LaTeX, Unicode and plain text in one alphabet, each token knowing where it stood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from symbackprop.check.reading import vocabulary as words
from symbackprop.check.reading.commands import Commands
from symbackprop.check.reading.complaints import problem
from symbackprop.check.reading.syntax import Span, Token
from symbackprop.errors import quote
from symbackprop.notation.greek import READ

MAX_LENGTH = 20_000  # characters of one formula
MAX_DEPTH = 64  # brackets and constructs inside one another
MAX_DIGITS = 40

_NUMBER = re.compile(r"\d+(?:\.\d+|\.(?=\s*[-+]\s*[\w\\(]|\)))?|\.\d+")  # 1. - a has a point of its own
_SCIENTIFIC = re.compile(r"[eE][+-]?\d{1,2}(?![\w^])")
_LETTERS = re.compile(r"[A-Za-z]+")
_MODULE = re.compile(r"(?:np|numpy|jnp|torch|tf|math|sp|sympy)\.(?=[A-Za-z])")
_KEYWORD = re.compile(r"(?P<comma>,?)\s*(?:axis\s*=\s*(?P<axis>[01]|-1)|(?P<keep>keepdims\s*=\s*(?:True|1)))(?=\s*[,)])")
_CALLED = re.compile(r"(?:np|numpy)\.(?=[A-Za-z]+\()")  # in a typeset formula only in front of a call
_OF_MODULES = {"sum": "total", "mean": "average"}  # of entries; without np. before them they are signs with limits
_CONDITION = re.compile(r"(if|for|where|when)(?=\s+[^\n=<>≤≥∈≠]{1,40}(?:[=<>≤≥∈≠]|\\(?:le|ge|ne|in|lt|gt))(?!.*\belse\b))")  # words between spaces, a relation behind
_WORD = re.compile(r"[^\W\d_]+")  # letters of any script
_TAIL = re.compile(r"[0-9]+")
_SIGNS = ("<=>", "...", "**", ":=", "==", "!=", "<=", ">=", "->", "<-", "=>", "||", "//", "+=", "-=", ".*")
_LONG = {each[0]: tuple(sign for sign in _SIGNS if sign[0] == each[0]) for each in _SIGNS}
_SIGN_KIND = {
    "<=>": ("rel", "iff"), "...": ("dots", "dots"), "**": ("op", "**"), ":=": ("rel", ":="), "==": ("rel", "="),
    "!=": ("rel", "!="), "<=": ("rel", "<="), ">=": ("rel", ">="), "->": ("rel", "to"), "<-": ("rel", "<-"),
    "=>": ("rel", "implies"), "+=": ("rel", "+="), ".*": ("op", "odot"), "-=": ("rel", "-="), "||": ("op", "||"), "//": ("op", "/"), "=": ("rel", "="), "<": ("rel", "<"),
    ">": ("rel", ">"), "~": ("space", ""), "+": ("op", "+"), "-": ("op", "-"), "*": ("op", "times"), "/": ("op", "/"),
    "@": ("op", "@"), ",": ("op", ","), ";": ("op", ";"), ":": ("op", ":"), ".": ("op", "."), "|": ("op", "|"),
    "&": ("amp", "&"), "!": ("op", "!"), "(": ("open", "("), ")": ("close", ")"), "[": ("open", "["), "]": ("close", "]"),
    "{": ("open", "{"), "}": ("close", "}"), "_": ("sub", "_"), "^": ("sup", "^"), "'": ("prime", "'"), "#": ("arg", "#"),
}  # fmt: skip


def tokenize(text: str, *, latex: bool | None = None, names: Iterable[str] = ()) -> list[Token]:
    """The tokens of one formula; `names` are multi-letter symbols of the notation in force (`net`).

    In LaTeX every letter stands alone; in plain text a run of letters may be a word, and a subscript takes the whole run.

    >>> [token.text for token in tokenize(r"\\delta_l = o_l(1-o_l)")]
    ['delta', '_', 'l', '=', 'o', '_', 'l', '(', '1', '-', 'o', '_', 'l', ')']
    """
    if len(text) > MAX_LENGTH:
        raise problem(text[:200], 0, f"a formula of {len(text)} characters is too long to read",
                      expected=f"at most {MAX_LENGTH} characters")  # fmt: skip
    return _Lexer(text, "\\" in text if latex is None else latex, tuple(names)).run()


class _Lexer(Commands):
    def run(self) -> list[Token]:
        depth, opened = 0, list[int]()
        while self.at < len(self.text):
            before = len(self.out)
            self.step()
            for token in self.out[before:]:
                if token.kind in ("open", "begin"):
                    depth += 1
                    opened.append(token.span[0])
                elif token.kind in ("close", "end"):
                    depth -= 1
                if depth > MAX_DEPTH:
                    raise problem(self.text, token.span[0], f"brackets are nested more than {MAX_DEPTH} deep",
                                  expected=f"at most {MAX_DEPTH} brackets inside one another")  # fmt: skip
        return self.out

    def step(self) -> None:
        char, start = self.text[self.at], self.at
        if char in (",ak" if not self.latex else ",") and (keyword := _KEYWORD.match(self.text, start)):
            self.keyword(keyword)
        elif char.isspace():
            self.gap = True
            self.at += 1
        elif char == "\\":
            self.command()
        elif char == "%" and self.latex:
            stop = self.text.find("\n", start)
            self.at = len(self.text) if stop < 0 else stop
        elif char.isalpha() and (own := self.own_word(start)):
            self.at += len(own)
            self.emit("name", own, (start, self.at))
            self.plain_digits()
        elif (char.isdecimal() and char.isascii()) or (char == "." and self.decimal_point()):
            self.number()
        elif char.isascii() and char.isalpha():
            self.letters()
        elif char == "$":
            raise problem(self.text, start, "a dollar sign inside a formula", try_="leave the dollars out")
        elif char in words.SUPERSCRIPTS or char in words.SUBSCRIPTS:
            self.raised(words.SUPERSCRIPTS if char in words.SUPERSCRIPTS else words.SUBSCRIPTS)
        elif not char.isascii():
            self.foreign()
        else:
            self.sign()

    def own_word(self, at: int) -> str:
        """The run of letters here, where all of it is one of the names in force."""
        match = _WORD.match(self.text, at)
        return match.group() if match and match.group() in self.names else ""

    def decimal_point(self) -> bool:
        """`.5` is a number; the dot of `\\lambda y.2` and of `x.2` is not its point."""
        behind = self.out[-1].kind if self.out else ""
        return self.text[self.at + 1 : self.at + 2].isdecimal() and behind not in ("name", "num", "close")

    def sign(self) -> None:
        start = self.at
        for sign in _LONG.get(self.text[start], ()):
            if self.text.startswith(sign, start):
                break
        else:
            sign = self.text[start]
        if sign not in _SIGN_KIND:
            raise problem(self.text, start, "a character that no formula has", got=quote(sign))
        kind, name = _SIGN_KIND[sign]
        self.at += len(sign)
        if kind == "space":
            self.gap = True
            return
        if sign == "." and not self.latex and re.match(r"T(?![A-Za-z])", self.text[self.at :]):
            self.at += 1
            for part, text in (("sup", "^"), ("open", "{"), ("name", "T"), ("close", "}")):
                self.emit(part, text, (start, self.at))
            return
        self.emit(kind, name, (start, self.at))
        if kind in ("sub", "sup") and not self.latex:
            self.plain_script(kind)

    def plain_script(self, kind: str) -> None:
        """In plain text a script takes the whole run: `w_jk` is w with j and k, `x^2y` is x squared times y."""
        own = self.own_word(self.at) or ("" if kind == "sup" or self.text[self.at : self.at + 1] not in READ else self.text[self.at])
        if own:
            start, tail = self.at, _TAIL.match(self.text, self.at + len(own)) if kind == "sub" else None
            self.emit("open", "{", (start, start))
            self.emit("name", READ.get(own, own), (start, start + len(own)))
            if tail:  # z_unit10 is the z of unit10, and never ten times that of unit
                self.emit("num", tail.group(), tail.span())
            self.at = start + len(own) + (len(tail.group()) if tail else 0)
            return self.emit("close", "}", (self.at, self.at))
        pattern = r"[A-Za-z0-9]+" if kind == "sub" else r"\d+|[A-Za-z]+"
        match = re.match(pattern, self.text[self.at :])
        if not match:
            return
        start, self.at = self.at, self.at + match.end()
        self.emit("open", "{", (start, start))
        for piece in re.finditer(r"\d+|[A-Za-z]+", match.group()):
            at = start + piece.start()
            if piece.group()[0].isdecimal():
                self.emit("num", piece.group(), (at, at + len(piece.group())))
            else:
                whole = piece.group() if piece.group() in words.GREEK else None
                for index, letter in enumerate([whole] if whole else piece.group()):
                    self.emit("name", letter, (at + index, at + (len(whole) if whole else index + 1)))
        self.emit("close", "}", (self.at, self.at))

    def number(self) -> None:
        match = _NUMBER.match(self.text, self.at)
        assert match is not None
        start, stop = match.span()
        if not self.latex and (tail := _SCIENTIFIC.match(self.text, stop)):
            stop = tail.end()
        if stop - start > MAX_DIGITS:
            raise problem(self.text, start, "a number with too many digits", expected=f"at most {MAX_DIGITS} digits")
        self.at = stop
        self.emit("num", self.text[start:stop].rstrip("."), (start, stop))

    def keyword(self, match: re.Match[str]) -> None:
        """axis=0 and keepdims=True among the arguments of a call."""
        self.at = match.end()
        if match["comma"]:
            self.emit("op", ",", (match.start(), match.start() + 1))
        self.emit("name", "keepdims" if match["keep"] else f"axis{match['axis']}", match.span())

    def letters(self) -> None:
        if self.gap and (condition := _CONDITION.match(self.text, self.at)):  # a - 1 for y = 1
            self.at = condition.end(1)
            return self.emit("text", condition[1], condition.span(1))
        module = (_CALLED if self.latex else _MODULE).match(self.text, self.at)
        match = _LETTERS.match(self.text, module.end() if module else self.at)
        assert match is not None
        run, start = match.group(), match.start()
        self.at = match.end()
        if module:
            name = _OF_MODULES.get(run, words.PLAIN.get(run, run))
            return self.word(name, (module.start(), match.end()))
        for piece, offset in self.split(run):
            span = (start + offset, start + offset + len(piece))
            target = piece if self.latex else words.PLAIN.get(piece, piece)
            self.word(target if piece not in self.names else piece, span)
        self.plain_digits()

    def plain_digits(self) -> None:
        """x1, w11, u2_1: in plain text a digit right behind a letter is its index."""
        digits = re.compile(r"\d+").match(self.text, self.at)
        if digits and not self.latex and self.out[-1].kind == "name":
            self.at = digits.end()
            span = digits.span()
            self.emit("sub", "_", (span[0], span[0]))
            self.emit("open", "{", (span[0], span[0]))
            self.emit("num", digits.group(), span)
            self.emit("close", "}", (span[1], span[1]))

    def split(self, run: str) -> list[tuple[str, int]]:
        known = set(self.names) if self.latex else set(self.names) | set(words.PLAIN)
        if run in known or len(run) == 1:
            return [(run, 0)]
        if not self.latex and run[0] == "d" and run[1:] in known:
            return [("d", 0), (run[1:], 1)]
        pieces, at, longest = list[tuple[str, int]](), 0, max(map(len, known), default=1)
        while at < len(run):
            fit = next((run[at : at + n] for n in range(min(len(run) - at, longest), 1, -1) if run[at : at + n] in known), run[at])
            pieces.append((fit, at))
            at += len(fit)
        singles = sum(len(piece) == 1 for piece, _ in pieces)
        if not self.latex and singles > 3 and len(run) > 3:
            return [(run, 0)]  # an ordinary word: one symbol, so that the complaint names it whole
        return pieces

    def word(self, name: str, span: Span) -> None:
        if name == "dot" and not self.latex and self.text[self.at : self.at + 1] == "(":
            self.emit("name", name, span)  # dot(a, b) is a product, and no dot over a letter
        elif name in words.STRUCTURE and not self.latex:
            self.emit("cmd", name, span)
        elif name in words.OPERATORS and not self.latex and name != "star":
            self.emit("op", words.OPERATORS[name], span)
        elif name == "infty":
            self.emit("name", "infinity", span)
        else:
            self.emit("name", name, span)

    def raised(self, table: dict[str, str]) -> None:
        start, stop = self.at, self.at
        while stop < len(self.text) and self.text[stop] in table:
            stop += 1
        self.at = stop
        self.emit("sup" if table is words.SUPERSCRIPTS else "sub", "^", (start, start))
        self.emit("open", "{", (start, start))
        for at in range(start, stop):
            char = table[self.text[at]]
            kind, name = ("num", char) if char.isdecimal() else _SIGN_KIND.get(char, ("name", char))
            previous = self.out[-1]
            if kind == "num" and previous.kind == "num" and previous.span[1] == at:
                self.out[-1] = Token("num", previous.text + char, (previous.span[0], at + 1))
            else:
                self.emit(kind, name, (at, at + 1))
        self.emit("close", "}", (stop, stop))

    def foreign(self) -> None:
        char, start = self.text[self.at], self.at
        span = (start, start + 1)
        self.at += 1
        if char in READ:
            return self.emit("name", READ[char], span)
        if char in words.UNICODE:
            return self.borrow(words.UNICODE[char], span)
        plain = unicodedata.normalize("NFKC", char)
        if plain != char and plain:
            if unicodedata.combining(char):
                raise problem(self.text, start, "a combining accent on its own", got=quote(char))
            return self.borrow("".join("\\" + READ[c] + " " if c in READ else
                                       words.UNICODE.get(c, c) for c in plain), span)  # fmt: skip
        if char in ("\ufeff", "\u200b", "\u2060"):
            return None
        raise problem(self.text, start, "a character that no formula has", got=f"U+{ord(char):04X} {quote(char)}")

    def borrow(self, latex: str, span: Span) -> None:
        """Read a sign by its LaTeX spelling, keeping the place of the sign."""
        if latex.strip() == char_of(self.text, span) or len(latex) > 40:
            raise problem(self.text, span[0], "a character that no formula has", got=quote(char_of(self.text, span)))
        for token in _Lexer(latex, True, ()).run():
            self.emit(token.kind, token.text, span)


def char_of(text: str, span: Span) -> str:
    """The characters of `text` in `span`."""
    return text[span[0] : span[1]]
