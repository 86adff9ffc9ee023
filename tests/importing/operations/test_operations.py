import keras
import numpy as np
import pytest

from blockwright.importing import ImportProblem
from tests.importing.comparing import imported


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda x: x**x, "`Power`"),
        (lambda x: x * np.ones((1, 4, 4), "float32"), "neither a tensor nor a number"),
        (lambda x: keras.ops.reshape(x, (4, -1)), "first size must be -1"),
        (lambda x: keras.ops.matmul(x, np.ones((4, 4), "float32")), "two tensors"),
        (lambda x: x * 1e9, "scale"),
        (lambda x: keras.ops.round(x, decimals=2), "`Round` to decimals"),
    ],
)
def test_operations_without_an_equal_are_refused_by_name(make, words):
    start = keras.Input((4, 4), name="start")
    with pytest.raises(ImportProblem) as caught:
        imported(keras.Model(start, make(start)))
    assert words in str(caught.value)
    assert "layers[1]" in str(caught.value)
