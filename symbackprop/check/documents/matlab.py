"""Lines of MATLAB and Octave as the Python lines that say the same: `W3' * d .* a` is `W3.T @ d * a`; nothing of them is ever run.

What has another meaning there, or none that is known here (a place in a matrix, a division by a matrix, a power of one), is left
out: the name that it gives a value to has no known value from then on. Lines keep their number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

UNKNOWN = "not_read()"  # calls what nothing declares
SIGNS = re.compile(r"\.\*|\.\^|\./|[A-Za-z0-9_)\]]\.?'(?!['(\w])")  # that no other language of formulas has
_TOKEN = re.compile(
    r"(?P<skip>[ \t]+)|(?P<num>\d+\.\d+(?:[eE][+-]?\d+)?|\d+\.(?![*/^'])|\d+(?:[eE][+-]?\d+)?|\.\d+)|(?P<name>[A-Za-z]\w*(?:\.[A-Za-z]\w*)*)"
    r"|(?P<op>\.\*|\./|\.\^|\.'|[-+*/^'(),])"
)
_CALLS = frozenset(["exp", "log", "tanh", "sqrt", "abs", "sigmoid", "logsig", "tansig", "relu", "softplus", "cosh", "max"])
_SPELLED = {"logsig": "sigmoid", "tansig": "tanh"}
_COUNTS = frozenset(["m", "n", "N", "M", "mu", "eta", "alpha", "lambda", "lr", "rho", "beta", "eps", "epsilon"])
_PYTHON = frozenset(["lambda", "and", "or", "not", "is", "in", "def", "del", "from", "pass", "with", "as"])
_ASSIGNS = re.compile(r"(?P<name>[A-Za-z]\w*(?:\.[A-Za-z]\w*)*)(?P<place>(?:\([^=]*\)|\{[^=]*\})?)\s*=(?!=)\s*(?P<value>.*)\Z", re.S)
_COMPOUND = re.compile(r"(?P<name>[A-Za-z]\w*(?:\.[A-Za-z]\w*)*)\s*(?P<op>\.?[*/]|[-+])=(?!=)\s*(?P<value>.*)\Z", re.S)
_COMPOUNDS = {"+": "+=", "-": "-=", "*": "@=", ".*": "*=", "/": "/=", "./": "/="}
_CHANGES = re.compile(r"(?<![=<>~!])(?:\.?[-+*/^]|[|&])?=(?!=)|\+\+|--")  # = += .*= ++, and no comparison
_LAST_NAME = re.compile(r"(?<![\w.])[A-Za-z]\w*(?:\.[A-Za-z]\w*)*\Z")
_TEXT = re.compile(r"(?<![\w)\]}'.])'[^'\n]*'|\"[^\"\n]*\"")
_HANDLE = re.compile(r"@\((?P<params>[\w, ]*)\)\s*(?P<body>.*)\Z", re.S)
_OPENS = re.compile(r"(?:for|parfor|if|while|switch|try|unwind_protect|do)\b")
_TURNS = re.compile(r"(?:else|elseif|case|otherwise|catch|unwind_protect_cleanup)\b")
_ENDS = re.compile(r"(?:end|endfunction|endfor|endif|endwhile|endswitch|end_try_catch|end_unwind_protect|until\b.*)\Z")
_FUNCTION = re.compile(r"function\b(?:\s*(?:\[[^\]]*\]|\w+)\s*=)?\s*(?P<name>\w+)\s*(?:\((?P<params>[^)]*)\))?\s*\Z")
MAX_LINE = 2_000


def is_matlab(text: str) -> bool:
    """Whether a line can only be MATLAB's: a product or power with a dot, a transpose by a stroke.

    >>> is_matlab("d2 = (W3' * d3) .* a2;"), is_matlab("d2 = f'(z2)"), is_matlab("delta2 = W3.T @ d3")
    (True, False, False)
    """
    return "=" in text and "\\" not in text and SIGNS.search(text) is not None


def assigns(text: str) -> bool:
    """Whether a line gives a name, or a part of what it stands for, a value."""
    return _ASSIGNS.match(text.strip()) is not None


def line_in_python(text: str, functions: frozenset[str] = frozenset()) -> str:
    """One assignment in Python; empty where it is none, or cannot be told in Python.

    >>> line_in_python("dW2 = delta2 * a1';"), line_in_python("p = x(3);")
    ('dW2 = delta2 @ a1.T', '')
    """
    found = _ASSIGNS.match(text.strip().rstrip(";, \t"))
    if found is None or found["place"] or len(text) > MAX_LINE:
        return ""
    value = _expression(found["value"], functions)
    return f"{_name(found['name'])} = {value}" if value else ""


def in_python(source: str) -> str:
    """A program in Python, line by line, with blocks where it has them; what cannot be told gives its name an unknown value."""
    out, stack = list[str](), list[str]()
    functions = frozenset(re.findall(r"^[ \t]*(\w+)[ \t]*=[ \t]*@\(", source, re.M))
    for line in _joined(source):
        indent = " " * len(stack)
        statement = line.strip().rstrip(";, \t")
        if not statement:
            out.append("")
        elif found := _FUNCTION.match(statement):
            stack = ["function"]
            params = ", ".join(_name(each.strip()) for each in (found["params"] or "").split(",") if each.strip().isidentifier())
            out.append(f"def {_name(found['name'])}({params}):")
        elif _ENDS.match(statement):
            out.append(f"{indent}pass")
            stack = stack[:-1]
        elif _TURNS.match(statement):
            out.append(indent + (_lost(statement) or "pass"))  # both ways of a branch are lost, whichever is taken
        elif _OPENS.match(statement):
            loop = statement.startswith(("for", "parfor", "while", "do"))
            inside = f"({', '.join(f'{each} := {UNKNOWN}' for each in changed(statement))},)" if changed(statement) else "True"
            out.append(f"{indent}{'while' if loop else 'if'} {inside}:{' pass' * _closes(statement)}")
            stack += ["block"] * (not _closes(statement))
        else:
            out.append(indent + (_statements(statement, functions) or "pass"))
    return "\n".join(out) + "\n" + " " * len(stack) + "pass"


def _closes(statement: str) -> bool:
    return re.search(r"[,; ]end\w*\s*\Z", statement) is not None


def _statements(text: str, functions: frozenset[str]) -> str:
    made = list[str]()
    for part in text.split(";"):
        found = _ASSIGNS.match(part.strip())
        handle = _HANDLE.match(found["value"]) if found is not None else None
        compound = _COMPOUND.match(part.strip())
        value = _expression(compound["value"], functions) if compound is not None and _divides(compound) else ""
        several = re.match(r"\s*\[(?P<names>[^\]]*)\]\s*=", part)
        if compound is not None and value:
            made.append(f"{_name(compound['name'])} {_COMPOUNDS[compound['op']]} {value}")
        elif several:
            made += [f"{_name(each)} = {UNKNOWN}" for each in re.findall(r"[A-Za-z]\w*", several["names"])]
        elif found is not None and handle is not None:
            body = _expression(handle["body"], functions | {each.strip() for each in handle["params"].split(",")})
            made.append(f"{found['name']} = lambda {handle['params']}: {body or UNKNOWN}")
        elif found is not None:
            made.append(line_in_python(part, functions) or _lost(part))
        elif _lost(part):
            made.append(_lost(part))
    return "; ".join(made)


def _divides(compound: re.Match[str]) -> bool:
    """Whether a step of a name is one of numbers where it is a quotient: what is divided by a matrix solves equations."""
    return compound["op"] != "/" or compound["value"].strip() in _COUNTS or re.fullmatch(r"[\d.]+", compound["value"].strip()) is not None


def _lost(text: str) -> str:
    return "; ".join(f"{each} = {UNKNOWN}" for each in changed(text))


def changed(text: str) -> list[str]:
    """The names that something gives another value to, whatever else it does.

    >>> changed("if a == b, e = -e; [p, q(2)] = f(e); end"), changed("W(1, :) .*= 2, k++")
    (['e', 'p', 'q'], ['W', 'k'])
    """
    out = dict[str, None]()
    for sign in _CHANGES.finditer(text[:MAX_LINE]):
        left = text[: sign.start()].rstrip()
        if left.endswith("]"):
            out.update(dict.fromkeys(re.findall(r"(?<![\w.(])[A-Za-z]\w*", left[left.rfind("[") :])))
            continue
        while left.endswith((")", "}")):
            left = _before_bracket(left).rstrip()
        name = _LAST_NAME.search(left[-200:]) or re.match(r"[A-Za-z]\w*", text[sign.end() :].lstrip() if sign.group() in ("++", "--") else "")
        if name:
            out[name.group()] = None
    return list(dict.fromkeys(_name(each) for each in out))


def _before_bracket(text: str) -> str:
    """What stands before the bracket that closes at the end of a text."""
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += (text[at] in ")}") - (text[at] in "({")
        if not depth:
            return text[:at]
    return ""


def _joined(source: str) -> Iterator[str]:
    """The lines without comments; one that goes on in the next is told where it begins, and leaves blanks behind."""
    whole, waiting, comment = "", 0, 0
    for line in source.split("\n"):
        bare = line.strip()
        comment += bare in ("%{", "#{")
        text = "" if comment else _uncommented(line)
        comment -= bare in ("%}", "#}") and comment > 0
        whole += text
        if whole.rstrip().endswith("..."):
            whole, waiting = whole.rstrip()[:-3] + " ", waiting + 1
            continue
        yield whole
        yield from [""] * waiting
        whole, waiting = "", 0
    if waiting:
        yield from [whole] + [""] * (waiting - 1)


def _uncommented(line: str) -> str:
    return re.split(r"%|(?<!\S)#", _TEXT.sub(lambda found: "'" + " " * (len(found.group()) - 2) + "'", line), maxsplit=1)[0]


def _name(text: str) -> str:
    """A name as Python has it: of a field its last word, and none of Python's own words."""
    last = text.rpartition(".")[2]
    return last + "_" if last in _PYTHON else last


