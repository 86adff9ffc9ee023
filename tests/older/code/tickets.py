"""Tickets, trained on Support tickets.

Needs tensorflow, scikit-learn and matplotlib.
"""

from typing import NamedTuple

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers
from sklearn.metrics import ConfusionMatrixDisplay, classification_report

SEED = 0
EPOCHS = 5
BATCH_SIZE = 32
LEARNING_RATE = 0.001
VALIDATION_SHARE = 0.1
CLASS_NAMES = {"department": ["billing", "technical", "shipping", "account"]}


def build_model():
    """Tickets, for inputs of 'title' of 1, 'body' of 1 and 'tags' of 12."""
    title = keras.Input((1,), dtype="string", name="title")
    body = keras.Input((1,), dtype="string", name="body")
    tags = keras.Input((12,), name="tags")
    title_words = layers.TextVectorization(
        max_tokens=200, output_sequence_length=10, name="title_words"
    )(title)
    title_embed = layers.Embedding(input_dim=200, output_dim=4, name="title_embed")(
        title_words
    )
    title_pool = layers.GlobalAveragePooling1D(name="title_pool")(title_embed)
    body_words = layers.TextVectorization(
        max_tokens=200, output_sequence_length=20, name="body_words"
    )(body)
    body_embed = layers.Embedding(input_dim=200, output_dim=4, name="body_embed")(
        body_words
    )
    body_pool = layers.GlobalAveragePooling1D(name="body_pool")(body_embed)
    together = layers.Concatenate(name="together")([title_pool, body_pool, tags])
    priority = layers.Dense(1, name="priority")(together)
    department = layers.Dense(4, activation="softmax", name="department")(together)
    return keras.Model(
        [title, body, tags],
        {"priority": priority, "department": department},
        name="tickets",
    )


def split(labels, size, seed):
    """Positions of the examples that stay, and of `size` ones of all classes that go."""
    order = np.random.default_rng(seed).permutation(len(labels))
    classes, counts = np.unique(labels, return_counts=True)
    share = counts * (size / len(labels))
    taken = np.minimum(np.floor(share).astype(int), counts - 1)
    by_remainder = np.argsort(-(share - taken), kind="stable")
    while taken.sum() < size:
        free = [one for one in by_remainder if taken[one] < counts[one] - 1]
        if not free:  # too few examples for every class to have its share
            return np.sort(order[size:]), np.sort(order[:size])
        taken[free[: size - taken.sum()]] += 1
    shuffled = labels[order]
    chosen = [
        order[np.flatnonzero(shuffled == one)[:count]]
        for one, count in zip(classes, taken, strict=True)
    ]
    gone = np.zeros(len(labels), dtype=bool)
    gone[np.concatenate(chosen)] = True
    return np.flatnonzero(~gone), np.flatnonzero(gone)


DEPARTMENTS = ("billing", "technical", "shipping", "account")
TAGS = (
    "refund",
    "invoice",
    "crash",
    "slow",
    "late",
    "damaged",
    "login",
    "privacy",
    "business",
    "new-customer",
    "repeat",
    "outage",
)
TICKET_NOISE = 0.03


class Issue(NamedTuple):
    department: int
    severity: float
    tags: tuple[str, ...]
    titles: tuple[str, ...]
    facts: tuple[str, ...]


