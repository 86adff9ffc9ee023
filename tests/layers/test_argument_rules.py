"""The argument rules of all declarations, compared with Keras for sampled arguments and shapes."""

import inspect
import random
import re

import keras
import pytest
import tensorflow as tf

from blocks._shapes import without_weights
from blockwright.inference.catalog import catalog, make_layer
from blockwright.inference.layer_call import call_arguments, call_layer
from blockwright.layers import SPECS, names_with
from blockwright.layers.declaration.spec import RANKS
from tests.layers.layer_inputs import VOCABULARY, values
from tests.network.test_any_design import any_value

SAMPLES = 40
ERRORS = (
    LookupError,
    ArithmeticError,
    AttributeError,
    RuntimeError,
    TypeError,
    ValueError,
    tf.errors.OpError,
)
LENIENT = {
    "It reads sequences": "attention compares whatever has channels, but the declaration describes sequences",
    "Queries and keys are compared": "a single channel is repeated, and compared with several",
    "It reads one list of categories": "Keras's own account of the shape is wrong for more dimensions",
    "With `output_mode`": "Keras's own account of the shape is wrong, or the values of an example are mixed",
    "It reads one text for each example": "further texts are treated as examples",
    "There is no dimension": "examples of the batch are joined or multiplied with each other",
    "`axis` must": "it is computed across the examples of the batch",
    "`noise_shape` must": "it fits some batch sizes, or changes the shape",
    "`vocabulary` must not hold": "the word is left out without notice",
    "It has a weight for each position": "without scale and center no size is needed",
    "Only one of `strides` and `dilation_rate`": "TensorFlow takes both where the result is a single point",
    "`scale` must be one number": "it fits some number of channels, where that is open",
    "`offset` must be one number": "it fits some number of channels, where that is open",
    "`bin_boundaries` must rise": "two equal boundaries leave an empty range",
    "TensorFlow takes one stride": "TensorFlow takes two where the result is a single row or column",
}
"""Why a rule refuses what Keras computes, by how its sentence begins."""


def sampled(name):
    """Arguments and shapes for a layer, many of which do not fit."""
    spec, block, chance = SPECS[name], catalog().blocks[name], random.Random(name)
    for _ in range(SAMPLES):
        params = {param.name: any_value(chance, param) for param in block.params if chance.random() < 0.4}
        vocabulary = VOCABULARY.get(name, {}) if chance.random() < 0.7 else {}
        rank = RANKS[spec.reads][0] if spec.reads != "any" else chance.choice((2, 3, 4))
        several = spec.call in ("pair", "arguments", "states")
        count = chance.choice((1, 2)) if several else max(1, spec.inputs[0])
        shapes = [
            (None, *(chance.choice([None, 1, 3, 3, 6, 6]) for _ in range(rank - 1))) for _ in range(count)
        ]
        if chance.random() < 0.5:
            shapes = [chance.choice([shapes[0], spec.example_shape])] * count
        yield {**block.defaults(), **catalog().starting_params(name), **vocabulary, **params}, shapes


def error_of_building(name, params, shapes):
    """Why Keras cannot build a layer on these shapes; None where it can."""
    inputs = [keras.KerasTensor(shape, dtype=SPECS[name].example_dtype) for shape in shapes]
    try:
        layer = make_layer(name, params)
        with without_weights():
            call_layer(layer, catalog().blocks[name], params, inputs)
    except ERRORS as error:
        return str(error)
    return None


def trains(name, params, shapes):
    """Whether Keras runs a layer on numbers and finds its gradients; open sizes are 3."""
    sizes = [(2, *(size or 3 for size in shape[1:])) for shape in shapes]
    inputs = values(sizes, [SPECS[name].example_dtype] * len(shapes))
    try:
        layer = make_layer(name, params)
        args, kwargs = call_arguments(catalog().blocks[name], params, inputs)
        if "training" in inspect.signature(layer.call).parameters:
            kwargs["training"] = True
        with tf.GradientTape() as tape:
            result = layer(*args, **kwargs)
        tape.gradient(result, layer.trainable_variables)
    except ERRORS:
        return False
    return True


@pytest.mark.parametrize("name", sorted(names_with("argument_rule")))
def test_a_rule_agrees_with_keras(name):
    spec, sentences = SPECS[name], set()
    for params, shapes in sampled(name):
        sentence = spec.problem(params, shapes, [spec.example_dtype] * len(shapes))
        error = error_of_building(name, params, shapes)
        if sentence is None:
            assert error is None or "has learned nothing yet" in error, (error, params, shapes)
            continue
        sentences.add(sentence)
        lenient = any(sentence.startswith(beginning) for beginning in LENIENT)
        assert error is not None or lenient or not trains(name, params, shapes), (sentence, params, shapes)
    assert sentences
    assert all(re.match(r'[A-Z`"].*(\.|Received: .*)$', sentence, re.DOTALL) for sentence in sentences)
