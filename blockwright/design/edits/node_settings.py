"""Edits of what a node is set to: its arguments, whether it is switched on or frozen, repetition, shared weights."""

from typing import Any, Literal

from pydantic import Field, StrictBool, StrictInt, StrictStr

from blockwright.design.edits.edit import BaseEdit, listing
from blockwright.design.edits.edit_helpers import (
    EditError,
    find_node,
    in_list_order,
    validated,
    with_changed_node,
)
from blockwright.schema.design import MAX_REPEAT, Design, Node


class SetParams(BaseEdit):
    """Set arguments of a node, and reset those in `unset` to their defaults."""

    op: Literal["set"] = "set"
    node: StrictStr
    params: dict[str, Any] | None = None
    unset: tuple[StrictStr, ...] = ()

    def apply(self, design: Design) -> Design:
        node = find_node(design, self.node)
        params = {**node.params, **(self.params or {})}
        for name in self.unset:
            params.pop(name, None)
        return with_changed_node(design, node, params=params)

    @property
    def label(self) -> str:
        return f"Set {listing([*(self.params or {}), *self.unset])} of {self.node}"


class Enable(BaseEdit):
    """Switch a node on, or off: then it passes its input through."""

    op: Literal["enable"] = "enable"
    node: StrictStr
    enabled: StrictBool

    def apply(self, design: Design) -> Design:
        return with_changed_node(design, find_node(design, self.node), enabled=self.enabled)

    @property
    def label(self) -> str:
        return f"Switch {self.node} {'on' if self.enabled else 'off'}"


class EnableMany(BaseEdit):
    """Switch nodes on or off."""

    op: Literal["enable_many"] = "enable_many"
    nodes: tuple[StrictStr, ...]
    enabled: StrictBool

    def apply(self, design: Design) -> Design:
        names = set(in_list_order(design, self.nodes))
        nodes = (
            node.model_copy(update={"enabled": self.enabled}) if node.id in names else node
            for node in design.nodes
        )
        return validated(design, nodes=tuple(nodes))

    @property
    def label(self) -> str:
        return f"Switch {listing(self.nodes)} {'on' if self.enabled else 'off'}"


class SetTrainable(BaseEdit):
    """Freeze the weights of a node, or let training change them."""

    op: Literal["set_trainable"] = "set_trainable"
    node: StrictStr
    trainable: StrictBool

    def apply(self, design: Design) -> Design:
        node = find_node(design, self.node)
        if node.shares is not None:
            raise EditError(
                f'"{node.id}" uses the weights of "{node.shares}". Freeze or unfreeze that node instead.'
            )
        return with_changed_node(design, node, trainable=self.trainable)

    @property
    def label(self) -> str:
        return f"{'Train' if self.trainable else 'Freeze'} {self.node}"


class Repeat(BaseEdit):
    """Repeat a node several times in a row, each copy with its own weights."""

    op: Literal["repeat"] = "repeat"
    label_format = "Repeat {node} {times} times"
    node: StrictStr
    times: StrictInt

    def apply(self, design: Design) -> Design:
        if not 1 <= self.times <= MAX_REPEAT:
            raise EditError(f'"{self.node}" can be repeated 1 to {MAX_REPEAT} times. Received: {self.times}.')
        node = find_node(design, self.node)
        if self.times > 1 and node.shares is not None:
            raise EditError(f'"{node.id}" uses the weights of "{node.shares}", so it cannot be repeated.')
        return with_changed_node(design, node, repeat=self.times)


class Share(BaseEdit):
    """Let a node share the weights of another one; None gives it its own weights again."""

    op: Literal["share"] = "share"
    node: StrictStr
    owner: StrictStr | None = Field(validation_alias="with")

    def apply(self, design: Design) -> Design:
        node = find_node(design, self.node)
        if self.owner is None:
            if node.shares is None:
                return design
            owner = next((other for other in design.nodes if other.id == node.shares), None)
            params = dict(owner.params) if owner is not None and owner.block == node.block else node.params
            return with_changed_node(design, node, shares=None, params=params)
        owner = find_node(design, self.owner)
        _check_can_share(design, node, owner)
        return with_changed_node(design, node, shares=owner.id, params={})

    @property
    def label(self) -> str:
        if self.owner is None:
            return f"Give {self.node} its own weights"
        return f"Share the weights of {self.owner} with {self.node}"


def _check_can_share(design: Design, node: Node, owner: Node) -> None:
    if owner.id == node.id:
        raise EditError(f'"{node.id}" cannot share weights with itself. Choose another node.')
    if owner.block != node.block:
        raise EditError(
            f'"{node.id}" is a {node.block} and "{owner.id}" a {owner.block}; only the same blocks can share weights.'
        )
    if owner.shares is not None:
        raise EditError(f'"{owner.id}" itself uses the weights of "{owner.shares}". Share those instead.')
    if node.repeat != 1 or owner.repeat != 1:
        raise EditError(f'"{node.id}" and "{owner.id}" cannot share weights because one of them is repeated.')
    if any(other.shares == node.id for other in design.nodes):
        raise EditError(f'Other nodes use the weights of "{node.id}", so it must keep them.')
