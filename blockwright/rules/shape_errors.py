"""Nodes that cannot take what they are given: said in plain words, with a way out."""

from collections.abc import Iterator

from blockwright.inference.cost_estimator import measure
from blockwright.inference.input_rules import has_own_rule
from blockwright.inference.shape_view import ShapeView
from blockwright.layers import names_with
from blockwright.layers.costs import Cost
from blockwright.layers.declaration.shapes import Shape, numbers_in
from blockwright.rules.fixes import Candidate, first_working, insert_between
from blockwright.rules.layer_inputs import unsuitable, wrong_numbers
from blockwright.rules.merges import MERGES, merge_problem
from blockwright.rules.message_format import first_sentence, listed, named, shape_words
from blockwright.schema.design import Node
from blockwright.schema.findings import Finding

_Problem = tuple[str, str, list[Candidate]]


def check(view: ShapeView) -> Iterator[Finding]:
    """One finding for each node that has an error of its own, and not for those below it."""
    for node_id in view.errors:
        node = view.nodes[node_id]
        code, message, candidates = _explain(view, node)
        yield Finding(
            code=code,
            node=node_id,
            severity="error",
            message=message,
            fix=first_working(view, node_id, candidates),
        )
    for node_id in view.costs:
        node = view.nodes[node_id]
        if node.block in MERGES and len(view.sources(node_id)) == 1:
            yield _merges_one(view, node)


def _merges_one(view: ShapeView, node: Node) -> Finding:
    """A merge that has nothing to merge; the nearest other node of the same shape may be what was meant."""
    source = view.sources(node.id)[0]
    shape = view.shapes[source]
    above = view.wires.above(node.id)
    twins = [
        one
        for one in reversed(view.wires.order)
        if one in above and one != source and view.shapes.get(one) == shape
    ]
    candidates: list[Candidate] = [
        (f"Add {twin} as an input", [{"op": "connect", "node": node.id, "inputs": [source, twin]}])
        for twin in twins
    ]
    message = f'{named(node)} has only "{source}" as an input, and merges two or more. Add another input.'
    fix = first_working(view, node.id, candidates)
    return Finding(code="merges-one", node=node.id, severity="warning", message=message, fix=fix)


def _explain(view: ShapeView, node: Node) -> _Problem:
    error = view.errors[node.id]
    if node.id in view.insides:
        return _inside(view, node)
    if error.copy > 1:
        return _copy(view, node)
    owner = view.owner(node).id
    if owner in view.weights and view.weights[owner][0] != node.id:
        return _sharing(view, node, view.weights[owner][0])
    given = view.input_shapes(node.id)
    wrong = wrong_numbers(view, node)
    if wrong is not None:
        return wrong
    if node.block in MERGES:
        return merge_problem(view, node)
    of_one = (_rank, _too_small) if len(given) == 1 else ()
    exact = (unsuitable,) if has_own_rule(node.block) else ()
    for explain in (*exact, _arguments, *of_one, _open_size, _reshape, unsuitable):
        problem = explain(view, node, given[0])
        if problem is not None:
            return problem
    source = view.sources(node.id)[0]
    reason = first_sentence(str(view.errors[node.id]))
    message = f'{named(node)} cannot take what "{source}" gives, {shape_words(given[0])}: {reason}'
    return "shape", message, []


def _inside(view: ShapeView, node: Node) -> _Problem:
    """A block of the design's own in which something does not fit; the first such thing is said."""
    inner = view.insides[node.id]
    found = [*(one for node_id in inner.broken for one in inner.broken[node_id]), *check(inner)]
    errors = [finding.message for finding in found if finding.severity == "error"]
    shapes = listed(shape_words(shape) for shape in view.errors[node.id].input_shapes)
    reason = errors[0] if errors else "its outputs cannot be worked out."
    return "inside", f"{named(node)} cannot take {shapes}, because of what is inside: {reason}", []


def _copy(view: ShapeView, node: Node) -> _Problem:
    """A repeated node whose copies do not go on from each other."""
    error = view.errors[node.id]
    times = error.copy - 1
    message = (
        f"{named(node)} is repeated {node.repeat} times, but copy {error.copy} cannot take what the one before it "
        f"gives, {shape_words(error.input_shapes[0])}. Repeat it {'once' if times == 1 else f'{times} times'} at most."
    )
    edit = {"op": "repeat", "node": node.id, "times": times}
    return "repeat-shape", message, [(f"Repeat {times} times" if times > 1 else "Use it once", [edit])]


