"""One family of colours for the blocks, the same in the palette, the stack, the graph and the charts.

Each is dark enough for white writing on it (a contrast of 4.5 to 1, WCAG 2.1, 1.4.3).
"""

CATEGORY_COLOURS = {
    "Input": "#64748b",
    "Blocks": "#6d5ae6",
    "Composite blocks": "#4b3fb5",
    "Convolution": "#2072dc",
    "Pooling": "#0c808b",
    "Dense and shape": "#aa641f",
    "Activation": "#c2487f",
    "Normalization": "#348445",
    "Regularization": "#8a6d3b",
    "Merging": "#b0413e",
    "Sequences": "#008376",
    "Attention": "#8e44ad",
    "Text and features": "#757a19",
    "Preprocessing": "#5b7083",
    "Augmentation": "#9d59b2",
    "Array operations": "#7a5c58",
}
