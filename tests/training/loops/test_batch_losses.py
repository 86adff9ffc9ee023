"""The loss of each batch by itself, from the running means that Keras logs."""

import errno

import keras
import numpy as np
import pytest
import tensorflow as tf

from blockwright.runs.files.batch_losses import read_batch_losses
from blockwright.training.loops import batch_losses
from blockwright.training.loops.batch_losses import BatchLosses
from blockwright.training.loops.callbacks import DirectCallbacks


def test_what_is_recorded_is_the_loss_of_each_batch(tmp_path):
    inputs = np.random.default_rng(0).normal(size=(10, 3)).astype("float32")
    targets = inputs.sum(axis=1, keepdims=True)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(0.0), loss="mse")
    recorder = BatchLosses(tmp_path, 10, 4)
    data = tf.data.Dataset.from_tensor_slices((inputs, targets)).batch(4)
    callbacks = DirectCallbacks([recorder], add_history=True, model=model, epochs=2)
    model.fit(data, epochs=2, shuffle=False, verbose=0, callbacks=callbacks)
    errors = (np.asarray(model(inputs)) - targets) ** 2
    expected = [errors[start : start + 4].mean() for start in (0, 4, 8)] * 2
    np.testing.assert_allclose(read_batch_losses(tmp_path), expected, rtol=1e-4)


@pytest.mark.parametrize("fails", [errno.ENOSPC, errno.EROFS])
def test_what_finds_no_room_is_written_later(tmp_path, monkeypatch, fails):
    recorder = BatchLosses(tmp_path, 4, 2)
    write = batch_losses.write_batch_losses

    def refuse(*_):
        raise OSError(fails, "no room")

    recorder.on_epoch_begin(0)
    monkeypatch.setattr(batch_losses, "write_batch_losses", refuse)
    recorder.on_train_batch_end(0, {"loss": 2.0})
    monkeypatch.setattr(batch_losses, "write_batch_losses", write)
    recorder.on_train_batch_end(1, {"loss": 3.0})
    recorder.on_epoch_end(0)
    assert read_batch_losses(tmp_path).tolist() == [2.0, 4.0]


def test_an_epoch_that_is_trained_again_replaces_itself(tmp_path):
    recorder = BatchLosses(tmp_path, 4, 2)
    for epoch, means in ((0, (4.0, 3.0)), (1, (9.0,)), (1, (1.0, 1.5))):
        recorder.on_epoch_begin(epoch)
        for batch, mean in enumerate(means):
            recorder.on_train_batch_end(batch, {"loss": mean})
        recorder.flush()
    assert read_batch_losses(tmp_path).tolist() == [4.0, 2.0, 1.0, 2.0]