def _sharing(view: ShapeView, node: Node, other: str) -> _Problem:
    """A node whose weights were made for the other shape that another node reads."""
    given, made_for = view.input_shapes(node.id)[0], view.input_shapes(other)[0]
    uses = f'uses the weights of "{other}"' if node.shares == other else f'shares its weights with "{other}"'
    message = (
        f"{named(node)} {uses}, which fit {shape_words(made_for)}, but "
        f'"{view.sources(node.id)[0]}" gives {shape_words(given)}. Bring both to one shape, or give it weights of its '
        "own."
    )
    apart = node.id if node.shares is not None else other
    return (
        "shared-shape",
        message,
        [(f"Give {apart} its own weights", [{"op": "share", "node": apart, "with": None}])],
    )


def _arguments(view: ShapeView, node: Node, given: Shape) -> _Problem | None:
    """Arguments that are each right but do not go together."""
    params = view.params(node)

    def asked(name: str, value: object) -> Candidate:
        return f"Set {name} to {value}", [{"op": "set", "node": node.id, "params": {name: value}}]

    if node.block in names_with("equal_strides") and len(set(_pair(params["strides"]))) > 1:
        strides = _pair(params["strides"])
        message = (
            f"{named(node)} has strides of {_words(strides)}, but must have the same stride in both directions. "
            "Set one number."
        )
        return "unequal-strides", message, [asked("strides", max(strides))]
    strides, dilation = _pair(params.get("strides")), _pair(params.get("dilation_rate"))
    if dilation is not None and strides is not None and max(strides) > 1 and max(dilation) > 1:
        message = (
            f"{named(node)} has strides of {_words(strides)} and a dilation rate of {_words(dilation)}, but only "
            "one of the two may be above 1. Set the other to 1."
        )
        return "strides-and-dilation", message, [asked("dilation_rate", 1)]
    groups, filters = params.get("groups"), params.get("filters")
    if groups is not None and groups > 1:
        channels = given[-1] if len(given) > 2 else None
        counts = [one for one in (filters, channels) if one is not None]
        if any(count % groups for count in counts):
            message = (
                f"`groups` of {named(node)} must divide both its filters ({filters}) and the channels that it is "
                f"given ({channels or 'open'}). Received: groups={groups}."
            )
            fitting = max(one for one in range(1, groups + 1) if not any(count % one for count in counts))
            return "groups", message, [asked("groups", fitting)]
    return None


def _rank(view: ShapeView, node: Node, given: Shape) -> _Problem | None:
    """A block for images that is given something else."""
    likely = (None, *[64] * (len(given) - 1))
    channels = view.params(node).get("groups", 1) * 64
    if len(given) == 4 or _takes(node, likely) or not _takes(node, (None, 4096, 4096, channels)):
        return None
    source = view.sources(node.id)[0]
    message = (
        f"{named(node)} needs an image or feature map (height, width, channels), but "
        f'"{source}" gives {shape_words(given)}.'
    )
    before = view.node_at(source)
    candidates: list[Candidate] = []
    if before is not None and before.block in names_with("flattens"):
        message += f' Put it before "{source}", or remove "{source}".'
        place = view.design.index(before.id)
        candidates.append((f"Move before {source}", [{"op": "move", "node": node.id, "index": place}]))
        candidates.append((f"Remove {source}", [{"op": "remove", "node": before.id}]))
        return "needs-image", message, candidates
    if len(given) == 3:
        message += " Give it a channel dimension."
        shapes = [[*given[1:], 1]]
    else:
        message += " Reshape it to an image first."
        shapes = [[side, side, channels] for channels in (1, 3) if (side := _side(given[-1], channels))]
    for shape in shapes:
        if before is None and len(given) == 3:
            edit = {"op": "set_input", "input": source, "shape": shape}
            candidates.append((f"Change the input to {shape_words((None, *shape))}", [edit]))
        if None not in shape:
            chain = {source: [("Reshape", {"target_shape": shape})]}
            edits = insert_between(view.design, view.sources(node.id), node.id, chain)
            candidates.append((f"Reshape to {shape_words((None, *shape))}", edits))
    return "needs-image", message, candidates


def _takes(node: Node, shape: Shape) -> bool:
    return isinstance(measure(node.block, node.params, [shape], ["float32"]), Cost)


