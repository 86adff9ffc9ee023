"""The curves of a run by the names that callbacks and files call them, and whether less or more of each is better."""

from collections.abc import Mapping

from blockwright.recipe import callbacks
from blockwright.recipe.callbacks import Callback
from blockwright.recipe.callbacks.callback import Mode
from blockwright.recipe.settings import Settings, SettingsError
from blockwright.tasks.base import METRICS, MetricName


def monitors(
    metrics: Mapping[str, MetricName],
    chosen: Mapping[str, Mapping[str, Mode]] | None = None,
    validated: bool = True,
) -> dict[str, Mode]:
    """The curves of a run, those of the validation part first, if it has one.

    Args:
        metrics: the name of the metric of each output, by the output's id. Of several outputs, the curves of one carry
            its id in front: `val_priority_mae`.
        chosen: the further metrics of outputs, as `chosen_metrics.chosen_modes` gives them.
    """
    curves: dict[str, Mode] = {"loss": "min"}
    for output, metric in metrics.items():
        of = f"{output}_" if len(metrics) > 1 else ""
        if of:
            curves[f"{of}loss"] = "min"
        curves[f"{of}{metric}"] = "max" if METRICS[metric].is_share else "min"
        curves |= {f"{of}{name}": mode for name, mode in (chosen or {}).get(output, {}).items()}
    return ({f"val_{name}": mode for name, mode in curves.items()} if validated else {}) | curves


def run_callbacks(
    settings: Settings,
    metrics: Mapping[str, MetricName],
    chosen: Mapping[str, Mapping[str, Mode]] | None = None,
) -> tuple[Callback, ...]:
    """The callbacks of a run with these outputs. Raises `SettingsError` where one monitors what is not measured."""
    validated = settings.validation != "none"
    try:
        return callbacks.resolved(settings.callbacks, monitors(metrics, chosen, validated))
    except ValueError as error:
        reason = "" if validated else " Curves with val_ need a validation part, and `validation` is none."
        raise SettingsError([("callbacks", f"{error}{reason}")]) from None
