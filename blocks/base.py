"""What every block shares, so that a block's own file holds nothing but its parts and how they are wired."""

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar

import keras

from blocks._shapes import without_weights
from blockwright.schema.block_titles import block_title
from blockwright.schema.parameters import Param, Setting
from blockwright.schema.signature import (
    BatchNormalized,
    Filters,
    KernelSize,
    Momentum,
    NumberRange,
    Padding,
    Shape,
    Size,
    Start,
    Strides,
    UseBias,
    form_of,
)

__all__ = [
    "BatchNormalized",
    "Block",
    "Filters",
    "KernelSize",
    "Momentum",
    "NumberRange",
    "Padding",
    "Setting",
    "Shape",
    "Size",
    "Start",
    "Strides",
    "UseBias",
    "expanded",
    "expands",
]


@dataclass(frozen=True)
class _Expansion:
    prepare: Callable[["Block"], Any]
    names: Collection[str] | None


_EXPANDED: ContextVar[_Expansion | None] = ContextVar("expanded", default=None)


@contextmanager
def expanded(
    prepare: Callable[["Block"], Any] | None = None, names: Collection[str] | None = None
) -> Iterator[None]:
    """Within this context, calling a block on symbolic tensors runs its `call` directly.

    The parts of the block then stand in the traced graph themselves, with the block's own weights, and the
    block leaves no mark: the graph holds plain Keras layers only, and saves to a `.keras` file that loads
    without custom code. A block that makes weights of its own (it has a `build`) stays closed.

    Args:
        prepare: is called with every block that has just made its parts, before they are used.
        names: the names of the blocks that are opened; None for all.
    """
    token = _EXPANDED.set(_Expansion(prepare or _leave, names))
    try:
        yield
    finally:
        _EXPANDED.reset(token)


def expands(layer: keras.layers.Layer) -> bool:
    """Whether a call of this layer is to run its parts directly, see `expanded`."""
    expansion = _EXPANDED.get()
    return expansion is not None and (expansion.names is None or layer.name in expansion.names)


def _leave(block: "Block") -> None:
    """Take a block as it is."""


@contextmanager
def _computing_in(policy: Any) -> Iterator[None]:
    """Layers made in here compute as `policy` says."""
    outer = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(outer)


class _BlockMeta(type(keras.layers.Layer)):  # type: ignore[misc]
    """Checks the arguments before a block is made, and finishes it afterwards."""

    def __call__(cls, *args: Any, **kwargs: Any) -> "Block":
        arguments = cls._check(args, kwargs)
        with _computing_in(keras.dtype_policies.get(kwargs.get("dtype"))):
            block = super().__call__(*args, **kwargs)
        vars(block)["_arguments"] = arguments
        _finish(block)
        return block


