import numpy as np
import pytest

from blockwright.runs.files.image_encoding import to_uint8, value_range


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        ([0, 1, 1], "uint8", [0, 255, 255]),
        ([0, 8, 16], "uint8", [0, 128, 255]),
        ([0, 17, 200], "uint8", [0, 17, 200]),
        ([0, 0, 0], "uint8", [0, 0, 0]),
        ([0.0, 0.5, 1.0], "float32", [0, 128, 255]),
        ([-1.0, 0.0, 1.0], "float32", [0, 128, 255]),
    ],
)
def test_the_darkest_and_the_brightest_value_are_drawn_black_and_white(values, dtype, expected):
    images = np.array(values, dtype).reshape(1, 1, 3, 1)
    assert to_uint8(images, *value_range(images)).ravel().tolist() == expected
