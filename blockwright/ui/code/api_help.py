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
        "know its own wiring before it was called: summary and picture need `build_graph`, and a saved model opens "
        "only where its classes are imported.",
        "to experiment, and to read a network as its paper tells it.",
    ),
    "functional": Way(
        "Functional",
        "express every graph without cycles: branches, merges, several inputs and outputs, shared layers. Each line "
        "is checked as it is written; made of plain layers, a saved model opens anywhere.",
        "decide by the values that flow through it: the wiring is fixed before the first image comes.",
        "for most networks; any layer's result can be taken out and looked at.",
    ),
    "sequential": Way(
        "Sequential",
        "express a plain stack: one input, one output, every layer reads the one above. Branches may hide inside a "
        "block.",
        "skip, branch or merge between the layers of the list.",
        "when the network is a plain stack: it is the shortest, and nothing in it can be wired wrongly.",
    ),
}

LOOPS = {
    "fit": Way(
        "fit",
        "do everything usual in one call: batches, epochs, metrics, validation, callbacks.",
        "show what happens between two batches.",
        "unless something in the steps themselves has to change.",
    ),
    "train_step": Way(
        "train_step",
        "change what one batch does, forward pass, loss, gradients and update, while `fit` still runs the epochs.",
        "change the order of batches and epochs around it.",
        "for a loss or an update of one's own, with callbacks and progress kept.",
    ),
    "custom": Way(
        "From scratch",
        "be changed in every line: GradientTape, `@tf.function`, metrics, validation, TensorBoard.",
        "use callbacks or stop early by itself: all of that is yours to write.",
        "to see each step once, or when training is no loop over batches.",
    ),
}