ISSUES = (
    Issue(
        0,
        0.5,
        ("refund",),
        ("Charged twice", "Two payments for one order", "Double charge on my card"),
        (
            "My card was charged twice for order {n}.",
            "The amount of order {n} was taken twice.",
        ),
    ),
    Issue(
        0,
        0.2,
        ("invoice",),
        ("Invoice missing", "I need an invoice", "Where is my receipt"),
        (
            "I have not received an invoice for order {n}.",
            "Please send the receipt for payment {n} again.",
        ),
    ),
    Issue(
        0,
        0.35,
        ("refund", "invoice"),
        ("Wrong amount", "The price is not what I agreed to", "Discount not applied"),
        (
            "The bill of order {n} shows a higher price than the offer.",
            "My discount is missing on bill {n}.",
        ),
    ),
    Issue(
        1,
        0.75,
        ("crash",),
        ("App crashes at start", "Program closes by itself", "Crash after the update"),
        (
            "Since version {few} the app closes when I open it.",
            "The program crashes with error {n} every time.",
        ),
    ),
    Issue(
        1,
        0.4,
        ("slow",),
        ("Everything is slow", "Pages load forever", "Search takes minutes"),
        (
            "Every page takes {few} seconds to load.",
            "The search has become very slow, about {few} seconds.",
        ),
    ),
    Issue(
        1,
        0.3,
        ("crash", "slow"),
        ("Export does not work", "Printing fails", "Upload stops half way"),
        (
            "The export stops at {few} percent and the screen freezes.",
            "Uploading a file of {few} MB never ends.",
        ),
    ),
    Issue(
        2,
        0.45,
        ("late",),
        ("Parcel is late", "Where is my order", "Nothing has arrived"),
        (
            "Order {n} should have arrived last week.",
            "The tracking of parcel {n} has not moved for days.",
        ),
    ),
    Issue(
        2,
        0.55,
        ("damaged", "refund"),
        ("Arrived broken", "Damaged in transit", "The box was crushed"),
        (
            "The lamp from order {n} arrived in pieces.",
            "Parcel {n} was wet and the contents are damaged.",
        ),
    ),
    Issue(
        2,
        0.1,
        ("late",),
        ("Change of address", "Deliver it elsewhere", "Question about delivery times"),
        (
            "Please send order {n} to my office instead.",
            "How long does a parcel to postcode {n} take?",
        ),
    ),
    Issue(
        3,
        0.65,
        ("login",),
        ("Cannot sign in", "Locked out", "Password reset never comes"),
        (
            "I cannot log in: the page says code {n}.",
            "The reset mail for user {n} does not arrive.",
        ),
    ),
    Issue(
        3,
        0.85,
        ("privacy", "login"),
        ("Somebody else used my account", "Strange login", "I think I was hacked"),
        (
            "There was a login from a place I do not know, session {n}.",
            "A stranger changed profile {n}.",
        ),
    ),
    Issue(
        3,
        0.15,
        ("privacy",),
        ("Delete my data", "Change my mail address", "Close my profile"),
        (
            "Please remove everything stored about customer {n}.",
            "I want a new mail address on profile {n}.",
        ),
    ),
)
VAGUE = ("Please help", "A question", "Problem", "Hello", "Not happy", "Need support")
OPENINGS = ("Hello,", "Good morning,", "Hi there,", "Dear team,", "")
MOODS = (
    (
        -0.5,
        (
            "There is no hurry.",
            "Answer whenever you find the time.",
            "It can wait until next week.",
        ),
    ),
    (
        0.0,
        (
            "Could you look into it?",
            "Please let me know what to do.",
            "What can be done?",
        ),
    ),
    (
        0.5,
        (
            "I need an answer today.",
            "Please see to it soon.",
            "I have been waiting for days.",
        ),
    ),
    (
        1.0,
        (
            "This is urgent: our work stands still!",
            "I need this fixed immediately!",
            "Please answer at once!",
        ),
    ),
)
CLOSINGS = ("Thank you.", "Kind regards", "Best wishes", "Thanks in advance.", "")
STANDING = {"business": 0.15, "new-customer": -0.05, "repeat": 0.1, "outage": 0.2}
CHANCES = {"business": 0.3, "new-customer": 0.2, "repeat": 0.25, "outage": 0.08}


def write_tickets(examples, seed):
    """Features and targets of that many tickets; the same seed writes the same ones.

    Features: `title` and `body`, object arrays of str `(examples, 1)`, and `tags`, float32 0 or 1,
    `(examples, 12)` in the order of `TAGS`. Targets: `priority`, float32 from 0 to 1, `(examples, 1)`, and
    `department`, int32 `(examples,)`, a place in `DEPARTMENTS`.
    """
    generator = np.random.default_rng([seed, 12])
    titles, bodies = (np.empty((examples, 1), dtype=object) for _ in range(2))
    tags = np.zeros((examples, len(TAGS)), dtype=np.float32)
    priority = np.empty((examples, 1), dtype=np.float32)
    department = np.empty(examples, dtype=np.int32)

    def one_of(options):
        return options[generator.integers(len(options))]

    for row in range(examples):
        issue = ISSUES[generator.integers(len(ISSUES))]
        mood, words = MOODS[generator.integers(len(MOODS))]
        titles[row, 0] = one_of(VAGUE if generator.random() < 0.2 else issue.titles)
        fact = one_of(issue.facts).format(
            n=generator.integers(1000, 9000), few=generator.integers(4, 99)
        )
        lines = [one_of(OPENINGS), f"{fact} {one_of(words)}", one_of(CLOSINGS)]
        # A greeting and a farewell stand on lines of their own, as in a letter.
        bodies[row, 0] = "\n".join(line for line in lines if line)
        chosen = [tag for tag in issue.tags if generator.random() < 0.8]
        chosen += [
            tag for tag, chance in CHANCES.items() if generator.random() < chance
        ]
        if generator.random() < 0.1:
            chosen.append(one_of(TAGS[:8]))
        tags[row, [TAGS.index(tag) for tag in chosen]] = 1.0
        standing = sum(STANDING.get(tag, 0.0) for tag in chosen)
        level = (
            0.1
            + 0.55 * issue.severity
            + 0.2 * mood
            + standing
            + generator.normal(0, TICKET_NOISE)
        )
        priority[row, 0] = min(1.0, max(0.0, level))
        stray = generator.random() < TICKET_NOISE
        department[row] = (
            generator.integers(len(DEPARTMENTS)) if stray else issue.department
        )
    return {"title": titles, "body": bodies, "tags": tags}, {
        "priority": priority,
        "department": department,
    }


