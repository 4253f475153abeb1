"""Tokens to trees: a descent parser for one expression.

    expression  ->  [sign] term { (+ | -) term }
    term        ->  factor { (times | cdot | / | odot | circ | ...) factor }
    factor      ->  item item item ...          one flat juxtaposition
    item        ->  atom with scripts, primes and powers
    atom        ->  number | name | bracket | fraction | root | big operator | lambda | matrix | ...

Depth is counted, never left to Python's stack; every complaint says where, what was expected and which bracket is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from math import factorial

from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading import vocabulary as words
from symbackprop.check.reading.atoms import NORMS
from symbackprop.check.reading.calls import CALLS, METHODS, SHAPES
from symbackprop.check.reading.complaints import unknown_command
from symbackprop.check.reading.constructs import Constructs
from symbackprop.check.reading.differentials import juxt, lead_of, read_derivative, split_derivative
from symbackprop.check.reading.syntax import Node, Script, Token
from symbackprop.check.reading.vocabulary import word_set

TERM_OPS = word_set(
    "times cdot bullet / odot circ otimes star circledast @ oplus :"
)
MAX_FACTORIAL = 200
_PARTNER = {"(": ")", "[": "]"}
_STARTS = word_set(
    "num name open cmd begin text dots fence prime"
)


def _indices(tokens: list[Token]) -> Iterator[Token]:
    r"""The tokens of a script, two indices that are typed as a word by themselves: \text{kj}."""
    for token in tokens:
        two = token.kind == "text" and len(token.text) == 2 and set(token.text) <= set("ijklm")
        yield from (Token("name", letter, token.span) for letter in token.text) if two else (token,)


class Parser(Constructs):
    """Reads expressions from a list of tokens; `text` is only for complaints."""

    # -- sums and products ----------------------------------------------------------------------------------------

    def expression(self) -> Node:
        """A sum of terms."""
        self.deeper()
        terms, signs = list[Node](), list[int]()
        start = self.now.span[0]
        sign = self.sign()
        while True:
            terms.append(self.term())
            signs.append(sign)
            if not self.is_op("+", "-"):
                break
            sign = self.sign()
        self.depth -= 1
        if len(terms) == 1 and signs[0] == 1:
            return terms[0]
        return ast.Add((start, terms[-1].span[1]), tuple(terms), tuple(signs))

    def sign(self) -> int:
        sign = 1
        if self.is_op("pm", "mp"):
            raise self.fail("a formula with two signs at once", expected="one sign: write the two formulas out")
        while self.is_op("+", "-"):
            sign = -sign if self.take().text == "-" else sign
        return sign

    def term(self) -> Node:
        factors, ops = [self.factor()], list[str]()
        while self.now.kind == "op" and self.now.text in TERM_OPS:
            ops.append(self.take().text)
            factors.append(self.factor())
        if not ops:
            return factors[0]
        self.slashes(factors, ops)
        if not ops:
            return factors[0]
        return ast.Product((factors[0].span[0], factors[-1].span[1]), tuple(factors), tuple(ops))

    def slashes(self, factors: list[Node], ops: list[str]) -> None:
        """dP/dw written with a slash is a derivative; 1/2 x is one half of x, as everybody means it."""
        at = 0
        while at < len(ops):
            if ops[at] != "/":
                at += 1
                continue
            top, bottom = factors[at], factors[at + 1]
            span = (top.span[0], bottom.span[1])
            derivative: Node | None = read_derivative(top, bottom, span)
            rest = list[Node]()
            if derivative is None and isinstance(bottom, ast.Juxt):
                head, tail = split_derivative(top, bottom)
                if head is not None:
                    derivative, rest = read_derivative(top, head, span), tail
                if derivative is None and isinstance(top, ast.Num) and isinstance(bottom.items[0], ast.Num):
                    derivative = ast.Frac((top.span[0], bottom.items[0].span[1]), top, bottom.items[0])
                    rest = list(bottom.items[1:])
            if derivative is not None:
                lead = list[Node]()
                if isinstance(derivative, ast.Derivative) and isinstance(top, ast.Juxt):
                    lead, _ = lead_of(top)
                factors[at : at + 2] = [juxt([*lead, derivative, *rest])]
                del ops[at]
            else:
                at += 1

    def factor(self) -> Node:
        """A run of items; a sign is allowed in front, for `a \\times -1`."""
        self.deeper()
        if self.is_op("+", "-"):
            start = self.now.span[0]
            sign = self.sign()
            inner = self.factor()
            self.depth -= 1
            return inner if sign == 1 else ast.Add((start, inner.span[1]), (inner,), (-1,))
        items = [self.item()]
        while (bar := self.at_point()) or self.starts_item():
            if bar:  # the bar evaluates the whole product before it
                self.take()
                self.take()
                point = self.script(self.now)
                items = [ast.At((items[0].span[0], point.span[1]), juxt(items), point)]
            else:
                items.append(self.item())
        self.depth -= 1
        return juxt(items)

    def starts_item(self) -> bool:
        token = self.now
        if token.kind == "cmd" and token.text in ("right",):
            return False
        if token.kind == "op" and token.text in NORMS:
            return not (self.bars and self.bars[-1] == token.text)
        return token.kind in _STARTS and not (token.kind == "fence" and token.text == "right")

    # -- items ----------------------------------------------------------------------------------------------------

    def item(self) -> Node:
        node = self.numbered(self.atom())
        sub, sup, primes = self.scripts()
        stop = self.tokens[min(self.at, len(self.tokens)) - 1].span[1]  # the cursor stands behind the end after a broken script
        if self.is_op("**"):
            self.take()
            self.deeper()
            sign = self.sign()
            exponent = self.item()
            self.depth -= 1
            if sign < 0:
                exponent = ast.Add(exponent.span, (exponent,), (-1,))
            node = self.attach(node, sub, sup, primes, stop)
            return ast.Power((node.span[0], exponent.span[1]), node, exponent)
        if sub or sup or primes:
            node = self.attach(node, sub, sup, primes, stop)
        if self.is_op("!"):
            mark = self.take()
            whole = isinstance(node, ast.Num) and node.value.denominator == 1 and 0 <= node.value <= MAX_FACTORIAL
            if not isinstance(node, ast.Num) or not whole:
                raise self.fail("a factorial of something else than a small whole number", token=mark, expected=f"0! to {MAX_FACTORIAL}!")
            node = ast.Num((node.span[0], mark.span[1]), Fraction(factorial(int(node.value))))
        while self.is_op(".") and self.peek().text in METHODS and self.peek(2).text == "(":
            node = self.method(node)
        return node

    def method(self, node: Node) -> Node:
        """a.dot(b), dZ.sum(axis=1): the function of the same name with one argument more."""
        self.take()
        name = self.take()
        stop = self.now.span[1]
        arguments = list[Node]()
        if self.peek().kind == "close":
            stop = self.peek().span[1]
            self.at += 2
        else:
            group = self.bracket()
            inner = group.inner if isinstance(group, ast.Group) else group
            arguments, stop = list(inner.items) if isinstance(inner, ast.Several) else [inner], group.span[1]
        call = METHODS[name.text]
        found = CALLS[call](Token(name.kind, call, (node.span[0], name.span[1])), [node, *arguments], stop)
        if found is None:
            raise self.fail(f".{name.text}() with {len(arguments)} arguments", token=name, expected=SHAPES[call])
        return found

    def numbered(self, node: Node) -> Node:
        """c0 is the letter c with the number 0, as c_0 is; nobody writes a product this way round."""
        letter = isinstance(node, ast.Sym) and len(node.name) == 1 and node.name.isascii() and node.name not in "de"
        if not letter or self.now.kind != "num" or self.now.span[0] != node.span[1] or not self.now.text.isdigit():
            return node
        number = self.take()
        assert isinstance(node, ast.Sym)
        return replace(node, span=(node.span[0], number.span[1]), sub=Script((number,), number.span))

    def at_point(self) -> bool:
        """`|_{x=a}`: a bar with a subscript evaluates what stands before it."""
        return self.is_op("|") and self.peek().kind == "sub" and (not self.bars or self.bars[-1] != "|")

    def scripts(self) -> tuple[Script | None, Script | None, int]:
        subs, sup, primes = list[Script](), None, 0
        while True:
            token = self.now
            if token.kind == "prime":
                primes += 1
                self.take()
            elif token.kind == "open" and token.text == "{" and self.peek().kind == "close" and self.peek().text == "}":
                self.at += 2  # an empty group, as in w_{jk}{}^l
            elif token.kind == "sub":
                self.take()
                subs.append(self.script(token))
            elif token.kind == "sup" and subs and [each.text for each in self.tokens[self.at + 1 : self.at + 3]] == ["{", "}"]:
                self.at += 3  # \sum_{k}^{}, as word processors write it
            elif token.kind == "sup":
                self.take()
                script = self.script(token)
                bare = [each for each in script.tokens if not (each.kind == "prime" or (each.kind == "cmd" and each.text == "prime"))]
                primes += len(script.tokens) - len(bare)
                if not bare:
                    continue
                if sup is not None:
                    ticks = sup.text in ("T", "*") or script.text in ("T", "*")
                    if not ticks:
                        raise self.fail("two superscripts on one symbol", token=token, expected="one superscript, or brackets")
                    sup = Script((*sup.tokens, *bare), (sup.span[0], script.span[1]))
                else:
                    sup = Script(tuple(bare), script.span)
            else:
                break
        if not subs:
            return None, sup, primes
        tokens = list(subs[0].tokens)
        for more in subs[1:]:
            tokens += [Token("op", ",", more.span), *more.tokens]
        return Script(tuple(tokens), (subs[0].span[0], subs[-1].span[1])), sup, primes

    def script(self, mark: Token) -> Script:
        token = self.now
        if token.kind == "open" and token.text == "{":
            opened, depth, start = self.take(), 1, self.at
            while depth:
                token = self.now
                if token.kind == "eof":
                    raise self.fail("a bracket that is never closed", token=opened, expected="}")
                depth += (token.kind == "open" and token.text == "{") - (token.kind == "close" and token.text == "}")
                self.at += 1
            inside = self.tokens[start : self.at - 1]
            if not inside:
                raise self.fail("an empty script", token=mark, expected="an index or a power")
            return Script(tuple(_indices(inside)), (opened.span[0], token.span[1]))
        if token.kind == "open" and token.text in ("(", "["):  # e^(-x), h^(1): the brackets are the script
            opened, start, depth = token, self.at, 0
            while self.now.kind != "eof":
                depth += (self.now.kind == "open") - (self.now.kind == "close")
                self.at += 1
                if not depth:
                    found = tuple(self.tokens[start : self.at])
                    if len(found) < 3:
                        raise self.fail("an empty script", token=mark, expected="an index or a power")
                    return Script(found, (opened.span[0], found[-1].span[1]))
            raise self.fail("a bracket that is never closed", token=opened, expected=_PARTNER[opened.text])
        if token.kind in ("num", "name", "text", "cmd") or (token.kind == "op" and token.text in ("times", "+", "-", "star")):
            if token.kind == "num" and token.text.isdigit() and len(token.text) > 1 and self.text[token.span[0] : token.span[1]] == token.text:
                first = Token("num", token.text[0], (token.span[0], token.span[0] + 1))  # TeX takes one digit
                self.tokens[self.at] = Token("num", token.text[1:], (token.span[0] + 1, token.span[1]))
                return Script((first,), first.span)
            self.take()
            if token.kind == "cmd" and token.text == "frac":
                inside = [token]
                for _ in range(2):
                    inside += self.raw_argument()
                return Script(tuple(inside), (token.span[0], inside[-1].span[1]))
            if token.kind == "cmd" and token.text not in words.STRUCTURE:
                raise unknown_command(self.text, token)
            return Script((token,), token.span)
        raise self.fail("a script without anything in it", expected="an index or a power after _ or ^")

    def raw_argument(self) -> list[Token]:
        start = self.at
        if self.now.kind != "open":
            self.take()
        else:
            self.script(self.now)
        return self.tokens[start : self.at]

    def attach(self, node: Node, sub: Script | None, sup: Script | None, primes: int, stop: int = 0) -> Node:
        if not (sub or sup or primes):
            return node
        span = (node.span[0], max([s.span[1] for s in (sub, sup) if s] + [node.span[1], stop if primes else 0]))
        if isinstance(node, ast.Sym) and not (node.sub or node.sup or node.primes):
            return replace(node, span=span, sub=sub, sup=sup, primes=primes)
        if isinstance(node, ast.Group) and not (node.sub or node.sup or node.primes):
            return replace(node, span=span, sub=sub, sup=sup, primes=primes)
        if isinstance(node, ast.Norm):
            return replace(node, span=span, sub=sub, sup=sup)
        if isinstance(node, ast.Num) and sup and not sub and not primes:
            return ast.Power(span, node, self.sub_expression(sup))
        return ast.Group(span, node, "", sub, sup, primes)

    def sub_expression(self, script: Script) -> Node:
        """A script read as an expression, for powers."""
        return parse_script(script, self.text, self.depth)


def parse_script(script: Script, text: str, depth: int = 0) -> Node:
    """A raw script read as an expression: what a power needs, never an index.

    Raises ParseError when it is none.
    """
    parser = Parser(list(script.tokens), text)
    parser.depth = depth + 1
    node = parser.list_of_expressions("")
    if parser.at < len(parser.tokens):
        raise parser.fail("a power that cannot be read", expected="an expression")
    return node
