"""In which numbers a run computes: float32, or bfloat16 where the machine gains from it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keras
import tensorflow as tf

_BFLOAT16_FLAGS = {"amx_bf16", "avx512_bf16"}
_BFLOAT16_GPU = (8, 0)


def choose_precision(wanted: str) -> str:
    """`float32` or `bfloat16` for a setting of `auto`, `float32` or `bfloat16`.

    `auto` takes bfloat16 on processors with AMX or AVX512-BF16, and on GPUs of compute capability 8 and above:
    elsewhere it is emulated and slower.
    """
    if wanted != "auto":
        return wanted
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        capability = tf.config.experimental.get_device_details(gpus[0]).get("compute_capability")
        return "bfloat16" if capability is not None and capability >= _BFLOAT16_GPU else "float32"
    return "bfloat16" if _BFLOAT16_FLAGS & cpu_flags() else "float32"


def cpu_flags(path: str = "/proc/cpuinfo") -> set[str]:
    """What the processor says it can do; empty where it cannot be asked."""
    if not sys.platform.startswith("linux"):
        return set()
    try:
        text = Path(path).read_text(errors="replace")
    except OSError:
        return set()
    line = next((line for line in text.splitlines() if line.startswith("flags")), "")
    return set(line.partition(":")[2].split())


def device_name() -> str:
    """Where TensorFlow computes: a GPU's name, or `CPU`."""
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return "CPU"
    return tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU")


@contextmanager
def computing_in(precision: str) -> Iterator[None]:
    """Layers made within it compute in `precision`; their weights are float32 in either case."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16" if precision == "bfloat16" else "float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
