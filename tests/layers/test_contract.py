"""Every declared layer, walked by the same tests: what its declaration says is what Keras does."""

import inspect
import random

import keras
import numpy as np
import pytest
from keras.src import backend

from blockwright.inference.catalog import catalog, make_layer
from blockwright.inference.input_rules import input_problem
from blockwright.inference.layer_call import call_arguments, call_layer
from blockwright.layers import SPECS, call_params, names_with
from blockwright.layers.declaration.spec import RANKS
from blockwright.layers.declaration.value_kinds import kind_of
from tests.layers.layer_inputs import VOCABULARY, suitable, values

KINDS = catalog().blocks
LEARNING = [name for name, spec in SPECS.items() if spec.adaptation is not None]
BUILT = "ignore:You are using a softmax over axis"

every_layer = pytest.mark.parametrize("name", SPECS)


def starting(name, **params):
    return {**catalog().starting_params(name), **VOCABULARY.get(name, {}), **params}


def inputs(name):
    return values(*suitable(KINDS[name]))


def run(name, **params):
    params = starting(name, **params)
    layer = make_layer(name, params)
    return layer, call_layer(layer, KINDS[name], params, inputs(name))


@pytest.mark.parametrize("name", [name for name in SPECS if name != "Bidirectional"])
def test_arguments_and_defaults_are_those_of_keras(name):
    made = getattr(keras.layers, name)
    signature = inspect.signature(made.__init__)
    called = inspect.signature(made.call).parameters
    for param in KINDS[name].params:
        where = called if param.name in call_params(name) else signature.parameters
        theirs = where[param.name].default
        if param.name not in SPECS[name].other_defaults:
            assert param.required == (theirs is inspect.Parameter.empty)
        if param.required:
            assert param.default is not None
            continue
        wanted = SPECS[name].other_defaults.get(param.name, _short(theirs))
        assert param.default == wanted, param.name


def test_the_flat_form_of_bidirectional_has_the_arguments_of_its_layers():
    ours = {param.name: param for param in KINDS["Bidirectional"].params}
    inner = {param.name: param for name in ("LSTM", "GRU", "SimpleRNN") for param in KINDS[name].params}
    assert set(ours) == (set(inner) - {"go_backwards"}) | {"layer", "merge_mode"}
    assert all(ours[name].default == inner[name].default for name in set(ours) & set(inner))
    assert inspect.signature(keras.layers.Bidirectional.__init__).parameters["merge_mode"].default == "concat"


def _short(value):
    """Equal numbers in a pair, or in pairs, are written as one number."""
    while isinstance(value, tuple) and len(set(value)) == 1:
        value = value[0]
    return value


@every_layer
def test_every_layer_is_made_and_runs_from_its_defaults(name):
    layer, result = run(name)
    assert type(layer) is getattr(keras.layers, name)
    assert result.shape[0] == 2


CHOICES = [
    pytest.param(name, param, choice, id=f"{name}-{param.name}-{choice}")
    for name in SPECS
    for param in KINDS[name].params
    for choice in param.choices
]


@pytest.mark.parametrize(("name", "param", "choice"), CHOICES)
def test_every_choice_is_one_that_keras_knows(name, param, choice):
    if choice in ("one_hot", "multi_hot", "count") and name in names_with("adaptation"):
        layer = make_layer(name, {**catalog().starting_params(name), param.name: choice})
        assert layer.get_config()["output_mode"] == choice
        return
    assert run(name, **{param.name: choice})[1].shape[0] == 2


TOGETHER = {
    ("Normalization", "mean"),
    ("Normalization", "variance"),
    ("TextVectorization", "output_sequence_length"),
    ("Discretization", "bin_boundaries"),
    ("Dot", "axes"),
}
BOUNDS = [
    pytest.param(name, param, bound, id=f"{name}-{param.name}-{bound:g}")
    for name in SPECS
    for param in KINDS[name].params
    for bound in (param.minimum, param.maximum)
    if bound is not None and param.kind != "shape" and (name, param.name) not in TOGETHER
]


@pytest.mark.parametrize(("name", "param", "bound"), BOUNDS)
def test_keras_takes_both_ends_of_every_range(name, param, bound):
    value = bound if param.kind in ("float", "number-range", "numbers") else int(bound)
    params = {**catalog().starting_params(name), param.name: value}
    if param.name == "groups" and "filters" in params:
        params["filters"] = value
    if param.name == "output_padding":
        params["strides"] = value + 1
    make_layer(name, params)


@every_layer
def test_a_layer_survives_its_config(name):
    layer = make_layer(name, starting(name))
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()


