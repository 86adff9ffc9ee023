"""What every block must hold, walked over all that are found: a new file in `blocks/` is tested by being there."""

import keras
import numpy as np
import pytest
from keras import ops

from blocks import Block, discover, expanded
from blocks._documentation import SECTIONS, read_documentation

BLOCKS = discover()
ONE_OPERATION = {
    "Clip",
    "DropMask",
    "ExpandDims",
    "Function",
    "MatMul",
    "Pick",
    "Power",
    "Reduce",
    "SliceAxis",
}

FIRST_BLOCKS = {
    "BasicResidualBlock",
    "BottleneckBlock",
    "Clip",
    "ConvBlock",
    "ConvNeXtBlock",
    "DenseBlock",
    "DenseUnit",
    "DownsampleBlock",
    "DropMask",
    "ExpandDims",
    "FireBlock",
    "Function",
    "GoogLeNetBlock",
    "InceptionBlock",
    "InvertedResidualBlock",
    "LayerScale",
    "MatMul",
    "MLPBlock",
    "Pick",
    "PositionalEmbedding",
    "Power",
    "Reduce",
    "ResidualBlock",
    "ScaledAdd",
    "SeparableBlock",
    "SliceAxis",
    "SqueezeExciteBlock",
    "StochasticDepth",
    "TransformerBlock",
    "TransitionBlock",
}


def several(shape) -> bool:
    """Whether an example is a list of shapes, for a block that reads several nodes."""
    return isinstance(shape[0], tuple)


def batched(shape, size: int | None = None):
    """A shape of `examples` with the batch before it."""
    return [(size, *one) for one in shape] if several(shape) else (size, *shape)


def values(block: type[Block], shape, size: int = 2, seed: int = 0):
    """Numbers of the kind that the block takes: tokens below 4, or normal ones."""
    random = np.random.default_rng(seed)

    def one(shape):
        if "int" in block.takes:
            return random.integers(0, 4, size=(size, *shape)).astype(block.takes)
        return random.normal(size=(size, *shape)).astype("float32")

    return [one(each) for each in shape] if several(shape) else one(shape)


def inputs_of(block: type[Block], shape):
    """Keras inputs for a shape of `examples`."""
    if several(shape):
        return [keras.Input(one, dtype=block.takes) for one in shape]
    return keras.Input(shape, dtype=block.takes)


def trains_differently(layer: Block) -> bool:
    """Whether a part of it does something else while training."""
    kinds = (keras.layers.BatchNormalization, keras.layers.Dropout)
    return any(isinstance(one, kinds) for one in layer._flatten_layers())


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
        values += ["many", True] + [None] * (not param.optional)
    if param.kind == "int":
        values.append(2.5)
    if param.kind == "size":
        values += [[3], [param.minimum - 1, 3]]
    if param.kind == "shape":
        values += [[], [param.minimum - 1], [1] * 7, [2.5], 3]
    if param.kind == "choice":
        values += ["neither", 3]
    if param.kind == "bool":
        values += [1, "yes"]
    return values


SIZES = [
    pytest.param(block, shape, id=f"{name}-{shape}")
    for name, block in BLOCKS.items()
    for shape in block.examples
]
OUTSIDE = [
    pytest.param(block, param, value, id=f"{name}-{param.name}-{value!r}")
    for name, block in BLOCKS.items()
    for param in block.params()
    for value in beyond(param)
]

every_block = pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())


def test_no_block_is_lost():
    """Designs name their blocks: one that is gone or renamed would leave them unusable."""
    assert set(BLOCKS) >= FIRST_BLOCKS


@every_block
def test_defaults_work(block):
    starts = {param.name: param.default for param in block.params() if param.required}
    given = values(block, block.examples[0])
    assert np.isfinite(ops.convert_to_numpy(block(**starts)(given))).all()


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
                value = int(bound) if param.kind in ("int", "integers", "size", "shape") else bound
                assert param.complaint([value] if param.kind == "shape" else value) is None


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


@pytest.mark.parametrize(("block", "shape"), SIZES)
def test_compute_output_shape_is_the_shape_that_comes_out(block, shape):
    layer = block(**small(block))
    foreseen = layer.compute_output_shape(batched(shape))
    assert not layer.built
    assert layer.weights == []
    result = layer(values(block, shape))
    assert (2, *foreseen[1:]) == tuple(result.shape)
    assert layer.compute_output_shape(batched(shape)) == foreseen


@every_block
def test_compute_output_shape_leaves_open_sizes_open(block):
    layer = block(**small(block))
    shape = block.examples[0]
    known = layer.compute_output_shape(batched(shape))

    def opened(one):
        return (None,) * len(one) if "int" in block.takes else (*[None] * (len(one) - 1), one[-1])

    asked = [opened(one) for one in shape] if several(shape) else opened(shape)
    given = layer.compute_output_shape(batched(asked))
    assert given[-1] == known[-1]
    assert isinstance(given[-1], int)
    assert set(given[:-1]) <= {None, 1}


@pytest.mark.slow
@every_block
def test_one_training_step_moves_every_trainable_weight(block):
    keras.utils.set_random_seed(3)
    shape = block.examples[0]
    inputs = inputs_of(block, shape)
    features = keras.layers.Flatten()(block(**small(block))(inputs))
    model = keras.Model(inputs, keras.layers.Dense(3)(features))
    # Steps of one length for all weights, however small the gradient; none where it is zero.
    model.compile(keras.optimizers.Adam(epsilon=1e-20), "mse")
    before = [ops.convert_to_numpy(weight) for weight in model.trainable_weights]
    model.train_on_batch(values(block, shape, size=8), np.random.default_rng(1).normal(size=(8, 3)))
    for weight, old in zip(model.trainable_weights, before, strict=True):
        if weight.path.endswith(("conv/bias", "attention/key/bias")):
            continue  # What comes behind takes such a bias out again, so its gradient is zero.
        assert not np.array_equal(ops.convert_to_numpy(weight), old), weight.path


