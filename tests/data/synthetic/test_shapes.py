import numpy as np
import pytest

from blockwright.data.synthetic.shapes import draw_shapes


def test_the_same_seed_draws_the_same_images():
    first, second, other = (draw_shapes(40, 28, True, seed) for seed in (5, 5, 6))
    assert np.array_equal(first[0], second[0])
    assert np.array_equal(first[1], second[1])
    assert not np.array_equal(first[0], other[0])


@pytest.mark.parametrize(("size", "colour"), [(8, False), (28, True), (256, False)])
def test_every_size_and_colour_can_be_drawn(size, colour):
    images, labels = draw_shapes(30, size, colour, 0)
    assert images.shape == (30, size, size, 3 if colour else 1)
    assert images.dtype == np.uint8
    assert np.bincount(labels).tolist() == [3] * 10
    assert images.std(axis=(1, 2, 3)).min() > 5


def test_classes_can_be_told_apart_but_not_by_their_mean():
    images, labels = draw_shapes(2000, 28, False, 0)
    flat = images.reshape(2000, -1) / 255.0
    means = np.stack(
        [
            flat[labels[:1500].nonzero()[0]].mean(0),
            *(flat[:1500][labels[:1500] == k].mean(0) for k in range(10)),
        ]
    )
    nearest = np.argmin(((flat[1500:, None] - means[None, 1:]) ** 2).sum(-1), axis=1)
    assert np.mean(nearest == labels[1500:]) < 0.4
