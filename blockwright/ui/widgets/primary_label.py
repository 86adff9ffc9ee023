"""The words on a primary button."""


def primary_label(text: str, icon: str = "") -> str:
    """The label of a primary button that can be pressed: in white on the dark blue of the light theme, in dark on the
    light blue of the dark theme.

    Streamlit writes white in both, and one blue cannot be dark enough for white words on it and light enough for words
    in it on a dark page. The theme's violet, which nothing else uses, is the colour of these words.
    """
    return f":violet[{icon} {text}]" if icon else f":violet[{text}]"
