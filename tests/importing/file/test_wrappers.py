import pytest
from keras import layers

from blockwright.importing import ImportProblem
from tests.importing.comparing import imported, model_of, nodes_of


def test_stochastic_depth_written_as_dropout_is_a_block_of_its_own():
    layer = layers.Dropout(0.2, noise_shape=(None, 1, 1, 1), name="drop")
    (node,) = nodes_of(model_of(layer, 4, 4, 2))
    assert node == {"id": "drop", "block": "StochasticDepth", "params": {"rate": 0.2}}


def test_directions_that_differ_are_refused():
    layer = layers.Bidirectional(
        layers.LSTM(3), backward_layer=layers.LSTM(3, go_backwards=True, use_bias=False), name="both"
    )
    with pytest.raises(ImportProblem, match="two directions"):
        imported(model_of(layer, 5, 2))
