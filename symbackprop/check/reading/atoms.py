"""Atoms: numbers, names, indexed names, functions with lambda, brackets, norms."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading import vocabulary as words
from symbackprop.check.reading.calls import CALLS
from symbackprop.check.reading.cursor import Cursor
from symbackprop.check.reading.syntax import Node, Script, Token
from symbackprop.check.reading.vocabulary import ACCENTS

NORMS = ("|", "||")


class Atoms(Cursor):
    """What an expression is made of."""

    def command(self) -> Node:
        """What begins with a command."""
        raise NotImplementedError

    def environment(self) -> Node:
        """A matrix or cases."""
        raise NotImplementedError

    def call(self, token: Token) -> Node:
        """A function of plain text with its arguments."""
        raise NotImplementedError

    def atom(self) -> Node:
        token = self.now
        if token.kind == "num":
            self.take()
            return ast.Num(token.span, Fraction(token.text))
        if token.kind == "name":
            return self.name()
        if token.kind == "open":
            return self.bracket()
        if token.kind == "op" and token.text in NORMS:
            return self.norm()
        if token.kind == "cmd":
            return self.command()
        if token.kind == "begin":
            return self.environment()
        if token.kind == "text":
            return self.words()
        if token.kind == "dots":
            self.take()
            return ast.Dots(token.span)
        if token.kind == "fence" and token.text == "left":  # \\left. ... \\right|_{x=0}: the bar evaluates all of it
            self.take()
            self.deeper()
            self.bars.append("|")
            inner = self.expression()
            self.bars.pop()
            self.depth -= 1
            return inner if isinstance(inner, (ast.Sym, ast.Num)) else ast.Group(inner.span, inner, "")
        if self.is_op("cdot", "bullet", ".") and self.holds_a_place():
            return ast.Sym(self.take().span, "cdot")
        if token.kind == "sup" and self.peek().kind in ("name", "num", "open"):  # ^p E, marked in front
            script = self.script(self.take())
            marked = self.atom() if self.now.kind == "name" else None
            if isinstance(marked, ast.Sym):
                return replace(marked, span=(token.span[0], marked.span[1]), accents=(*marked.accents, script.text))
        if token.kind in ("sub", "sup"):
            raise self.fail("a script with nothing to hang on", expected="a symbol, a number or a bracket before it")
        if token.kind == "close":
            raise self.fail("a closing bracket that nothing opened" if not self.open else "a bracket that does not match",
                            expected=self.wanted() if self.open else "a symbol, a number or an opening bracket")  # fmt: skip
        raise self.fail("something is missing here", expected="a symbol, a number or an opening bracket")

    def holds_a_place(self) -> bool:
        """A dot alone where an argument would stand: sigma(.), phi(., .)."""
        before, after = self.tokens[self.at - 1], self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        return (before.kind == "open" or before.text == ",") and (after.kind == "close" or after.text == ",")

    def wanted(self) -> str:
        opened = self.open[-1]
        if opened.kind == "begin":
            return f"\\end{{{opened.text}}}"
        return words.SHOWN.get(words.OPEN.get(opened.text, opened.text), words.OPEN.get(opened.text, opened.text))

    def words(self) -> Node:
        token = self.take()
        name = token.text.strip()
        if not name.replace("-", "").replace("_", "").isalnum() or name[:1].isdigit():
            raise self.fail("words inside a formula", token=token, expected="a symbol, a number or an opening bracket")
        return ast.Sym(token.span, name.replace("-", "_"))

    def name(self) -> Node:
        token = self.take()
        name = token.text
        if name == "partial" and self.now.kind == "sub":  # \\partial_x f
            mark = self.take()
            script = self.script(mark)
            return ast.Derivative((token.span[0], script.span[1]), None, self.sub_expression(script))
        if name == "lambda" and self.is_lambda():
            return self.abstraction(token)
        if name == "Delta" and self.now.kind in ("name", "open", "cmd") and self.now.text != "=":
            if self.now.kind == "open" and self.now.text not in ("{", "("):
                return ast.Sym(token.span, name)
            if self.now.kind == "cmd" and self.now.text not in ACCENTS:
                return ast.Sym(token.span, name)
            self.deeper()
            target = self.item()
            self.depth -= 1
            return ast.Change((token.span[0], target.span[1]), target)
        if name in CALLS and self.now.kind == "open" and self.now.text == "(":
            return self.call(token)
        if name in ("max", "min"):
            return ast.Sym(token.span, name)
        if self.now.kind == "open" and self.now.text == "[" and not self.now.gap and self.is_index(token):
            return self.indexed(token)
        return ast.Sym(token.span, name)

    def is_index(self, token: Token) -> bool:
        """In plain text `w[j, k]` right behind a name is an index; in LaTeX a square bracket is a bracket."""
        return "\\" not in self.text and len(token.text) <= 6 and token.span[1] == self.now.span[0]

    def indexed(self, token: Token) -> Node:
        tokens, stop = list[Token](), token.span[1]
        while self.now.kind == "open" and self.now.text == "[" and self.now.span[0] == stop:
            opened = self.take()
            if tokens:
                tokens.append(Token("op", ",", opened.span))
            while not (self.now.kind == "close" and self.now.text == "]"):
                if self.now.kind == "eof":
                    raise self.fail("a bracket that is never closed", token=opened, expected="]")
                tokens.append(self.take())
            stop = self.take().span[1]
        if not tokens:
            raise self.fail("an empty script", token=token, expected="an index between the brackets")
        return ast.Sym((token.span[0], stop), token.text, Script(tuple(tokens), (token.span[1], stop)))

    def is_lambda(self) -> bool:
        """\\lambda begins a function when a dot follows its parameters; else it is a letter (a decay rate, say)."""
        at = self.at
        in_bracket = self.at < 2 or self.tokens[self.at - 2].kind == "open"
        while at < len(self.tokens) and at < self.at + 40:
            token = self.tokens[at]
            if token.kind == "op" and token.text == ".":
                return at > self.at
            if token.kind == "op" and token.text == "cdot" and in_bracket and at == self.at + 1:
                return True  # an extraction may turn the dot of `\\lambda v.` into a centred one
            if token.kind not in ("name", "num", "sub", "dots") and not (
                (token.kind in ("open", "close") and token.text in "(){}") or (token.kind == "op" and token.text == ",")
            ):
                return False
            at += 1
        return False

    def abstraction(self, token: Token) -> Node:
        params, tupled = list[ast.Sym](), False
        while not self.is_op(".", "cdot"):
            if (self.now.kind == "open" and self.now.text == "(") or self.is_op(","):
                tupled = True
                self.take()
            elif (self.now.kind == "close" and self.now.text == ")") or self.now.kind == "dots":
                self.take()
            elif self.now.kind == "name":
                name = self.take()
                sub, _, _ = self.scripts()
                params.append(ast.Sym(name.span, name.text, sub))
            else:
                raise self.fail("a function without a parameter", expected="a letter after lambda")
        self.take()
        if not params:
            raise self.fail("a function without a parameter", token=token, expected="a letter after lambda")
        self.deeper()
        body = self.expression()
        self.depth -= 1
        return ast.Lambda((token.span[0], body.span[1]), tuple(params), body, tupled)

    def bracket(self) -> Node:
        opened = self.take()
        self.open.append(opened)
        self.deeper()
        bars, self.bars = self.bars, []
        close = words.OPEN[opened.text]
        if self.now.kind == "close" and self.now.text == close:
            raise self.fail("brackets with nothing in them", expected="an expression")
        inner = self.list_of_expressions(close)
        if self.now.kind == "rel" and self.may_be_condition(opened):
            inner = self.condition(inner)
        token = self.now
        if token.kind == "eof":
            raise self.fail("a bracket that is never closed", expected=self.wanted())
        mismatch = token.kind != "close" or token.text != close
        if mismatch and not (token.kind == "fence" and opened.text == "lbrace"):
            raise self.fail("the bracket is still open", expected=f"{self.wanted()}, an operator or an argument")
        self.take()
        self.bars = bars
        self.depth -= 1
        self.open.pop()
        span = (opened.span[0], token.span[1])
        if isinstance(inner, ast.Iverson):
            return replace(inner, span=span)
        if opened.text == "{" and not isinstance(inner, ast.Several):
            return replace(inner, span=span) if isinstance(inner, (ast.Sym, ast.Num)) else ast.Group(span, inner, "")
        return ast.Group(span, inner, opened.text)

    def may_be_condition(self, opened: Token) -> bool:
        """[z > 0] is a number; (z > 0) only behind a letter for it or a sign, `da * (z > 0)`, or where a side begins with it."""
        if opened.text in ("[", "lbrace"):
            return True
        at = next((i for i, token in enumerate(self.tokens) if token is opened), 0)
        before = self.tokens[at - 1] if at else opened
        factor = before.kind == "op" and before.text in ("times", "@", "odot", "cdot", "circ")
        return opened.text == "(" and (not at or factor or (before.kind == "name" and before.text in ("indicator", "I", "diag")))

    def condition(self, first: Node) -> Node:
        """A relation inside brackets: `z > 0`, `0 < z < 1`, `i = j`."""
        sides, ops = [first], list[str]()
        while self.now.kind == "rel":
            ops.append(self.take().text)
            sides.append(self.list_of_expressions(""))
        return ast.Iverson((first.span[0], sides[-1].span[1]), tuple(sides), tuple(ops))

    def list_of_expressions(self, close: str) -> Node:
        items, start = list[Node](), self.now.span[0]
        while True:
            items.append(self.expression())
            while self.now.kind == "sep":
                self.take()
            if not self.is_op(",", ";"):
                break
            self.take()
            while self.now.kind in ("sep", "row", "amp"):
                self.take()
            if self.now.kind == "close" and self.now.text == close:
                break
        return items[0] if len(items) == 1 else ast.Several((start, items[-1].span[1]), tuple(items))

    def norm(self) -> Node:
        opened = self.take()
        self.open.append(opened)
        self.bars.append(opened.text)
        self.deeper()
        inner = self.list_of_expressions(opened.text)
        if not self.is_op(opened.text):
            raise self.fail("a bar that is never closed", expected=opened.text)
        closed = self.take()
        self.bars.pop()
        self.open.pop()
        self.depth -= 1
        return ast.Norm((opened.span[0], closed.span[1]), inner, bars=len(opened.text))

    def argument(self) -> Node:
        """What a command takes: a group in braces, or the next single token."""
        token = self.now
        if token.kind == "open" and token.text == "{":
            node = self.bracket()
            return node.inner if isinstance(node, ast.Group) and node.bracket == "" and not node.sup else node
        self.deeper()
        if token.kind == "num" and len(token.text) > 1 and token.text.isdigit():  # TeX takes one digit: \\frac12
            self.tokens[self.at : self.at + 1] = [
                Token("num", token.text[0], (token.span[0], token.span[0] + 1)),
                Token("num", token.text[1:], (token.span[0] + 1, token.span[1])),
            ]
        node = self.atom()
        self.depth -= 1
        return node