@every_block
@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16", "bfloat16", "mixed_float16"])
def test_every_part_computes_in_the_dtype_of_the_block(block, dtype):
    layer = block(**small(block), dtype=dtype)
    result = layer(values(block, block.examples[0]))
    wanted = keras.dtype_policies.get(dtype)
    assert keras.backend.standardize_dtype(result.dtype) == wanted.compute_dtype
    assert {one.compute_dtype for one in layer._flatten_layers()} == {wanted.compute_dtype}
    assert {weight.dtype for weight in layer.weights} <= {wanted.variable_dtype}
    assert np.isfinite(ops.convert_to_numpy(ops.cast(result, "float32"))).all()
    assert keras.config.dtype_policy().name == "float32"


@every_block
@pytest.mark.parametrize("training", [False, True])
def test_the_expanded_graph_gives_the_same_numbers(block, training):
    layer = block(**small(block), name="stem")
    shape = block.examples[0]
    inputs = inputs_of(block, shape)
    closed = keras.Model(inputs, layer(inputs))
    with expanded():
        opened = keras.Model(inputs, layer(inputs))
    given = values(block, shape, size=4)
    assert not any(isinstance(one, Block) for one in opened.layers)
    assert {id(weight) for weight in opened.weights} == {id(weight) for weight in closed.weights}
    chance = any(isinstance(one, keras.layers.Dropout) for one in layer._flatten_layers())
    if training and chance:
        return  # Each call draws anew.
    np.testing.assert_array_equal(
        ops.convert_to_numpy(opened(given, training=training)),
        ops.convert_to_numpy(closed(given, training=training)),
    )


@every_block
def test_a_block_that_is_opened_first_is_the_same_block(block):
    layer = block(**small(block), name="stem", trainable=False)
    shape = block.examples[0]
    inputs = inputs_of(block, shape)
    with expanded():
        opened = keras.Model(inputs, layer(inputs))
    assert opened.trainable_weights == []
    given = values(block, shape)
    result = ops.convert_to_numpy(layer(given))
    np.testing.assert_array_equal(ops.convert_to_numpy(opened(given)), result)
    assert {id(weight) for weight in opened.weights} == {id(weight) for weight in layer.weights}


@every_block
def test_the_expanded_graph_loads_without_the_blocks(block, tmp_path):
    layer = block(**small(block), name="stem")
    shape = block.examples[0]
    inputs = inputs_of(block, shape)
    with expanded():
        opened = keras.Model(inputs, layer(inputs))
    opened.save(tmp_path / "opened.keras")
    assert "blockwright" not in opened.to_json()
    again = keras.saving.load_model(tmp_path / "opened.keras", safe_mode=True)
    given = values(block, shape)
    np.testing.assert_array_equal(ops.convert_to_numpy(again(given)), ops.convert_to_numpy(layer(given)))


@every_block
def test_a_closed_block_is_saved_and_loaded(block, tmp_path):
    shape = block.examples[0]
    inputs = inputs_of(block, shape)
    model = keras.Model(inputs, block(**small(block), name="stem")(inputs))
    model.save(tmp_path / "closed.keras")
    again = keras.saving.load_model(tmp_path / "closed.keras")
    given = values(block, shape)
    np.testing.assert_array_equal(ops.convert_to_numpy(again(given)), ops.convert_to_numpy(model(given)))


@every_block
def test_training_reaches_the_parts(block):
    layer = block(**small(block))
    given = values(block, block.examples[0], size=16)
    given = given if "int" in block.takes or several(block.examples[0]) else given + 5
    layer(given)
    same = np.allclose(layer(given, training=True), layer(given, training=False))
    assert same != trains_differently(layer)


@every_block
def test_a_frozen_block_freezes_its_parts(block):
    layer = block(**small(block), trainable=False)
    layer(values(block, block.examples[0]))
    assert layer.trainable_weights == []
    assert not any(one.trainable for one in layer._flatten_layers())


@every_block
def test_parts_are_named_after_their_attributes(block):
    layer = block(**small(block), name="stem")
    layer(values(block, block.examples[0]))
    names = []

    def walk(one):
        for part in one._flatten_layers(include_self=False, recursive=False):
            names.append(part.name)
            if isinstance(part, Block):
                walk(part)

    walk(layer)
    assert bool(names) == (block.__name__ not in ONE_OPERATION)
    assert all(name.startswith("stem.") for name in names)
    assert len(set(names)) == len(names)


@every_block
def test_the_examples_say_how_many_nodes_are_read(block):
    assert len(block.examples) == 3
    for shape in block.examples:
        count = len(shape) if several(shape) else 1
        assert block.min_inputs <= count <= (block.max_inputs or count)
        assert block.many_inputs == several(shape)


@every_block
def test_the_docstring_is_complete_and_in_order(block):
    documentation = read_documentation(block.__doc__)
    assert [section for section in SECTIONS if section in documentation.order] == list(documentation.order)
    assert set(documentation.order) >= {"When to use", "Args", "Input shape", "Output shape"}
    assert documentation.summary.endswith(".")
    assert "\n" not in block.__doc__.strip().split("\n\n")[0]
    assert documentation.when
    assert documentation.input_shape
    assert documentation.output_shape
    assert list(documentation.args) == [param.name for param in block.params()]
    assert all(documentation.args.values())
    assert block.__init__.__doc__ is None
    assert all(param.help for param in block.params())
