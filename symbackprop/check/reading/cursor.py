"""Where a parser stands: the tokens, the open brackets, the depth, and how to complain."""

from __future__ import annotations

from symbackprop.check.reading import vocabulary as words
from symbackprop.check.reading.complaints import problem
from symbackprop.check.reading.syntax import Node, Script, Token
from symbackprop.check.reading.tokens import MAX_DEPTH
from symbackprop.errors import ParseError

_END = Token("eof", "the end of the formula", (0, 0))


class Cursor:
    """Reads from a list of tokens; `text` is only for complaints."""

    def __init__(self, tokens: list[Token], text: str, *, letters_of_d: bool = True) -> None:
        self.tokens, self.text, self.at = tokens, text, 0
        last = tokens[-1].span[1] if tokens else 0
        self.end = Token(_END.kind, _END.text, (last, last))
        self.depth = 0
        self.open: list[Token] = []
        self.bars: list[str] = []
        self.letters_of_d = letters_of_d

    # -- looking ------------------------------------------------------------------------------------------------------

    @property
    def now(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else self.end

    def peek(self, ahead: int = 1) -> Token:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else _END

    def take(self) -> Token:
        token = self.now
        self.at += 1
        return token

    def is_op(self, *names: str) -> bool:
        token = self.now
        return token.kind == "op" and token.text in names

    def fail(self, what: str, *, expected: str | None = None, token: Token | None = None) -> ParseError:
        token = token or self.now
        also = None
        if self.open:
            first = self.open[-1]
            also = f"inside the {words.SHOWN.get(first.text, first.text)} opened at column {self.column(first.span[0])}"
        got = words.SHOWN.get(token.text, token.text) if token.kind == "eof" else self.text[slice(*token.span)] or token.text
        return problem(self.text, token.span[0], what, expected=expected, got=got[:60], also=also)

    def column(self, position: int) -> int:
        return position - (self.text.rfind("\n", 0, position) + 1) + 1

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise problem(self.text, self.now.span[0], f"constructs are nested more than {MAX_DEPTH} deep",
                          expected=f"at most {MAX_DEPTH} constructs inside one another")  # fmt: skip

    # what the layers above supply, so that the layers between may call it

    def expression(self) -> Node:
        """A sum of terms."""
        raise NotImplementedError

    def term(self) -> Node:
        """A product."""
        raise NotImplementedError

    def item(self) -> Node:
        """An atom with its scripts."""
        raise NotImplementedError

    def scripts(self) -> tuple[Script | None, Script | None, int]:
        """Subscript, superscript and primes."""
        raise NotImplementedError

    def script(self, mark: Token) -> Script:
        """What follows _ or ^."""
        raise NotImplementedError

    def sub_expression(self, script: Script) -> Node:
        """A script read as an expression, for powers."""
        raise NotImplementedError

    def raw_argument(self) -> list[Token]:
        """The tokens of what a command takes, unread."""
        raise NotImplementedError