def _side(numbers: int | None, channels: int) -> int | None:
    if numbers is None or numbers % channels:
        return None
    side = round((numbers // channels) ** 0.5)
    return side if side * side * channels == numbers and side > 1 else None


def _too_small(view: ShapeView, node: Node, given: Shape) -> _Problem | None:
    """A feature map with fewer pixels than the window of the block."""
    if len(given) != 4:
        return None
    rows, columns = given[1], given[2]
    least = _least_size(node, given)
    if least is None or ((rows is None or rows >= least[0]) and (columns is None or columns >= least[1])):
        return None
    source = view.sources(node.id)[0]
    above = [one for one in _upwards(view, source) if _shrinks(view, one)]
    advice = ["remove one downsampling block above it"] if above else []
    params = view.params(node)
    candidates: list[Candidate] = []
    if params.get("padding") == "valid":
        advice.insert(0, 'set its padding to "same"')
        edit = {"op": "set", "node": node.id, "params": {"padding": "same"}}
        candidates.append(('Set padding to "same"', [edit]))
    candidates += [(f"Remove {one}", [{"op": "remove", "node": one}]) for one in above[:4]]
    candidates.append((f"Switch {node.id} off", [{"op": "enable", "node": node.id, "enabled": False}]))
    ways = ", ".join([*advice, "or start"] if advice else ["start"])
    message = (
        f"{named(node)} needs at least {least[0]} x {least[1]} pixels, but "
        f'"{source}" gives {shape_words(given)}. {ways[0].upper()}{ways[1:]} from larger images.'
    )
    return "too-small", message, candidates


def _least_size(node: Node, given: Shape) -> tuple[int, int] | None:
    """The fewest rows and columns that the block takes, up to 4,096."""
    most = 4096

    def works(rows: int, columns: int) -> bool:
        return _takes(node, (None, rows, columns, given[-1]))

    if not works(most, most):
        return None
    least = []
    for fits in (lambda size: works(size, most), lambda size: works(most, size)):
        low, high = 0, most
        while high - low > 1:
            middle = (low + high) // 2 if high > 128 else low + 1
            low, high = (low, middle) if fits(middle) else (middle, high)
        least.append(high)
    return least[0], least[1]


def _upwards(view: ShapeView, node_id: str) -> list[str]:
    """The nodes above, nearest first, along the first wire of each."""
    found = []
    node = view.node_at(node_id)
    while node is not None and node.id not in found:
        found.append(node.id)
        node = view.node_at(view.sources(node.id)[0])
    return found


def _shrinks(view: ShapeView, node_id: str) -> bool:
    given, shape = view.input_shapes(node_id)[0], view.shapes[node_id]
    if len(given) != 4 or len(shape) != 4 or not view.nodes[node_id].enabled:
        return False
    return any(
        a is not None and b is not None and b <= a / 1.5 for a, b in zip(given[1:3], shape[1:3], strict=True)
    )


def _open_size(view: ShapeView, node: Node, given: Shape) -> _Problem | None:
    """Weights that cannot be counted because a size was left open."""
    if given[-1] is not None or numbers_in(given) is not None:
        return None
    source = view.sources(node.id)[0]
    what = "numbers" if len(given) == 2 else "channels"
    message = (
        f'{named(node)} must know how many {what} it is given, but "{source}" leaves that open. '
        "Give the input a fixed size"
    )
    before = view.node_at(source)
    if before is None or before.block != "Flatten":
        return "open-size", message + ".", []
    edit = {"op": "replace", "node": before.id, "block": "GlobalAveragePooling2D"}
    message += f', or pool globally in place of "{source}".'
    return "open-size", message, [(f"Make {source} a global average pooling", [edit])]


def _reshape(view: ShapeView, node: Node, given: Shape) -> _Problem | None:
    if node.block != "Reshape":
        return None
    source = view.sources(node.id)[0]
    target = view.params(node)["target_shape"]
    words = shape_words((None, *target)).replace("-1", "?")
    have = numbers_in(given)
    if any(size == 0 or size < -1 for size in target) or sum(size == -1 for size in target) > 1:
        message = f"`target_shape` of {named(node)} takes sizes from 1 and at most one -1. Received: {list(target)}."
    else:
        message = (
            f"{named(node)} cannot make {words} of "
            f'{shape_words(given)} from "{source}": the count of numbers, {have:,}, must stay the same.'
            if have is not None
            else f'{named(node)} cannot make {words} of {shape_words(given)} from "{source}".'
        )
    edit = {"op": "set", "node": node.id, "params": {"target_shape": [-1]}}
    return "reshape", message, [("Reshape to one list", [edit])]


def _pair(value: object) -> tuple[int, int] | None:
    if value is None:
        return None
    return (value, value) if isinstance(value, int) else tuple(value)


def _words(pair: tuple[int, int]) -> str:
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]} x {pair[1]}"
