"""From a design to Keras: its catalog, its description, the model, the picture and the summary."""

from blockwright.modeling.catalog import catalog
from blockwright.modeling.describe import describe
from blockwright.modeling.model import DesignedModel, build

__all__ = ["DesignedModel", "build", "catalog", "describe"]