class Block(keras.layers.Layer, metaclass=_BlockMeta):
    """A layer made of layers. Subclass it, name the parts in `__init__`, and wire them in `call`.

    The base class does the rest: the arguments of `__init__`, each `Annotated[type, Setting(...)]`, are the
    form in the app and the config of a saved file, and their bounds are enforced; the parts are named
    `<block>.<attribute>`, take the block's dtype, and are built when shapes are known; the class is
    registered for saving. Keras hands `training` to the parts by itself, and masks are left to them too.
    Parts whose size follows from what comes in are named in `make_parts`.

    Class attributes that a block may set:
        category: the part of the palette that it stands in.
        min_inputs, max_inputs: how many nodes it reads, None for any number; more than one come as a list.
        examples: shapes, without the batch, that it takes; a list of them for a block that reads several
            nodes. Its picture is drawn at the first, and the tests run it on all.
        takes: the kind of number that it reads.
        passes_mask: whether the mask of its input goes on to whatever reads the result.
        keeps_rank: whether as many dimensions come out as go in; see also `output_rank`.
        token_param: for a block that reads tokens, the argument that says how many different ones there are.
    """

    category: ClassVar[str] = "Blocks"
    min_inputs: ClassVar[int] = 1
    max_inputs: ClassVar[int | None] = 1
    many_inputs: ClassVar[bool] = False
    examples: ClassVar[tuple[Any, ...]] = ((12, 12, 3), (17, 9, 1), (28, 28, 4))
    takes: ClassVar[str] = "float32"
    passes_mask: ClassVar[bool] = False
    keeps_rank: ClassVar[bool] = False
    token_param: ClassVar[str | None] = None

    def __init_subclass__(cls, register: bool = True, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.many_inputs = cls.max_inputs != 1
        if register:
            keras.saving.register_keras_serializable(package="blockwright")(cls)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    @classmethod
    def params(cls) -> tuple[Param, ...]:
        """The form: one entry for each argument of `__init__`."""
        return form_of(cls.__init__)

    @classmethod
    def output_rank(cls, params: Mapping[str, Any], rank: int) -> int | None:
        """How many dimensions come out, the batch included, of `rank` that go in; None if that is not known."""
        return rank if cls.keeps_rank else None

    @classmethod
    def argument_problem(cls, params: Mapping[str, Any], shapes: Sequence[Any]) -> str | None:
        """Why the block cannot work with all these arguments on these shapes, as a sentence about "it"; or None."""
        return None

    @classmethod
    def title(cls) -> str:
        """The class name in words: "Inception block"."""
        return block_title(cls.__name__)

    @classmethod
    def _check(cls, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        signature = inspect.signature(cls.__init__)
        try:
            bound = signature.bind(None, *args, **kwargs)
        except TypeError as error:
            raise TypeError(f"`{cls.__name__}`: {error}.") from None
        bound.apply_defaults()
        values = {param.name: bound.arguments[param.name] for param in cls.params()}
        place = f"`{cls.__name__}`" + (f' "{kwargs["name"]}"' if kwargs.get("name") else "")
        for param in cls.params():
            complaint = param.complaint(values[param.name])
            if complaint is not None:
                value = values[param.name]
                raise ValueError(f"`{param.name}` of {place} {complaint}. Received: {param.name}={value!r}.")
        return values

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        expansion = _EXPANDED.get()
        if expansion is not None and self.opens and expands(self) and _symbolic(args):
            takes = self.call_signature_parameters
            arguments = {name: value for name, value in kwargs.items() if name in takes or value is not None}
            if all(name in takes for name in arguments):
                self._assemble(keras.tree.map_structure(lambda tensor: tensor.shape, args[0]))
                expansion.prepare(self)
                results = self.call(*args, **arguments)
                _freeze(self)
                return results
        return super().__call__(*args, **kwargs)

    @property
    def opens(self) -> bool:
        """Whether the block is made of parts only, so that `expanded` can show its inside."""
        return type(self).build is Block.build

    @property
    def sized(self) -> bool:
        """Whether parts of it follow from what comes in, so that it fits that shape only."""
        return type(self).make_parts is not Block.make_parts or any(
            isinstance(part, Block) and part.sized
            for part in self._flatten_layers(include_self=False, recursive=False)
        )

    def make_parts(self, input_shape: Any) -> None:
        """Name the parts whose size follows from what comes in; `__init__` names all others.

        It runs once, before the block is first called, with the shape that comes in, the batch included.
        """

    def build(self, input_shape: Any) -> None:
        """Make the weights of every part, by running `call` once on shapes alone."""
        self._trace(input_shape)
        _freeze(self)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape that comes out for `input_shape`, both with the batch; makes no weights."""
        block = self if self.built else type(self).from_config(self.get_config())
        with without_weights():
            outputs = block._trace(input_shape)
        return keras.tree.map_structure(lambda tensor: tensor.shape, outputs)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> None:
        """None: the parts carry a mask on or drop it, as they do when they stand alone."""

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`, beside what every layer keeps."""
        return {**super().get_config(), **vars(self)["_arguments"]}

    def _assemble(self, input_shape: Any) -> None:
        if type(self).make_parts is Block.make_parts or vars(self).get("_assembled"):
            return
        with _computing_in(self.dtype_policy):
            self.make_parts(input_shape)
        self.__dict__["_assembled"] = True
        _finish(self)

    def _trace(self, input_shape: Any) -> Any:
        self._assemble(input_shape)
        several = bool(input_shape) and isinstance(input_shape[0], list | tuple)
        dtype = self.compute_dtype if "float" in self.takes else self.takes
        tensors = [
            keras.KerasTensor((None, *shape[1:]), dtype=dtype)
            for shape in (input_shape if several else [input_shape])
        ]
        return self.call(tensors if several else tensors[0])


def _symbolic(args: tuple[Any, ...]) -> bool:
    return all(map(keras.utils.is_keras_tensor, keras.tree.flatten(args)))


def _finish(block: Block) -> None:
    """Name the parts that a block has by now, and freeze them if it is frozen."""
    _name_parts(block)
    _freeze(block)


def _freeze(block: Block) -> None:
    """Freeze all parts of a frozen block: Keras hands the attribute on only when it changes.

    Attention makes parts of its own when it is built, so this is due once more behind that.
    """
    if not block.trainable:
        block.trainable = True
        block.trainable = False


def _name_parts(block: keras.layers.Layer) -> None:
    """Name every part after its attribute, so that an opened graph reads like the block's source."""
    for attribute, value in list(vars(block).items()):
        if attribute.startswith("_"):
            continue
        if isinstance(value, keras.layers.Layer):
            _rename(value, f"{block.name}.{attribute}")
        elif isinstance(value, list | tuple):
            for index, part in enumerate(value):
                if isinstance(part, keras.layers.Layer):
                    _rename(part, f"{block.name}.{attribute}_{index}")


def _rename(part: keras.layers.Layer, name: str) -> None:
    part.name = name
    if isinstance(part, Block):
        _name_parts(part)
