"""What a figure shows, as data: a net, one neuron of it, the stages of backpropagation, a plot. SVG and TikZ draw the same thing.

>>> sorted(KINDS)
['net', 'plot', 'stages', 'zoom']
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symbackprop.derive.derivation import Figure
from symbackprop.errors import unknown_name
from symbackprop.networks import Network
from symbackprop.render.diagram import Diagram, picture
from symbackprop.render.naming import Naming
from symbackprop.render.plots import Plot, plot
from symbackprop.render.views import Strip, stages, zoom

Drawing = Diagram | Strip | Plot
VIEWS: Mapping[str, Callable[..., Drawing]] = {"net": picture, "stages": stages, "zoom": zoom}
KINDS = (*VIEWS, "plot")


def described(figure: Figure, naming: Naming) -> Drawing:
    """The drawing that a derivation asks for, in a notation."""
    if figure.kind == "plot":
        return plot(**dict(figure.options))
    if figure.kind not in VIEWS:
        raise unknown_name("figure", figure.kind, KINDS)
    net = figure.net
    assert isinstance(net, Network)
    return VIEWS[figure.kind](net, naming.for_net(net), **dict(figure.options))
