"""Handwritten digits of 28 x 28 pixels without a download: those of scikit-learn, enlarged and varied."""

from pathlib import Path
from typing import Any

import numpy as np
from scipy.ndimage import affine_transform
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SIZE = 28
_TEST_COPIES = 5


def handwritten(examples: int, seed: int = 0) -> dict[str, np.ndarray]:
    """Training and test part as the arrays of an `.npz` file.

    scikit-learn has 1,797 digits of 8 x 8 pixels. A fifth of them is the test part, so that no written digit is in
    both. Each image of either part is one of its digits, enlarged to 20 x 20 pixels in the middle of 28 x 28, as in
    MNIST, then turned by up to 12 degrees, scaled by up to a tenth and moved by up to two pixels.
    """
    images, classes = load_digits(return_X_y=True)
    parts = train_test_split(
        images.reshape(-1, 8, 8), classes, test_size=0.2, stratify=classes, random_state=seed
    )
    train_images, test_images, train_classes, test_classes = parts
    random = np.random.default_rng(seed)
    train = np.resize(random.permutation(len(train_images)), examples)
    test = np.tile(np.arange(len(test_images)), _TEST_COPIES)
    return {
        "x_train": _varied(train_images[train], random),
        "y_train": train_classes[train],
        "x_test": _varied(test_images[test], random),
        "y_test": test_classes[test],
    }


def save(path: Path, examples: int, seed: int = 0) -> Path:
    """Write the arrays to a file; returns its path."""
    arrays: dict[str, Any] = handwritten(examples, seed)
    np.savez_compressed(path, **arrays)
    return path


def _varied(images: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Images of 8 x 8 with values to 16 as bytes of 28 x 28 x 1."""
    varied = np.empty((len(images), SIZE, SIZE), np.uint8)
    centre = np.array([(SIZE - 1) / 2] * 2)
    for index, image in enumerate(images):
        angle = np.deg2rad(random.uniform(-12, 12))
        pixels = 8 / 20 / random.uniform(0.9, 1.1)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * pixels
        offset = np.array([3.5, 3.5]) - turn @ (centre + random.uniform(-2, 2, 2))
        drawn = affine_transform(image, turn, offset, (SIZE, SIZE), order=3)
        varied[index] = np.clip(np.rint(drawn * (255 / 16)), 0, 255)
    return varied[..., None]
