"""Blocks reduced to what a file needs: as classes and as functions."""

import ast

import pytest

from blocks import discover
from blockwright.codegen.blocks.block_writer import NotAFunction, as_class, as_function
from blockwright.codegen.blocks.specialize_blocks import specialize_blocks
from blockwright.codegen.formatting import format_code
from blockwright.inference.catalog import catalog


def residual(**params) -> dict:
    return {**catalog().defaults("ResidualBlock"), **params}


def classes(uses: dict) -> str:
    return format_code("\n\n".join(as_class(one) for one in specialize_blocks(uses).values()))


def functions(uses: dict) -> str:
    found = specialize_blocks(uses)
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
    found = specialize_blocks({"ConvBlock": [catalog().defaults("ConvBlock")]})
    block = found["ConvBlock"]
    block.methods = [ast.parse(call).body[0]]
    with pytest.raises(NotAFunction):
        as_function(block, found, set())
    assert "class ConvBlock(layers.Layer):" in as_class(block)


def test_parts_made_in_another_order_than_used_stay_a_class():
    found = specialize_blocks({"ResidualBlock": [residual()]})
    block = found["ResidualBlock"]
    block.init = block.init[::-1]
    with pytest.raises(NotAFunction):
        as_function(block, found, set())


def defaults(block: str, **params) -> dict:
    return {**catalog().defaults(block), **params}


def test_parts_that_follow_from_what_comes_in_are_made_in_build():
    text = classes({"TransitionBlock": [defaults("TransitionBlock")]})
    assert text.index("def build") < text.index("def call")
    assert (
        """
    def build(self, input_shape):
        filters = max(1, int(0.5 * input_shape[-1]))
        self.conv = layers.Conv2D(filters, 1, use_bias=False)
        super().build(input_shape)
"""
        in text
    )


def test_only_the_version_that_is_used_is_written():
    text = classes({"BasicResidualBlock": [defaults("BasicResidualBlock", version="v1")]})
    assert "version" not in text
    assert "activated" not in text
    assert text.count("return self.") == 1
    both = [defaults("BasicResidualBlock"), defaults("BasicResidualBlock", version="v2")]
    assert 'if self.version == "v1":' in classes({"BasicResidualBlock": both})


def test_a_block_that_stands_only_in_a_branch_not_taken_is_left_out():
    text = classes({"ConvNeXtBlock": [defaults("ConvNeXtBlock")]})
    assert [one.name for one in ast.parse(text).body] == ["LayerScale", "ConvNeXtBlock"]
    assert "x = x\n" not in text
    text = classes({"ConvNeXtBlock": [defaults("ConvNeXtBlock", drop_rate=0.1)]})
    assert {one.name for one in ast.parse(text).body} == {"LayerScale", "StochasticDepth", "ConvNeXtBlock"}


def test_a_method_that_nothing_uses_is_left_out():
    learnt, waves = (defaults("PositionalEmbedding", positions=one) for one in ("learnt", "sinusoidal"))
    assert "def waves" not in classes({"PositionalEmbedding": [learnt]})
    assert "def waves" in classes({"PositionalEmbedding": [learnt, waves]})


def test_a_block_says_whether_it_draws_its_first_weights_late():
    late = {
        name for name, block in discover().items() if specialize_blocks({name: [defaults(name)]})[name].late
    }
    assert late == {name for name, block in discover().items() if block(**starting(name)).sized}


def starting(block: str) -> dict:
    return catalog().starting_params(block)


@pytest.mark.parametrize("block", discover())
def test_every_block_reads_as_python(block):
    text = classes({block: [defaults(block, **starting(block))]})
    names = [one.name for one in ast.parse(text).body if isinstance(one, ast.ClassDef)]
    assert names[-1] == block


def test_a_function_without_arguments_of_its_own():
    assert "def scaled_add(inputs):" in functions({"ScaledAdd": [defaults("ScaledAdd")]})
