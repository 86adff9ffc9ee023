import keras
import pytest
from keras import layers

from blockwright.importing import ImportProblem
from tests.importing.comparing import imported


def test_a_mask_of_its_own_is_refused():
    start, mask = keras.Input((5, 3)), keras.Input((5,), dtype="bool")
    model = keras.Model([start, mask], layers.LSTM(3, name="masked")(start, mask=mask))
    with pytest.raises(ImportProblem, match="'masked' \\(LSTM\\): It is called with its own `mask`"):
        imported(model)
