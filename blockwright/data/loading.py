"""Loading data sets as arrays. Heavy libraries are imported inside functions."""

import gzip
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from blockwright.data import downloading
from blockwright.data.splitting import split
from blockwright.recipe.settings import DATA_VERSION, DataVersion
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.data.dataset_cards import card_of
from blockwright.schema.data.dataset_config import DataChoice, read_choice
from blockwright.schema.data.errors import DataError
from blockwright.schema.data.image_cards import DIGITS_SPLIT_SEED, DIGITS_TEST_EXAMPLES

if TYPE_CHECKING:
    import numpy as np


@dataclass
class Part:
    """The training or the test part of a data set: one array per feature and target, all of the same length.

    Features are `(examples, *shape)` as their `Feature` says: numbers, texts and categories as object
    arrays of str `(examples, 1)`, tags float32 `(examples, tags)`. Targets are class indices int32 `(examples,)`,
    numbers float32 `(examples, 1)` in their original unit, or tags float32 `(examples, tags)`.
    """

    features: dict[str, "np.ndarray"]
    targets: dict[str, "np.ndarray"]

    def __len__(self) -> int:
        return len(next(iter(self.targets.values())))


@dataclass
class DataSet:
    """A loaded data set: its card, its training and test part, notes, and the validation part that a file may have.

    `x_train`, `y_train`, `x_test`, `y_test` are the arrays of a data set with one feature and one target.
    """

    card: Card
    train: Part
    test: Part
    notes: list[str] = field(default_factory=list)
    validation: Part | None = None

    @classmethod
    def plain(
        cls,
        card: Card,
        x_train: "np.ndarray",
        y_train: "np.ndarray",
        x_test: "np.ndarray",
        y_test: "np.ndarray",
        notes: list[str] | None = None,
    ) -> "DataSet":
        """A data set with one feature, images `(examples, height, width, channels)` or vectors, and classes."""
        x, y = card.features[0].name, card.targets[0].name
        return cls(card, Part({x: x_train}, {y: y_train}), Part({x: x_test}, {y: y_test}), notes or [])

    @property
    def x_train(self) -> "np.ndarray":
        """The one feature of the training part; `DataError` if there are several."""
        return _only(self.train.features, "feature", self.card.title)

    @property
    def y_train(self) -> "np.ndarray":
        """The one target of the training part; `DataError` if there are several."""
        return _only(self.train.targets, "target", self.card.title)

    @property
    def x_test(self) -> "np.ndarray":
        """The one feature of the test part; `DataError` if there are several."""
        return _only(self.test.features, "feature", self.card.title)

    @property
    def y_test(self) -> "np.ndarray":
        """The one target of the test part; `DataError` if there are several."""
        return _only(self.test.targets, "target", self.card.title)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The class names; empty unless there is exactly one target, of classes."""
        return self.card.class_names


def _only(arrays: dict[str, "np.ndarray"], noun: str, title: str) -> "np.ndarray":
    if len(arrays) != 1:
        raise DataError(f'"{title}" has {len(arrays)} {noun}s ({", ".join(arrays)}), not a single one.')
    return next(iter(arrays.values()))


def load(
    choice: str | dict[str, Any] | DataChoice,
    *,
    seed: int = 0,
    version: DataVersion = DATA_VERSION,
    progress: downloading.Progress | None = None,
) -> DataSet:
    """Load the chosen data.

    Args:
        choice: a name, or `{"name": ...}` with its options; see `DataChoice`.
        seed: used to split a test part off an uploaded file without one.
        version: how a test part is split off, see `recipe.settings.DATA_VERSION`.
        progress: called with the bytes received and expected during a download.

    Raises `DataError` for an unknown choice, a file that cannot be used, or a failed download.
    """
    chosen = read_choice(choice)
    match chosen.name:
        case "digits":
            return _digits(version)
        case "shapes":
            return _shapes(chosen)
        case "upload":
            from blockwright.data.upload_reader import load_upload

            return load_upload(chosen, seed, version)
        case "iris" | "wine" | "breast_cancer" | "diabetes":
            from blockwright.data.tables.sklearn_tables import load_table

            return load_table(chosen.name, version)
        case "tickets" | "reviews":
            return _written(chosen)
        case _:
            return _keras(chosen.name, progress)


def _digits(version: DataVersion) -> DataSet:
    import numpy as np

    from blockwright.data.tables.sklearn_tables import sklearn_file

    with gzip.open(sklearn_file("digits.csv.gz"), "rt") as file:
        table = np.loadtxt(file, delimiter=",", dtype=np.uint8)
    images = np.rint(table[:, :64].astype(np.float32) * (255 / 16)).astype(np.uint8).reshape(-1, 8, 8, 1)
    labels = table[:, 64].astype(np.int32)
    rest, test, _ = split(len(labels), DIGITS_TEST_EXAMPLES, DIGITS_SPLIT_SEED, labels, version)
    return DataSet.plain(card_of("digits"), images[rest], labels[rest], images[test], labels[test])


def _shapes(choice: DataChoice) -> DataSet:
    import numpy as np

    from blockwright.data.synthetic.shapes import draw_shapes

    dataset_card = card_of(choice)
    total = dataset_card.train_examples + dataset_card.test_examples
    images, labels = draw_shapes(total, choice.size, choice.colour, choice.seed)
    labels = labels.astype(np.int32)
    cut = dataset_card.train_examples
    return DataSet.plain(dataset_card, images[:cut], labels[:cut], images[cut:], labels[cut:])


def _written(choice: DataChoice) -> DataSet:
    dataset_card = card_of(choice)
    total, cut = dataset_card.train_examples + dataset_card.test_examples, dataset_card.train_examples
    if choice.name == "tickets":
        from blockwright.data.synthetic.tickets import write_tickets

        features, targets = write_tickets(total, choice.seed)
    else:
        from blockwright.data.synthetic.reviews import write_reviews

        texts, opinions = write_reviews(total, choice.seed)
        features, targets = {"text": texts}, {"opinion": opinions}
    train, test = (
        Part(*({name: values[piece] for name, values in arrays.items()} for arrays in (features, targets)))
        for piece in (slice(None, cut), slice(cut, None))
    )
    return DataSet(dataset_card, train, test)


def _keras(name: str, progress: downloading.Progress | None) -> DataSet:
    from filelock import FileLock

    folder = downloading.cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    # Keras unpacks CIFAR's archive on every load; two runs must not do so at once.
    with FileLock(folder / f".{name}.lock"):
        downloading.fetch(name, progress)
        import keras

        try:
            (x_train, y_train), (x_test, y_test) = getattr(keras.datasets, name).load_data()
        except Exception as error:  # Keras raises a plain Exception when a download fails
            raise DataError(
                f"The downloaded files of {card_of(name).title} cannot be read: {str(error)[:200]}. "
                f"Remove them from {folder / 'datasets'} and try again, or use Digits or Shapes."
            ) from error
    return DataSet.plain(
        card_of(name), _with_channels(x_train), _labels(y_train), _with_channels(x_test), _labels(y_test)
    )


def _with_channels(images: "np.ndarray") -> "np.ndarray":
    return images[..., None] if images.ndim == 3 else images


def _labels(labels: "np.ndarray") -> "np.ndarray":
    return labels.reshape(-1).astype("int32")
