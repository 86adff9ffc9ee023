"""The blocks of the palette: one file each, found by looking into this folder."""

import importlib.util
import inspect
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType, ModuleType

from blocks.base import Block, expanded

__all__ = ["Block", "BlockFileError", "discover", "expanded"]


class BlockFileError(ImportError):
    """A file in `blocks/` that cannot be used; the message names it and says why."""


@cache
def discover(folder: Path | None = None) -> Mapping[str, type[Block]]:
    """Every block by class name, from each file of `folder` but `base.py` and those that begin with `_`.

    The folder is read once: a new file is found when the app starts again.

    Raises `BlockFileError` with the name of a file that does not load, that does not hold exactly one
    public block, or whose block has the name of another.
    """
    blocks: dict[str, type[Block]] = {}
    for path in sorted((folder or Path(__file__).parent).glob("*.py")):
        if path.name.startswith("_") or path.stem == "base":
            continue
        block = _block_in(path)
        if block.__name__ in blocks:
            raise BlockFileError(
                f"blocks/{path.name}: there is already a block `{block.__name__}`. Rename one of them."
            )
        blocks[block.__name__] = block
    return MappingProxyType(blocks)


def _block_in(path: Path) -> type[Block]:
    module = _load(path)
    classes = [
        value
        for name, value in vars(module).items()
        if inspect.isclass(value)
        and issubclass(value, Block)
        and value.__module__ == module.__name__
        and not name.startswith("_")
    ]
    if len(classes) != 1:
        names = ", ".join(f"`{block.__name__}`" for block in classes) or "none"
        raise BlockFileError(
            f"blocks/{path.name} must hold exactly one public subclass of `Block`. Found: {names}."
        )
    try:
        classes[0].params()
    except TypeError as error:
        raise BlockFileError(f"blocks/{path.name}: {error}") from error
    return classes[0]


def _load(path: Path) -> ModuleType:
    name = f"blocks.{path.stem}"
    here = path.parent == Path(__file__).parent
    if here and name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name if here else f"blocks_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise BlockFileError(f"blocks/{path.name} is not a Python file.")
    module = importlib.util.module_from_spec(spec)
    if here:
        sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        sys.modules.pop(name, None) if here else None
        raise BlockFileError(
            f"blocks/{path.name} could not be loaded: {type(error).__name__}: {error}."
        ) from error
    return module
