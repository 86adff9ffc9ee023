"""What a design may be built from: every block with its form, as plain data."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from blockwright.schema.parameters import Param

CATEGORIES = (
    "Blocks",
    "Composite blocks",
    "Convolution",
    "Pooling",
    "Dense and shape",
    "Activation",
    "Normalization",
    "Regularization",
    "Merging",
    "Sequences",
    "Attention",
    "Text and features",
    "Preprocessing",
    "Augmentation",
    "Array operations",
)


class BlockType(BaseModel):
    """One block of the catalog: how it is called, what it takes, and what its documentation says.

    It reads from `min_inputs` to `max_inputs` nodes, None for any number, and gives `outputs` results; None where
    the arguments decide how many. `many_inputs` says the same as `max_inputs` not being 1. `when`, `paper`,
    `input_shape` and `output_shape` are the sections of its documentation `doc`. `opens` says that it consists of other
    layers.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    category: str
    title: str
    summary: str
    doc: str
    params: tuple[Param, ...] = ()
    many_inputs: bool = False
    min_inputs: int = 1
    max_inputs: int | None = 1
    outputs: int | None = 1
    origin: Literal["block", "keras", "design"] = "keras"
    when: str | None = None
    paper: str | None = None
    input_shape: str | None = None
    output_shape: str | None = None
    opens: bool = False

    @model_validator(mode="before")
    @classmethod
    def _agree_on_inputs(cls, values: Any) -> Any:
        if not isinstance(values, Mapping):
            return values
        if "max_inputs" in values:
            return {**values, "many_inputs": values["max_inputs"] != 1}
        return {**values, "max_inputs": None if values.get("many_inputs") else 1}

    def param(self, name: str) -> Param | None:
        """The argument of that name, or None."""
        return next((param for param in self.params if param.name == name), None)

    def defaults(self) -> dict[str, Any]:
        """Every argument with its default; a required one with a value to begin from."""
        return {param.name: param.default for param in self.params}


class Catalog:
    """Every block that a design may use, by name."""

    def __init__(self, blocks: Iterable[BlockType]) -> None:
        self.blocks: dict[str, BlockType] = {block.name: block for block in blocks}
        self.unusable: frozenset[str] = frozenset()
        """Blocks that a design defines, but so that they cannot be built."""

    @classmethod
    def from_list(cls, entries: Iterable[Mapping[str, Any]]) -> Self:
        """The catalog from the JSON of `to_list`."""
        return cls(BlockType.model_validate(entry) for entry in entries)

    def to_list(self) -> list[dict[str, Any]]:
        """The catalog as JSON."""
        return [block.model_dump(mode="json") for block in self.blocks.values()]

    def by_category(self) -> dict[str, list[BlockType]]:
        """The blocks of each category, in the order of the palette."""
        categories: dict[str, list[BlockType]] = {category: [] for category in CATEGORIES}
        for block in self.blocks.values():
            categories.setdefault(block.category, []).append(block)
        return {category: blocks for category, blocks in categories.items() if blocks}

    def defaults(self, block: str) -> dict[str, Any]:
        """The defaults of a block's arguments; KeyError for a block that is not here."""
        return self.blocks[block].defaults()

    def starting_params(self, block: str) -> dict[str, Any]:
        """The arguments that a newly placed block must carry, because they have no default of their own."""
        kind = self.blocks.get(block)
        return {} if kind is None else {param.name: param.default for param in kind.params if param.required}
