"""From a design to Keras: its catalog, its description, the model, the picture and the summary."""

from blockwright.modeling.catalog import catalog
from blockwright.modeling.describe import describe, describe_inside
from blockwright.modeling.graph import graph, render
from blockwright.modeling.model import DesignedModel, build
from blockwright.modeling.summary import summary

__all__ = ["DesignedModel", "build", "catalog", "describe", "describe_inside", "graph", "render", "summary"]
