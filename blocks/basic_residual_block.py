"""Two 3x3 convolutions with a shortcut around them."""

from typing import Annotated

from keras import layers

from blocks.base import Block, Filters, Momentum, Setting, UseBias


class BasicResidualBlock(Block):
    """Two 3x3 convolutions with a shortcut: the building block of ResNet-18 and ResNet-34.

    When to use: for networks of ten to forty layers. Where the size or the channels change, a 1x1 convolution
    on the shortcut matches them; otherwise the shortcut is the input itself.

    Paper: He et al. 2015, Deep Residual Learning for Image Recognition, arXiv:1512.03385; version "v2" is
    He et al. 2016, Identity Mappings in Deep Residual Networks, arXiv:1603.05027.

    Args:
        filters: Number of filters of both convolutions: the output channels.
        strides: Strides of the first convolution and of the shortcut; 2 halves the feature map.
        version: "v1" normalizes and activates after each convolution and after the sum; "v2" before each
            convolution, and nothing after the sum. Add BatchNormalization and ReLU after the last "v2" block.
        use_bias: Whether the convolutions have biases. Keras's own ResNets do, the paper's do not.
        momentum: Momentum of the moving averages of batch normalization.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, height, width, filters)`, height and width divided by `strides` and rounded up
    """

    def __init__(
        self,
        filters: Filters,
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
        self.filters = filters
        self.strides = strides
        self.version = version
        self.use_bias = use_bias
        self.momentum = momentum
        self.conv_1 = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=use_bias)
        self.norm_1 = layers.BatchNormalization(momentum=momentum)
        self.relu_1 = layers.ReLU()
        self.conv_2 = layers.Conv2D(filters, 3, padding="same", use_bias=use_bias)
        self.norm_2 = layers.BatchNormalization(momentum=momentum)
        self.relu_2 = layers.ReLU()
        self.add = layers.Add()

    def make_parts(self, input_shape):
        fits = self.strides == 1 and input_shape[-1] == self.filters
        self.shortcut = None
        if not fits:
            self.shortcut = layers.Conv2D(self.filters, 1, strides=self.strides, use_bias=self.use_bias)
            if self.version == "v1":
                self.shortcut_norm = layers.BatchNormalization(momentum=self.momentum)

    def call(self, inputs):
        if self.version == "v1":
            x = self.relu_1(self.norm_1(self.conv_1(inputs)))
            x = self.norm_2(self.conv_2(x))
            shortcut = inputs if self.shortcut is None else self.shortcut_norm(self.shortcut(inputs))
            return self.relu_2(self.add([x, shortcut]))
        activated = self.relu_1(self.norm_1(inputs))
        x = self.relu_2(self.norm_2(self.conv_1(activated)))
        x = self.conv_2(x)
        return self.add([x, inputs if self.shortcut is None else self.shortcut(activated)])
