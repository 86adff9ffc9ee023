"""What each way of writing a network, and each training loop, can and cannot express, and why one would choose it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Way:
    """One way: its name, and in a few sentences what it can do, what it cannot, and whom it suits."""

    title: str
    can: str
    cannot: str
    choose: str

    def paragraphs(self) -> list[str]:
        """The words as Markdown."""
        return [f"**Can** {self.can}", f"**Cannot** {self.cannot}", f"**Choose it** {self.choose}"]


APIS = {
    "subclassing": Way(
        "Subclassing",
        "express whatever Python can: `__init__` names the parts, `call` wires them, and loops, conditions or a part "
        "used twice are plain code.",
        "know its own connections before it was called: summary and plot need `build_graph`, and a saved model opens "
        "only where its classes are imported.",
        "to experiment, and to read a network as its paper describes it.",
    ),
    "functional": Way(
        "Functional",
        "express every graph without cycles: branches, merges, several inputs and outputs, shared layers. Each line "
        "is checked when it runs; a saved model of plain layers opens anywhere.",
        "branch on the values that flow through it: the connections are fixed before the first batch.",
        "for most networks; the output of any layer can be inspected.",
    ),
    "sequential": Way(
        "Sequential",
        "express a plain stack: one input, one output, every layer takes the output of the one above. "
        "Blocks may contain branches.",
        "have skip connections, branches or merges between its layers.",
        "when the network is a plain stack: it is the shortest, and no connection can be wrong.",
    ),
}

LOOPS = {
    "fit": Way(
        "fit",
        "run the whole training in one call: batches, epochs, metrics, validation, callbacks.",
        "show what happens between two batches.",
        "unless the steps themselves have to change.",
    ),
    "train_step": Way(
        "train_step",
        "change what one batch does, forward pass, loss, gradients and update, while `fit` runs the epochs.",
        "change the order of batches and epochs around it.",
        "for your own loss or update, with callbacks and progress bar.",
    ),
    "custom": Way(
        "Custom loop",
        "be changed in every line: GradientTape, `@tf.function`, metrics, validation, TensorBoard.",
        "leave anything to `fit`: callbacks, too, run only where your code calls them.",
        "to see each step, or when training is not a plain loop over batches.",
    ),
}
