"""From prepared arrays to batches. See `options` for why tf.data's autotuner stays off."""

import numpy as np
import tensorflow as tf

_PREFETCH = 2


def batches(
    x: np.ndarray,
    y: np.ndarray,
    *,
    positions: np.ndarray | None = None,
    scale: float = 1.0,
    batch_size: int,
    shuffle_seed: int | None = None,
) -> tf.data.Dataset:
    """Batches of float32 examples `(batch, *shape)`, multiplied by `scale`, with their labels.

    Args:
        x: examples of any number type; they are converted batch by batch.
        y: labels, one an example.
        positions: which examples to use; None for all.
        shuffle_seed: shuffles anew in every epoch, the same way for the same seed; None keeps the order.
    """
    examples, labels = tf.convert_to_tensor(x), tf.convert_to_tensor(y)
    if positions is None:
        positions = np.arange(len(x))
    # Positions are shuffled and batched, not images: an epoch's order costs a few microseconds a batch.
    dataset = tf.data.Dataset.from_tensor_slices(positions.astype(np.int64))
    if shuffle_seed is not None:
        dataset = dataset.shuffle(len(positions), seed=shuffle_seed, reshuffle_each_iteration=True)

    def pick(chosen: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        picked = tf.cast(tf.gather(examples, chosen), tf.float32)
        return (picked if scale == 1.0 else picked * tf.constant(scale, tf.float32)), tf.gather(
            labels, chosen
        )

    return dataset.batch(batch_size).map(pick).prefetch(_PREFETCH).with_options(options())


def options() -> tf.data.Options:
    """Options without autotuning: at the end of an epoch its thread keeps `fit` waiting for up to its next tick."""
    chosen = tf.data.Options()
    chosen.autotune.enabled = False
    chosen.deterministic = True
    return chosen
