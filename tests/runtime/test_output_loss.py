import keras
import numpy as np
import pytest

from blockwright.runtime.output_loss import OutputLoss


def test_every_example_counts_alike_whatever_the_batches_are():
    true, predicted = np.random.default_rng(0).normal(size=(2, 65, 1)).astype("float32") ** 3
    metric = OutputLoss(keras.losses.MeanAbsoluteError())
    for rows in np.split(np.arange(65), [32, 64]):
        metric.update_state(true[rows], predicted[rows])
    assert float(metric.result()) == pytest.approx(np.abs(true - predicted).mean(), rel=1e-6)


def test_a_loss_of_each_example_counts_as_its_mean():
    true, predicted = np.zeros((5, 1), "float32"), np.arange(5, dtype="float32")[:, None]
    metric = OutputLoss(keras.losses.MeanAbsoluteError(reduction=None))
    metric.update_state(true[:4], predicted[:4])
    metric.update_state(true[4:], predicted[4:])
    assert float(metric.result()) == pytest.approx(2.0)


def test_it_is_saved_with_its_loss():
    metric = OutputLoss(keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    again = OutputLoss.from_config(metric.get_config())
    assert (again.name, again.loss.get_config()) == ("mean_loss", metric.loss.get_config())
