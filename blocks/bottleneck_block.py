"""A 1x1, a 3x3 and a 1x1 convolution with a shortcut around them."""

from typing import Annotated

from keras import layers

from blocks.base import Block, Filters, Momentum, Setting, UseBias


class BottleneckBlock(Block):
    """A 3x3 convolution between two 1x1 convolutions that reduce and expand the channels, with a shortcut.

    When to use: for networks of fifty layers and more. The 3x3 convolution works on a quarter of the
    channels, so that the block costs about as much as two plain 3x3 convolutions on that quarter.

    Paper: He et al. 2015, Deep Residual Learning for Image Recognition, arXiv:1512.03385; version "v2" is
    He et al. 2016, Identity Mappings in Deep Residual Networks, arXiv:1603.05027.

    Args:
        filters: Number of filters of the first 1x1 and of the 3x3 convolution.
        expansion: Factor by which the number of output channels exceeds `filters`.
        strides: Strides of the first convolution and of the shortcut; 2 halves the feature map.
        version: "v1" normalizes and activates after each convolution and after the sum; "v2" before each
            convolution, and nothing after the sum. Add BatchNormalization and ReLU after the last "v2" block.
        use_bias: Whether the convolutions have biases. Keras's own ResNet-50 does, the paper's does not.
        momentum: Momentum of the moving averages of batch normalization.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, height, width, expansion * filters)`, height and width divided by `strides` and rounded up
    """

    def __init__(
        self,
        filters: Filters,
        expansion: Annotated[
            int,
            Setting(
                "Factor by which the number of output channels exceeds `filters`.", minimum=1, maximum=16
            ),
        ] = 4,
        strides: Annotated[
            int,
            Setting("Strides of the first convolution; 2 halves the feature map.", minimum=1, maximum=8),
        ] = 1,
        version: Annotated[
            str,
            Setting(
                'Where to normalize and activate: after each convolution ("v1") or before it ("v2").',
                choices=("v1", "v2"),
            ),
        ] = "v1",
        use_bias: UseBias = False,
        momentum: Momentum = 0.9,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.widened = expansion * filters
        self.strides = strides
        self.version = version
        self.use_bias = use_bias
        self.momentum = momentum
        self.conv_1 = layers.Conv2D(filters, 1, strides=strides, use_bias=use_bias)
        self.norm_1 = layers.BatchNormalization(momentum=momentum)
        self.relu_1 = layers.ReLU()
        self.conv_2 = layers.Conv2D(filters, 3, padding="same", use_bias=use_bias)
        self.norm_2 = layers.BatchNormalization(momentum=momentum)
        self.relu_2 = layers.ReLU()
        self.conv_3 = layers.Conv2D(self.widened, 1, use_bias=use_bias)
        self.norm_3 = layers.BatchNormalization(momentum=momentum)
        self.relu_3 = layers.ReLU()
        self.add = layers.Add()

    def make_parts(self, input_shape):
        fits = self.strides == 1 and input_shape[-1] == self.widened
        self.shortcut = None
        if not fits:
            self.shortcut = layers.Conv2D(self.widened, 1, strides=self.strides, use_bias=self.use_bias)
            if self.version == "v1":
                self.shortcut_norm = layers.BatchNormalization(momentum=self.momentum)

    def call(self, inputs):
        if self.version == "v1":
            x = self.relu_1(self.norm_1(self.conv_1(inputs)))
            x = self.relu_2(self.norm_2(self.conv_2(x)))
            x = self.norm_3(self.conv_3(x))
            shortcut = inputs if self.shortcut is None else self.shortcut_norm(self.shortcut(inputs))
            return self.relu_3(self.add([x, shortcut]))
        activated = self.relu_1(self.norm_1(inputs))
        x = self.relu_2(self.norm_2(self.conv_1(activated)))
        x = self.relu_3(self.norm_3(self.conv_2(x)))
        x = self.conv_3(x)
        return self.add([x, inputs if self.shortcut is None else self.shortcut(activated)])
