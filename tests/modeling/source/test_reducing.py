"""Blocks reduced to what a file needs: as classes and as functions."""

import ast

import pytest

from blockwright.modeling.catalog import catalog
from blockwright.modeling.source.formatting import format_code
from blockwright.modeling.source.reducing import reduce_blocks
from blockwright.modeling.source.writing import NotAFunction, as_class, as_function


def residual(**params) -> dict:
    return {**catalog().defaults("ResidualBlock"), **params}


def classes(uses: dict) -> str:
    return format_code("\n\n".join(as_class(one) for one in reduce_blocks(uses).values()))


def functions(uses: dict) -> str:
    found = reduce_blocks(uses)
    return format_code("\n\n".join(as_function(one, found, set()) for one in found.values()))


def test_a_block_comes_behind_the_blocks_inside_it():
    tree = ast.parse(classes({"ResidualBlock": [residual()]}))
    assert [one.name for one in tree.body] == ["ConvBlock", "ResidualBlock"]


def test_an_argument_that_is_its_default_everywhere_becomes_part_of_the_source():
    text = classes({"ResidualBlock": [residual()]})
    assert "momentum=momentum" not in text
    assert "layers.BatchNormalization(momentum=0.9)" in text
    assert "def __init__(self, filters_1, filters_2, filters_3, **kwargs):" in text
    assert "return self.pool(x)" in text


def test_an_argument_that_differs_somewhere_stays_all_the_way_down():
    text = classes({"ResidualBlock": [residual(), residual(momentum=0.99, pool=False)]})
    assert "def __init__(self, filters, momentum=0.9, **kwargs):" in text
    assert "self.conv_1 = ConvBlock(filters_1, momentum=momentum)" in text
    assert "self.pool = layers.MaxPooling2D() if pool else None" in text
    assert '"pool": self.pool_value' in text


def test_a_function_makes_every_part_where_it_is_used():
    assert functions({"ResidualBlock": [residual(pool=False), residual()]}).endswith(
        '''
def residual_block(inputs, filters_1, filters_2, filters_3, pool=True):
    """Three 3x3 ConvBlocks; a convolution of the input is added after the second; then
    max pooling.
    """
    x = conv_block(inputs, filters_1)
    x = conv_block(x, filters_2)
    shortcut = layers.Conv2D(filters_2, 1, padding="same")(inputs)
    x = layers.Add()([x, shortcut])
    x = conv_block(x, filters_3)
    return layers.MaxPooling2D()(x) if pool else x
'''
    )


@pytest.mark.parametrize(
    "call",
    [
        "def call(self, inputs):\n    return self.norm(self.conv(self.conv(inputs)))",
        "def call(self, inputs):\n    for _ in range(2):\n        inputs = self.conv(inputs)\n    return inputs",
        "def call(self, inputs, training=None):\n    return self.conv(inputs)",
        "def call(self, inputs):\n    return self.relu(self.norm(self.conv(inputs))) * self.scale",
    ],
)
def test_what_is_no_plain_chain_of_parts_stays_a_class(call):
    found = reduce_blocks({"ConvBlock": [catalog().defaults("ConvBlock")]})
    block = found["ConvBlock"]
    block.methods = [ast.parse(call).body[0]]
    with pytest.raises(NotAFunction):
        as_function(block, found, set())
    assert "class ConvBlock(layers.Layer):" in as_class(block)


def test_parts_made_in_another_order_than_used_stay_a_class():
    found = reduce_blocks({"ResidualBlock": [residual()]})
    block = found["ResidualBlock"]
    block.init = block.init[::-1]
    with pytest.raises(NotAFunction):
        as_function(block, found, set())