@every_layer
def test_the_number_of_dimensions_that_come_out_is_the_declared_one(name):
    for flag in ({}, {"return_sequences": True}, {"keepdims": True}):
        params = starting(name, **flag)
        if not flag.keys() <= {param.name for param in KINDS[name].params}:
            continue
        _, result = run(name, **flag)
        rank = SPECS[name].rank({**KINDS[name].defaults(), **params}, len(SPECS[name].example_shape))
        assert rank in (None, len(result.shape))


@every_layer
def test_a_layer_that_reads_one_kind_of_thing_refuses_other_numbers_of_dimensions(name):
    spec = SPECS[name]
    for rank in range(2, 6):
        shapes = [(None, *[12] * (rank - 1))] * max(1, spec.inputs[0])
        wrong = input_problem(name, starting(name), shapes, [spec.example_dtype] * len(shapes))
        if spec.reads != "any" and rank != RANKS[spec.reads][0]:
            assert wrong == RANKS[spec.reads][1]


@every_layer
def test_a_layer_reads_the_declared_kinds_of_values(name):
    spec = SPECS[name]
    assert kind_of(spec.example_dtype) in spec.takes
    for dtype in ("float32", "int32", "bool", "string"):
        wrong = input_problem(name, starting(name), *suitable(KINDS[name])[:1], [dtype])
        if kind_of(dtype) not in spec.takes:
            assert wrong is not None
            assert wrong.endswith(f"not on {dtype}.")


@every_layer
def test_a_layer_computes_in_its_policy_unless_it_sets_its_own_dtype(name):
    if SPECS[name].example_dtype == "string" or SPECS[name].category == "Preprocessing":
        return
    params = starting(name)
    layer = make_layer(name, params, dtype=keras.DTypePolicy("mixed_bfloat16"))
    result = call_layer(layer, KINDS[name], params, inputs(name))
    given = backend.standardize_dtype(result.dtype)
    assert (given == "bfloat16") is not SPECS[name].any_dtype


def masked(name):
    """Inputs with a mask over their steps, the last of which is padding."""
    shapes, dtypes = suitable(KINDS[name])
    if SPECS[name].reads == "any":
        # Keras's Softmax takes masks of the shape of its input only.
        shapes = [(None, 12) if name == "Softmax" else (None, 12, 32)] * len(shapes)
    tensors = values(shapes, dtypes)
    for tensor in tensors:
        steps = np.ones((2, tensor.shape[1]), bool)
        steps[:, -1] = False
        backend.set_keras_mask(tensor, keras.ops.convert_to_tensor(steps))
    return tensors


def unmasked(name):
    tensors = masked(name)
    for tensor in tensors:
        backend.set_keras_mask(tensor, None)
    return tensors


def result_mask(name, params, tensors):
    layer = make_layer(name, params)
    return backend.get_keras_mask(call_layer(layer, KINDS[name], params, tensors))


@pytest.mark.filterwarnings("ignore:Layer .* does not support masking")
@pytest.mark.filterwarnings("ignore:You are passing")
@every_layer
def test_a_mask_goes_on_as_declared(name):
    spec = SPECS[name]
    if spec.mask == "makes":
        for value in (True, False) if spec.mask_param else (True,):
            params = starting(name, **({spec.mask_param: value} if spec.mask_param else {}))
            assert (result_mask(name, params, inputs(name)) is not None) is spec.makes_mask(params) is value
        return
    if len(spec.example_shape) < 3 or spec.example_dtype == "string":
        return
    params = starting(name)
    goes_on = spec.mask in ("passes", "first")
    assert (result_mask(name, params, masked(name)) is not None) is goes_on
    if spec.mask == "steps":
        params = starting(name, return_sequences=True)
        assert result_mask(name, params, masked(name)) is not None


@pytest.mark.filterwarnings("ignore:Layer .* does not support masking")
@every_layer
def test_a_mask_counts_as_declared(name):
    spec = SPECS[name]
    if spec.example_dtype != "float32" or len(spec.example_shape) < 3 or spec.call == "list":
        return
    if spec.category in ("Augmentation", "Regularization"):
        assert not spec.uses_mask
        return
    if name in ("Softmax", "BatchNormalization", "ConvLSTM2D"):
        assert spec.uses_mask
        assert "mask" in inspect.signature(getattr(keras.layers, name).call).parameters
        return
    params = starting(name)
    layer = make_layer(name, params)
    plain = call_layer(layer, KINDS[name], params, unmasked(name))
    other = call_layer(layer, KINDS[name], params, masked(name))
    assert bool(np.any(plain != other)) is spec.uses_mask