def load_data():
    """Support tickets: 2,000 examples to train on and 400 for the test."""
    features, targets = write_tickets(2400, seed=0)
    x_train = {
        "title": features["title"][:2000],
        "body": features["body"][:2000],
        "tags": features["tags"][:2000],
    }
    y_train = {
        "priority": targets["priority"][:2000],
        "department": targets["department"][:2000],
    }
    x_test = {
        "title": features["title"][2000:],
        "body": features["body"][2000:],
        "tags": features["tags"][2000:],
    }
    y_test = {
        "priority": targets["priority"][2000:],
        "department": targets["department"][2000:],
    }
    return x_train, y_train, x_test, y_test


def pick(arrays, places):
    """The examples at some places, of every array."""
    return {name: array[places] for name, array in arrays.items()}


def batches(x, y, shuffle=False):
    """Batches of inputs with what the network is to give; shuffled anew in every epoch."""
    dataset = tf.data.Dataset.from_tensor_slices((x, y))
    if shuffle:
        dataset = dataset.shuffle(len(dataset), seed=SEED)
    dataset = dataset.batch(BATCH_SIZE)
    options = tf.data.Options()
    options.autotune.enabled = False  # its thread would hold up short epochs
    return dataset.prefetch(2).with_options(options)


def write_scalar(name, value, step):
    """As `tf.summary.scalar`, but without needing the tensorboard package."""
    metadata = tf.compat.v1.SummaryMetadata()
    metadata.plugin_data.plugin_name = "scalars"
    tf.summary.write(name, tf.cast(value, tf.float32), step=step, metadata=metadata)


def train_model(model, train_data, validation_data):
    """Train with a loop of its own; `tensorboard --logdir logs` shows every batch."""
    optimizer = keras.optimizers.Adam(LEARNING_RATE)
    optimizer.build(model.trainable_variables)
    loss_functions = {
        "priority": keras.losses.MeanSquaredError(),
        "department": keras.losses.SparseCategoricalCrossentropy(),
    }
    loss_weights = {"priority": 1.0, "department": 1.0}
    mean_loss = keras.metrics.Mean()
    metrics = {
        "priority_mae": keras.metrics.MeanAbsoluteError("mae"),
        "department_accuracy": keras.metrics.SparseCategoricalAccuracy("accuracy"),
    }

    def total_loss(y, outputs):
        losses = {
            name: loss_functions[name](y[name], outputs[name]) for name in outputs
        }
        return sum(loss_weights[name] * losses[name] for name in losses)

    def update(loss, y, outputs):
        mean_loss.update_state(loss, sample_weight=tf.shape(y["priority"])[0])
        metrics["priority_mae"].update_state(y["priority"], outputs["priority"])
        metrics["department_accuracy"].update_state(
            y["department"], outputs["department"]
        )

    @tf.function(input_signature=train_data.element_spec)
    def train_step(x, y):
        with tf.GradientTape() as tape:
            outputs = model(x, training=True)
            loss = total_loss(y, outputs)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(
            zip(gradients, model.trainable_variables, strict=True)
        )
        update(loss, y, outputs)
        return loss

    @tf.function(input_signature=validation_data.element_spec)
    def validation_step(x, y):
        outputs = model(x, training=False)
        update(total_loss(y, outputs), y, outputs)

    def results():
        """What the metrics say by now; they begin anew."""
        said = {"loss": mean_loss, **metrics}
        values = {name: float(metric.result()) for name, metric in said.items()}
        for metric in said.values():
            metric.reset_state()
        return values

    history = {}
    writer = tf.summary.create_file_writer("logs")
    batch = 0
    with writer.as_default():
        for epoch in range(EPOCHS):
            for x, y in train_data:
                loss = train_step(x, y)
                write_scalar("batch loss", loss, batch)
                batch += 1
            said = results()
            for x, y in validation_data:
                validation_step(x, y)
            said |= {f"val_{name}": value for name, value in results().items()}
            for name, value in said.items():
                history.setdefault(name, []).append(value)
            values = [f"{name} {value:.4f}" for name, value in said.items()]
            print(f"Epoch {epoch + 1}/{EPOCHS}:", ", ".join(values))
    return history


def plot_history(history):
    """Draw loss, priority mae and department accuracy of every epoch."""
    names = ("loss", "priority_mae", "department_accuracy")
    _, axes = plt.subplots(1, len(names), figsize=(5 * len(names), 4))
    for axis, name in zip(axes, names, strict=True):
        axis.plot(history[name], label="training")
        axis.plot(history[f"val_{name}"], label="validation")
        axis.set(title=name.replace("_", " ").capitalize(), xlabel="epoch")
        axis.legend()
    plt.savefig("learning_curves.png")


