"""What is declared of a Keras layer: form, card, and every fact that another part of the app needs to know of it.

    @layer(category="Regularization", mask="passes", has_weights=False)
    def GaussianNoise(stddev: Annotated[float, Setting("How strong the noise is.", ...)]) -> None:
        \"\"\"Adds random noise during training, and none when predicting. ...\"\"\"

The function is never called: its typed signature is the layer's form, and its docstring the layer's documentation, in
the same order as in the blocks. What its other facts say is not repeated in the docstring: the section about
the arguments, an input shape that follows from `reads`, and an output shape that is that of the input. Names and
meanings of the arguments are Keras's. Nothing here imports Keras.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from blockwright.layers.declaration.adaptation import Adaptation
from blockwright.layers.declaration.layer_functions import (
    ArgumentRule,
    Macs,
    Params,
    Rank,
    Weights,
    same_rank,
)
from blockwright.layers.declaration.shapes import Shape
from blockwright.layers.declaration.value_kinds import FRACTIONS
from blockwright.schema.block_titles import block_title
from blockwright.schema.parameters import Param
from blockwright.schema.signature import form_of

CallStyle = Literal["one", "list", "arguments", "pair", "states"]
Reads = Literal["any", "sequence", "image", "volume", "film"]
Mask = Literal["ends", "passes", "first", "steps", "makes"]

RANKS: dict[str, tuple[int, str]] = {
    "sequence": (3, "It reads sequences (steps, channels)."),
    "image": (4, "It works on images (height, width, channels)."),
    "volume": (5, "It reads volumes (depth, height, width, channels)."),
    "film": (5, "It reads films (steps, height, width, channels)."),
}
"""How many dimensions, the batch included, layers need that read one kind of thing only, and how they say so."""


_INPUT_SHAPES = {
    "any": "`(batch, ...)`, any",
    "sequence": "`(batch, steps, channels)`",
    "image": "`(batch, height, width, channels)`",
    "volume": "`(batch, depth, height, width, channels)`",
    "film": "`(batch, steps, height, width, channels)`",
}
_EXAMPLES: dict[str, tuple[int, ...]] = {
    "any": (12, 12, 32),
    "sequence": (12, 32),
    "image": (12, 12, 32),
    "volume": (8, 8, 8, 32),
    "film": (3, 6, 6, 2),
}


_DROPOUT_RATES = ("dropout", "recurrent_dropout")


@dataclass(frozen=True, kw_only=True)
class LayerSpec:
    """The declaration of one Keras layer.

    Attributes:
        name: the layer's name, in Keras as in a design.
        signature: the function whose signature is the form and whose docstring is the documentation.
        category: the group of the palette that it belongs to.
        title: the name in words.
        inputs: how many nodes it reads, at least and at most; None for any number.
        call: how it is called: with "one" value; with a "list"; with "arguments", where a single value is passed twice,
            as query and value; with a "pair", the same in a list; or with "states", the first value and the others as
            initial states.
        call_params: the arguments that go to its call and not to its constructor.
        states: for layers with `return_state`, how many states they give besides the result.
        reads: the one kind of thing that it works on, which fixes the number of dimensions.
        takes: the kinds of values that it can read, see `value_kinds`.
        dtype_rule: why it cannot read a data type although it takes that kind of value.
        sets_dtype: whether it gives integers, or its own dtype, under any policy, and must not be given one.
        any_dtype: whether the dtype in a saved model changes nothing that matters here.
        rank: how many dimensions come out.
        mask: what becomes of the mask of its inputs: it "ends", any "passes", that of the "first" passes, that of the
            first passes with `return_sequences` ("steps"), or the layer "makes" one.
        mask_param: for a layer that makes masks, the argument that turns it on; None if it always does.
        uses_mask: whether its result depends on the mask.
        has_weights: whether it can have weights.
        macs: its multiply-adds; None for a layer that has no matrix or kernel.
        weights: a shortcut past building the layer.
        argument_rule: what its arguments and shapes must fulfil beyond each argument's own range.
        equal_strides: whether TensorFlow takes one stride for rows and columns only.
        passes_activation: whether outputs stay probabilities (or scores) when they pass through it.
        activation: the activation that the layer itself is.
        verb: for a layer that merges its inputs element by element: what it does, as in "adds".
        scales_input: whether it brings raw values to a scale, or to numbers of its own.
        keeps_values: whether raw values pass through it as they are, but for their place.
        rearranges: whether every number passes as it is, in another shape or order.
        flattens: whether it makes one list of numbers of a feature map.
        per_step: whether it works on the last dimension alone, so that `TimeDistributed` changes nothing.
        on_any_rank: whether a dimension more or less before the last one changes nothing, as for `per_step`, although
            `TimeDistributed` may change something.
        random: whether it does something at random during training, and nothing of it when predicting.
        drops: whether what it does at random is to drop values.
        batch_statistics: whether it computes with the mean and variance of the batch during training.
        random_when_built: whether it draws seeds of its first weights when it is built, not when it is made.
        removes_mask: whether it removes the masks of the tensors that it is called on.
        unfrozen_parts: whether it has layers inside that its argument `trainable` does not reach.
        wraps: for a layer around another one, the argument that names the inner layer.
        adds_loss: whether it adds a loss of its own.
        adaptation: how it learns from the training data before training; None if it does not.
        token_count: for layers that number tokens or ranges: how many numbers they give (None for any), and whether
            they surely give the last of them.
        counts_words: whether it gives the word counts of each text in a row of its own, with these arguments.
        token_param: the argument that says how many different tokens it can read.
        leaves_out_tokens: whether it leaves out the tokens beyond those, rather than failing.
        ignored: arguments of Keras that the form leaves out, as they change neither counts nor shapes nor outputs.
        renamed: arguments under the names that older files use.
        keras_2: arguments that a Keras 2 file means when it leaves them out, where Keras 3 takes something else.
        other_defaults: defaults that are deliberately not Keras's.
        example: a shape, without the batch, that it works on with its starting arguments; the tests run it on that.
        example_dtype: the dtype of the example.
        example_params: arguments that it needs to run without training data.
    """

    name: str
    signature: Callable[..., None]
    category: str
    title: str
    inputs: tuple[int, int | None] = (1, 1)
    call: CallStyle = "one"
    call_params: tuple[str, ...] = ()
    states: Callable[[Params], int] | None = None
    reads: Reads = "any"
    takes: frozenset[str] = frozenset({FRACTIONS})
    dtype_rule: Callable[[Sequence[str]], str | None] | None = None
    sets_dtype: bool = False
    any_dtype: bool = False
    rank: Rank = same_rank
    mask: Mask = "ends"
    mask_param: str | None = None
    uses_mask: bool = False
    has_weights: bool = True
    macs: Macs | None = None
    weights: Weights | None = None
    argument_rule: ArgumentRule | None = None
    equal_strides: bool = False
    passes_activation: bool = False
    activation: str | None = None
    verb: str | None = None
    scales_input: bool = False
    keeps_values: bool = False
    rearranges: bool = False
    flattens: bool = False
    per_step: bool = False
    on_any_rank: bool = False
    random: bool = False
    drops: bool = False
    batch_statistics: bool = False
    random_when_built: bool = False
    removes_mask: bool = False
    unfrozen_parts: bool = False
    wraps: str | None = None
    adds_loss: bool = False
    adaptation: Adaptation | None = None
    token_count: Callable[[Params], tuple[int | None, bool]] | None = None
    counts_words: Callable[[Params], bool] = lambda params: False
    token_param: str | None = None
    leaves_out_tokens: bool = False
    ignored: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    keras_2: Params = field(default_factory=dict)
    other_defaults: Params = field(default_factory=dict)
    example: tuple[int, ...] | None = None
    example_dtype: str = "float32"
    example_params: Params = field(default_factory=dict)

    @cached_property
    def params(self) -> tuple[Param, ...]:
        """The form."""
        return form_of(self.signature)

    @cached_property
    def documentation(self) -> str:
        """The docstring, completed by what the declaration says."""
        text, _, output_shape = inspect.cleandoc(self.signature.__doc__ or "").partition(
            "\n\nOutput shape:\n"
        )
        text, _, input_shape = text.partition("\n\nInput shape:\n")
        args = [f"    {param.name}: {param.help}" for param in self.params] or ["    None."]
        return "\n\n".join(
            [
                text,
                "\n".join(["Args:", *args]),
                "Input shape:\n" + (input_shape or f"    {_INPUT_SHAPES[self.reads]}"),
                "Output shape:\n" + (output_shape or "    The shape of the input."),
            ]
        )

    @property
    def example_shape(self) -> Shape:
        """The example with the batch; layers that name none get what they read, or an image."""
        return (None, *(self.example or _EXAMPLES[self.reads]))

    @property
    def keeps_size(self) -> bool:
        """Whether as many numbers come out as go in, each in its place."""
        return self.category in ("Activation", "Normalization", "Regularization")

    @property
    def sets_shape(self) -> bool:
        """Whether every number passes as it is, in dimensions that do not depend on those that come in."""
        return self.rearranges and self.rank is not same_rank

    def param(self, name: str) -> Param | None:
        """The argument with this name, or None."""
        return next((param for param in form_of(self.signature) if param.name == name), None)

    @property
    def passes_mask(self) -> bool:
        """Whether the mask of an input may go on to whatever reads the result."""
        return self.mask in ("passes", "first", "steps")

    def makes_mask(self, params: Params) -> bool:
        """Whether the layer marks padding itself, with these arguments."""
        return self.mask == "makes" and (self.mask_param is None or params.get(self.mask_param) is True)

    @property
    def random_when_made(self) -> bool:
        """Whether it draws a random seed when it is made: of its first weights, or for what it does in training."""
        return self.random or any(
            param.name in _DROPOUT_RATES
            or (param.name.endswith("_initializer") and param.default not in ("zeros", "ones"))
            for param in self.params
        )

    def differs_in_training(self, params: Params) -> bool:
        """Whether it computes something else during training than when predicting, with these arguments."""
        return self.random or self.batch_statistics or any(params.get(name) for name in _DROPOUT_RATES)

    @property
    def adaptation_lost_inside(self) -> bool:
        """Whether Keras does not save what it learned where it is a part of another layer."""
        return self.adaptation is not None and self.adaptation.lost_inside

    def learns(self, params: Params) -> bool:
        """Whether it learns from the training data, because the arguments do not say what it would learn."""
        return self.adaptation is not None and params.get(self.adaptation.given_by) is None

    def problem(self, params: Params, shapes: Sequence[Shape], dtypes: Sequence[str]) -> str | None:
        """Why the layer would fail with all these arguments on these inputs, as a sentence about "it"; or None.

        Data types are assumed to be of a kind that the layer takes.
        """
        wrong = None if self.dtype_rule is None else self.dtype_rule(dtypes)
        if wrong is not None:
            return wrong
        if self.reads != "any" and len(shapes[0]) != RANKS[self.reads][0]:
            return RANKS[self.reads][1]
        return None if self.argument_rule is None else self.argument_rule(params, shapes)


def layer(
    *, category: str, title: str | None = None, **facts: Any
) -> Callable[[Callable[..., None]], LayerSpec]:
    """Declare a Keras layer by a function with the layer's name; `facts` are the other fields of `LayerSpec`."""

    def declare(function: Callable[..., None]) -> LayerSpec:
        return LayerSpec(
            name=function.__name__,
            signature=function,
            category=category,
            title=title or block_title(function.__name__),
            **facts,
        )

    return declare
