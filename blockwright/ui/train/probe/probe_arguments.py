"""What a probe is asked: the same for all trainings that it measures alike, so that its answers are found again."""

import hashlib
import json
from typing import Any, TypedDict

from blockwright.recipe.schedules.constant import Constant
from blockwright.recipe.settings import Settings
from blockwright.schema.design import Design
from blockwright.ui.shell.workspace import workspace


class ProbeArguments(TypedDict):
    """The arguments of a probe's call."""

    design: dict[str, Any]
    settings: dict[str, Any]
    owner: str


def probe_arguments(design: Design, settings: Settings, **same: Any) -> ProbeArguments:
    """The arguments without what no probe depends on, and with `same` settings in place of others.

    Only uploads belong to a workspace; what is asked of other data is answered for all of them.
    """
    unused = {"epochs": 1, "learning_rate": 1e-3, "schedule": Constant(), "callbacks": (), "log_every": 0}
    return ProbeArguments(
        design={**design.document(), "name": ""},
        settings=settings.model_copy(update={**unused, **same}).document(),
        owner=workspace() if settings.data["name"] == "upload" else "",
    )


def probe_key(arguments: ProbeArguments) -> str:
    """The key under which the call is kept."""
    return hashlib.sha256(json.dumps(arguments, sort_keys=True).encode()).hexdigest()
