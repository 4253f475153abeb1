"""Tokens to trees: a descent parser for one expression.

    expression  ->  [sign] term { (+ | -) term }
    term        ->  factor { (times | cdot | / | odot | circ | ...) factor }
    factor      ->  item item item ...          one flat juxtaposition
    item        ->  atom with scripts, primes and powers
    atom        ->  number | name | bracket | fraction | root | big operator | lambda | matrix | ...

Depth is counted, never left to Python's stack; every complaint says where, what was expected and which bracket is open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from symbackprop.check import syntax as ast
from symbackprop.check import vocabulary as words
from symbackprop.check.syntax import Node, Script, Span, Token
from symbackprop.check.tokens import MAX_DEPTH, problem, unknown_command
from symbackprop.check.vocabulary import word_set
from symbackprop.errors import ParseError

TERM_OPS = word_set(
    "times cdot / odot circ otimes star @ oplus :"
)
MATRICES = frozenset(["matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "smallmatrix", "array"])
ACCENTS = word_set(
    "hat dot ddot bar vec tilde widehat widetilde overline underline"
)
BIG = word_set(
    "sum prod int max min sup inf lim argmax argmin arg"
)
_END = Token("eof", "the end of the formula", (0, 0))
_STARTS = word_set(
    "num name open cmd begin text dots fence prime"
)
_NORMS = ("|", "||")


class Parser:
    """Reads expressions from a list of tokens; `text` is only for complaints."""

    def __init__(self, tokens: list[Token], text: str, *, letters_of_d: bool = True) -> None:
        self.tokens, self.text, self.at = tokens, text, 0
        self.depth = 0
        self.open: list[Token] = []
        self.bars: list[str] = []
        self.letters_of_d = letters_of_d

    # -- looking ------------------------------------------------------------------------------------------------------

    @property
    def now(self) -> Token:
        if self.at < len(self.tokens):
            return self.tokens[self.at]
        last = self.tokens[-1].span[1] if self.tokens else 0
        return replace(_END, span=(last, last))

    def peek(self, ahead: int = 1) -> Token:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else _END

    def take(self) -> Token:
        token = self.now
        self.at += 1
        return token

    def is_op(self, *names: str) -> bool:
        return self.now.kind == "op" and self.now.text in names

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
            derivative: Node | None = _derivative(top, bottom, span)
            rest = list[Node]()
            if derivative is None and isinstance(bottom, ast.Juxt):
                head, tail = _split_derivative(bottom)
                if head is not None:
                    derivative, rest = _derivative(top, head, span), tail
                if derivative is None and isinstance(top, ast.Num) and isinstance(bottom.items[0], ast.Num):
                    derivative = ast.Frac((top.span[0], bottom.items[0].span[1]), top, bottom.items[0])
                    rest = list(bottom.items[1:])
            if derivative is not None:
                lead = list[Node]()
                if isinstance(derivative, ast.Derivative) and isinstance(top, ast.Juxt):
                    lead, _ = _lead(top)
                factors[at : at + 2] = [_juxt([*lead, derivative, *rest])]
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
        while self.starts_item():
            items.append(self.item())
        self.depth -= 1
        return _juxt(items)

    def starts_item(self) -> bool:
        token = self.now
        if token.kind == "cmd" and token.text in ("right",):
            return False
        if token.kind == "op" and token.text in _NORMS:
            return not (self.bars and self.bars[-1] == token.text)
        return token.kind in _STARTS and not (token.kind == "fence" and token.text == "right")

    # -- items ----------------------------------------------------------------------------------------------------

    def item(self) -> Node:
        node = self.atom()
        sub, sup, primes = self.scripts()
        if self.is_op("**"):
            self.take()
            self.deeper()
            sign = self.sign()
            exponent = self.item()
            self.depth -= 1
            if sign < 0:
                exponent = ast.Add(exponent.span, (exponent,), (-1,))
            node = self.attach(node, sub, sup, primes)
            return ast.Power((node.span[0], exponent.span[1]), node, exponent)
        if sub or sup or primes:
            node = self.attach(node, sub, sup, primes)
        if self.at_point():
            self.take()
            self.take()
            point = self.script(self.now)
            node = ast.At((node.span[0], point.span[1]), node, point)
        return node

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
            elif token.kind == "sub":
                self.take()
                subs.append(self.script(token))
            elif token.kind == "sup":
                self.take()
                script = self.script(token)
                bare = [each for each in script.tokens if not (each.kind == "cmd" and each.text == "prime")]
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
            return Script(tuple(inside), (opened.span[0], token.span[1]))
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

    def attach(self, node: Node, sub: Script | None, sup: Script | None, primes: int) -> Node:
        if not (sub or sup or primes):
            return node
        span = (node.span[0], max([s.span[1] for s in (sub, sup) if s] + [node.span[1] + primes]))
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

    # -- atoms ----------------------------------------------------------------------------------------------------

    def atom(self) -> Node:
        token = self.now
        if token.kind == "num":
            self.take()
            return ast.Num(token.span, Fraction(token.text))
        if token.kind == "name":
            return self.name()
        if token.kind == "open":
            return self.bracket()
        if token.kind == "op" and token.text in _NORMS:
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
        if token.kind == "fence" and token.text == "left":
            self.take()
            return self.atom()
        if token.kind in ("sub", "sup"):
            raise self.fail("a script with nothing to hang on", expected="a symbol, a number or a bracket before it")
        if token.kind == "close":
            raise self.fail("a closing bracket that nothing opened" if not self.open else "a bracket that does not match",
                            expected=self.wanted() if self.open else "a symbol, a number or an opening bracket")  # fmt: skip
        raise self.fail("something is missing here", expected="a symbol, a number or an opening bracket")

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
        if name in _CALLS and self.now.kind == "open" and self.now.text == "(":
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
        if opened.text == "{" and not isinstance(inner, ast.Several):
            return replace(inner, span=span) if isinstance(inner, (ast.Sym, ast.Num)) else ast.Group(span, inner, "")
        return ast.Group(span, inner, opened.text)

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
            raise self.fail("an accent on something that is not a symbol", token=token, expected="a symbol")
        raise unknown_command(self.text, token)

    def fraction(self, token: Token) -> Node:
        top, bottom = self.argument(), self.argument()
        span = (token.span[0], max(bottom.span[1], self.tokens[self.at - 1].span[1]))
        derivative = _derivative(top, bottom, span)
        if derivative is None and isinstance(top, ast.Product) and _is_d_product(top, bottom):
            derivative = _product_derivative(top, bottom, span)
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
        return ast.Root((token.span[0], inner.span[1]), inner, index)

    def brace(self, token: Token) -> Node:
        inner = self.argument()
        label, span = None, (token.span[0], inner.span[1])
        if self.now.kind in ("sub", "sup"):
            mark = self.take()
            script = self.script(mark)
            span = (span[0], script.span[1])
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

    def norm_command(self, token: Token) -> Node:
        inner = self.argument()
        return ast.Norm((token.span[0], inner.span[1]), inner, bars=1 if token.text == "abs" else 2)

    def boxed(self, token: Token) -> Node:
        return self.argument()

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
        node = _CALLS[token.text](token, arguments, group.span[1])
        if node is None:
            raise self.fail(f"{token.text} with {len(arguments)} arguments", token=token, expected=_CALL_SHAPES[token.text])
        return node

    def environment(self) -> Node:
        begin = self.take()
        self.open.append(begin)
        self.deeper()
        rows = list[tuple[Node, ...]]()
        cells, conditions = list[Node](), list[tuple[Node | None, str]]()
        cases = begin.text in ("cases", "dcases", "rcases")
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


def _juxt(items: list[Node]) -> Node:
    if len(items) == 1:
        return items[0]
    return ast.Juxt((items[0].span[0], items[-1].span[1]), tuple(items))


_D = ("d", "partial")


def _is_d(node: Node) -> bool:
    return isinstance(node, ast.Sym) and node.name in _D and not (node.sub or node.primes or node.accents)


def _order(node: Node) -> int | None:
    """1 for a plain d, n for d^n, None when the superscript is no number."""
    if not isinstance(node, ast.Sym) or node.sup is None:
        return 1
    text = node.sup.text
    return int(text) if text.isdigit() and len(text) < 3 else None


def _lead(top: ast.Juxt) -> tuple[list[Node], list[Node]]:
    """What stands before the d of a slash derivative: `x dP/dw` is x times dP/dw."""
    index = next((i for i, item in enumerate(top.items) if _is_d(item)), 0)
    return list(top.items[:index]), list(top.items[index:])


def _derivative(top: Node, bottom: Node, span: Span) -> ast.Derivative | None:
    """d y over d x, with the d upright, italic or curly; anything else is a fraction."""
    if not (isinstance(bottom, ast.Juxt) and len(bottom.items) == 2 and _is_d(bottom.items[0])):
        return None
    by, mark = bottom.items[1], bottom.items[0]
    assert isinstance(mark, ast.Sym)
    if not isinstance(by, (ast.Sym, ast.Group)) or mark.sup:
        return None
    if isinstance(top, ast.Sym) and _is_d(top) and (order := _order(top)):
        return ast.Derivative(span, None, by, order) if order == 1 else _higher(span, None, by, order)
    if not isinstance(top, ast.Juxt):
        return None
    lead, items = _lead(top)
    if not _is_d(items[0]) or len(items) < 2 or _spelling(items[0]) != _spelling(mark):
        return None
    order = _order(items[0])
    if order is None:
        return None
    what = _juxt(items[1:])
    if lead and span[0] == top.span[0]:
        span = (items[0].span[0], span[1])
    return ast.Derivative(span, what, by) if order == 1 else _higher(span, what, by, order)


def _higher(span: Span, what: Node | None, by: Node, order: int) -> ast.Derivative | None:
    # d^2 y / d x^2: the order below hangs on x, where it looks like a power or a layer
    if isinstance(by, ast.Sym) and by.sup is not None and by.sup.text == str(order):
        return ast.Derivative(span, what, replace(by, sup=None), order)
    return None


def _spelling(node: Node) -> str:
    return node.name if isinstance(node, ast.Sym) else ""


def _split_derivative(bottom: ast.Juxt) -> tuple[Node | None, list[Node]]:
    if len(bottom.items) > 2 and _is_d(bottom.items[0]):
        return _juxt(list(bottom.items[:2])), list(bottom.items[2:])
    return None, []


def _is_d_product(top: ast.Product, bottom: Node) -> bool:
    first = top.factors[0]
    return isinstance(first, ast.Juxt) and _is_d(first.items[0]) and isinstance(bottom, ast.Juxt) and _is_d(bottom.items[0])


def _product_derivative(top: ast.Product, bottom: Node, span: Span) -> ast.Derivative | None:
    """\\frac{\\partial w_r \\times o_l}{\\partial w_r}: the d stands before the whole product."""
    first = top.factors[0]
    assert isinstance(first, ast.Juxt)
    stripped = _juxt(list(first.items[1:]))
    whole = ast.Product(top.span, (stripped, *top.factors[1:]), top.ops)
    return _derivative(_juxt([first.items[0], whole]), bottom, span)


_COMMANDS: dict[str, Callable[[Parser, Token], Node]] = {
    "frac": Parser.fraction, "sqrt": Parser.root, "underbrace": Parser.brace, "overbrace": Parser.brace,
    "dv": Parser.two_arguments, "pdv": Parser.two_arguments, "odv": Parser.two_arguments, "dd": Parser.boxed,
    "norm": Parser.norm_command, "abs": Parser.norm_command, "boxed": Parser.boxed, "cancel": Parser.boxed,
}  # fmt: skip


def _sym(name: str, span: Span) -> ast.Sym:
    return ast.Sym(span, name)


def _call_diff(token: Token, arguments: list[Node], stop: int) -> Node | None:
    if len(arguments) != 2:
        return None
    return ast.Derivative((token.span[0], stop), arguments[0], arguments[1])


def _call_ratio(token: Token, arguments: list[Node], stop: int) -> Node | None:
    return ast.Frac((token.span[0], stop), *arguments) if len(arguments) == 2 else None


def _call_sum(token: Token, arguments: list[Node], stop: int) -> Node | None:
    op = "sum" if token.text == "Sum" else "prod"
    if len(arguments) != 2 or not isinstance(arguments[1], ast.Group) or not isinstance(arguments[1].inner, ast.Several):
        return None
    index, *limits = arguments[1].inner.items
    if not isinstance(index, ast.Sym) or len(limits) != 2 or not all(isinstance(each, (ast.Num, ast.Sym)) for each in limits):
        return None
    low, high = (_raw(each) for each in limits)
    sub = Script((Token("name", index.name, index.span), Token("rel", "=", index.span), low), index.span)
    return ast.Big((token.span[0], stop), op, sub, Script((high,), high.span), arguments[0])


def _raw(node: Node) -> Token:
    if isinstance(node, ast.Num):
        return Token("num", str(node.value), node.span)
    assert isinstance(node, ast.Sym)
    return Token("name", node.name, node.span)


def _call_matrix(token: Token, arguments: list[Node], stop: int) -> Node | None:
    if len(arguments) != 1 or not isinstance(arguments[0], ast.Group):
        return None
    rows = list[tuple[Node, ...]]()
    inner = arguments[0].inner
    for row in inner.items if isinstance(inner, ast.Several) else (inner,):
        if isinstance(row, ast.Group) and row.bracket == "[":
            rows.append(row.inner.items if isinstance(row.inner, ast.Several) else (row.inner,))
        else:
            rows.append((row,))
    return ast.Matrix((token.span[0], stop), tuple(rows)) if len({len(row) for row in rows}) == 1 else None


def _call_transpose(token: Token, arguments: list[Node], stop: int) -> Node | None:
    if len(arguments) != 1:
        return None
    mark = Script((Token("name", "T", token.span),), token.span)
    return ast.Group((token.span[0], stop), arguments[0], "(", sup=mark)


def _call_abs(token: Token, arguments: list[Node], stop: int) -> Node | None:
    return ast.Norm((token.span[0], stop), arguments[0], bars=1) if len(arguments) == 1 else None


def _call_binary(op: str) -> Callable[[Token, list[Node], int], Node | None]:
    def build(token: Token, arguments: list[Node], stop: int) -> Node | None:
        if len(arguments) != 2:
            return None
        factors = tuple(ast.Group(each.span, each, "(") if isinstance(each, ast.Add) else each for each in arguments)
        return ast.Group((token.span[0], stop), ast.Product((token.span[0], stop), factors, (op,)), "(")

    return build


def _call_sqrt(token: Token, arguments: list[Node], stop: int) -> Node | None:
    return ast.Root((token.span[0], stop), arguments[0]) if len(arguments) == 1 else None


_CALLS: dict[str, Callable[[Token, list[Node], int], Node | None]] = {
    "diff": _call_diff, "Derivative": _call_diff, "Rational": _call_ratio, "Sum": _call_sum, "Product": _call_sum,
    "Matrix": _call_matrix, "transpose": _call_transpose, "Abs": _call_abs, "abs": _call_abs,
    "multiply": _call_binary("odot"), "outer": _call_binary("otimes"), "matmul": _call_binary("@"), "dot": _call_binary("@"),
}  # fmt: skip
_CALL_SHAPES = {
    "diff": "diff(what, by)", "Derivative": "Derivative(what, by)", "Rational": "Rational(1, 2)",
    "Sum": "Sum(term, (index, first, last))", "Product": "Product(term, (index, first, last))",
    "Matrix": "Matrix([[1, 2], [3, 4]])", "transpose": "transpose(w)", "Abs": "Abs(x)", "abs": "abs(x)",
    "multiply": "multiply(a, b)", "outer": "outer(a, b)", "matmul": "matmul(a, b)", "dot": "dot(a, b)",
}  # fmt: skip


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
