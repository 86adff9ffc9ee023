"""The part of a generated file that trains: `fit`, a training step of its own, or a whole loop of its own."""

from blockwright.codegen.data.loading import one_hot
from blockwright.codegen.loops.training_config import Task
from blockwright.schema.losses import LOSSES

PLOT_HISTORY = '''
def plot_history(history):
    """Draw loss and accuracy of every epoch."""
    _, axes = plt.subplots(1, 2, figsize=(10, 4))
    for axis, name in zip(axes, ("loss", "accuracy"), strict=True):
        axis.plot(history[name], label="training")
        axis.plot(history[f"val_{name}"], label="validation")
        axis.set(title=name.capitalize(), xlabel="epoch")
        axis.legend()
    plt.savefig("learning_curves.png")
'''

WRITE_SCALAR = '''
def write_scalar(name, value, step):
    """As `tf.summary.scalar`, but without needing the tensorboard package."""
    metadata = tf.compat.v1.SummaryMetadata()
    metadata.plugin_data.plugin_name = "scalars"
    tf.summary.write(name, tf.cast(value, tf.float32), step=step, metadata=metadata)
'''

_TRAIN = '''
def train_model(model, train_data, validation_data):
    """Train with a loop of its own; `tensorboard --logdir logs` shows every batch."""
    optimizer = {optimizer}
    optimizer.build(model.trainable_variables)
    loss_function = {loss}
    mean_loss = keras.metrics.Mean()
    accuracy = {accuracy}

    @tf.function(input_signature=train_data.element_spec)
    def train_step(x, y):
        with tf.GradientTape() as tape:
            outputs = model(x, training=True)
            loss = loss_function(y, outputs)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(
            zip(gradients, model.trainable_variables, strict=True)
        )
        mean_loss.update_state(loss, sample_weight=tf.shape(x)[0])
        accuracy.update_state(y, outputs)
        return loss

    @tf.function(input_signature=validation_data.element_spec)
    def validation_step(x, y):
        outputs = model(x, training=False)
        mean_loss.update_state(loss_function(y, outputs), sample_weight=tf.shape(x)[0])
        accuracy.update_state(y, outputs)

    history = {{"loss": [], "accuracy": [], "val_loss": [], "val_accuracy": []}}
    writer = tf.summary.create_file_writer("logs")
    batch = 0
    with writer.as_default():
        for epoch in range(EPOCHS):
            mean_loss.reset_state()
            accuracy.reset_state()
            for x, y in train_data:
                loss = train_step(x, y)
                write_scalar("batch loss", loss, batch)
                write_scalar("batch accuracy", accuracy.result(), batch)
                batch += 1
            history["loss"].append(float(mean_loss.result()))
            history["accuracy"].append(float(accuracy.result()))

            mean_loss.reset_state()
            accuracy.reset_state()
            for x, y in validation_data:
                validation_step(x, y)
            history["val_loss"].append(float(mean_loss.result()))
            history["val_accuracy"].append(float(accuracy.result()))

            values = [f"{{name}} {{each[-1]:.4f}}" for name, each in history.items()]
            print(f"Epoch {{epoch + 1}}/{{EPOCHS}}:", ", ".join(values))
    return history
'''

_EVALUATE = '''
def evaluate(model, test_data, y_test{names}):
    """Report on every class of the test part and draw the confusion matrix."""
    outputs = model.predict(test_data, verbose=0)
    predicted = {predicted}
    print(f"Test accuracy: {{np.mean(predicted == y_test):.4f}}")
    numbers = range(len({class_names}))
    report = classification_report(
        y_test, predicted, labels=numbers, target_names={class_names}, zero_division=0
    )
    print(report)
    ConfusionMatrixDisplay.from_predictions(
        y_test, predicted, labels=numbers, display_labels={class_names}, xticks_rotation="vertical"{wide}
    )
    plt.savefig("confusion_matrix.png", bbox_inches="tight")
    return outputs
'''


