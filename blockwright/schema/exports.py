"""The formats in which a trained network can be exported. Plain data, also for the pages."""

from dataclasses import dataclass

from blockwright.schema.text import slug

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
_LONGEST_NAME = 60


class ExportError(ValueError):
    """An export that failed; the message is shown to people. Earlier exports are kept."""


@dataclass(frozen=True)
class ExportKind:
    """One kind of file.

    Attributes:
        key: what `export` is asked for.
        title: its name on a button.
        ending: what follows the network's name in the file's name.
        mime: the type that a browser is told.
        summary: what it is good for, in a sentence.
        tolerance: how far its answers may lie from the network's, for answers up to 1 in size, and in proportion for
            larger ones; None for what gives no answers. The same kernels in the same order give the same numbers;
            other libraries add in another order, which shows in the last of float32's seven digits.
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
            "The trained weights, to be loaded by the network's code.",
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
            "requirements",
            "requirements.txt",
            "-requirements.txt",
            "text/plain",
            "The exact packages that these files were made and checked with.",
        ),
        ExportKind(
            "bundle",
            "All in one zip",
            ".zip",
            "application/zip",
            "Design, settings, code, weights, plain Keras model, history, evaluation, and a README on how to use each.",
            1e-6,
        ),
    )
}


def safe_name(name: str) -> str:
    """A file name made from a name that somebody typed: small ASCII letters, digits and dashes."""
    words = slug(name, limit=_LONGEST_NAME)
    return f"network-{words}".rstrip("-") if not words or words in _RESERVED else words
