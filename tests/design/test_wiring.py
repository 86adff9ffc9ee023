from blockwright.design.structure import checked_wiring
from blockwright.design.wiring import partial_wiring
from tests.design.designs import abc, stack


def test_left_out_inputs_read_the_node_before():
    wires = checked_wiring(abc())
    assert wires.reads == {"a": ("image",), "b": ("a",), "c": ("b",)}
    assert (wires.order, wires.outputs) == (("a", "b", "c"), ("c",))


def test_order_puts_every_node_after_what_it_reads():
    design = stack(
        {"id": "late", "block": "Add", "inputs": ["x", "y"]},
        {"id": "x", "block": "ReLU", "inputs": ["image"]},
        {"id": "y", "block": "ReLU", "inputs": ["x"]},
    )
    assert checked_wiring(design.model_copy(update={"outputs": ("late",)})).order == ("x", "y", "late")


def test_a_cycle_still_leaves_the_rest_in_order():
    design = stack(
        {"id": "a", "block": "ReLU"},
        {"id": "b", "block": "ReLU", "inputs": ["c"]},
        {"id": "c", "block": "ReLU"},
    )
    assert partial_wiring(design).order == ("a",)
