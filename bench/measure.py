"""How the benches measure: contestants in turn, medians, child processes where memory or start-up counts."""

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

KILOBYTES = 1 if sys.platform != "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what was measured, against which floor, and what was aimed at."""

    what: str
    floor: str
    goal: float | None
    ratio: float
    detail: str = ""

    def cells(self) -> tuple[str, ...]:
        """The line as text: what, floor, goal, measured, met or missed, detail."""
        met = "" if self.goal is None else ("met" if self.ratio <= self.goal else "MISSED")
        goal = "" if self.goal is None else f"≤ {self.goal:g}"
        return self.what, self.floor, goal, f"{self.ratio:.2f}", met, self.detail


def interleaved(contestants: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median wall seconds of each contestant, run in turn so that a busy moment strikes all of them alike."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, run in contestants.items():
            started = time.perf_counter()
            run()
            taken[name].append(time.perf_counter() - started)
    return {name: statistics.median(times) for name, times in taken.items()}


def child(module: str, *arguments: str) -> dict[str, Any]:
    """Run `python -m module arguments` and read the JSON that it prints."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def peak_megabytes() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KILOBYTES / 1024


def cpu_of_children() -> float:
    """CPU seconds of the children of this process that have ended: its own threads may spin meanwhile."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def cpu_with_children() -> float:
    """CPU seconds of this process and of its children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime + cpu_of_children()
