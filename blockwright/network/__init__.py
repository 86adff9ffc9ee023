"""From a design to Keras: its description, the model, the picture and the summary."""

from blockwright.network.describe import describe, describe_inside
from blockwright.network.graph import graph, render
from blockwright.network.model import DesignedModel, build
from blockwright.network.summary import summary

__all__ = ["DesignedModel", "build", "describe", "describe_inside", "graph", "render", "summary"]
