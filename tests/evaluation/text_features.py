"""Three features that are shown as text: a text, two named numbers and tags."""

import numpy as np

from blockwright.evaluation.display import DisplayExamples
from blockwright.schema.data.features import Feature

TEXTS = np.array([["One."], ["Two " * 200], ["Three."], ["Four."]], dtype=object)
FEATURES = (
    Feature(name="title", kind="text", shape=(1,), dtype="string"),
    Feature(name="sizes", kind="vector", shape=(2,), columns=("long", "wide"), units=("cm", "")),
    Feature(name="topics", kind="tags", shape=(3,), choices=("a", "b", "c")),
)
ARRAYS = {
    "title": TEXTS,
    "sizes": np.array([[1.5, 2], [3, 4], [5, 6], [7, 8]], np.float32),
    "topics": np.array([[1, 0, 1], [0, 0, 0], [0, 1, 0], [1, 1, 1]], np.float32),
}
DISPLAY = DisplayExamples.of(FEATURES, ARRAYS)
