"""The formats in which a trained network can be exported. Plain data, also for the pages."""

from dataclasses import dataclass
from typing import Literal, TypedDict

from blockwright.schema.text import slug

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
_MAX_NAME = 60


class ExportError(ValueError):
    """An export that failed; the message is shown to people. Earlier exports are kept."""


class RunComparison(TypedDict):
    """A file's probabilities against those of the run; `same_class` counts the examples with the same class."""

    difference: float
    tolerance: float
    same_class: int
    examples: int
    sentence: str


class Verification(TypedDict):
    """How a file was checked, in numbers and in a `sentence`; what does not apply to its kind is None.

    `difference` is the largest one between the outputs of the file and of the network in float32, `tolerance` the
    largest allowed, over so many `examples`; `run` compares with the run's own predictions; `usage` is Python code.
    """

    difference: float | None
    tolerance: float | None
    examples: int | None
    run: RunComparison | None
    usage: str | None
    sentence: str


class ExportResult(Verification):
    """An exported file: where it is, its `name` for the download, and how it was checked."""

    kind: str
    path: str
    name: str
    mime: str
    bytes: int


class ExportProgress(TypedDict):
    """How far an export is: `fraction` from 0 to 1, the step or the error in `sentence`, and the result once done."""

    state: Literal["none", "working", "done", "failed"]
    fraction: float
    sentence: str
    result: ExportResult | None


@dataclass(frozen=True)
class ExportKind:
    """One kind of file.

    Attributes:
        key: the name that `export` takes.
        title: its name on a button.
        ending: what follows the network's name in the file's name.
        mime: the media type for browsers.
        summary: its purpose, in a sentence.
        tolerance: how far its outputs may be from the network's, for outputs up to 1, and in proportion for larger
            ones; None for what cannot predict. The same kernels in the same order give the same numbers; other
            libraries add in another order, which shows in the last of float32's seven digits.
    """

    key: str
    title: str
    ending: str
    mime: str
    summary: str
    tolerance: float | None = None

    def file_name(self, name: str) -> str:
        """The file's name for a network of that name: ASCII, no spaces, no path."""
        return f"{safe_name(name)}{self.ending}"


_BYTES = "application/octet-stream"

KINDS: dict[str, ExportKind] = {
    kind.key: kind
    for kind in (
        ExportKind(
            "keras_plain",
            "Keras, plain layers",
            ".keras",
            _BYTES,
            "Opens with keras.models.load_model wherever Keras 3 is installed, without the code of this project.",
            1e-6,
        ),
        ExportKind(
            "keras_blocks",
            "Keras, with blocks",
            "-blocks.keras",
            _BYTES,
            "Keeps each block as one layer; opens where the classes in blocks/ are imported.",
            1e-6,
        ),
        ExportKind(
            "weights",
            "Weights only",
            ".weights.h5",
            _BYTES,
            "The trained weights, to load into the network's code.",
            1e-6,
        ),
        ExportKind(
            "saved_model",
            "TensorFlow SavedModel",
            "-saved-model.zip",
            "application/zip",
            "For TensorFlow Serving, C++ and Java; opens with tf.saved_model.load after unzipping.",
            1e-5,
        ),
        ExportKind(
            "onnx",
            "ONNX",
            ".onnx",
            _BYTES,
            "For ONNX Runtime, and through it most languages and devices; needs no TensorFlow.",
            1e-4,
        ),
        ExportKind(
            "tflite",
            "TFLite (LiteRT)",
            ".tflite",
            _BYTES,
            "For phones, browsers and microcontrollers; needs no TensorFlow.",
            1e-4,
        ),
        ExportKind(
            "preprocessing",
            "Preprocessing",
            "-preprocessing.json",
            "application/json",
            "How values become what the network reads: means, deviations and scales of the training data, class names.",
        ),
        ExportKind(
            "requirements",
            "requirements.txt",
            "-requirements.txt",
            "text/plain",
            "The exact packages that these files were made and verified with.",
        ),
        ExportKind(
            "bundle",
            "All in one zip",
            ".zip",
            "application/zip",
            "Design, settings, code, weights, plain Keras model, preprocessing, history, evaluation, and a README.",
            1e-6,
        ),
    )
}


def safe_name(name: str) -> str:
    """A file name made from a name that somebody typed: small ASCII letters, digits and dashes."""
    words = slug(name, limit=_MAX_NAME)
    return f"network-{words}".rstrip("-") if not words or words in _RESERVED else words
