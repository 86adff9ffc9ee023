import numpy as np
import pytest

from blockwright.training.setup.pipeline import batches, options

X = np.arange(40, dtype=np.uint8).reshape(20, 2)
Y = np.arange(20, dtype=np.int32)


def labels(dataset):
    return [y.numpy().tolist() for _, y in dataset]


def test_batches_are_scaled_float32_in_order():
    made = list(batches({"x": X}, [Y], scales={"x": 0.5}, batch_size=8))
    assert [x.dtype.name for x, _ in made] == ["float32"] * 3
    np.testing.assert_array_equal(np.concatenate([x for x, _ in made]), X / 2)
    assert labels(batches({"x": X}, [Y], batch_size=8)) == [
        list(range(8)),
        list(range(8, 16)),
        list(range(16, 20)),
    ]


def test_only_the_chosen_positions_come():
    assert labels(batches({"x": X}, [Y], positions=np.array([3, 5, 8]), batch_size=2)) == [[3, 5], [8]]


def test_shuffling_is_new_every_epoch_and_the_same_for_a_seed():
    first, second = (batches({"x": X}, [Y], batch_size=20, shuffle_seed=4) for _ in range(2))
    epochs = [labels(first)[0] for _ in range(3)]
    assert sorted(epochs[0]) == list(range(20))
    assert epochs[0] != epochs[1] != epochs[2]
    assert [labels(second)[0] for _ in range(3)] == epochs
    assert labels(batches({"x": X}, [Y], batch_size=20, shuffle_seed=5))[0] != epochs[0]


@pytest.mark.parametrize("seed", [None, 1])
def test_the_autotuner_is_off(seed):
    assert options().autotune.enabled is False
    assert batches({"x": X}, [Y], batch_size=4, shuffle_seed=seed).options().autotune.enabled is False


TEXTS = np.array([[f"text {n}"] for n in range(20)], dtype=object)


def test_several_inputs_and_outputs_come_together():
    x = {"numbers": X, "texts": TEXTS, "places": np.arange(20, dtype=np.int64)}
    types = {"numbers": "float32", "texts": "string", "places": "int32"}
    scales = {"numbers": 0.5, "texts": 1.0, "places": 1.0}
    made = batches(
        x,
        [Y, X],
        positions=np.array([2, 7]),
        scales=scales,
        dtypes=types,
        target_scales=[1.0, 0.25],
        batch_size=8,
    )
    ((inputs, targets),) = list(made)
    assert {name: value.dtype.name for name, value in inputs.items()} == types
    assert [target.dtype.name for target in targets] == ["int32", "float32"]
    np.testing.assert_array_equal(inputs["numbers"], X[[2, 7]] / 2)
    assert inputs["texts"].numpy()[:, 0].tolist() == [b"text 2", b"text 7"]
    assert inputs["places"].numpy().tolist() == targets[0].numpy().tolist() == [2, 7]
    np.testing.assert_array_equal(targets[1], X[[2, 7]] / 4)
    assert made.options().autotune.enabled is False


def test_several_inputs_are_shuffled_as_one_is():
    single = labels(batches({"x": X}, [Y], batch_size=20, shuffle_seed=4))
    several = [y.numpy().tolist() for _, y in batches({"a": X, "b": X}, [Y], batch_size=20, shuffle_seed=4)]
    assert several == single
