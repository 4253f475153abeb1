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
    r"(?P<skip>[ \t]+)|(?P<num>\d+\.?\d*(?:[eE][+-]?\d+)?(?![*/^'])|\d+(?:[eE][+-]?\d+)?|\.\d+)|(?P<name>[A-Za-z]\w*(?:\.[A-Za-z]\w*)*)"
    r"|(?P<op>\.\*|\./|\.\^|\.'|[-+*/^'(),])"
)
_CALLS = frozenset(["exp", "log", "tanh", "sqrt", "abs", "sigmoid", "logsig", "tansig", "relu", "softplus", "cosh", "max"])
_SPELLED = {"logsig": "sigmoid", "tansig": "tanh"}
_COUNTS = frozenset(["m", "n", "N", "M", "mu", "eta", "alpha", "lambda", "lr", "rho", "beta", "eps", "epsilon"])
_PYTHON = frozenset(["lambda", "and", "or", "not", "is", "in", "def", "del", "from", "pass", "with", "as"])
_ASSIGNS = re.compile(r"(?P<name>[A-Za-z]\w*(?:\.[A-Za-z]\w*)*)(?P<place>(?:\([^=]*\)|\{[^=]*\})?)\s*=(?!=)\s*(?P<value>.*)\Z", re.S)
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
            out.append(f"{indent}pass")  # both ways of a branch are lost, whichever is taken
        elif _OPENS.match(statement):
            loop = statement.startswith(("for", "parfor", "while", "do"))
            out.append(f"{indent}{'while True' if loop else 'if unknown'}:" if not _closes(statement) else f"{indent}pass")
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
        several = re.match(r"\s*\[(?P<names>[^\]]*)\]\s*=", part)
        if several:
            made += [f"{_name(each)} = {UNKNOWN}" for each in re.findall(r"[A-Za-z]\w*", several["names"])]
        elif found is not None and handle is not None:
            body = _expression(handle["body"], functions | {each.strip() for each in handle["params"].split(",")})
            made.append(f"{found['name']} = lambda {handle['params']}: {body or UNKNOWN}")
        elif found is not None:
            made.append(line_in_python(part, functions) or f"{_name(found['name'])} = {UNKNOWN}")
    return "; ".join(made)


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
    return re.split(r"%|(?<!\S)#", line, maxsplit=1)[0]


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
            if not ends or (spaced and sign == "'") or (place > 1 and tokens[place - 2][1] == ".^"):
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
        else:
            out.append({".*": " * ", "./": " / ", ".^": "**", "*": " @ "}.get(sign, f" {sign} " if ends else sign))
    return "".join(out) if not opened else ""


def in_matlab(python: str) -> str:
    """A corrected line in the writer's own spelling again.

    >>> in_matlab("delta2 = (W3.T @ delta3) * a2 * (1 - a2)**2")
    "delta2 = (W3' * delta3) .* a2 .* (1 - a2).^2"
    """
    return re.sub(r"\*\*|\.T\b|@|\*|⊙|/", lambda sign: {"**": ".^", ".T": "'", "@": "*", "*": ".*", "⊙": ".*", "/": "./"}[sign.group()], python)
