"""A derivation that we print carries its net, so that the checker proves every line of it, whatever net it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbackprop import check_file, derive, render
from symbackprop.networks import Network
from symbackprop.specs import as_data, read_data, read_written

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.mark.parametrize("name", ["nine_neurons", "not_layered", "tied", "fan_out", "parametric_relu"])
@pytest.mark.parametrize("form", ["tex", "md"])
def test_the_derivation_of_any_net_is_proved_line_by_line(name: str, form: str, tmp_path: Path) -> None:
    text = render(derive(Network.from_toml(str(EXAMPLES / f"{name}.toml"))), form)
    path = tmp_path / (f"mine.{form}")
    path.write_text(text)
    assert "sbp: net=" in path.read_text()
    findings = check_file(path)
    verdicts = [finding.verdict for finding in findings if finding.verdict.name not in ("NO CLAIM", "DEFINED")]
    assert len(verdicts) > 10 and all(each.holds for each in verdicts)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_net_written_out_is_read_back(path: Path) -> None:
    net = Network.from_toml(str(path))
    again = read_data(as_data(net))
    plain = [{key: value for key, value in unit.items() if key not in ("layer", "index")} for unit in net.description()["units"]]
    assert again.description()["units"] == plain
    assert (again.inputs, again.ones, again.outputs, again.targets, again.loss) == (
        net.inputs, net.ones, net.outputs, net.targets, net.loss)  # fmt: skip


@pytest.mark.parametrize("text", ["{", "[1]", "{}", '{"inputs": ["x"], "units": 3, "outputs": []}', "{" * 2000])
def test_a_net_that_cannot_be_is_refused_in_words(text: str) -> None:
    from symbackprop.errors import SymbackpropError

    with pytest.raises(SymbackpropError):
        read_written(text)
