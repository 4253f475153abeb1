"""A worked example: one forward pass, all deltas, all partial derivatives and one step, in numbers that are right to the digit.

Every number is computed in interval arithmetic with 40 digits; it is shown rounded, and only when both ends of its interval
round to the same decimal. The formulas are those of the derivation with the numbers put in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from symbackprop.derive import shown as S
from symbackprop.derive.derivation import DEFINED, Derivation, Display, Evidence, Section, Step, Table, words
from symbackprop.derive.lines import COST, Writer
from symbackprop.derive.shown import Line, Shown
from symbackprop.errors import DataError, GradientRefused, nearest, quote
from symbackprop.gradients import delta as delta_route
from symbackprop.gradients.algebra import Polynomials
from symbackprop.networks import Network
from symbackprop.proofs.numbers import Evaluation, evaluate, intervals, random_point
from symbackprop.symbols import delta as delta_name

Q = S.Quantity
ROUNDED = "to the digit"
TO_THE_DIGIT = Evidence(ROUNDED, "computed in interval arithmetic; both ends of the interval round to the number shown")
GIVEN = Evidence(DEFINED, "a number of the example")
PUT_IN = Evidence(DEFINED, "the formula with the rounded numbers put in")
LIMIT = 40  # parameters: a longer table of numbers is no example


def example_point(net: Network, seed: int = 0) -> dict[str, Fraction]:
    """Numbers with one decimal for every parameter, input and target."""
    raw = random_point(net, seed)
    point = {name: Fraction(round(float(value) * 5), 10) or Fraction(1, 10) for name, value in raw.items()}
    return point | {name: raw[name] for name in net.targets if net.loss.target_range is not None} | {
        name: abs(point[name]) for name in net.targets if net.loss.target_range is None
    }  # fmt: skip


def read_point(net: Network, data: Mapping[str, Any], where: str) -> tuple[dict[str, Fraction], Fraction]:
    """The numbers and the rate a parsed TOML table gives; DataError names what is missing or unknown."""
    wanted = {*net.inputs, *net.targets, *net.parameters}
    values: dict[str, Fraction] = {}
    for key, value in data.items():
        if not _is_number(value):
            raise DataError("this is not a number for an example", where=f"{where}: {key}", got=quote(value))
        if key not in wanted and key != "rate":
            raise DataError("the net has nothing of this name", where=where, got=quote(key),
                            expected="inputs, targets, parameters and rate", try_=" or ".join(nearest(key, wanted)) or None)  # fmt: skip
        values[key] = Fraction(str(value)) if isinstance(value, float) else Fraction(value)
    missing = sorted(wanted - values.keys())
    if missing:
        raise DataError(
            "the example gives no number for this",
            where=where,
            expected="a number for every name",
            got=", ".join(missing[:8]),
        )
    return {name: values[name] for name in wanted}, values.get("rate", Fraction(1, 2))


def _is_number(value: Any) -> bool:
    plain = isinstance(value, int | float | Fraction) and not isinstance(value, bool)
    return plain and value == value and bool(abs(value) <= 10**9)


@dataclass(frozen=True)
class Worked:
    """The numbers of one example, each an interval."""

    net: Network
    point: Mapping[str, Fraction]
    rate: Fraction
    digits: int = 4

    @cached_property
    def numbers(self) -> dict[tuple[str, str], Any]:
        """(kind, name) to an interval."""
        context, algebra = intervals(), Polynomials()
        recursion = delta_route.polynomials(self.net, algebra)
        deltas, partials = dict(recursion.deltas()), dict(recursion.partials())
        evaluation = Evaluation(self.net, self.point, context)
        values = evaluation.generators(deltas.items(), algebra.generators)
        found: dict[tuple[str, str], Any] = {("cost", ""): evaluation.cost}
        for unit in self.net.units:
            found["net_input", unit.name], found["output", unit.name] = evaluation.z[unit.name], evaluation.a[unit.name]
            found["delta", unit.name] = values[delta_name(unit.name)]
        for name, poly in partials.items():
            found["partial", name] = evaluate(poly, algebra.generators, values, context)
        return found

    def number(self, kind: str, name: str) -> S.Number:
        """The number shown for a quantity."""
        if (kind, name) in self.numbers:
            return rounded(self.numbers[kind, name], self.digits)
        if kind == "one":
            return S.Number(Fraction(1))
        return given(self.point[name] if name in self.point else Fraction(0))

    def put_in(self, form: Shown) -> Shown:
        """The form with every quantity replaced by its number."""

        def change(each: Shown) -> Shown:
            return self.number(each.kind, each.name) if isinstance(each, S.Quantity) and each.kind != "slope" else each

        return S.rewrite(form, change)

    def stepped(self) -> Worked:
        """The example after one step: every parameter changed at once, from the old values (to the digits shown)."""
        up = 1 if self.net.loss.sense == "maximise" else -1
        moved = {
            name: self.point[name] + up * self.rate * rounded(self.numbers["partial", name], 12).value
            for name in self.net.parameters
        }
        return replace(self, point={**self.point, **moved})


def rounded(interval: Any, digits: int) -> S.Number:
    """The decimal both ends of an interval round to, with more digits tried where they part; DataError where they never meet."""
    low, high = (_fraction(end) for end in interval._mpi_)
    for places in (digits, digits + 1, digits + 2):
        one, two = _round(low, places), _round(high, places)
        if one == two:
            return S.Number(one, places)
    raise DataError(
        "a number of this example lies too near the middle between two decimals to be rounded", got=str(interval)[:60]
    )


def _fraction(end: tuple[int, int, int, int]) -> Fraction:
    sign, mantissa, exponent, _ = end
    return (-1 if sign else 1) * Fraction(int(mantissa)) * Fraction(2) ** exponent


def _round(value: Fraction, digits: int) -> Fraction:
    scaled = Decimal(value.numerator * 10 ** (digits + 30) // value.denominator).scaleb(-30)
    return Fraction(int(scaled.quantize(Decimal(1), ROUND_HALF_EVEN)), 10**digits)


def given(value: Fraction) -> S.Number:
    """A number as it was given: a decimal where it ends, else a fraction."""
    for digits in range(13):
        if (value * 10**digits).denominator == 1:
            return S.Number(value, digits) if digits else S.Number(value)
    return S.Number(value)


def _about(left: Shown | None, right: Shown) -> Step:
    return Step(Line(left, right, "approx"), "", TO_THE_DIGIT if isinstance(right, S.Number) else PUT_IN)


def _forward(writer: Writer, example: Worked) -> Iterator[Step]:
    """z with the numbers put in, its value, and a, unit by unit."""
    for unit in writer.net.units:
        yield _about(Q("net_input", unit.name), example.put_in(writer.net_input(unit)))
        yield _about(None, example.number("net_input", unit.name))
        yield _about(Q("output", unit.name), example.number("output", unit.name))


def _backward(writer: Writer, example: Worked) -> Iterator[Step]:
    """The deltas, with the numbers put in where the formula holds quantities alone."""
    for unit in writer.backwards():
        value = example.number("delta", unit.name)
        form = None if unit.group is not None else writer.delta(unit)
        if form is not None and writer.sign > 0 and not any(each.kind == "slope" for each in _quantities(form)):
            yield _about(Q("delta", unit.name), example.put_in(form))
            yield _about(None, value)
        else:
            yield _about(Q("delta", unit.name), S.Number(writer.sign * value.value, value.digits))


def _one_step(example: Worked, after: Worked) -> tuple[tuple[Shown, ...], ...]:
    """A row for every parameter: before, partial derivative, change, after."""
    up = example.net.loss.sense == "maximise"
    return tuple(
        (
            Q("weight", name),
            given(example.point[name]),
            example.number("partial", name),
            rounded(after_change(example, name, up), example.digits),
            rounded_fraction(after.point[name], example.digits),
        )
        for name in example.net.parameters
    )


def require_example(net: Network) -> None:
    """Refuse a worked example that no page can hold or that has no numbers.

    Raises: DataError for a net with too many parameters; GradientRefused where an activation or the loss is undefined.
    """
    if len(net.parameters) > LIMIT:
        raise DataError("a worked example takes a line for every parameter", where=net.name, expected=f"at most {LIMIT} parameters",
                        got=str(len(net.parameters)), try_="a small net of the same kind")  # fmt: skip
    undefined = [f"activation of {unit.name}" for unit in net.units if unit.activation.value is None and not unit.activation.vector]
    undefined += ["loss"] if net.loss.value is None else []
    if undefined:
        raise GradientRefused("what is undefined has no numbers, so there is no example to work through", where=", ".join(undefined[:4]),
                              try_="sigmoid and half_squared in its place, or the derivation without an example")  # fmt: skip


def worked(
    writer: Writer, point: Mapping[str, Fraction] | None = None, rate: Fraction = Fraction(1, 2)
) -> tuple[Section, ...]:
    """The sections of a worked example of the writer's net."""
    net = writer.net
    example = Worked(net, point or example_point(net), rate)
    after = example.stepped()
    up = net.loss.sense == "maximise"

    values: list[tuple[Shown, Shown]] = [(Q("input", name), given(example.point[name])) for name in net.inputs]
    values += [(Q("target", name), given(example.point[name])) for name in net.targets]
    values += [(Q("rate"), given(example.rate)), *((Q("weight", name), given(example.point[name])) for name in net.parameters)]
    start = tuple(Step(Line(form, number), "definition", GIVEN) for form, number in values)
    return (
        Section("A worked example", (
            words("Take one example and these parameters:"), Table(("", ""), (), start),
            words("From here on numbers are rounded; the sign beside a line says that its number is right to the last digit. Forward:"),
            Display(tuple(_forward(writer, example))), Display((_about(COST, example.number("cost", "")),)),
            words("Backward:"), Display(tuple(_backward(writer, example))),
            words("One step for every parameter:"),
            Table(("parameter", "before", "partial derivative", "change", "after"), _one_step(example, after)),
            words(f"With the new parameters the {'performance on' if up else 'cost of'} the same example goes from ",
                  example.number("cost", ""), " to ", after.number("cost", ""), "."),
        )),
    )  # fmt: skip


def after_change(example: Worked, name: str, up: bool) -> Any:
    """rate times partial derivative, with the sign of the step, as an interval."""
    context = intervals()
    rate = context.mpf(example.rate.numerator) / example.rate.denominator
    return example.numbers["partial", name] * rate * (1 if up else -1)


def rounded_fraction(value: Fraction, digits: int) -> S.Number:
    """An exact number rounded for show."""
    return S.Number(_round(value, digits), digits)


def _quantities(form: Shown) -> list[S.Quantity]:
    return [each for each in form.walk() if isinstance(each, S.Quantity)]


def with_example(
    derivation: Derivation, writer: Writer, point: Mapping[str, Fraction] | None, rate: Fraction
) -> Derivation:
    """The derivation with the worked example before its last section."""
    *before, last = derivation.sections
    return replace(derivation, sections=(*before, *worked(writer, point, rate), last))
