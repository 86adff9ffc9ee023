"""Convolution, batch normalization, ReLU."""

from keras import layers

from blocks.base import BatchNormalized, Block, Filters, KernelSize, Momentum, Padding, Strides


class ConvBlock(Block):
    """A convolution, batch normalization and ReLU: the brick that most image networks are made of.

    When to use: wherever features are to be found in an image. Stack a few, with more filters as the
    feature map gets smaller.

    Paper: Ioffe and Szegedy 2015, Batch Normalization: Accelerating Deep Network Training by Reducing
    Internal Covariate Shift, arXiv:1502.03167.

    Args:
        filters: How many filters, and so how many channels come out.
        kernel_size: Rows and columns that each filter looks at: one number, or a pair.
        strides: How far the filters move at each step: one number, or a pair. 2 halves the feature map.
        padding: "same" keeps the size of the feature map at stride 1, "valid" loses the border.
        momentum: Of batch normalization's running averages. 0.9 lets them follow within a short run;
            with Keras's own 0.99 the validation of a first epoch stays at chance.
        batch_normalization: Whether to normalize between the convolution and ReLU.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, new_height, new_width, filters)`; the height and width of the input at stride 1 with
        padding "same".
    """

    def __init__(
        self,
        filters: Filters,
        kernel_size: KernelSize = 3,
        strides: Strides = 1,
        padding: Padding = "same",
        momentum: Momentum = 0.9,
        batch_normalization: BatchNormalized = True,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.conv = layers.Conv2D(filters, kernel_size, strides=strides, padding=padding)
        self.norm = layers.BatchNormalization(momentum=momentum) if batch_normalization else None
        self.relu = layers.ReLU()

    def call(self, inputs):
        x = self.conv(inputs)
        x = x if self.norm is None else self.norm(x)
        return self.relu(x)
