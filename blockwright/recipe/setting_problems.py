"""What is wrong with a setting, as a sentence."""

from typing import Any

from pydantic_core import ErrorDetails

from blockwright.schema.data.errors import DataError

_LISTS = {
    "callbacks": '{"name": "early_stopping", "patience": 3}',
    "augmentations": '{"name": "random_flip", "mode": "horizontal"}',
    "metrics": '{"name": "top_k_accuracy", "k": 3}',
}
_CHOICES = {
    "optimizer": '{"name": "sgd", "momentum": 0.9}',
    "schedule": '{"name": "cosine", "warmup": 0.1}',
}


def setting_path(problem: ErrorDetails) -> str:
    """The setting that the problem is about, such as `outputs.price.loss` or `optimizer.momentum`."""
    path = problem["loc"]
    if path[:1] in (("optimizer",), ("schedule",), *((name,) for name in _LISTS)):
        # Behind an optimizer or a schedule stands its name; a callback goes by its name, not by its place in the list.
        path = (*path[:1], *path[2:])
    elif path[:1] == ("outputs",) and path[2:3] == ("metrics",):
        path = (*path[:3], *path[4:])
    return ".".join(str(part) for part in path)[:80]


def problem_sentence(problem: ErrorDetails, noun: str, names: list[str]) -> str:
    """What is wrong, what is expected, and what was received.

    Args:
        problem: one of the errors of pydantic.
        noun: what a name is where it is, such as `an argument of Adam`.
        names: the names that are valid where it is.
    """
    name = setting_path(problem)
    value: Any = problem.get("input")
    received = f"Received: {name}={repr(value)[:60]}."
    context = problem.get("ctx", {})
    bounds = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}
    words = {"gt": "greater than", "ge": "at least", "lt": "less than", "le": "at most"}
    kind = problem["type"]
    if kind == "value_error" and isinstance(context.get("error"), DataError):
        return str(context["error"])
    if kind == "both":
        return str(problem["msg"])
    if kind == "value_error":
        sentence = f"`{name}` {context['error']}. {received}"
    elif (example := _LISTS.get(name.rpartition(".")[2])) and not (
        name.endswith("metrics") and kind in ("union_tag_invalid", "union_tag_not_found")
    ):
        sentence = f"`{name}` must hold {example} or the like. Valid names: {', '.join(names)}. {received}"
    elif kind in bounds:
        limit = context[bounds[kind]]
        bound = f"{limit:,}" if isinstance(limit, int) else f"{limit:g}"
        sentence = f"`{name}` must be {words[bounds[kind]]} {bound}. {received}"
    elif kind == "extra_forbidden":
        valid = f" Valid names: {', '.join(names)}." if names else ""
        sentence = f"`{name}` is not {noun}; remove it.{valid}"
    elif kind in ("union_tag_invalid", "union_tag_not_found"):
        choice = value.get("name") if isinstance(value, dict) else value
        sentence = f"`{name}` must be one of {', '.join(names)}. Received: {name}={repr(choice)[:60]}."
    elif kind == "model_attributes_type" and name in _CHOICES:
        sentence = f"`{name}` must be a name or an object such as {_CHOICES[name]}. {received}"
    elif kind in ("model_type", "model_attributes_type", "dict_type"):
        example = '{"loss": "mean_squared_error", "weight": 0.5}'
        sentence = f"`{name}` must be an object such as {example}. {received}"
        if name == "outputs":
            sentence = f'`outputs` must be an object of outputs, such as {{"price": {example}}}. {received}'
    elif kind == "too_long":
        sentence = (
            f"`{name}` has {len(value):,} entries; a design has at most {context['max_length']} outputs."
        )
    elif kind == "string_type":
        sentence = f"`{name}` must be text. {received}"
    elif kind in ("string_too_short", "string_too_long"):
        sentence = f"`{name}` must be a name of 1 to {context.get('max_length', 120)} characters. {received}"
    elif kind == "literal_error":
        sentence = f"`{name}` must be {context['expected']}. {received}"
    elif kind == "finite_number":
        sentence = f"`{name}` must be a finite number. {received}"
    elif kind in ("int_type", "float_type"):
        sentence = f"`{name}` must be a {'whole ' if kind == 'int_type' else ''}number. {received}"
    elif kind == "bool_type":
        sentence = f"`{name}` must be true or false. {received}"
    else:
        sentence = f"`{name}` is not usable: {problem['msg'][:1].lower() + problem['msg'][1:]}. {received}"
    return sentence
