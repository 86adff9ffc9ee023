import keras
import pytest

from blockwright.training.setup import precision
from blockwright.training.setup.precision import choose_precision, computing_in, cpu_flags


@pytest.mark.parametrize(
    ("flags", "chosen"),
    [
        ({"avx2"}, "float32"),
        ({"avx2", "avx512_bf16"}, "bfloat16"),
        ({"amx_bf16"}, "bfloat16"),
        (set(), "float32"),
    ],
)
def test_auto_takes_bfloat16_only_where_the_processor_has_it(monkeypatch, flags, chosen):
    monkeypatch.setattr(precision, "cpu_flags", lambda: flags)
    monkeypatch.setattr(precision.tf.config, "list_physical_devices", lambda kind: [])
    assert choose_precision("auto") == chosen
    assert choose_precision("float32") == "float32"
    assert choose_precision("bfloat16") == "bfloat16"


@pytest.mark.parametrize(
    ("capability", "chosen"), [((9, 0), "bfloat16"), ((7, 5), "float32"), (None, "float32")]
)
def test_auto_takes_bfloat16_on_gpus_that_have_it(monkeypatch, capability, chosen):
    monkeypatch.setattr(precision.tf.config, "list_physical_devices", lambda kind: ["gpu"])
    details = {"compute_capability": capability} if capability else {}
    monkeypatch.setattr(precision.tf.config.experimental, "get_device_details", lambda gpu: details)
    assert choose_precision("auto") == chosen


def test_flags_are_read_from_the_processors_description(tmp_path):
    described = tmp_path / "cpuinfo"
    described.write_text("processor\t: 0\nflags\t\t: fpu amx_bf16 avx2\nbugs\t:\n")
    assert cpu_flags(str(described)) == {"fpu", "amx_bf16", "avx2"}
    assert cpu_flags(str(tmp_path / "none")) == set()


def test_weights_are_float32_either_way_and_the_policy_is_put_back():
    with computing_in("bfloat16"):
        made = keras.layers.Dense(3)
        made.build((None, 2))
    assert (made.compute_dtype, made.kernel.dtype) == ("bfloat16", "float32")
    assert keras.config.dtype_policy().name == "float32"