def _expression(text: str, functions: frozenset[str]) -> str:
    """The right side in Python; empty where something in it has no such spelling."""
    out, opened, at = list[str](), list[str](), 0
    tokens = list[tuple[str, str, bool]]()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return ""
        if match.lastgroup != "skip":
            tokens.append((str(match.lastgroup), match.group(), at > 0 and text[at - 1].isspace()))
        at = match.end()
    for place, (kind, sign, spaced) in enumerate(tokens):
        before = tokens[place - 1] if place else ("op", "(", False)
        after = tokens[place + 1] if place + 1 < len(tokens) else ("op", ")", False)
        ends = before[0] in ("num", "name") or before[1] in (")", "'", ".'")
        if kind in ("num", "name"):
            if ends or sign.endswith(".T"):
                return ""
            called = kind == "name" and after[1] == "("
            if called and sign not in _CALLS | functions:
                return ""  # a function that nothing here declares, or a place in a matrix
            out.append(_SPELLED.get(sign, _name(sign)) if kind == "name" else sign)
        elif sign in ("'", ".'"):
            if not ends or (spaced and sign == "'"):
                return ""  # a text in quotes, or the transpose of a power
            out.append(".T" if before[0] != "num" else "")
        elif sign == "/":
            number = after[0] == "num" or (after[0] == "name" and after[1] in _COUNTS)
            if not number or (place + 2 < len(tokens) and tokens[place + 2][1] in ("(", "'", ".^", "^")):
                return ""  # a division by a matrix solves equations
            out.append(" / ")
        elif sign == "^":
            return ""
        elif sign == "(":
            if before[0] == "num" or before[1] in (")", "'", ".'"):
                return ""
            opened.append("call" if before[0] == "name" else "(")
            out.append(sign)
        elif sign == ")":
            if not opened:
                return ""
            opened.pop()
            out.append(sign)
        elif sign == ",":
            return ""
        elif sign == ".^" and _goes_on(tokens, place + 1):
            return ""  # (a.^b).^c and (a.^b)' there, from left to right
        else:
            out.append({".*": " * ", "./": " / ", ".^": "**", "*": " @ "}.get(sign, f" {sign} " if ends else sign))
    return "".join(out) if not opened else ""


def _goes_on(tokens: list[tuple[str, str, bool]], at: int) -> bool:
    """Whether another power, or a transpose, stands behind the exponent that begins here."""
    while at < len(tokens) and tokens[at][1] in ("+", "-"):
        at += 1
    depth, at = 0, at + (at < len(tokens) and tokens[at][0] == "name")
    if at < len(tokens) and (tokens[at][1] == "(" or tokens[at][0] == "num"):
        while at < len(tokens):
            depth, at = depth + (tokens[at][1] == "(") - (tokens[at][1] == ")"), at + 1
            if not depth:
                break
    return at < len(tokens) and tokens[at][1] in (".^", "^", "'", ".'")


def in_matlab(python: str) -> str:
    """A corrected line in the writer's own spelling again.

    >>> in_matlab("delta2 = (W3.T @ delta3) * a2 * (1 - a2)**2")
    "delta2 = (W3' * delta3) .* a2 .* (1 - a2).^2"
    """
    return re.sub(r"\*\*|\.T\b|@|\*|⊙|/", lambda sign: {"**": ".^", ".T": "'", "@": "*", "*": ".*", "⊙": ".*", "/": "./"}[sign.group()], python)
