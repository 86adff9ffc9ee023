"""The kinds of values that layers read: what a data type holds."""

FRACTIONS, WHOLE, TRUTH, TEXT = "fractions", "whole numbers", "yes or no", "text"
ANYTHING = frozenset({FRACTIONS, WHOLE, TRUTH, TEXT})
NUMBERS = ANYTHING - {TEXT}


def kind_of(dtype: str) -> str:
    """What a data type holds: fractions, whole numbers, yes or no, or text."""
    if dtype == "string":
        return TEXT
    if dtype == "bool":
        return TRUTH
    return FRACTIONS if "float" in dtype else WHOLE
