import numpy as np
import pytest

from blockwright.data.loading import load
from blockwright.recipe.settings import Settings
from blockwright.schema.data.errors import DataError
from blockwright.training.setup.augmenting import augmented_images
from blockwright.training.setup.compiling import make_model
from blockwright.training.setup.pipeline import prepared_batches, training_batches
from blockwright.training.setup.prepare_run import output_shapes, prepare_run
from tests.network.designs import classifier, design, node

AUGMENTATIONS = ["random_translation", "random_rotation:factor=0.1"]
NETWORK = classifier(node("Conv2D", filters=2, kernel_size=3), shape=(8, 8, 1))


def images(network=NETWORK, **settings):
    """The images of two epochs of a run."""
    chosen = Settings.read({"batch_size": 256, "augmentations": AUGMENTATIONS, **settings})
    prepared, objectives = prepare_run(network, output_shapes(network), chosen, load("digits"))
    data = training_batches(make_model(network, 0), prepared, objectives, chosen)
    plain = prepared_batches(network, prepared, objectives, "train", 256, chosen.seed)
    return [np.concatenate([batch[0] for batch in data]) for _ in range(2)], np.concatenate(
        [batch[0] for batch in plain]
    )


def test_each_epoch_varies_the_images_anew_by_the_seed():
    (first, second), plain = images()
    (again, _), _ = images()
    assert np.array_equal(first, again)
    assert first.shape == second.shape == plain.shape
    assert not np.allclose(first, plain)
    assert first.max() <= 1.0 + 1e-5
    assert not np.array_equal(first, images(seed=1)[0][0])


def test_the_shape_of_a_batch_stays_known():
    chosen = Settings.read({"augmentations": ["random_zoom", "random_erasing"]})
    prepared, objectives = prepare_run(NETWORK, output_shapes(NETWORK), chosen, load("digits"))
    data = training_batches(make_model(NETWORK, 0), prepared, objectives, chosen)
    assert data.element_spec[0].shape.as_list() == [None, 8, 8, 1]


def test_what_is_no_image_is_not_augmented():
    network = design(node("Flatten"), node("Dense", units=3), shape=(13,))
    chosen = Settings.read({"augmentations": ["random_flip"], "data": "wine"})
    with pytest.raises(DataError, match="no input of the design reads images"):
        prepare_run(network, output_shapes(network), chosen, load("wine"))


def test_what_is_reconstructed_is_not_augmented():
    network = design(node("Conv2D", filters=1, kernel_size=3, padding="same"), shape=(8, 8, 1))
    chosen = Settings.read({"augmentations": ["random_flip"], "outputs": {"conv2d": {"target": "image"}}})
    with pytest.raises(DataError, match="that an output reconstructs"):
        prepare_run(network, output_shapes(network), chosen, load("digits"))


def test_images_before_and_after():
    flip = Settings.read({"augmentations": ["random_flip:mode=vertical"]}).augmentations
    pairs = augmented_images({"name": "digits"}, flip, 0)
    assert len(pairs) == 6
    assert any(pair["before"] != pair["after"] for pair in pairs)
    assert augmented_images({"name": "wine"}, flip, 0) == []
