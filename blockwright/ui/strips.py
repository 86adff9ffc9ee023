"""The strip of a network: one coloured bar a block, from input to output."""

from collections.abc import Sequence


def strip(colours: Sequence[str], height: int = 22) -> str:
    """Coloured bars side by side, as HTML. `colours` come from the palette, never from people."""
    bars = "".join(
        f'<span style="flex:0 1 26px;min-width:2px;height:{height}px;border-radius:4px;background:{colour}"></span>'
        for colour in colours
    )
    return f'<div style="display:flex;gap:3px" role="img" aria-label="{len(colours)} blocks">{bars}</div>'
