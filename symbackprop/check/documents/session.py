"""A document read from top to bottom: statements, chains, continued displays, definitions, and what follows from a slip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from symbackprop.check.deciding.claims import decide
from symbackprop.check.deciding.counting import layers_counted
from symbackprop.check.deciding.finding import Defined, Finding, Remarked, Unreadable
from symbackprop.check.documents import in_language
from symbackprop.check.documents.beside import Beside, comparisons, under_what_stands_beside
from symbackprop.check.documents.code_lines import Line
from symbackprop.check.documents.explained import explain, refused
from symbackprop.check.documents.found import Found
from symbackprop.check.documents.latest import of_the_latest
from symbackprop.check.documents.prose import Sentence, assumes, is_condition, is_restricted
from symbackprop.check.documents.settings import Directive, Settings, read_directive
from symbackprop.check.documents.slips import Slip, follows, in_words, raised_label, with_reservations, withheld
from symbackprop.check.documents.twice import Made, Twice, defined_again, first_definition
from symbackprop.check.documents.worked import Given, gives, is_numeric, judge
from symbackprop.check.meaning.declared import declare
from symbackprop.check.meaning.define import (
    about_indices,
    assigned,
    is_number,
    kinds,
    learn,
    tuple_of_definitions,
    updates,
    variables_of,
)
from symbackprop.check.meaning.link import Link, Unknown
from symbackprop.check.meaning.over_examples import count_examples, puts_mean_into_delta
from symbackprop.check.meaning.scope import Definition, Scope, spelling
from symbackprop.check.meaning.steps import blanked, places_dropped, unnumbered
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.damage import DAMAGE
from symbackprop.check.reading.macros import Macro, reach
from symbackprop.check.reading.statements import Item, Remark, parse_conditions, parse_formula
from symbackprop.check.reading.statements import Malformed as Unparsed
from symbackprop.check.reading.syntax import Node, Relation, Span, Statement, Token
from symbackprop.errors import ParseError, SymbackpropError
from symbackprop.proofs.verdict import Malformed, Verdict

NO_CLAIM = ("to", "mapsto", "subset", "notin", "in")


@dataclass
class Session:
    """The state of reading: what is declared, what is defined, which side a next display would continue."""

    settings: Settings
    file: str = "formula"
    strict: bool = False
    explain: bool = True
    macros: dict[str, Macro] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    latex: bool | None = None
    alone: bool = False  # a single formula: an unknown name on the left is unresolved, not a definition
    input_layer: int | None = None  # what the document calls the layer of its inputs, where it does not say so itself
    elsewhere: bool = False  # the text never speaks of neurons: letters may be anything there
    _scope: Scope | None = None
    _last: tuple[Node, str] | None = None  # the last side of the last display
    _inline: tuple[Node, str] | None = None  # the last side of the last formula of any kind
    _where: tuple[str, ...] = ()
    _declared: set[str] = field(default_factory=set)  # defined by a directive, for good
    _sentence: Sentence = field(default_factory=Sentence)
    broken: str = ""  # why nothing can be judged until the next directive
    _expect_false: bool = False
    _numbered: tuple[Span, ...] = ()  # where the formula at hand numbers its steps
    _premise: bool = False  # an arrow leads on from the formula at hand
    _head: Node | None = None  # what a chain of numbers is about
    _pending: list[Definition] = field(default_factory=list)
    _given: Given = field(default_factory=dict)  # the numbers of a worked example
    _beside: Beside = field(default_factory=Beside)  # comparisons of the display at hand: claims, or conditions of the equation before them
    _slips: list[Slip] = field(default_factory=list)
    _twice: Twice = field(default_factory=Twice)  # letters that are defined more than once

    @property
    def scope(self) -> Scope:
        """The scope of the settings in force, made when first needed."""
        if self._scope is None:
            self._scope = self.settings.scope()
            if self.input_layer is not None and not self.settings.counted:
                self._scope.count_from(self.input_layer)
            self._scope.macros = self.macros
        return self._scope

    # -- documents ------------------------------------------------------------------------------------------------

    def read(self, found: Iterable[Found]) -> list[Finding]:
        """Every formula of a document, in order."""
        for each in found:
            if each.kind == "directive":
                self._obey(each)
            elif each.kind == "heading":
                self._last = self._inline = None
                self._twice.section += 1
                self._forget_numbers()
            elif each.kind == "page":
                self._scope, self._last, self._inline, self._given = None, None, None, {}
            elif each.kind in DAMAGE:
                self._note(each, (0, len(each.text)), Unreadable(reason=DAMAGE[each.kind]))
            elif self.settings.off and not isinstance(each, Line):
                self._note(each, (0, len(each.text)), Remarked(reason="switched off by a directive"))
            else:
                in_language.judge(each, self)
        return self.findings

    def _obey(self, found: Found) -> None:
        try:
            self._apply(read_directive(found.text, self.settings), found)
        except SymbackpropError as error:
            self.broken = f"the directive on line {found.line} cannot be used: {error.what}"
            self._note(replace(found, kind="directive", offset=0), (0, len(found.text)), refused(error))

    def _apply(self, directive: Directive, found: Found) -> None:
        if directive.settings != self.settings:
            self.broken = ""
            if replace(directive.settings, notation=self.settings.notation) != self.settings:
                self._given = {}
            self.settings, self._scope, self._last = directive.settings, None, None
            _ = self.scope  # a net that cannot be is complained about here
        self._where += directive.where
        self._expect_false = directive.expect_false or self._expect_false
        if directive.define:
            self._declared |= declare(directive.define, self.scope, self.macros)

    def _forget_numbers(self) -> None:
        """What a text called x = 2 is a number for one section at most."""
        known = self.scope.definitions if self._scope is not None else {}
        for name in [name for name, each in known.items() if not each.params and is_number(each.body) and name not in self._declared]:
            del known[name]

    def enter(self, settings: Settings, definitions: Iterable[str] = ()) -> None:
        """Go on under other settings, with nothing remembered but the slips."""
        self.settings, self._scope, self._last, self._given = settings, None, None, {}
        for text in definitions:
            self._declared |= declare(text, self.scope, self.macros)

    # -- one formula ----------------------------------------------------------------------------------------------

    def formula(self, found: Found) -> None:
        """Every statement of one formula or display."""
        if self.broken:
            self._note(found, (0, len(found.text)), Unknown(reason=self.broken))
            return
        reach(self.macros, found.line, found.column)
        self.items(parse_formula(found.text, macros=self.macros, names=self.scope.words, latex=self.latex, change=self._unnumbered), found)

    def items(self, items: list[Item], found: Found) -> None:
        """Every statement of what has been parsed."""
        (where, self._where), (expect, self._expect_false) = (self._where, ()), (self._expect_false, False)
        try:
            conditions = parse_conditions((*self.settings.where, *where), self.macros)
        except ParseError as error:  # a formula is not judged without a condition that its author wrote
            self._note(found, (0, len(found.text)), Unknown(reason=f"{error.what}: {error.got}"))
            return
        start, self._beside = len(self.findings), comparisons(items, self.scope)
        self.scope.lengthen()
        if self._sentence.ends_before(found):
            self._sentence, self._inline = self._sentence.after(found), None
        for item in items:
            self._item(item, found, conditions)
        for finding in self.findings[start:]:
            if expect and finding.verdict.name != "NO CLAIM":
                finding.expected_false = True

    def _unnumbered(self, tokens: list[Token]) -> list[Token]:
        """The formula without the number of the step behind its quantities, where the letter for it means nothing else."""
        changed = unnumbered(tokens, self.scope)
        self._numbered = places_dropped(tokens, changed)
        return changed

    def _item(self, item: Item, found: Found, conditions: tuple[Relation, ...]) -> None:
        if isinstance(item, Unparsed):
            error = item.error
            verdict = Malformed(reason=error.what, position=error.position, expected=error.expected or "",
                                notes=(error.where,) if error.where else ())  # fmt: skip
            self._note(found, item.span, verdict, blame=(error.position, error.position + 1))
            return
        if isinstance(item, Remark):
            self._note(found, item.span, Remarked(reason=item.reason))
            if len(item.nodes) == 1:
                self._head = item.nodes[0]
                self._remember((item.nodes[0], found.text[slice(*item.nodes[0].span)]), found)
            return
        if about_indices(item.relation, self.scope) and item.relation.sides[0] is not None:
            if is_condition(found) or item.span[0] > 0:  # `for $l = L$`, or behind a formula of the same display
                self._sentence.narrow(item.relation, self._slips)
            self._note(found, item.span, Remarked(reason="says what an index is"))
            return
        if all(op in NO_CLAIM for op in self._ops(item.relation)):
            self._note(found, item.span, Remarked(reason="a type, a mapping or a membership, not an equation"))
            return
        sides = list(item.relation.sides)
        texts = [found.text[slice(*side.span)] if side is not None else "" for side in sides]
        if sides[0] is None:
            before = self._last if found.kind == "display" else self._inline
            if before is None:
                self._note(found, item.span, Unknown(reason="it continues a formula, and there is none before it"))
                return
            sides[0], texts[0] = before
        elif not is_numeric(sides[0]):
            self._head = sides[0]
        nodes = [side for side in sides if side is not None]
        self._premise = item.premise
        # where a link stands in the file: the left side of a continued display is elsewhere
        for index, (left, op, right) in enumerate(zip(nodes, self._ops(item.relation), nodes[1:])):
            first = index == 0 and item.relation.sides[0] is None
            span = (item.relation.spans[index][0] if first else left.span[0], right.span[1])
            sign = found.text[slice(*item.relation.spans[index])]
            text = f"{texts[index]} {sign} {texts[index + 1]}"
            self._link(Link(left, op, right, span), text, texts[index], found, (*conditions, *item.conditions), index == 0,
                       item.relation.spans[index][0] if index else None, item.ignored)  # fmt: skip
        self._remember((nodes[-1], texts[-1]), found)
        while self._pending:
            learn(self._pending.pop(), self.scope)
        self._claims_inside(item, found, conditions)

    def _remember(self, side: tuple[Node, str], found: Found) -> None:
        self._inline = side
        if found.kind == "display":
            self._last = side

    def _ops(self, relation: Relation) -> tuple[str, ...]:
        """The signs of a chain, with those that assign to a weight or a bias of the net read as updates."""
        pairs = zip(relation.sides, relation.ops, relation.sides[1:])
        return tuple("<-" if left is not None and right is not None and updates(left, op, right, self.scope) else op
                     for left, op, right in pairs)  # fmt: skip

    def _claims_inside(self, item: Statement, found: Found, conditions: tuple[Relation, ...]) -> None:
        """underbrace: what is written below claims to be what stands above."""
        for side in item.relation.sides:
            for node in side.walk() if side is not None else ():
                if isinstance(node, ast.Brace) and node.label is not None:
                    link = Link(node.inner, "=", node.label, node.span)
                    self._link(link, found.text[slice(*node.span)], "", found, conditions, False)

    def _link(
        self, link: Link, text: str, left_text: str, found: Found, conditions: tuple[Relation, ...], first: bool,
        sign: int | None = None, words: tuple[str, ...] = (),
    ) -> None:
        scope = self.scope
        link.left, link.right = scope.named(link.left), scope.named(link.right)
        if link.op in NO_CLAIM:
            self._note(found, link.span, Remarked(reason="an arrow between formulas, not an equation"), text=text)
            return
        forced = link.op == ":=" and not (isinstance(link.left, ast.Sym) and kinds(link.left, scope))
        supposed = assumes(found, link.left) or self._premise
        keeps = first and not (supposed and is_number(link.right))  # `at z = 0` gives no value to keep
        made = first_definition(link, scope, forced) if keeps else None
        several = tuple_of_definitions(link.left, link.right, scope) if first and link.op in ("=", ":=") and not self.alone else []
        if several:
            return self._defines(several, "defines " + ", ".join(each.name for each in several), link, found, text)
        if first and link.op == "<-" and not self.alone and (variable := assigned(link.left, link.right, scope)) is not None:
            self._pending.append(variable)  # an algorithm's variable, which has its new value from the next formula on
            self._note(found, link.span, Defined(reason=f"gives {variable.name} a value"), text=text)
            return
        if made is not None and (not self.alone or link.op == ":="):
            return self._defines([made], f"defines {made.name}", link, found, text)
        if isinstance(link.left, ast.Sym) and link.op == "=":  # kept for chain rules through the author's own variables
            scope.equations.setdefault(spelling(link.left), []).append(link.right)
        scope.in_delta = scope.in_delta or puts_mean_into_delta(link, scope)
        trial = self._trial(link)
        given = gives(link, trial) if not self.alone else None
        if given is not None:
            self._given[given[0]] = given[1]
            self._note(found, link.span, Defined(reason=f"gives {given[0][-1]} the number {given[1]}"), text=text)
            return
        worked = judge(link, found.text, trial, self._given, self._head)
        anew = partial(self._judged, link, conditions)
        verdict = worked if worked is not None else self._sentence.narrowed(decide(link, trial, conditions), anew)
        if worked is None:
            verdict = of_the_latest(link, layers_counted(link, verdict, trial, conditions), conditions, scope, self._trial(link))
            verdict = self._twice.under_either(link, verdict, conditions, scope, self._trial(link))
        if worked is None and self._beside:
            verdict = under_what_stands_beside(link, verdict, self._beside, anew, lambda each: self._judged(each, conditions, ()))
        verdict = with_reservations(verdict, link, found.text, trial)
        if supposed and not verdict.holds:
            self._note(found, link.span, Remarked(reason="a condition of its sentence, not a claim"), text=text)
            self._sentence.restrict(text, self._slips, Relation((link.left, link.right), (link.op,), (link.span,)))
            return
        if verdict.name in ("REFUTED", "UNDEFINED"):
            bare = worked is None and not self.alone and isinstance(link.left, ast.Sym) and is_number(link.right)
            verdict = withheld(link, verdict, words, trial, bare, self.elsewhere, self._declared)
            self._sentence.suppose(found, verdict, text, self._slips)
        verdict = in_words(verdict, words)
        if verdict.name in ("REFUTED", "UNDEFINED") and (self._sentence.under or is_restricted(found)):
            verdict = self._sentence.conditional(verdict)
        label = raised_label(link, scope) if worked is None else ""
        if label:
            verdict = Unknown(reason=f"the raised number of {label} may be a label or a power: this text defines symbols with raised "
                                        "numbers, and no net says which", notes=("declare the net and the notation",))
        verdict = verdict if self.alone or worked is not None else self._twice.activation(link, verdict, self._trial)
        fresh = defined_again(link, scope) if first and not verdict.holds and not self.alone else None
        if fresh is not None:
            verdict = self._twice.second(fresh, verdict, found, scope, fresh.name in self._declared)
            if isinstance(verdict, Defined):
                return self._defines([fresh], verdict.reason, link, found, text)
        finding = self._note(found, link.span, verdict, text=text, blame=link.blame)
        self._sentence.said.append((finding, len(self._slips), anew))
        if sign is not None:  # a later link of a chain stands where its sign stands
            finding.line, finding.column = found.place(sign)
        if verdict.name not in ("REFUTED", "UNDEFINED"):
            return
        slip = follows(link, left_text, conditions, self._slips, self._trial) if not self.strict else ""
        if slip:
            finding.follows = slip
            return
        if self.explain:
            explain(finding, link, scope, self._trial(link), conditions, blanked(found.text, self._numbered))
        self._slips.append(Slip(spelling(link.left) if isinstance(link.left, ast.Sym) else "", left_text, link.right, finding.place, link.left))

    def _defines(self, made: Sequence[Made], reason: str, link: Link, found: Found, text: str) -> None:
        for each in made:
            self._twice.learn(each, self.scope, found)
        self._note(found, link.span, Defined(reason=reason), text=text)

    def _judged(self, link: Link, conditions: tuple[Relation, ...], more: tuple[Relation, ...]) -> Verdict:
        return decide(replace(link), self._trial(link), (*conditions, *more))

    def _trial(self, link: Link) -> Scope:
        """A scope of its own for one link, so that readings and undeclared letters are this link's."""
        scope = self.scope
        trial = scope.fresh()
        if self._numbered:
            trial.notes["read the letter in brackets behind each quantity as the number of the step"] = None
        trial.world, trial.indexed, trial.equations, trial.velocities = scope.world, scope.indexed, scope.equations, scope.velocities
        count_examples(link, scope, trial)
        trial.free |= variables_of(link.left, scope) | variables_of(link.right, scope)
        return trial

    def remark(self, found: Found, reason: str, kind: type[Verdict] = Remarked) -> None:
        """Something that is no claim."""
        self._note(found, (0, len(found.text)), kind(reason=reason))

    def _note(
        self, found: Found, span: Span, verdict: Verdict, *, text: str | None = None, blame: Span | None = None
    ) -> Finding:
        line, column = found.place(span[0])
        shown = " ".join((text if text is not None else found.text[slice(*span)]).split())
        finding = Finding(self.file, line, column, shown, verdict, found.label, span, found.text, blame)
        self.findings.append(finding)
        return finding
