"""The strip of a network: one coloured bar a block, from input to output."""

from collections.abc import Sequence

MOST_BARS = 40


def strip(colours: Sequence[str], height: int = 22) -> str:
    """Coloured bars side by side, as HTML; of a long network every so many. `colours` come from the palette."""
    count = len(colours)
    if count > MOST_BARS:
        colours = [colours[place * count // MOST_BARS] for place in range(MOST_BARS)]
    bars = "".join(
        f'<span style="flex:0 1 26px;min-width:2px;height:{height}px;border-radius:4px;background:{colour}"></span>'
        for colour in colours
    )
    return f'<div style="display:flex;gap:3px" role="img" aria-label="{count} blocks">{bars}</div>'