def report_numbers(name, outputs, values):
    """Tell how far the answers are off, and draw them over the true values."""
    off = outputs - values
    print(f"Test mean absolute error of {name}: {np.abs(off).mean():.4f}")
    print(f"Test root mean squared error of {name}: {np.sqrt((off**2).mean()):.4f}")
    _, axis = plt.subplots()
    axis.scatter(values, outputs, s=8)
    ends = [min(values.min(), outputs.min()), max(values.max(), outputs.max())]
    axis.plot(ends, ends, color="grey")
    axis.set(title=name, xlabel="true", ylabel="predicted")
    plt.savefig(f"{name}_scatter.png", bbox_inches="tight")


def report_classes(name, outputs, labels, class_names):
    """Report on every class and draw the confusion matrix."""
    predicted = outputs.argmax(axis=1)
    print(f"Test accuracy of {name}: {np.mean(predicted == labels):.4f}")
    numbers = range(len(class_names))
    report = classification_report(
        labels, predicted, labels=numbers, target_names=class_names, zero_division=0
    )
    print(report)
    ConfusionMatrixDisplay.from_predictions(
        labels,
        predicted,
        labels=numbers,
        display_labels=class_names,
        xticks_rotation="vertical",
    )
    plt.savefig(f"{name}_confusion_matrix.png", bbox_inches="tight")


def evaluate(model, test_data, y_test):
    """Report on every example of the test part, and draw what the network makes of it."""
    outputs = model.predict(test_data, verbose=0)
    report_numbers("priority", outputs["priority"], y_test["priority"])
    report_classes(
        "department",
        outputs["department"],
        y_test["department"],
        CLASS_NAMES["department"],
    )
    return outputs


def main():
    keras.utils.set_random_seed(SEED)
    model = build_model()
    model.summary()

    x_train, y_train, x_test, y_test = load_data()
    training, validation = split(
        y_train["department"],
        round(len(y_train["department"]) * VALIDATION_SHARE),
        SEED,
    )
    train_data = batches(pick(x_train, training), pick(y_train, training), shuffle=True)
    validation_data = batches(pick(x_train, validation), pick(y_train, validation))
    test_data = batches(x_test, y_test)

    model.get_layer("title_words").adapt(x_train["title"][training])
    model.get_layer("body_words").adapt(x_train["body"][training])
    history = train_model(model, train_data, validation_data)
    plot_history(history)

    outputs = evaluate(model, test_data, y_test)

    model.save("tickets.keras")
    restored = keras.models.load_model("tickets.keras")
    again = restored.predict(test_data, verbose=0)
    difference = max(np.abs(again[name] - outputs[name]).max() for name in outputs)
    print(f"Saved and loaded again: the outputs differ by {difference:.1e} at most.")


if __name__ == "__main__":
    main()


# The design of this network; Blockwright restores it from these lines.
# {"design": {
#   "format": 1,
#   "name": "Tickets",
#   "inputs": [{"id": "title", "shape": [1], "dtype": "string"}, {"id": "body", "shape": [1], "dtype": "string"}, {"id": "tags", "shape": [12]}],
#   "nodes": [
#     {"id": "title_words", "block": "TextVectorization", "params": {"max_tokens": 200, "output_sequence_length": 10}, "inputs": ["title"]},
#     {"id": "title_embed", "block": "Embedding", "params": {"input_dim": 200, "output_dim": 4}},
#     {"id": "title_pool", "block": "GlobalAveragePooling1D"},
#     {"id": "body_words", "block": "TextVectorization", "params": {"max_tokens": 200, "output_sequence_length": 20}, "inputs": ["body"]},
#     {"id": "body_embed", "block": "Embedding", "params": {"input_dim": 200, "output_dim": 4}},
#     {"id": "body_pool", "block": "GlobalAveragePooling1D"},
#     {"id": "together", "block": "Concatenate", "inputs": ["title_pool", "body_pool", "tags"]},
#     {"id": "priority", "block": "Dense", "params": {"units": 1}, "inputs": ["together"]},
#     {"id": "department", "block": "Dense", "params": {"units": 4, "activation": "softmax"}, "inputs": ["together"]}
#   ], "outputs": ["priority", "department"]
# }, "settings": {
#   "optimizer": "adam", "learning_rate": 0.001, "momentum": 0.9,
#   "weight_decay": 0.004, "loss": "auto", "batch_size": 32, "epochs": 5,
#   "validation_share": 0.1, "seed": 0, "precision": "auto", "loop": "fit",
#   "scaling": "auto", "data": {"name": "tickets", "examples": 2000, "seed": 0},
#   "live": true
# }}
