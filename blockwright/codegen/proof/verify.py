"""Checks that a generated file trains what the app trains: the file runs alone, and its numbers are compared."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from blockwright.codegen.proof.proof_runner import RUNNER_SEED
from blockwright.codegen.proof.reference import Numbers, app_numbers, probes
from blockwright.recipe.settings import Settings
from blockwright.runs.files import proof_progress
from blockwright.runs.files.proof_progress import ProofProgress
from blockwright.schema.data.dataset_config import read_choice
from blockwright.schema.data.errors import DataError
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError, Finding
from blockwright.schema.service_calls import Proof, ProofCheck

if TYPE_CHECKING:
    import numpy as np

BATCHES = 20
OUTPUT_TOLERANCE = 1e-6
LOSS_TOLERANCE = 1e-4
SECONDS = 240.0
_MOVES = 0.05
"""Seconds of the processor by which a file moves on."""
_LOOK_SECONDS = 0.2
_RUNNER = Path(__file__).with_name("proof_runner.py")


def prove(
    design: Design,
    settings: dict[str, Any] | None = None,
    api: str = "subclassing",
    loop: str = "fit",
    *,
    batches: int = BATCHES,
    seconds: float = SECONDS,
    progress_key: str | None = None,
) -> Proof:
    """Run the file of a design in a fresh process without network, and compare it with training by that loop here.

    Args:
        design: the design.
        settings: the training settings; the precision is float32 here, whatever they say.
        api, loop: as in `codegen.generate`.
        batches: how many batches are trained on each side; with 0 only the networks are compared, and no data is read.
        seconds: how long the file may go without a further batch and without using the processor.
        progress_key: under which progress is noted, and by which it is cancelled; see `proof_progress`.

    Returns `{"equal": bool, "checks": [{"what", "expected", "received", "difference", "tolerance", "equal"}]}`: the
    number of parameters, the weights that training begins with (how many arrays, how many of them differ), the
    outputs for the same examples with these weights (their largest value; the largest difference, as a part of that
    value where it is above 1), and the running mean loss over the first batches (its last value, largest difference).
    What layers learn before training, such as a vocabulary, is there when weights and outputs are compared.

    Raises `DesignError` for a design that cannot be trained, `DataError` where the data is not on this machine, and
    ValueError where there is no such file, it stands still, or the verification was cancelled.
    """
    proof_progress.begin(progress_key)
    try:
        return _proved(design, settings, api, loop, batches, seconds, progress_key)
    finally:
        proof_progress.forget(progress_key)


def _proved(
    design: Design,
    settings: dict[str, Any] | None,
    api: str,
    loop: str,
    batches: int,
    seconds: float,
    progress_key: str | None,
) -> Proof:
    from blockwright.codegen import generate

    def report(step: int, count: int = 0) -> None:
        proof_progress.report(progress_key, ProofProgress(step, count, batches if step in (1, 3) else 0))

    report(0)
    # The weights of another run are in a file that the code only finds beside it: both sides start from random ones.
    fixed = {"precision": "float32", "loop": loop, "weights_from": None}
    chosen = Settings.read({**(settings or {}), **fixed})
    if batches:
        check_local(chosen)
    source = generate(design, api, loop, chosen.document(), exact=True)
    if source.problem is not None:
        raise ValueError(source.problem)
    if source.findings:
        raise DesignError([Finding.model_validate(finding) for finding in source.findings])
    if batches and source.untrained is not None:
        raise ValueError(f"This file has no training part: {source.untrained}")
    if source.untrained is not None:
        chosen = chosen.model_copy(update={"seed": RUNNER_SEED})
    with tempfile.TemporaryDirectory(prefix="blockwright-proof-") as folder:
        probe = probes(design)
        report(1)
        expected = app_numbers(design, chosen, probe, batches, lambda count: report(1, count))
        report(2)
        received = _alone(
            Path(folder),
            source.text,
            chosen,
            probe,
            len(expected.losses),
            seconds,
            lambda count: report(3, count),
        )
        report(4)
    if isinstance(received, str):
        failed: ProofCheck = {
            "what": "The file runs",
            "expected": "to the last batch",
            "received": received,
            "difference": None,
            "tolerance": None,
            "equal": False,
        }
        return {"equal": False, "checks": [failed]}
    checks = _compare(expected, received)
    return {"equal": all(check["equal"] for check in checks), "checks": checks}


def check_local(settings: Settings) -> None:
    """Refuse data that would have to be downloaded first. Raises `DataError`."""
    from blockwright.data.downloading import SOURCES, is_downloaded
    from blockwright.schema.data.dataset_cards import card

    choice = read_choice(settings.data)
    if choice.name in SOURCES and not is_downloaded(choice.name):
        raise DataError(
            f"{card(choice.name).title} is not on this machine yet, and checking code downloads nothing. "
            "Train on it once, or check the code with Digits or Shapes."
        )
    if choice.name == "upload" and not Path(str(choice.path)).is_file():
        raise DataError(f"There is no file {Path(str(choice.path)).name[:120]}. Upload it again.")


def _alone(
    folder: Path,
    text: str,
    settings: Settings,
    probe: "dict[str, np.ndarray]",
    batches: int,
    seconds: float,
    after_batch: Callable[[int], None],
) -> Numbers | str:
    """The file's numbers, or why there are none."""
    import numpy as np

    (folder / "network.py").write_text(text, encoding="utf-8")
    np.savez(folder / "probe.npz", allow_pickle=False, **probe)
    choice = read_choice(settings.data)
    rest = [str(Path(str(choice.path)).resolve())] if choice.name == "upload" else []
    command = [sys.executable, "-P", str(_RUNNER), "network.py", "result.npz", str(batches), *rest]
    with open(folder / "errors.txt", "wb") as errors:
        process = subprocess.Popen(
            command, cwd=folder, env=_environment(folder), stdout=subprocess.DEVNULL, stderr=errors
        )
        try:
            _wait(process, folder / "progress.txt", seconds, after_batch)
        finally:
            process.kill()
            process.wait()
    if process.returncode != 0:
        text = (folder / "errors.txt").read_text(encoding="utf-8", errors="replace")
        lines = [line for line in text.splitlines() if line.strip()]
        return lines[-1].strip()[:300] if lines else f"It ended with status {process.returncode}."
    with np.load(folder / "result.npz", allow_pickle=False) as result:
        losses = tuple(float(loss) for loss in result["losses"])
        return Numbers(int(result["params"]), tuple(result["weights"].tolist()), result["outputs"], losses)


