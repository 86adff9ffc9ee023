"""A small part of a data set, or a stand-in for it: enough to find out how a generated file prepares the whole."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blockwright.design.wiring import resolve_outputs
from blockwright.layers import names_with
from blockwright.recipe.settings import DataVersion, Settings
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.data.dataset_cards import card_of
from blockwright.schema.data.dataset_config import DataChoice
from blockwright.schema.data.errors import DataError
from blockwright.schema.data.features import class_target, plain_feature
from blockwright.schema.design import Design

if TYPE_CHECKING:
    from blockwright.data.loading import DataSet

_SAMPLE = 200
"""How many examples of a data set are written to find out how it is prepared."""
_LARGE_BYTES = 20_000_000
_IMAGES = ("digits", "shapes", "mnist", "fashion_mnist", "cifar10", "cifar100")


def sample_of(
    choice: DataChoice, settings: Settings, design: Design, shapes: Mapping[str, Any]
) -> tuple["DataSet", bool]:
    """The data, or a small part of it if that is enough for the text; and whether it could not be read."""
    if choice.name in _IMAGES and not (choice.name == "shapes" and choice.examples <= _SAMPLE):
        return _blank_images(choice), False
    changed = 0.0
    if choice.name == "upload":
        from blockwright.data.upload_reader import check_upload, is_table

        try:
            check_upload(choice)
        except DataError:
            if is_table(str(choice.path)) or not _has_plain_ends(design):
                raise
            return _blank_upload(choice, design, shapes), True
        path = Path(str(choice.path))
        changed = path.stat().st_mtime
        if path.stat().st_size > _LARGE_BYTES:
            return _loaded.__wrapped__(
                _document(choice), settings.seed, settings.data_version, changed
            ), False
    if choice.name in ("tickets", "reviews") and (choice.examples or 0) > _SAMPLE:
        choice = choice.model_copy(update={"examples": _SAMPLE})
    return _loaded(_document(choice), settings.seed, settings.data_version, changed), False


def _document(choice: DataChoice) -> str:
    return json.dumps(choice.document(), sort_keys=True)


@lru_cache(maxsize=4)
def _loaded(choice: str, seed: int, version: DataVersion, changed: float) -> "DataSet":
    from blockwright.data.loading import load

    return load(json.loads(choice), seed=seed, version=version)


def _blank_images(choice: DataChoice) -> "DataSet":
    """Images of the right form, with nothing on them: a file's text depends on no more."""
    import numpy as np

    from blockwright.data.loading import DataSet

    card = card_of(choice)
    labels = np.arange(max(40, 2 * card.num_classes), dtype=np.int32) % card.num_classes
    images = np.zeros((len(labels), *card.shape), dtype=np.uint8)
    images[::2] = 255
    return DataSet.plain(card, images, labels, images, labels)


def _has_plain_ends(design: Design) -> bool:
    """Whether a file of `x_train` and `y_train` can be all that the design is trained on, without looking into it."""
    bodies = [design.nodes, *(composite.nodes for composite in design.composites.values())]
    adapts = any(node.block in names_with("adaptation") for nodes in bodies for node in nodes)
    plain = len(design.inputs) == 1 and design.inputs[0].dtype == "float32"
    return plain and None not in design.inputs[0].shape and len(resolve_outputs(design)) == 1 and not adapts


def _blank_upload(choice: DataChoice, design: Design, shapes: Mapping[str, Any]) -> "DataSet":
    """What a file most likely holds that cannot be read yet: examples as the network reads them, with classes."""
    import numpy as np

    from blockwright.data.loading import DataSet

    units = next(iter(shapes.values()))[-1:]
    count = max(2, units[0] if units and units[0] else 2)
    names = tuple(str(number) for number in range(count))
    shape = tuple(size for size in design.inputs[0].shape if size is not None)
    card = Card.model_validate(
        {
            "name": "upload",
            "title": choice.title or "an uploaded file",
            "summary": "",
            "source": "",
            "licence": "",
            "shape": shape,
            "features": (plain_feature(shape, "float32"),),
            "targets": (class_target(names),),
            "train_examples": 10 * count,
            "test_examples": 10 * count,
            "embedded": False,
        }
    )
    labels = np.arange(10 * count, dtype=np.int32) % count
    values = np.zeros((len(labels), *shape), dtype=np.float32)
    values[::2] = 2.0
    return DataSet.plain(card, values, labels, values, labels)
