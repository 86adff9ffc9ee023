"""Batch normalization as runs compute it, so that a file gives the numbers of its run and not only nearly so."""

from blockwright.codegen.program.program import Plan

PLAIN = "layers.BatchNormalization("
FUSED = "BatchNormalization("

# The same operations as in `training.acceleration`: rounding that differs by 1e-7 grows to 1e-2 within twenty steps
# of Adam.
_CLASS = '''
@keras.saving.register_keras_serializable()
class BatchNormalization(layers.BatchNormalization):
    """Keras's batch normalization on TensorFlow's fused kernel: the same, but faster."""

    def call(self, inputs, training=None, mask=None):
        if mask is not None or len(inputs.shape) != 4:
            return super().call(inputs, training=training, mask=mask)
        training = bool(training) and self.trainable
        mean = tf.convert_to_tensor(self.moving_mean)
        variance = tf.convert_to_tensor(self.moving_variance)
        empty = tf.zeros([0])
        outputs, batch_mean, batch_variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale={scale},
            offset={offset},
            mean=empty if training else mean,
            variance=empty if training else variance,
            epsilon=self.epsilon,
            is_training=training,
        )
        if training:
            # The kernel gives the unbiased variance; Keras averages the plain one.
            count = tf.cast(tf.size(inputs) // tf.shape(inputs)[-1], tf.float32)
            batch_variance *= (count - 1.0) / count
            kept, new = self.momentum, 1.0 - self.momentum
            self.moving_mean.assign(mean * kept + batch_mean * new)
            self.moving_variance.assign(variance * kept + batch_variance * new)
        return outputs
'''


def fused_class(plan: Plan, ranks: dict[str, int]) -> str:
    """The class that stands in for Keras's own; empty for a network whose images are not normalized.

    Args:
        plan: the design in order.
        ranks: by node id, how many dimensions its result has, with the batch.
    """
    steps = [step for step in plan.steps if step.kind.name == "BatchNormalization"]
    inner = [step for own in plan.own.values() for step in own.body.steps]
    inner = [step for step in inner if step.kind.name == "BatchNormalization"]
    inside = bool(inner) or any("BatchNormalization" in block.layers for block in plan.blocks.values())
    if not inside and not any(ranks.get(step.id) == 4 for step in steps):
        return ""
    scale = all(step.params.get("scale", True) is True for step in (*steps, *inner))
    center = all(step.params.get("center", True) is True for step in (*steps, *inner))
    return _CLASS.format(
        scale="tf.convert_to_tensor(self.gamma)"
        if scale
        else "tf.convert_to_tensor(self.gamma) if self.scale else tf.ones_like(mean)",
        offset="tf.convert_to_tensor(self.beta)"
        if center
        else "tf.convert_to_tensor(self.beta) if self.center else tf.zeros_like(mean)",
    )
