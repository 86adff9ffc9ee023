"""Rows of a benchmark's report and how they are printed."""

import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from platform import python_version


@dataclass(frozen=True)
class Row:
    """One figure: what was measured, the value with its unit, and the budget where there is one.

    With `at_least` the value must reach the budget instead of staying below it.
    """

    what: str
    value: float
    unit: str
    budget: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the budget is met; None where there is none."""
        if self.budget is None:
            return None
        return self.value >= self.budget if self.at_least else self.value <= self.budget


def ratio(what: str, slow: float, fast: float, budget: float | None = None) -> Row:
    """How many times as long `slow` takes as `fast`."""
    return Row(what, slow / fast, "x", budget, at_least=True)


def machine() -> str:
    """The processor with the flags that training gains from, and the versions."""
    info = Path("/proc/cpuinfo")
    text = info.read_text() if info.exists() else ""
    model = next(
        (line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line), "processor"
    )
    flags = [flag for flag in ("amx_bf16", "avx512_bf16", "avx512f", "avx2") if f" {flag} " in text]
    versions = [f"{name} {version(name)}" for name in ("tensorflow-cpu", "keras", "streamlit")]
    return f"{model}, {os.cpu_count()} cores ({', '.join(flags)}), Python {python_version()}, {', '.join(versions)}"


def print_report(title: str, rows: Sequence[Row]) -> None:
    """Print a report as a table, and as one line of JSON for machines."""
    print(f"\n{title}")
    for row in rows:
        budget = ""
        if row.budget is not None:
            sign = ">=" if row.at_least else "<="
            budget = f"  budget {sign} {row.budget:g} {row.unit}: {'met' if row.met else 'MISSED'}"
        print(f"  {row.what:<52}{row.value:>10,.2f} {row.unit:<4}{budget}")
    print(json.dumps({"title": title, "rows": [asdict(row) for row in rows]}), flush=True)


def p95(values: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]


def milliseconds(action: Callable[[], object]) -> float:
    """How long an action takes."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000
