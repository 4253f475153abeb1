"""Fractions, roots, braces, big operators, matrices and cases: what begins with a command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.atoms import Atoms
from symbackprop.check.reading.calls import CALLS, SHAPES
from symbackprop.check.reading.complaints import unknown_command
from symbackprop.check.reading.differentials import is_d_product, product_derivative, read_derivative
from symbackprop.check.reading.syntax import Node, Token
from symbackprop.check.reading.vocabulary import ACCENTS, word_set

MATRICES = frozenset(["matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "smallmatrix", "array"])
BIG = word_set(
    "sum prod int max min sup inf lim argmax argmin arg"
)


class Constructs(Atoms):
    """The commands."""

    def command(self) -> Node:
        token = self.take()
        read = _COMMANDS.get(token.text)
        if read is not None:
            self.deeper()
            node = read(self, token)
            self.depth -= 1
            return node
        if token.text in BIG:
            return self.big(token)
        if token.text in ACCENTS:
            inner = self.argument()
            if isinstance(inner, ast.Sym):
                span = (token.span[0], inner.span[1])
                return replace(inner, span=span, accents=(*inner.accents, _accent(token.text)))
            if isinstance(inner, ast.Juxt) and all(isinstance(each, ast.Sym) and not (each.sub or each.sup or each.primes) for each in inner.items):
                word = "".join(each.name for each in inner.items if isinstance(each, ast.Sym))  # \\underline{net}
                return ast.Sym((token.span[0], inner.span[1]), word, accents=(_accent(token.text),))
            raise self.fail("an accent on something that is not a symbol", token=token, expected="a symbol")
        raise unknown_command(self.text, token)

    def fraction(self, token: Token) -> Node:
        top, bottom = self.argument(), self.argument()
        span = (token.span[0], max(bottom.span[1], self.tokens[self.at - 1].span[1]))
        derivative = read_derivative(top, bottom, span)
        if derivative is None and isinstance(top, ast.Product) and is_d_product(top, bottom):
            derivative = product_derivative(top, bottom, span)
        return derivative or ast.Frac(span, top, bottom)

    def root(self, token: Token) -> Node:
        index = 2
        if self.now.kind == "open" and self.now.text == "[":
            node = self.bracket()
            inner = node.inner if isinstance(node, ast.Group) else node
            if not isinstance(inner, ast.Num) or inner.value.denominator != 1 or not 2 <= inner.value <= 64:
                raise self.fail("a root of an unusual order", token=token, expected="a whole number from 2 to 64")
            index = int(inner.value)
        inner = self.argument()
        return ast.Root((token.span[0], max(inner.span[1], self.tokens[self.at - 1].span[1])), inner, index)

    def brace(self, token: Token) -> Node:
        inner = self.argument()
        label, span = None, (token.span[0], inner.span[1])
        if self.now.kind in ("sub", "sup"):
            mark = self.take()
            script = self.script(mark)
            span = (span[0], script.span[1])
            while len(script.tokens) > 1 and script.tokens[0].text in ("=", ":", ":="):  # below it stands `=: \delta`
                script = replace(script, tokens=script.tokens[1:])
            if not any(each.kind == "text" for each in script.tokens):
                label = self.sub_expression(script)
        return ast.Brace(span, inner, label)

    def two_arguments(self, token: Token) -> Node:
        """\\dv{y}{x}, \\pdv{c}{w} of the physics package."""
        top = self.argument()
        if self.now.kind == "open" and self.now.text == "{":
            bottom = self.argument()
            return ast.Derivative((token.span[0], bottom.span[1]), top, bottom)
        return ast.Derivative((token.span[0], top.span[1]), None, top)

    def set_over(self, token: Token) -> Node:
        """\\overset{\\circ}{k}: a letter with a mark of its own."""
        above = self.raw_argument()
        inner = self.argument()
        mark = "".join(each.text for each in above if each.text not in ("{", "}"))
        if not isinstance(inner, ast.Sym) or not mark:
            raise self.fail("a mark over something that is not a symbol", token=token, expected="a symbol")
        return replace(inner, span=(token.span[0], inner.span[1]), accents=(*inner.accents, mark[:20]))

    def norm_command(self, token: Token) -> Node:
        inner = self.argument()
        return ast.Norm((token.span[0], inner.span[1]), inner, bars=1 if token.text == "abs" else 2)

    def binomial(self, token: Token) -> Node:
        """n over k, as a function of two numbers."""
        top, bottom = self.argument(), self.argument()
        span = (token.span[0], max(bottom.span[1], self.tokens[self.at - 1].span[1]))
        return ast.Juxt(span, (ast.Sym(token.span, "binom"), ast.Group(span, ast.Several(span, (top, bottom)), "(")))

    def boxed(self, token: Token) -> Node:
        return self.argument()

    def struck_out(self, token: Token) -> Node:
        raise self.fail("something struck out, which may be there or not", expected="what is meant, written plainly")

    def big(self, token: Token) -> Node:
        self.deeper()
        sub, sup, _ = self.scripts()
        if token.text in ("max", "min") and sub is None and self.now.kind == "open":
            node: Node = ast.Sym(token.span, token.text)
        else:
            if self.now.kind in ("rel", "eof", "close", "amp", "row"):
                raise self.fail(f"\\{token.text} has nothing behind it", expected="what it ranges over")
            body = self.term()
            node = ast.Big((token.span[0], body.span[1]), token.text, sub, sup, body)
        self.depth -= 1
        return node

    def call(self, token: Token) -> Node:
        """The few functions that plain text writes with arguments: diff(P, w), Sum(w*x, (k, 1, 2)), Matrix([[1, 2]])."""
        group = self.bracket()
        assert isinstance(group, ast.Group)
        arguments = list(group.inner.items) if isinstance(group.inner, ast.Several) else [group.inner]
        node = CALLS[token.text](token, arguments, group.span[1])
        if node is None:
            raise self.fail(f"{token.text} with {len(arguments)} arguments", token=token, expected=SHAPES[token.text])
        return node

    def environment(self) -> Node:
        begin = self.take()
        self.open.append(begin)
        self.deeper()
        rows = list[tuple[Node, ...]]()
        cells, conditions = list[Node](), list[tuple[Node | None, str]]()
        cases = begin.text in ("cases", "dcases", "rcases") or self.braced(begin)
        note = ""
        if not cases and begin.text not in MATRICES and begin.text not in ("aligned", "split", "gathered"):
            raise self.fail(f"the environment {begin.text[:40]} inside a formula", token=begin, expected="a matrix or cases")
        while True:
            token = self.now
            if token.kind == "end":
                break
            if token.kind == "eof":
                raise self.fail(f"\\begin{{{begin.text}}} without its end", token=begin, expected=f"\\end{{{begin.text}}}")
            if token.kind == "row":
                self.take()
                if cells:
                    rows.append(tuple(cells))
                    conditions.append((None, note))
                cells, note = [], ""
            elif token.kind in ("amp", "sep"):
                self.take()
            elif cases and cells:
                note += self.case_condition()
            else:
                cells.append(self.expression())
                if self.is_op(",", ".", ";"):
                    self.take()
        end = self.take()
        if end.text != begin.text:
            raise self.fail(f"\\begin{{{begin.text}}} ended by \\end{{{end.text}}}", token=end, expected=f"\\end{{{begin.text}}}")
        if cells:
            rows.append(tuple(cells))
            conditions.append((None, note))
        self.depth -= 1
        self.open.pop()
        span = (begin.span[0], end.span[1])
        if not rows:
            raise self.fail("an environment with nothing in it", token=begin, expected="at least one row")
        if cases:
            return ast.Cases(span, tuple((row[0], None) for row in rows), tuple(note.strip() for _, note in conditions))
        if len({len(row) for row in rows}) != 1:
            raise self.fail("a matrix with rows of different lengths", token=begin, expected="rows of one length")
        node: Node = ast.Matrix(span, tuple(rows))
        if begin.text == "vmatrix":
            raise self.fail("a determinant", token=begin, expected="a matrix in round or square brackets")
        return node

    def braced(self, begin: Token) -> bool:
        r"""Whether a brace on the left alone makes cases of an array: \left\{ \begin{array} ... \end{array} \right."""
        if begin.text not in ("array", "matrix", "aligned") or self.at < 2 or self.tokens[self.at - 2].text != "lbrace":
            return False
        depth = 1
        for at in range(self.at, len(self.tokens)):
            depth += (self.tokens[at].kind == "begin") - (self.tokens[at].kind == "end")
            if not depth:
                return at + 1 == len(self.tokens) or self.tokens[at + 1].kind == "fence"
        return False

    def case_condition(self) -> str:
        """The words or signs of a case, kept as text: `if l = L`, `otherwise`."""
        start, depth = self.now.span[0], 0
        stop = start
        while self.now.kind not in ("row", "end", "eof") or depth:
            token = self.take()
            depth += (token.kind == "begin") - (token.kind == "end")
            stop = token.span[1]
            if self.now.kind == "eof":
                break
        return self.text[start:stop]


def _accent(name: str) -> str:
    return {"widehat": "hat", "widetilde": "tilde", "overline": "bar"}.get(name, name)


_COMMANDS: dict[str, Callable[[Constructs, Token], Node]] = {
    "frac": Constructs.fraction, "sqrt": Constructs.root, "underbrace": Constructs.brace, "overbrace": Constructs.brace,
    "binom": Constructs.binomial, "dbinom": Constructs.binomial, "tbinom": Constructs.binomial, "dv": Constructs.two_arguments, "pdv": Constructs.two_arguments, "odv": Constructs.two_arguments, "dd": Constructs.boxed,
    "overset": Constructs.set_over, "underset": Constructs.set_over, "stackrel": Constructs.set_over, "norm": Constructs.norm_command, "abs": Constructs.norm_command, "boxed": Constructs.boxed, "cancel": Constructs.struck_out,
}  # fmt: skip
