"""Proof that a generated file is what the app trains: the file runs alone, and its numbers are compared."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blockwright.architecture.findings import DesignError, Finding
from blockwright.architecture.spec import Design
from blockwright.data.choice import read_choice
from blockwright.data.errors import DataError
from blockwright.training.settings import Settings

if TYPE_CHECKING:
    import numpy as np

BATCHES = 20
OUTPUT_TOLERANCE = 1e-6
LOSS_TOLERANCE = 1e-4
SECONDS = 240.0
_PROBES = 8
_WITNESS = Path(__file__).with_name("witness.py")


@dataclass(frozen=True)
class Numbers:
    """What one side says: parameters, hashes of the first weights, outputs for the probes, running mean losses."""

    params: int
    weights: tuple[str, ...]
    outputs: "np.ndarray"
    losses: tuple[float, ...]


def prove(
    design: Design,
    settings: dict[str, Any] | None = None,
    api: str = "subclassing",
    loop: str = "fit",
    *,
    batches: int = BATCHES,
    seconds: float = SECONDS,
) -> dict[str, Any]:
    """Run the file of a design in a fresh process without network, and compare it with the app's own `fit`.

    Args:
        design: the design.
        settings: the training settings; the precision is float32 here, whatever they say.
        api, loop: as in `modeling.source.generate`.
        batches: how many batches are trained on each side.
        seconds: how long the file may take.

    Returns `{"equal": bool, "checks": [{"what", "expected", "received", "difference", "tolerance", "equal"}]}`: the
    number of parameters, the weights that training begins with (how many arrays, how many of them differ), the
    outputs for the same examples with these weights (their largest value, largest difference), and the
    running mean loss over the first batches (its last value, largest difference).

    Raises `DesignError` for a design that cannot be trained, `DataError` where the data is not on this machine, and
    ValueError where there is no such file or it takes too long.
    """
    from blockwright.modeling.source import generate

    chosen = Settings.read({**(settings or {}), "precision": "float32"})
    check_local(chosen)
    source = generate(design, api, loop, chosen.document())
    if source.problem is not None:
        raise ValueError(source.problem)
    if source.findings:
        raise DesignError([Finding.model_validate(one) for one in source.findings])
    with tempfile.TemporaryDirectory(prefix="blockwright-proof-") as folder:
        probe = _probe(design)
        expected, sizes = _app(design, chosen, probe, batches)
        received = _alone(Path(folder), source.text, chosen, probe, sizes, seconds)
    if isinstance(received, str):
        failed = {"what": "The file runs", "expected": "to the last batch", "received": received}
        return {"equal": False, "checks": [{**failed, "difference": None, "tolerance": None, "equal": False}]}
    checks = _compare(expected, received)
    return {"equal": all(check["equal"] for check in checks), "checks": checks}


def check_local(settings: Settings) -> None:
    """Refuse data that would have to be downloaded first. Raises `DataError`."""
    from blockwright.data.cards import card
    from blockwright.data.downloading import SOURCES, is_downloaded

    choice = read_choice(settings.data)
    if choice.name in SOURCES and not is_downloaded(choice.name):
        raise DataError(
            f"{card(choice.name).title} is not on this machine yet, and a proof downloads nothing. "
            "Train on it once, or prove the file with Digits or Shapes."
        )
    if choice.name == "upload" and not Path(str(choice.path)).is_file():
        raise DataError(f"There is no file {Path(str(choice.path)).name[:120]}. Upload it again.")


def _probe(design: Design) -> "np.ndarray":
    import numpy as np

    shape = [size or 32 for size in design.inputs[0].shape]
    generator = np.random.default_rng(0)
    values = generator.random((_PROBES, *shape)).astype("float32")
    return (values * 9).astype("int32") if design.inputs[0].dtype == "int32" else values


def _app(
    design: Design, settings: Settings, probe: "np.ndarray", batches: int
) -> tuple[Numbers, Sequence[tuple[int, int]]]:
    """The app's own numbers, and for each batch its epoch and how many examples it has."""
    import keras
    import numpy as np

    from blockwright.data.loading import load
    from blockwright.training.acceleration import fused_batch_normalization
    from blockwright.training.compiling import compile_model, make_model
    from blockwright.training.pipeline import prepared_batches
    from blockwright.training.precision import computing_in
    from blockwright.training.readying import make_ready, output_shapes
    from blockwright.training.witness import Enough, Notes, hash_of

    dataset = load(settings.data, seed=settings.seed)
    prepared, goals = make_ready(design, output_shapes(design), settings, dataset)
    steps = -(-len(prepared.train) // settings.batch_size)
    notes = Notes(batches)

    class Ear(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            notes.add(float(logs["loss"]), running=True)

    with computing_in("float32"):
        model = make_model(design, settings.seed)
        first = np.asarray(model(probe, training=False), dtype="float32")
        hashes = tuple(sorted(hash_of(one) for one in model.get_weights()))
        compile_model(model, settings, goals)
        data = prepared_batches(design, prepared, goals, "train", settings.batch_size, settings.seed)
        try:
            with fused_batch_normalization():
                model.fit(
                    data.repeat(),
                    steps_per_epoch=steps,
                    epochs=settings.epochs,
                    callbacks=[Ear()],
                    shuffle=False,
                    verbose=0,
                )
        except Enough:
            pass
    last = len(prepared.train) - (steps - 1) * settings.batch_size
    sizes = [
        (place // steps, last if place % steps == steps - 1 else settings.batch_size)
        for place in range(len(notes.losses))
    ]
    return Numbers(model.count_params(), hashes, first, tuple(notes.losses)), sizes


def _alone(
    folder: Path,
    text: str,
    settings: Settings,
    probe: "np.ndarray",
    sizes: Sequence[tuple[int, int]],
    seconds: float,
) -> Numbers | str:
    """The file's numbers, or in words why there are none."""
    import numpy as np

    (folder / "network.py").write_text(text, encoding="utf-8")
    np.save(folder / "probe.npy", probe)
    choice = read_choice(settings.data)
    rest = [str(Path(str(choice.path)).resolve())] if choice.name == "upload" else []
    command = [sys.executable, "-P", str(_WITNESS), "network.py", "result.npz", str(len(sizes)), *rest]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=_environment(folder),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ValueError(
            f"The file did not train {len(sizes)} batches within {seconds:,.0f} seconds on this machine. "
            "Try a smaller batch size, or a smaller network."
        ) from None
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        return lines[-1].strip()[:300] if lines else f"It ended with status {done.returncode}."
    with np.load(folder / "result.npz", allow_pickle=False) as result:
        losses = [float(one) for one in result["losses"]]
        if not result["running"]:
            losses = _running(losses, sizes)
        return Numbers(
            int(result["params"]), tuple(result["weights"].tolist()), result["outputs"], tuple(losses)
        )


def _environment(folder: Path) -> dict[str, str]:
    """Where the file finds its interpreter and Keras's data sets, and nothing of this project."""
    from blockwright.data.downloading import cache_folder

    kept = {key: value for key, value in os.environ.items() if not key.startswith(("BLOCKWRIGHT", "PYTHON"))}
    return {
        **kept,
        "KERAS_HOME": str(cache_folder()),
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(folder),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
    }


def _running(losses: Sequence[float], sizes: Sequence[tuple[int, int]]) -> list[float]:
    """Running means within each epoch, as Keras tells them, from the losses of the batches."""
    means: list[float] = []
    total, seen, current = 0.0, 0, -1
    for loss, (epoch, size) in zip(losses, sizes, strict=False):
        if epoch != current:
            total, seen, current = 0.0, 0, epoch
        total, seen = total + loss * size, seen + size
        means.append(total / seen)
    return means


def _compare(expected: Numbers, received: Numbers) -> list[dict[str, Any]]:
    import numpy as np

    def check(
        what: str, wanted: float, given: float, difference: float | None, tolerance: float
    ) -> dict[str, Any]:
        return {
            "what": what,
            "expected": wanted,
            "received": given,
            "difference": difference,
            "tolerance": tolerance,
            "equal": difference is not None and difference <= tolerance,
        }

    missing = list(expected.weights)
    for one in received.weights:
        if one in missing:
            missing.remove(one)
    strangers = max(len(missing), len(received.weights) - len(expected.weights) + len(missing))
    alike = expected.outputs.shape == received.outputs.shape
    apart = _largest(expected.outputs, received.outputs) if alike else None
    traced = len(expected.losses) == len(received.losses)
    drift = _largest(np.array(expected.losses), np.array(received.losses)) if traced else None
    count = len(expected.losses)
    return [
        check(
            "Parameters", expected.params, received.params, float(abs(expected.params - received.params)), 0.0
        ),
        check("Initial weights", len(expected.weights), len(received.weights), float(strangers), 0.0),
        check(
            "Outputs with the same weights",
            float(np.abs(expected.outputs).max()),
            float(np.abs(received.outputs).max()),
            apart,
            OUTPUT_TOLERANCE,
        ),
        check(
            f"Loss over the first {count} batches",
            expected.losses[-1] if expected.losses else 0.0,
            received.losses[-1] if received.losses else 0.0,
            drift,
            LOSS_TOLERANCE,
        ),
    ]


def _largest(one: "np.ndarray", other: "np.ndarray") -> float | None:
    """The largest difference; None where a number is not finite."""
    import numpy as np

    largest = float(np.max(np.abs(one - other), initial=0.0))
    return largest if np.isfinite(largest) else None
