"""Layers that prepare pictures, and those that vary them while training."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

from blockwright.layers.declaration.layer_functions import Params
from blockwright.layers.declaration.settings import FillMode, FillValue, Interpolation
from blockwright.layers.declaration.shapes import Shape
from blockwright.layers.declaration.spec import layer
from blockwright.layers.declaration.value_kinds import NUMBERS
from blockwright.schema.parameters import Setting
from blockwright.schema.signature import NumberRange, Numbers, Start

_BOXES = ("bounding_box_format",)
_resized = partial(
    layer,
    category="Preprocessing",
    reads="image",
    has_weights=False,
    keeps_values=True,
    ignored=_BOXES,
)
_augmentation = partial(
    layer, category="Augmentation", reads="image", has_weights=False, random=True, ignored=_BOXES
)


def _rescaling_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    for name in ("scale", "offset"):
        value = params[name]
        if isinstance(value, list | tuple) and len(value) not in (1, shapes[0][-1]):
            return f"`{name}` must be one number, or one for each channel. Received: {len(value)} numbers."
    return None


Height = Annotated[int, Setting("Rows of the result.", minimum=1, maximum=4096), Start(28)]
Width = Annotated[int, Setting("Columns of the result.", minimum=1, maximum=4096), Start(28)]


@layer(
    category="Preprocessing",
    has_weights=False,
    takes=NUMBERS,
    mask="passes",
    per_step=True,
    scales_input=True,
    argument_rule=_rescaling_rule,
)
def Rescaling(
    scale: Annotated[
        Numbers,
        Setting(
            "What every number is multiplied by; a list has one for each channel.",
            minimum=-1e6,
            maximum=1e6,
            most=4096,
        ),
        Start(1 / 255),
    ],
    offset: Annotated[
        Numbers,
        Setting(
            "What is added afterwards; a list has one for each channel.", minimum=-1e6, maximum=1e6, most=4096
        ),
    ] = 0.0,
) -> None:
    """Multiplies every number and adds an offset.

    When to use: first in the network, to bring pixels from 0 to 255 into 0 to 1 (scale 1/255) or -1 to 1
    (scale 1/127.5, offset -1), so that the network takes pictures as they come.
    """


@_resized()
def CenterCrop(height: Height, width: Width) -> None:
    """Cuts the middle out of a picture.

    When to use: first in the network, when pictures are larger than what matters in them. A picture that is
    smaller is resized instead.

    Output shape:
        `(batch, new_height, new_width, channels)`
    """


@_resized()
def Resizing(
    height: Height,
    width: Width,
    interpolation: Annotated[
        str,
        Setting(
            "How new pixels come from the old ones.",
            choices=("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"),
        ),
    ] = "bilinear",
    crop_to_aspect_ratio: Annotated[bool, Setting("Cut rather than stretch.")] = False,
) -> None:
    """Brings pictures to one size.

    When to use: first in the network, when pictures have other sizes than the network was made for.

    Output shape:
        `(batch, new_height, new_width, channels)`
    """


@_augmentation(keeps_values=True)
def RandomFlip(
    mode: Annotated[
        str,
        Setting(
            "In which directions: horizontal swaps left and right.",
            choices=("horizontal_and_vertical", "horizontal", "vertical"),
        ),
    ] = "horizontal_and_vertical",
) -> None:
    """Mirrors pictures at random during training, and leaves them alone when predicting.

    When to use: early in the network, for things that look as good mirrored; not for digits or text.
    """


@_augmentation(keeps_values=True)
def RandomRotation(
    factor: Annotated[
        NumberRange,
        Setting(
            "How far, as a share of a full turn: 0.1 is 36 degrees.", minimum=-1.0, maximum=1.0, step=0.01
        ),
        Start(0.05),
    ],
    fill_mode: FillMode = "reflect",
    interpolation: Interpolation = "bilinear",
    fill_value: FillValue = 0.0,
) -> None:
    """Turns pictures at random during training, and leaves them alone when predicting.

    When to use: early in the network, when things may be tilted and there are few pictures.
    """


@_augmentation(keeps_values=True)
def RandomTranslation(
    height_factor: Annotated[
        NumberRange,
        Setting("How far up or down, as a share of the height.", minimum=-1.0, maximum=1.0, step=0.01),
        Start(0.1),
    ],
    width_factor: Annotated[
        NumberRange,
        Setting("How far left or right, as a share of the width.", minimum=-1.0, maximum=1.0, step=0.01),
        Start(0.1),
    ],
    fill_mode: FillMode = "reflect",
    interpolation: Interpolation = "bilinear",
    fill_value: FillValue = 0.0,
) -> None:
    """Shifts pictures at random during training, and leaves them alone when predicting.

    When to use: early in the network, when things are not always in the middle.
    """


@_augmentation(keeps_values=True)
def RandomZoom(
    height_factor: Annotated[
        NumberRange,
        Setting(
            "How much larger or smaller, as a share; positive numbers zoom out.",
            minimum=-0.99,
            maximum=1.0,
            step=0.01,
        ),
        Start(0.1),
    ],
    width_factor: Annotated[
        NumberRange | None,
        Setting("The same across; empty keeps the proportions.", minimum=-0.99, maximum=1.0, step=0.01),
    ] = None,
    fill_mode: FillMode = "reflect",
    interpolation: Interpolation = "bilinear",
    fill_value: FillValue = 0.0,
) -> None:
    """Zooms pictures in or out at random during training, and leaves them alone when predicting.

    When to use: early in the network, when things are seen from near and far.
    """


@_augmentation()
def RandomContrast(
    factor: Annotated[
        NumberRange,
        Setting("How much stronger or weaker, as a share.", minimum=0.0, maximum=1.0, step=0.01),
        Start(0.1),
    ],
) -> None:
    """Makes the contrast of pictures stronger or weaker at random during training, and not when predicting.

    When to use: first in the network, on pixels from 0 to 255, when pictures were taken in different light.
    """


@_augmentation()
def RandomBrightness(
    factor: Annotated[
        NumberRange,
        Setting("How much lighter or darker, as a share.", minimum=-1.0, maximum=1.0, step=0.01),
        Start(0.1),
    ],
) -> None:
    """Makes pictures lighter or darker at random during training, and leaves them alone when predicting.

    When to use: first in the network, on pixels from 0 to 255, when pictures were taken in different light.
    """
