"""One family of colours for the blocks, the same in the palette, the stack, the graph and the charts."""

CATEGORY_COLOURS = {
    "Input": "#64748b",
    "Blocks": "#6d5ae6",
    "Own blocks": "#4b3fb5",
    "Convolution": "#2f7de1",
    "Pooling": "#0e9aa7",
    "Dense and shape": "#d9822b",
    "Activation": "#c2487f",
    "Normalization": "#3d9a50",
    "Regularization": "#8a6d3b",
    "Merging": "#b0413e",
    "Sequences": "#00897b",
    "Attention": "#8e44ad",
    "Text and features": "#7a7f1a",
    "Preprocessing": "#5b7083",
    "Augmentation": "#a05fb5",
}
