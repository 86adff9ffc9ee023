"""What every block shares, so that a block's own file holds nothing but its parts and how they are wired."""

import inspect
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar

import keras

from blocks._form import (
    Filters,
    KernelSize,
    Momentum,
    NumberRange,
    Padding,
    Shape,
    Size,
    Start,
    Strides,
    form_of,
)
from blocks._shapes import without_weights
from blockwright.architecture.catalog import Param, Setting

__all__ = [
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
    "expanded",
]

_EXPANDED: ContextVar[bool] = ContextVar("expanded", default=False)


@contextmanager
def expanded() -> Iterator[None]:
    """Within this context, calling a block on symbolic tensors runs its `call` directly.

    The parts of the block then stand in the traced graph themselves, with the block's own weights, and the
    block leaves no mark: the graph holds plain Keras layers only, and saves to a `.keras` file that loads
    without custom code. A block that makes weights of its own (it has a `build`) stays closed.
    """
    token = _EXPANDED.set(True)
    try:
        yield
    finally:
        _EXPANDED.reset(token)


class _BlockMeta(type(keras.layers.Layer)):
    """Checks the arguments before a block is made, and finishes it afterwards."""

    def __call__(cls, *args: Any, **kwargs: Any) -> "Block":
        arguments = cls._check(args, kwargs)
        outer = keras.config.dtype_policy()
        keras.config.set_dtype_policy(keras.dtype_policies.get(kwargs.get("dtype")))
        try:
            block = super().__call__(*args, **kwargs)
        finally:
            keras.config.set_dtype_policy(outer)
        vars(block)["_arguments"] = arguments
        _name_parts(block)
        if not block.trainable:
            # Keras hands the attribute on to the parts only when it changes.
            block.trainable = True
            block.trainable = False
        return block


class Block(keras.layers.Layer, metaclass=_BlockMeta):
    """A layer made of layers. Subclass it, name the parts in `__init__`, and wire them in `call`.

    The base class does the rest: the arguments of `__init__`, each `Annotated[type, Setting(...)]`, are the
    form in the app and the config of a saved file, and their bounds are enforced; the parts are named
    `<block>.<attribute>`, take the block's dtype, and are built when shapes are known; the class is
    registered for saving. Keras hands `training` to the parts by itself, and masks are left to them too.
    """

    category: ClassVar[str] = "Blocks"
    many_inputs: ClassVar[bool] = False

    def __init_subclass__(cls, register: bool = True, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
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
    def title(cls) -> str:
        """The class name in words: "Inception block"."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", cls.__name__).capitalize()

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
        if _EXPANDED.get() and self.opens and _symbolic(args):
            takes = self.call_signature_parameters
            given = {name: value for name, value in kwargs.items() if name in takes or value is not None}
            if all(name in takes for name in given):
                return self.call(*args, **given)
        return super().__call__(*args, **kwargs)

    @property
    def opens(self) -> bool:
        """Whether the block is made of parts only, so that `expanded` can show its inside."""
        return type(self).build is Block.build

    def build(self, input_shape: Any) -> None:
        """Make the weights of every part, by running `call` once on shapes alone."""
        self._trace(input_shape)

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

    def _trace(self, input_shape: Any) -> Any:
        several = bool(input_shape) and isinstance(input_shape[0], list | tuple)
        tensors = [
            keras.KerasTensor((None, *shape[1:]), dtype=self.compute_dtype)
            for shape in (input_shape if several else [input_shape])
        ]
        return self.call(tensors if several else tensors[0])


def _symbolic(args: tuple[Any, ...]) -> bool:
    return all(keras.utils.is_keras_tensor(one) for one in keras.tree.flatten(args))


def _name_parts(block: keras.layers.Layer) -> None:
    """Name every part after its attribute, so that an opened graph reads like the block's source."""
    for attribute, value in list(vars(block).items()):
        if attribute.startswith("_"):
            continue
        if isinstance(value, keras.layers.Layer):
            _rename(value, f"{block.name}.{attribute}")
        elif isinstance(value, list | tuple):
            for place, one in enumerate(value):
                if isinstance(one, keras.layers.Layer):
                    _rename(one, f"{block.name}.{attribute}_{place}")


def _rename(part: keras.layers.Layer, name: str) -> None:
    part.name = name
    if isinstance(part, Block):
        _name_parts(part)
