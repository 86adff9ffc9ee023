"""Activations: functions of every number, which make stacked layers more than one."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

from blockwright.layers.declaration.axes import axis_rule
from blockwright.layers.declaration.layer_functions import Params, no_products, same_shape
from blockwright.layers.declaration.settings import ActivationName, Axis, Initializer
from blockwright.layers.declaration.shapes import Shape, as_list
from blockwright.layers.declaration.spec import layer
from blockwright.schema.parameters import Setting
from blockwright.schema.signature import Integers

_activation = partial(layer, category="Activation", mask="passes")


def _prelu_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    shared = [] if params["shared_axes"] is None else as_list(params["shared_axes"])
    rank = len(shapes[0])
    if any(axis >= rank for axis in shared):
        return f"`shared_axes` must be 1 to {rank - 1}. Received: shared_axes={params['shared_axes']}."
    if any(size is None and axis not in shared for axis, size in enumerate(shapes[0]) if axis):
        return "It has a slope for each position, so the sizes must be known; or share the open ones by `shared_axes`."
    return None


@_activation(has_weights=False, per_step=True, weights=same_shape)
def Activation(activation: ActivationName) -> None:
    """Applies a function to every number.

    When to use: after a layer without an activation of its own, such as batch normalization.
    """


@_activation(title="ReLU", has_weights=False, activation="relu", per_step=True, weights=same_shape)
def ReLU(
    max_value: Annotated[
        float | None, Setting("The largest number that passes; empty for no limit.", minimum=0.0, maximum=1e6)
    ] = None,
    negative_slope: Annotated[
        float,
        Setting(
            "What negative numbers are multiplied by: 0.1 makes it leaky.",
            minimum=0.0,
            maximum=10.0,
            step=0.01,
        ),
    ] = 0.0,
    threshold: Annotated[
        float, Setting("Numbers up to this one count as negative.", minimum=0.0, maximum=1e6)
    ] = 0.0,
) -> None:
    """Lets positive numbers pass and makes negative ones zero.

    When to use: between layers with weights; without something like it, stacked layers are no more than one.

    Paper: Nair and Hinton 2010, Rectified Linear Units Improve Restricted Boltzmann Machines, ICML.
    """


@_activation(title="Leaky ReLU", has_weights=False, per_step=True, renamed={"alpha": "negative_slope"})
def LeakyReLU(
    negative_slope: Annotated[
        float, Setting("What negative numbers are multiplied by.", minimum=0.0, maximum=10.0, step=0.01)
    ] = 0.3,
) -> None:
    """Lets positive numbers pass and a share of the negative ones.

    When to use: in place of ReLU, where units get stuck at zero, as in generators.

    Paper: Maas, Hannun and Ng 2013, Rectifier Nonlinearities Improve Neural Network Acoustic Models, ICML.
    """


@_activation(
    title="Learned ReLU",
    macs=no_products,
    argument_rule=_prelu_rule,
    other_defaults={"alpha_initializer": "zeros"},
)
def PReLU(
    alpha_initializer: Initializer = "zeros",
    shared_axes: Annotated[
        Integers | None,
        Setting(
            "Dimensions whose places share one slope, such as 1, 2 for images; empty shares none.",
            minimum=1,
            maximum=5,
            most=5,
        ),
    ] = None,
) -> None:
    """Lets positive numbers pass and a learned share of the negative ones.

    When to use: in place of ReLU, where the network may decide the slope. For images share it over rows and
    columns, or every pixel has its own.

    Paper: He et al. 2015, Delving Deep into Rectifiers, arXiv:1502.01852.

    Input shape:
        `(batch, ...)`, any of known size
    """


@_activation(title="ELU", has_weights=False, per_step=True)
def ELU(
    alpha: Annotated[
        float,
        Setting(
            "The limit for very negative numbers is minus this value.", minimum=0.0, maximum=100.0, step=0.1
        ),
    ] = 1.0,
) -> None:
    """Lets positive numbers pass and bends negative ones towards a limit.

    When to use: in place of ReLU, where results should stay around zero.

    Paper: Clevert, Unterthiner and Hochreiter 2015, Fast and Accurate Deep Network Learning by Exponential Linear
    Units, arXiv:1511.07289.
    """


@_activation(has_weights=False, uses_mask=True, activation="softmax", per_step=True, argument_rule=axis_rule)
def Softmax(axis: Axis = -1) -> None:
    """Turns scores into shares that sum to 1.

    When to use: last in a classifier, after a Dense layer without an activation of its own.

    Paper: Bridle 1990, Probabilistic Interpretation of Feedforward Classification Network Outputs, in
    Neurocomputing.
    """
