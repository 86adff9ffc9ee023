"""What layers share that make numbers of texts, categories and ranges."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

from blockwright.layers.declaration.layer_functions import Params, unknown_rank
from blockwright.layers.declaration.shapes import Shape
from blockwright.layers.declaration.spec import layer
from blockwright.schema.parameters import Setting

encoding = partial(layer, category="Text and features", rank=unknown_rank, any_dtype=True, has_weights=False)
"""As `layer`, for a layer whose output width depends on its arguments."""

integer_encoding = partial(encoding, sets_dtype=True)
"""The same for a layer that gives integers."""

OutputMode = Annotated[
    str,
    Setting(
        "int gives the place in the list, the others a number for each entry of the list.",
        choices=("int", "one_hot", "multi_hot", "count"),
    ),
]


def one_list_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    """Keras's own account of the shape is right for one list of values for each example."""
    if params["output_mode"] != "int" and len(shapes[0]) != 2:
        return f'With `output_mode` "{params["output_mode"]}" it reads one list of values for each example.'
    return None
