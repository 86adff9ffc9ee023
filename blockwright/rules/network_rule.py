"""What a rule about a network as a whole is."""

from typing import ClassVar

from blockwright.inference.shape_view import ShapeView
from blockwright.schema.rules import Rule


class NetworkRule(Rule[ShapeView]):
    """A rule about a network's shapes and costs.

    A subclass in any module of `blockwright.rules` is found by being there. Its fixes are tried before they are
    offered.

    Attributes:
        inside: whether it is also asked about the inside of a block of the design's own.
    """

    inside: ClassVar[bool] = False
