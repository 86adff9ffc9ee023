"""The mechanics under the blocks: discovery, signatures, opening, building without weights."""

from typing import Annotated

import keras
import numpy as np
import pytest
from keras import ops

from blocks import Block, BlockFileError, discover, expanded
from blocks._shapes import without_weights
from blocks.base import Filters, Setting, Size
from blocks.conv_block import ConvBlock
from blockwright.schema.parameters import Param
from blockwright.schema.signature import form_of

GOOD = '''
from blocks.base import Block, Filters
from keras import layers

class {name}(Block):
    """One line."""

    def __init__(self, filters: Filters, **kwargs):
        super().__init__(**kwargs)
        self.conv = layers.Conv2D(filters, 1)

    def call(self, inputs):
        return self.conv(inputs)
'''


class Twice(Block, register=False):
    """Two of the same, in a list."""

    def __init__(self, filters: Filters, **kwargs):
        super().__init__(**kwargs)
        self.steps = [ConvBlock(filters), ConvBlock(filters)]

    def call(self, inputs, training=None):
        for step in self.steps:
            inputs = step(inputs, training=training)
        return inputs


class OwnWeights(Block, register=False):
    """A block with a weight of its own, which no plain layer could hold."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)

    def build(self, input_shape):
        self.scale = self.add_weight(shape=(input_shape[-1],), initializer="ones")

    def call(self, inputs):
        return inputs * self.scale


def test_a_new_file_is_found(tmp_path):
    (tmp_path / "pointwise_block.py").write_text(GOOD.format(name="PointwiseBlock"))
    (tmp_path / "_notes.py").write_text("raise RuntimeError")
    (tmp_path / "base.py").write_text("raise RuntimeError")
    assert list(discover(tmp_path)) == ["PointwiseBlock"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def (", r"blocks/broken.py could not be loaded: SyntaxError: "),
        (
            "import no_such_module",
            r"blocks/broken.py could not be loaded: ModuleNotFoundError: No module named",
        ),
        ("x = 1", r"blocks/broken.py must hold exactly one public subclass of `Block`. Found: none."),
        (
            GOOD.format(name="One") + GOOD.format(name="Two"),
            r"blocks/broken.py must hold exactly one public subclass of `Block`. Found: `One`, `Two`.",
        ),
        (
            GOOD.format(name="One").replace("filters: Filters", "filters"),
            r"blocks/broken.py: `filters` of `One.__init__` must be annotated as",
        ),
    ],
)
def test_a_broken_file_is_named(tmp_path, text, message):
    (tmp_path / "broken.py").write_text(text)
    with pytest.raises(BlockFileError, match=message):
        discover(tmp_path)


def test_two_blocks_of_one_name_are_refused(tmp_path):
    (tmp_path / "a.py").write_text(GOOD.format(name="Same"))
    (tmp_path / "b.py").write_text(GOOD.format(name="Same"))
    with pytest.raises(BlockFileError, match=r"blocks/b.py: there is already a block `Same`"):
        discover(tmp_path)


def test_the_form_follows_the_signature():
    def made(
        units: Annotated[int, Setting("Units.", minimum=1, maximum=9, step=2)],
        window: Annotated[Size | None, Setting("Window.", minimum=1)] = None,
        **kwargs,
    ) -> None:
        pass

    assert form_of(made) == (
        Param(name="units", kind="int", required=True, minimum=1, maximum=9, step=2, help="Units."),
        Param(name="window", kind="size", optional=True, minimum=1, help="Window."),
    )


def test_a_missing_argument_is_named():
    with pytest.raises(TypeError, match="`ConvBlock`: missing a required argument: 'filters'"):
        ConvBlock()


def test_parts_in_a_list_are_named_and_opened():
    block = Twice(4, name="pair")
    inputs = keras.Input((6, 6, 2))
    with expanded():
        model = keras.Model(inputs, block(inputs))
    assert [layer.name for layer in model.layers[1:]] == [
        f"pair.steps_{place}.{part}" for place in (0, 1) for part in ("conv", "norm", "relu")
    ]


def test_an_opened_block_stands_in_the_graph_as_often_as_it_is_called():
    block = ConvBlock(2, name="shared")
    inputs = keras.Input((6, 6, 2))
    with expanded():
        model = keras.Model(inputs, block(block(inputs)))
    assert [layer.name for layer in model.layers[1:]] == ["shared.conv", "shared.norm", "shared.relu"]
    images = np.random.default_rng(0).normal(size=(2, 6, 6, 2)).astype("float32")
    np.testing.assert_array_equal(model(images), ops.convert_to_numpy(block(block(images))))


def test_a_block_with_weights_of_its_own_stays_closed():
    block = OwnWeights(name="scale")
    inputs = keras.Input((3,))
    with expanded():
        model = keras.Model(inputs, block(inputs))
    assert model.layers[-1] is block


def test_real_images_run_as_usual_while_opened():
    block = ConvBlock(2)
    with expanded():
        block(np.ones((1, 4, 4, 1), "float32"))
    assert block.built


def test_masks_are_left_to_the_parts():
    class Through(Block, register=False):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.drop = keras.layers.Dropout(0.5)

        def call(self, inputs):
            return self.drop(inputs)

    masked = keras.layers.Masking()(np.array([[[1.0], [0.0]]], "float32"))
    mask = keras.src.backend.get_keras_mask(Through()(masked))
    assert ops.convert_to_numpy(mask).tolist() == [[True, False]]


def test_no_weight_is_made_without_weights_and_none_left_waiting():
    with without_weights():
        layer = keras.layers.Dense(100_000)
        layer(keras.KerasTensor((None, 100_000)))
    assert layer.count_params() == 10_000_100_000
    with keras.StatelessScope():
        pass
    assert all(weight._value is None for weight in layer.weights)
