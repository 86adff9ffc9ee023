"""Convolution, batch normalization, ReLU."""

from keras import layers

from blocks.base import BatchNormalized, Block, Filters, KernelSize, Momentum, Padding, Strides


class ConvBlock(Block):
    """A convolution, batch normalization and ReLU: the basic building block of image networks.

    When to use: to extract features from images. Stack several, with more filters as the
    feature map gets smaller.

    Paper: Ioffe and Szegedy 2015, Batch Normalization: Accelerating Deep Network Training by Reducing
    Internal Covariate Shift, arXiv:1502.03167.

    Args:
        filters: Number of filters: the output channels.
        kernel_size: Height and width of the kernel: an integer or a pair.
        strides: Strides of the convolution: an integer or a pair. 2 halves the feature map.
        padding: "same" keeps the size of the feature map at stride 1, "valid" does not pad.
        momentum: Momentum of the moving averages of batch normalization. 0.9 suits short runs;
            with Keras's default of 0.99 validation accuracy stays at chance level in the first epochs.
        batch_normalization: Whether to apply batch normalization between the convolution and ReLU.

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
