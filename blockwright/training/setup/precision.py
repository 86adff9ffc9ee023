"""The precision of a run: float32, or bfloat16 where the hardware is faster with it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keras
import tensorflow as tf

from blockwright.recipe.settings import Settings
from blockwright.schema.design import Design

_BFLOAT16_FLAGS = {"amx_bf16", "avx512_bf16"}
_BFLOAT16_GPU = (8, 0)


def choose_precision(setting: str) -> str:
    """`float32` or `bfloat16` for a setting of `auto`, `float32` or `bfloat16`.

    `auto` is bfloat16 on processors with AMX or AVX512-BF16 and on GPUs of compute capability 8 and above; elsewhere
    bfloat16 is emulated and slower.
    """
    if setting != "auto":
        return setting
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        capability = tf.config.experimental.get_device_details(gpus[0]).get("compute_capability")
        return "bfloat16" if capability is not None and capability >= _BFLOAT16_GPU else "float32"
    return "bfloat16" if _BFLOAT16_FLAGS & cpu_flags() else "float32"


def precision_of(design: Design, settings: Settings) -> str:
    """The precision of a run: `auto` takes float32 without images, as bfloat16 would round measurements."""
    if settings.precision == "auto" and all(len(entry.shape) < 3 for entry in design.inputs):
        return "float32"
    return choose_precision(settings.precision)


def cpu_flags(path: str = "/proc/cpuinfo") -> set[str]:
    """The feature flags of the processor; empty where they are unknown."""
    if not sys.platform.startswith("linux"):
        return set()
    try:
        text = Path(path).read_text(errors="replace")
    except OSError:
        return set()
    line = next((line for line in text.splitlines() if line.startswith("flags")), "")
    return set(line.partition(":")[2].split())


def device_name() -> str:
    """The device that TensorFlow uses: a GPU's name, or `CPU`."""
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return "CPU"
    return tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU")


@contextmanager
def computing_in(precision: str) -> Iterator[None]:
    """Layers created in this context compute in `precision`; their weights are always float32."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16" if precision == "bfloat16" else "float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