@pytest.mark.filterwarnings("ignore:Layer .* does not support masking")
@pytest.mark.filterwarnings("ignore:You are passing")
@every_layer
def test_a_layer_removes_the_masks_of_what_it_reads_as_declared(name):
    if SPECS[name].example_dtype == "string" or len(SPECS[name].example_shape) < 3:
        assert not SPECS[name].removes_mask
        return
    params, tensors = starting(name), masked(name)
    args, kwargs = call_arguments(KINDS[name], params, tensors)
    make_layer(name, params)(*args, **kwargs)
    removed = [backend.get_keras_mask(tensor) is None for tensor in tensors]
    assert removed == [SPECS[name].removes_mask] * len(tensors)


@every_layer
def test_the_argument_trainable_freezes_all_weights_as_declared(name):
    spec, params = SPECS[name], starting(name)
    if not spec.has_weights or spec.wraps is not None:
        assert not spec.unfrozen_parts
        return
    layer = make_layer(name, params, trainable=False)
    call_layer(layer, KINDS[name], params, inputs(name))
    assert any(weight.trainable for weight in layer.weights) is spec.unfrozen_parts


def draws_random_numbers(action):
    before = random.getstate()
    result = action()
    return result, random.getstate() != before


@every_layer
def test_random_seeds_are_drawn_when_it_is_declared(name):
    params = {param.name: 0.5 for param in KINDS[name].params if "dropout" in param.name}
    params = starting(name, **params)
    layer, when_made = draws_random_numbers(lambda: make_layer(name, params))
    _, when_built = draws_random_numbers(lambda: call_layer(layer, KINDS[name], params, inputs(name)))
    assert when_made is SPECS[name].random_when_made
    assert when_built is SPECS[name].random_when_built


@every_layer
def test_a_layer_differs_in_training_as_declared(name):
    rates = {param.name: 0.5 for param in KINDS[name].params if "dropout" in param.name}
    params = starting(name, **rates)
    layer, tensors = make_layer(name, params), inputs(name)
    if "training" not in inspect.signature(layer.call).parameters:
        assert not SPECS[name].differs_in_training(params)
        return
    args, kwargs = call_arguments(KINDS[name], params, tensors)
    plain = layer(*args, **kwargs, training=False)
    differs = any(np.any(plain != layer(*args, **kwargs, training=True)) for _ in range(20))
    assert differs is SPECS[name].differs_in_training(params)
    assert SPECS[name].differs_in_training(starting(name)) is (differs and not rates)


@every_layer
def test_a_loss_is_added_as_declared(name):
    params = starting(name)
    if name == "ActivityRegularization":
        params["l2"] = 0.1
    layer = make_layer(name, params)
    call_layer(layer, KINDS[name], params, inputs(name))
    assert bool(layer.losses) is SPECS[name].adds_loss


@every_layer
def test_weights_are_there_only_where_they_are_declared(name):
    layer, _ = run(name)
    flags = {param.name: True for param in KINDS[name].params if param.kind == "bool"}
    if not SPECS[name].has_weights:
        assert layer.weights == []
    elif not layer.weights and name != "Attention":
        layer, _ = run(name, **flags)
        assert layer.weights
    kernels = [weight for weight in layer.trainable_weights if len(weight.shape) > 1]
    assert not kernels or SPECS[name].macs is not None


@every_layer
def test_a_rule_lets_the_example_through(name):
    assert input_problem(name, starting(name), *suitable(KINDS[name])) is None


@pytest.mark.parametrize("name", LEARNING)
def test_what_a_layer_learns_is_described_and_restored(name):
    adaptation, kind = SPECS[name].adaptation, KINDS[name]
    params = catalog().starting_params(name)
    layer, tensors = make_layer(name, params), inputs(name)
    assert SPECS[name].learns(params)
    assert not adaptation.is_given(layer)
    assert adaptation.is_fitted(layer) is adaptation.in_weights
    layer.build(tensors[0].shape)
    adaptation.fit(layer, iter(tensors))
    assert adaptation.is_fitted(layer)
    assert adaptation.summary(layer)
    state = adaptation.state(layer)
    assert bool(state) is not adaptation.in_weights
    if state:
        again = make_layer(name, params)
        adaptation.restore(again, state)
        results = [call_layer(one, kind, params, tensors) for one in (layer, again)]
        assert np.array_equal(*map(keras.ops.convert_to_numpy, results))


@pytest.mark.parametrize("name", LEARNING)
def test_a_layer_that_is_given_what_it_would_learn_learns_nothing(name):
    values_given = {**VOCABULARY.get(name, {"mean": 0.0, "variance": 1.0})}
    layer = make_layer(name, {**catalog().starting_params(name), **values_given})
    assert not SPECS[name].learns(values_given)
    assert SPECS[name].adaptation.is_given(layer)
