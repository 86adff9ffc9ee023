"""A choice that belongs to a family, such as one of the optimizers: form, object and code from one declaration."""

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, TypeVar, Union

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

M = TypeVar("M", bound="Member")


class Member(BaseModel):
    """The declaration of one choice. A subclass in a module of its own adds it to its family.

        class Adagrad(Optimizer):
            title: ClassVar[str] = "Adagrad"
            help: ClassVar[str] = "Steps that shrink the more a weight has already moved."
            keras_class: ClassVar[str] = "optimizers.Adagrad"
            name: Literal["adagrad"] = "adagrad"
            epsilon: float = Field(1e-7, gt=0, title="Epsilon", description="Avoids a division by zero.")

    The other fields are the arguments of the Keras class, by its names and with its defaults.

    Attributes:
        title: how the page calls it.
        help: what it does, in one or two sentences.
        keras_class: its class, by the path below `keras`.
        keras_defaults: the defaults of Keras for the arguments that have another one here.
        usual: the arguments that the page shows at once; the others are under "More settings".
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    title: ClassVar[str]
    help: ClassVar[str]
    keras_class: ClassVar[str]
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({})
    usual: ClassVar[tuple[str, ...]] = ()

    name: str = ""

    @classmethod
    def fields(cls) -> dict[str, FieldInfo]:
        """The fields of the arguments, without the name."""
        return {name: info for name, info in cls.model_fields.items() if name != "name"}

    def arguments(self) -> dict[str, Any]:
        """The arguments of the Keras class."""
        return {name: getattr(self, name) for name in self.fields()}

    def keras_object(self, **more: Any) -> Any:
        """The object of Keras with these arguments, and with those that are known only in a run."""
        import keras

        return attrgetter(self.keras_class)(keras)(**more, **self.arguments())

    def expression(self, *first: str, **more: str) -> str:
        """The Python expression that makes the same object, without the arguments that equal Keras's defaults.

        Args:
            first: the expressions of the arguments that come first, by position.
            more: expressions of further arguments, by name.
        """
        parts = [*first, *(f"{name}={text}" for name, text in more.items())]
        for name, value in self.arguments().items():
            defaults = self.keras_defaults
            default = defaults[name] if name in defaults else self.fields()[name].default
            if value != default or type(value) is not type(default):
                parts.append(f"{name}={value!r}")
        return f"keras.{self.keras_class}({', '.join(parts)})"


def members(package: str, search_path: Sequence[str], base: type[M]) -> dict[str, type[M]]:
    """The members of a family by name, from every module of its package.

    Args:
        package: the name of the package.
        search_path: its `__path__`.
        base: the class that its members have in common.

    Raises TypeError where a module of the package holds no member, or a name is taken.
    """
    by_name: dict[str, type[M]] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(search_path)):
        classes = list(_classes(importlib.import_module(f"{package}.{module}"), base))
        if not classes and module != base.__module__.rpartition(".")[2]:
            raise TypeError(f"{package}.{module} must hold a subclass of `{base.__name__}` with a `name`.")
        for member in classes:
            name: str = member.model_fields["name"].default
            if name in by_name:
                raise TypeError(f"{package}.{module}: the name {name!r} is already taken.")
            by_name[name] = member
    return by_name


def _classes(module: Any, base: type[M]) -> Iterator[type[M]]:
    for value in vars(module).values():
        if not isinstance(value, type) or not issubclass(value, base):
            continue
        if value.__module__ == module.__name__ and value.model_fields["name"].default:
            yield value


def choice_of(family: Mapping[str, type[M]]) -> Any:
    """The type of a field that holds a member of the family; text is read as such by `read_text`."""
    return Annotated[Union[*family.values()], Field(discriminator="name"), BeforeValidator(_named)]


def _named(value: object) -> object:
    return read_text(value) if isinstance(value, str) else value


_SEPARATOR = re.compile(r",(?=\s*\w+\s*=)")
_JSON: TypeAdapter[Any] = TypeAdapter(JsonValue)


def read_text(text: str) -> dict[str, Any]:
    """The document of a choice written as text: `sgd:momentum=0.9,nesterov=true`, or the bare name `adam`.

    Numbers, `true`, `false` and `null` are read as JSON, several values with commas between them as a list, and all
    else as text. Names and ranges are checked by the declaration.

    Raises ValueError with a sentence for a part without a value and for a name that is repeated.
    """
    name, _, rest = text.partition(":")
    document: dict[str, Any] = {"name": name.strip()}
    for part in _SEPARATOR.split(rest) if rest.strip() else ():
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not value:
            raise ValueError(f"has {part.strip()[:60]!r} without a value; write NAME:KEY=VALUE,KEY=VALUE")
        if key in document:
            raise ValueError(f"has {key[:60]} twice")
        document[key] = read_value(value)
    return document


def read_value(text: str) -> Any:
    """The value of an argument that was written as text."""
    if "," in text:
        return [read_value(piece.strip()) for piece in text.split(",")]
    try:
        return _JSON.validate_json(text)
    except ValidationError:
        return text
