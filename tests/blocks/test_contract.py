"""What every block must hold, walked over all that are found: a new file in `blocks/` is tested by being there."""

import keras
import numpy as np
import pytest
from keras import ops

from blocks import Block, discover, expanded
from blocks._card import SECTIONS, read_card

BLOCKS = discover()
SIZES = [(12, 12, 3), (17, 9, 1), (28, 28, 4)]


def small(block: type[Block]) -> dict:
    """Arguments for a quick instance: the required ones small, everything else its default."""
    return {
        param.name: 4 if param.kind == "int" else param.default for param in block.params() if param.required
    }


def beyond(param) -> list:
    """Values just outside what an argument takes."""
    values: list = []
    if param.kind in ("int", "float", "size"):
        values += [param.minimum - 1] if param.minimum is not None else []
        values += [param.maximum + 1] if param.maximum is not None else []
        values += ["many", True, None]
    if param.kind == "int":
        values.append(2.5)
    if param.kind == "size":
        values += [[3], [param.minimum - 1, 3]]
    if param.kind == "choice":
        values += ["neither", 3]
    if param.kind == "bool":
        values += [1, "yes"]
    return values


OUTSIDE = [
    pytest.param(block, param, value, id=f"{name}-{param.name}-{value!r}")
    for name, block in BLOCKS.items()
    for param in block.params()
    for value in beyond(param)
]

every_block = pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())


def test_the_four_blocks_are_found():
    assert list(BLOCKS) == ["ConvBlock", "DownsampleBlock", "InceptionBlock", "ResidualBlock"]


@every_block
def test_defaults_work(block):
    starts = {param.name: param.default for param in block.params() if param.required}
    images = np.ones((2, 16, 16, 3), "float32")
    assert np.isfinite(ops.convert_to_numpy(block(**starts)(images))).all()


@pytest.mark.parametrize(("block", "param", "value"), OUTSIDE)
def test_each_bound_is_enforced_with_the_name_of_the_argument(block, param, value):
    with pytest.raises(
        ValueError, match=rf"^`{param.name}` of `{block.__name__}` \"stem\" must be .*Received: {param.name}="
    ):
        block(**{**small(block), param.name: value}, name="stem")


@every_block
def test_each_bound_itself_is_allowed(block):
    for param in block.params():
        for bound in (param.minimum, param.maximum):
            if bound is not None:
                assert param.complaint(int(bound) if param.kind in ("int", "size") else bound) is None


@every_block
def test_config_round_trips(block):
    first = block(**small(block), name="stem", trainable=False, dtype="mixed_bfloat16")
    config = first.get_config()
    assert {param.name for param in block.params()} < config.keys()
    again = block.from_config(config)
    assert again.get_config() == config
    serialized = keras.saving.serialize_keras_object(first)
    assert serialized["registered_name"] == f"blockwright>{block.__name__}"
    assert keras.saving.deserialize_keras_object(serialized).get_config() == config


@every_block
@pytest.mark.parametrize("size", SIZES)
def test_compute_output_shape_is_the_shape_that_comes_out(block, size):
    layer = block(**small(block))
    foreseen = layer.compute_output_shape((None, *size))
    assert not layer.built
    assert layer.weights == []
    result = layer(np.zeros((2, *size), "float32"))
    assert (2, *foreseen[1:]) == tuple(result.shape)
    assert layer.compute_output_shape((None, *size)) == foreseen


@every_block
def test_compute_output_shape_leaves_open_sizes_open(block):
    shape = block(**small(block)).compute_output_shape((None, None, None, 3))
    assert shape[:3] == (None, None, None)
    assert isinstance(shape[3], int)


@every_block
def test_one_training_step_moves_every_trainable_weight(block):
    keras.utils.set_random_seed(3)
    inputs = keras.Input((12, 12, 3))
    features = keras.layers.Flatten()(block(**small(block))(inputs))
    model = keras.Model(inputs, keras.layers.Dense(3)(features))
    model.compile("sgd", "mse")
    before = [ops.convert_to_numpy(weight) for weight in model.trainable_weights]
    random = np.random.default_rng(0)
    model.train_on_batch(random.normal(size=(8, 12, 12, 3)), random.normal(size=(8, 3)))
    for weight, old in zip(model.trainable_weights, before, strict=True):
        if weight.path.endswith("conv/bias"):
            continue  # The normalization behind it takes a bias out again, so its gradient is zero.
        assert not np.array_equal(ops.convert_to_numpy(weight), old), weight.path


@every_block
@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16", "bfloat16", "mixed_float16"])
def test_every_part_computes_in_the_dtype_of_the_block(block, dtype):
    layer = block(**small(block), dtype=dtype)
    result = layer(np.ones((2, 12, 12, 3), "float32"))
    wanted = keras.dtype_policies.get(dtype)
    assert keras.backend.standardize_dtype(result.dtype) == wanted.compute_dtype
    assert {one.compute_dtype for one in layer._flatten_layers()} == {wanted.compute_dtype}
    assert {weight.dtype for weight in layer.weights} == {wanted.variable_dtype}
    assert np.isfinite(ops.convert_to_numpy(ops.cast(result, "float32"))).all()
    assert keras.config.dtype_policy().name == "float32"


@every_block
@pytest.mark.parametrize("training", [False, True])
def test_the_expanded_graph_gives_the_same_numbers(block, training):
    layer = block(**small(block), name="stem")
    inputs = keras.Input((12, 12, 3))
    closed = keras.Model(inputs, layer(inputs))
    with expanded():
        opened = keras.Model(inputs, layer(inputs))
    images = np.random.default_rng(0).normal(size=(4, 12, 12, 3)).astype("float32")
    assert not any(isinstance(one, Block) for one in opened.layers)
    assert {id(weight) for weight in opened.weights} == {id(weight) for weight in closed.weights}
    np.testing.assert_array_equal(
        ops.convert_to_numpy(opened(images, training=training)),
        ops.convert_to_numpy(closed(images, training=training)),
    )


@every_block
def test_training_reaches_the_parts(block):
    layer = block(**small(block))
    images = np.random.default_rng(0).normal(5, size=(4, 12, 12, 3)).astype("float32")
    assert not np.allclose(layer(images, training=True), layer(images, training=False))


@every_block
def test_a_frozen_block_freezes_its_parts(block):
    layer = block(**small(block), trainable=False)
    layer(np.ones((1, 12, 12, 3), "float32"))
    assert layer.trainable_weights == []
    assert not any(one.trainable for one in layer._flatten_layers())


@every_block
def test_parts_are_named_after_their_attributes(block):
    layer = block(**small(block), name="stem")
    names = [one.name for one in layer._flatten_layers(include_self=False)]
    assert all(name.startswith("stem.") for name in names)
    assert len(set(names)) == len(names)


@every_block
def test_the_docstring_is_complete_and_in_order(block):
    card = read_card(block.__doc__)
    assert [section for section in SECTIONS if section in card.order] == list(card.order)
    assert set(card.order) >= {"When to use", "Args", "Input shape", "Output shape"}
    assert card.summary.endswith(".")
    assert "\n" not in block.__doc__.strip().split("\n\n")[0]
    assert card.when
    assert card.input_shape
    assert card.output_shape
    assert list(card.args) == [param.name for param in block.params()]
    assert all(card.args.values())
    assert block.__init__.__doc__ is None
    assert all(param.help for param in block.params())
