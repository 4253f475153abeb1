"""Pictures: every neuron and edge is drawn, labels keep off one another, SVG is well formed and alone, TikZ compiles."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from nets import NINE
from test_latex_documents import compiled, faults

from symbackprop.__main__ import main
from symbackprop.errors import NameUnknown
from symbackprop.networks import Network
from symbackprop.notation import notation
from symbackprop.render import svg
from symbackprop.render.diagram import EM, picture
from symbackprop.render.layout import width
from symbackprop.render.naming import Naming
from symbackprop.render.views import stages, zoom
from symbackprop.specs import read_data

NETS = [
    Network.layered([2, 3, 1]),
    Network.layered([2, 2, 2, 2]),
    Network.layered([3, 4, 2], bias="neuron"),
    read_data(NINE),
]


def drawn(net: Network, name: str = "graph", **options: bool) -> str:
    return svg.svg(picture(net, Naming(notation(name), net), **options), standalone=True)


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.name)
def test_everything_is_drawn_once(net: Network) -> None:
    made = picture(net, Naming(notation("graph"), net))
    assert {spot.name for spot in made.spots} == {*net.inputs, *net.ones, *net.by_name, "(cost)"}
    edges = [(arrow.start, arrow.end) for arrow in made.arrows if arrow.end != "(cost)"]
    assert sorted(edges) == sorted((edge.source, unit.name) for unit in net.units for edge in unit.edges)
    root = ElementTree.fromstring(drawn(net, deltas=True))
    assert "script" not in {element.tag.rpartition("}")[2] for element in root.iter()}


@pytest.mark.parametrize("net", NETS[:2], ids=lambda net: net.name)
def test_labels_do_not_lie_on_one_another(net: Network) -> None:
    made = picture(net, Naming(notation("nielsen"), net))
    where, boxes = made.by_name, []
    for arrow in made.arrows:
        if arrow.label is not None:
            one, two, half = where[arrow.start], where[arrow.end], EM * width(arrow.label) / 2
            boxes.append((one.x + arrow.at * (two.x - one.x), one.y + arrow.at * (two.y - one.y), half))
    for k, (x, y, half) in enumerate(boxes):
        assert not any(abs(x - u) < (half + w) * 0.8 and abs(y - v) < 0.2 for u, v, w in boxes[:k])


def test_a_big_net_is_abridged() -> None:
    text = drawn(Network.layered([784, 30, 10]), "nielsen")
    assert len(text) < 30_000 and text.count("<circle") < 40


def test_one_neuron_from_near_and_the_stages() -> None:
    net = Network.layered([2, 3, 2])
    naming = Naming(notation("nielsen"), net)
    assert len(zoom(net, naming, "u1_2", deltas=True).spots) == 2 + 2 + 1 + 2
    captions = [caption for caption, _ in stages(net, naming)]
    assert captions[0] == "deltas of the last layer" and len(captions) == 4
    with pytest.raises(NameUnknown):
        zoom(net, naming, "u9_9")


def test_the_command_writes_and_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "n.svg"
    assert main(["draw", "2-3-1", "--stages", "--out", str(out)]) == 0
    ElementTree.fromstring(out.read_text(encoding="utf-8"))
    assert main(["draw", "2-3-1", "--out", str(tmp_path / "n.gif")]) == 2
    assert main(["draw", "2-3-1", "--zoom", "u7_1", "--out", str(out)]) == 2
    assert "u1_1" in capsys.readouterr().err


def test_hostile_names_are_only_drawn() -> None:
    text = drawn(Network.layered([1, 1], name="<script>x</script>"))
    assert "<script" not in text and not re.search(r'href="http', text)


@pytest.mark.slow
@pytest.mark.parametrize("net", NETS, ids=lambda net: net.name)
def test_tikz_compiles(net: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from symbackprop.commands.draw import _tex

    assert faults(compiled(str(_tex(picture(net, Naming(notation("graph"), net)), ".tex")), tmp_path)) == []
