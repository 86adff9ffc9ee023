"""What the tutorial of a run's network reports, to compare the run with."""

from functools import lru_cache

from blockwright.design.parse import read_design
from blockwright.design.presets import preset_with_tutorial
from blockwright.design.tutorials import COMPARABLE_DATA, TutorialResult
from blockwright.runs.records import RunEntry
from blockwright.schema.findings import DesignError
from blockwright.ui.runs.run_queries import my_run


def tutorial_results(run: RunEntry) -> tuple[TutorialResult, ...]:
    """The results of the tutorial, where the run trains its network on handwritten digits; else none."""
    data = run.settings.get("data")
    name = data.get("name") if isinstance(data, dict) else data
    return _of_design(run.id) if name in COMPARABLE_DATA else ()


@lru_cache(maxsize=256)
def _of_design(run_id: str) -> tuple[TutorialResult, ...]:
    """By the design of the run, which never changes; the run is the visitor's."""
    run = my_run(run_id)
    if run is None:
        return ()
    try:
        trained = preset_with_tutorial(read_design(run.design))
    except DesignError:
        return ()
    return trained[1].results if trained is not None else ()