def _wait(
    process: "subprocess.Popen[bytes]", progress: Path, seconds: float, after_batch: Callable[[int], None]
) -> None:
    """Wait until the file has run, and pass on how many batches it has trained.

    It may take as long as it needs: it has failed when for that many seconds it neither trained a batch nor used the
    processor. What `after_batch` raises ends the wait.
    """
    watched = psutil.Process(process.pid)
    moved, count, used = time.monotonic(), 0, 0.0
    while process.poll() is None:
        with contextlib.suppress(OSError, ValueError):
            trained = int(progress.read_text())
            moved, count = (time.monotonic(), trained) if trained != count else (moved, count)
        with contextlib.suppress(psutil.Error):
            now_used = sum(watched.cpu_times()[:2])
            moved, used = (time.monotonic(), now_used) if now_used > used + _MOVES else (moved, used)
        if time.monotonic() - moved > seconds:
            raise ValueError(
                f"The file has stood still for {seconds:,.0f} seconds: other programs may need the whole machine. "
                "Verify it again later."
            )
        after_batch(count)
        time.sleep(_LOOK_SECONDS)


def _environment(folder: Path) -> dict[str, str]:
    """Where the file finds its interpreter and Keras's data sets, and nothing of this project."""
    from blockwright.data.downloading import cache_folder

    inherited = {
        key: value for key, value in os.environ.items() if not key.startswith(("BLOCKWRIGHT", "PYTHON"))
    }
    return {
        **inherited,
        "KERAS_HOME": str(cache_folder()),
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(folder),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
    }


def _compare(expected: Numbers, received: Numbers) -> list[ProofCheck]:
    import numpy as np

    def check(
        what: str, expected_value: float, received_value: float, difference: float | None, tolerance: float
    ) -> ProofCheck:
        return {
            "what": what,
            "expected": expected_value,
            "received": received_value,
            "difference": difference,
            "tolerance": tolerance,
            "equal": difference is not None and difference <= tolerance,
        }

    outputs, received_outputs = expected.outputs, received.outputs
    same_shape = outputs.shape == received_outputs.shape
    if same_shape:
        # The mean of a text that is nothing but padding is no number, on both sides.
        undefined = np.isnan(outputs) & np.isnan(received_outputs)
        outputs, received_outputs = (
            np.where(undefined, 0.0, values) for values in (outputs, received_outputs)
        )
    size = max(1.0, float(np.abs(outputs).max(initial=0.0)))
    missing = list(expected.weights)
    for weight in received.weights:
        if weight in missing:
            missing.remove(weight)
    differing = max(len(missing), len(received.weights) - len(expected.weights) + len(missing))
    difference = _largest_difference(outputs, received_outputs) if same_shape else None
    drift = None
    if len(expected.losses) == len(received.losses):
        drift = _largest_difference(np.array(expected.losses), np.array(received.losses))
    count = len(expected.losses)
    checks = [
        check(
            "Parameters", expected.params, received.params, float(abs(expected.params - received.params)), 0.0
        ),
        check("Initial weights", len(expected.weights), len(received.weights), float(differing), 0.0),
        check(
            "Outputs with the same weights",
            float(np.abs(outputs).max(initial=0.0)),
            float(np.abs(received_outputs).max(initial=0.0)),
            None if difference is None else difference / size,
            OUTPUT_TOLERANCE,
        ),
    ]
    if count or received.losses:
        checks.append(
            check(
                f"Loss over the first {count} batches",
                expected.losses[-1] if expected.losses else 0.0,
                received.losses[-1] if received.losses else 0.0,
                drift,
                LOSS_TOLERANCE * max([1.0, *map(abs, expected.losses)]),
            )
        )
    return checks


def _largest_difference(first: "np.ndarray", second: "np.ndarray") -> float | None:
    """The largest difference; None where a number is not finite."""
    import numpy as np

    largest = float(np.max(np.abs(first - second), initial=0.0))
    return largest if np.isfinite(largest) else None