def functions(task: Task, loop: str) -> str:
    """The functions that train and draw."""
    parts = [PLOT_HISTORY]
    if loop == "custom":
        values = {
            "optimizer": optimizer(task),
            "loss": _loss_object(task),
            "accuracy": _accuracy_object(task),
        }
        parts = [WRITE_SCALAR, _TRAIN.format(**values), *parts]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def statements(task: Task, loop: str) -> str:
    """The statements that train `model`."""
    if loop == "custom":
        return "history = train_model(model, train_data, validation_data)\nplot_history(history)\n"
    return (
        f"model.compile(optimizer={optimizer(task)}, loss={_loss(task)}, metrics=[{_accuracy(task)}])\n"
        "history = model.fit(train_data.repeat(), steps_per_epoch=len(train_data), "
        "validation_data=validation_data, epochs=EPOCHS)\n"
        "plot_history(history.history)\n"
    )


def evaluation(task: Task) -> str:
    """The function that evaluates."""
    predicted = "outputs.argmax(axis=1)"
    if task.objective is not None and task.objective.units == 1:
        threshold = "0" if task.objective.from_logits else "0.5"
        predicted = f'(outputs[:, 0] > {threshold}).astype("int64")'
    many = task.objective is not None and len(task.objective.target.class_names) > 20
    return _EVALUATE.format(
        names=", class_names" if task.uploaded else "",
        class_names="class_names" if task.uploaded else "CLASS_NAMES",
        predicted=predicted,
        wide=", include_values=False" if many else "",
    )


def evaluation_statements(task: Task, loop: str) -> str:
    """The statements that test `model`."""
    names = ", class_names" if task.uploaded else ""
    lines = [f"outputs = evaluate(model, test_data, y_test{names})"]
    if loop != "custom":
        lines.insert(0, "model.evaluate(test_data)")
    return "\n".join(lines) + "\n"


def saving(stem: str) -> str:
    """The statements that save and load again."""
    return f'''
model.save("{stem}.keras")
restored = keras.models.load_model("{stem}.keras")
difference = np.abs(restored.predict(test_data, verbose=0) - outputs).max()
print(f"Saved and loaded again: the outputs differ by {{difference:.1e}} at most.")
'''.strip("\n")


def optimizer(task: Task) -> str:
    """The expression that makes the optimizer."""
    settings = task.settings
    match settings.optimizer:
        case "adam":
            return "keras.optimizers.Adam(LEARNING_RATE)"
        case "adamw":
            decay = "" if settings.weight_decay == 0.004 else f", weight_decay={settings.weight_decay!r}"
            return f"keras.optimizers.AdamW(LEARNING_RATE{decay})"
        case "sgd":
            momentum = "" if settings.momentum == 0 else f", momentum={settings.momentum!r}"
            return f"keras.optimizers.SGD(LEARNING_RATE{momentum})"
        case _:
            return "keras.optimizers.RMSprop(LEARNING_RATE)"


def _scores(task: Task) -> bool:
    return task.objective is not None and task.objective.loss_takes_logits


def _loss(task: Task) -> str:
    return _loss_object(task) if _scores(task) else f'"{task.loss}"'


def _loss_object(task: Task) -> str:
    return f"keras.losses.{LOSSES[task.loss].keras_class}({'from_logits=True' if _scores(task) else ''})"


def _accuracy(task: Task) -> str:
    plain = task.objective is None or not (task.objective.units == 1 and task.objective.from_logits)
    return '"accuracy"' if plain else _accuracy_object(task)


def _accuracy_object(task: Task) -> str:
    if task.objective is not None and task.objective.units == 1:
        threshold = ", threshold=0.0" if task.objective.from_logits else ""
        return f'keras.metrics.BinaryAccuracy("accuracy"{threshold})'
    kind = "CategoricalAccuracy" if one_hot(task) else "SparseCategoricalAccuracy"
    return f'keras.metrics.{kind}("accuracy")'
