"""Pictures: every neuron and edge is drawn, labels keep off one another, SVG is well formed and alone, TikZ compiles."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from nets import NINE
from typeset import compiled, faults

from symbackprop.__main__ import main
from symbackprop.errors import NameUnknown
from symbackprop.networks import Network
from symbackprop.notation import notation
from symbackprop.render import placing, svg, tikz
from symbackprop.render.diagram import Diagram, marked, picture
from symbackprop.render.layout import Glyph, width
from symbackprop.render.naming import Naming
from symbackprop.render.placing import EM, Arrow, Spot, bent, settled
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
    captions = [caption for caption, _ in stages(net, naming).stages]
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
def test_tikz_compiles(net: Network, tmp_path: Path) -> None:
    naming = Naming(notation("graph"), net)
    views = [picture(net, naming, deltas=True), stages(net, naming), zoom(net, naming, net.units[0].name, deltas=True)]
    for at, view in enumerate(views):
        folder = tmp_path / str(at)
        folder.mkdir()
        assert faults(compiled(tikz.page(view), folder)) == []


def test_svg_and_tikz_draw_the_same_stages() -> None:
    """Each neuron, arrow and caption of a strip stands in both."""
    net = Network.layered([2, 3, 1])
    strip = stages(net, Naming(notation("nielsen"), net))
    svg_text, tikz_text = svg.drawn(strip), tikz.drawn(strip)
    drawn_arrows = sum(len(view.arrows) for _, view in strip.stages)
    assert svg_text.count('<path class="arrow') == tikz_text.count(r"\draw[sbp ") == drawn_arrows
    assert all(caption in svg_text and caption in tikz_text for caption, _ in strip.stages)
    assert svg_text.count("arrow hot") == tikz_text.count("sbp hot") == 1 + 3


CROWDED = Network.layered([5, 4, 3, 2]), Network.layered([3, 4, 2], bias="neuron"), Network.layered([2, 6, 3, 2])


@pytest.mark.parametrize("net", [*NETS, *CROWDED], ids=lambda net: net.name)
def test_no_label_lies_on_a_label_or_a_neuron(net: Network) -> None:
    made = picture(net, Naming(notation("nielsen" if net.depths else "graph"), net))
    assert settled(made.spots, made.arrows)[2] == 0


def test_two_labels_in_one_place_are_counted() -> None:
    """The planted fault: two arrows between the same two neurons, with nowhere to go."""
    spots = [Spot("a", 0, 0, "input"), Spot("b", 1.3, 0, "hidden")]
    assert settled(spots, [Arrow("a", "b", Glyph("w")), Arrow("a", "b", Glyph("v"))])[2] > 0


def test_an_arrow_bends_round_a_neuron_in_its_way() -> None:
    spots = [Spot("a", 0, 0, "input"), Spot("b", 3, 0, "hidden"), Spot("c", 6, 0, "output")]
    straight, skip = bent(spots, [Arrow("a", "b"), Arrow("a", "c")])
    assert straight.bend == 0 and abs(skip.bend) > 0.5
    made = Diagram(tuple(spots), (straight, skip))
    assert "Q" in svg.drawn(made) and "controls" in tikz.drawn(made)


def test_the_bias_and_the_delta_of_a_neuron_from_near_are_drawn() -> None:
    net = Network.layered([2, 3, 2])
    made = zoom(net, Naming(notation("nielsen"), net), "u1_2", deltas=True)
    assert [spot.name for spot in made.spots if spot.beside] == ["(sum)"]
    assert [spot.name for spot in made.spots if spot.below] == ["u1_2", "u2_1", "u2_2"]
    assert svg.drawn(made).count('class="below"') == 3
    assert (
        len(zoom(Network.layered([50, 40, 1]), Naming(notation("nielsen"), Network.layered([50, 40, 1])), "u1_1").spots)
        < 12
    )


MANY = *CROWDED, Network.layered([2, 2, 2, 2, 2]), Network.layered([3, 3, 3]), Network.layered([5, 6, 1])


@pytest.mark.parametrize("net", MANY, ids=lambda net: net.name)
def test_no_arrow_runs_through_the_label_of_another(net: Network) -> None:
    """Every label that is left stands on its own arrow alone; where the arrows leave room, none is left out."""
    made = picture(net, Naming(notation("nielsen"), net))
    assert settled(made.spots, made.arrows)[2:] == (0, 0)
    labelled = {arrow.key for arrow in made.arrows if arrow.label is not None}
    edges = [(edge.source, unit) for unit in net.units for edge in unit.edges]
    assert len(labelled) == len(edges) or (len(edges) > 20 and len(labelled) > 12)


def test_a_label_on_another_arrow_is_counted() -> None:
    """The planted fault: an arrow close beside another, with nowhere else for the label to go."""
    spots = [Spot("a", 0, 0, "input"), Spot("b", 3, 0, "hidden"), Spot("c", 0, 0.05, "input"), Spot("d", 3, 0.05, "hidden")]
    assert settled(spots, [Arrow("a", "b", Glyph("w")), Arrow("c", "d")])[3] == 1


def test_the_weight_to_be_adjusted_keeps_its_label(tmp_path: Path) -> None:
    out = tmp_path / "n.svg"
    assert main(["draw", "5-4-3-2", "--notation", "nielsen", "--mark", "w1_2_3", "--out", str(out)]) == 0
    assert "to be adjusted" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize("weight", ["w1_1_1", "w1_2_1", "w1_2_2", "w1_3_1", "w1_3_2", "w2_1_2"])
def test_the_words_under_a_marked_weight_lie_on_no_label(weight: str) -> None:
    """They stood where nobody had made room for them, under the next label."""
    net = Network.layered([2, 3, 1])
    made = marked(picture(net, Naming(notation("winston"), net), keep=weight), weight)
    where = made.by_name
    boxes = [(arrow.mark, placing._box(arrow, where, arrow.at)) for arrow in made.arrows if arrow.label is not None]
    ((_, own),) = [each for each in boxes if each[0]]
    assert not [box for mark, box in boxes if not mark and placing._meet(own, box)]
    assert not placing._on_neuron(own, where)


@pytest.mark.parametrize("net", NETS[:3], ids=lambda net: net.name)
def test_no_label_hides_the_head_of_its_arrow(net: Network) -> None:
    made = picture(net, Naming(notation("winston" if not net.ones else "graph"), net))
    where = made.by_name
    labelled = [arrow for arrow in made.arrows if arrow.label is not None]
    assert not [arrow for arrow in labelled if placing._inside(placing._head(placing.path(arrow, where)), placing._box(arrow, where, arrow.at))]
