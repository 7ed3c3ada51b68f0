"""The machine on which an attempt is recorded, item by item: measured, declared by its operator, or unknown.

No serial number, no user name, no host name: the record says what kind of machine it was, never whose.
"""

import ctypes
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from evidence_vault import __version__
from evidence_vault.entries import utc_text
from evidence_vault.values import EnvironmentItem

NAMES = (
    "machine",
    "os",
    "browser",
    "screen",
    "time_zone",
    "system_time_zone",
    "clock",
    "clock_check",
    "program",
    "python",
)
"""Every item, in the order in which it is recorded; each is always there, if only as unknown."""

_OURS = {"system_time_zone", "clock", "clock_check", "program", "python"}
"""Items that nobody can declare."""

_PATIENCE = 0.3
"""Seconds that an outside program may take before its answer counts as unknown."""


def measure(declared: Mapping[str, str], zone: ZoneInfo) -> tuple[EnvironmentItem, ...]:
    """The items `NAMES`, and after them whatever else the operator declares.

    What the machine states about itself is `measured`; what the operator says of it (`browser`, or the `machine`,
    `os` and `screen` of a phone) is `declared` and takes the place of the measure, except of this program, its
    Python and the clock. The rest is `unknown`: nothing is guessed, nothing is raised, the network is not used.
    `time_zone` is the zone assumed for local times, `system_time_zone` that of this computer. `clock_check` quotes
    whether the system holds its clock to be set from the network, which does not prove the time.
    """
    stated = {"time_zone": str(zone), **{name: value for name, value in declared.items() if name not in _OURS}}
    return tuple(_item(name, stated.get(name, "").strip()) for name in dict.fromkeys((*NAMES, *stated)))


def _item(name: str, stated: str) -> EnvironmentItem:
    if stated:
        return EnvironmentItem(name=name, value=stated, basis="declared")
    try:
        value = _MEASURES[name]() if name in _MEASURES else None
    except Exception:  # noqa: BLE001  # a machine that cannot be measured is no reason to lose an attempt
        value = None
    return EnvironmentItem(name=name, value=value or None, basis="measured" if value else "unknown")


def _operating_system() -> str:
    system = platform.system()
    if system == "Linux":
        name = platform.freedesktop_os_release().get("PRETTY_NAME", system)
        return f"{name} (Linux {platform.release()})"
    if system == "Darwin":
        return f"macOS {platform.mac_ver()[0]}"
    return f"{system} {platform.release()} {platform.version()}".strip()


def _screen() -> str | None:
    """The size of the main screen where the system gives it without a library; None without a screen."""
    if sys.platform == "win32":
        metrics = ctypes.windll.user32.GetSystemMetrics
        width, height = metrics(0), metrics(1)
        return f"{width} × {height} (logical)" if width and height else None
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return _linux_screen(Path("/sys/class/drm"))
    return None


def _linux_screen(folder: Path) -> str | None:
    """The preferred mode of each connected screen, as the kernel lists them: the desktop may use another."""
    connected = [
        f"{modes[0].replace('x', ' × ')} (preferred)"
        for connector in sorted(folder.glob("card*-*"))
        if (connector / "status").read_text().strip() == "connected"
        and (modes := (connector / "modes").read_text().split())
    ]
    return ", ".join(connected) or None


def _system_zone() -> str:
    """The zone that the system is set to: its IANA name where the system tells it, else the offset in force."""
    if platform.system() != "Windows":
        stated = os.environ.get("TZ", "").removeprefix(":")
        if stated and not stated.startswith("/"):
            return stated
        _, marker, name = (stated or os.path.realpath("/etc/localtime")).rpartition("zoneinfo/")
        if marker:
            return name
    return datetime.now().astimezone().strftime("UTC%z")


def _clock_check() -> str | None:
    """What `timedatectl` says of the clock, in its words; None where there is none to ask (macOS, Windows)."""
    if platform.system() != "Linux":
        return None
    answer = subprocess.run(
        ["timedatectl", "show", "-p", "NTP", "-p", "NTPSynchronized"],  # noqa: S607  # found on the person's own path
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=True,
        stdin=subprocess.DEVNULL,
    ).stdout.split()
    return f"timedatectl: {' '.join(sorted(answer))}" if answer else None


_MEASURES: dict[str, Callable[[], str | None]] = {
    "machine": platform.machine,
    "os": _operating_system,
    "screen": _screen,
    "system_time_zone": _system_zone,
    "clock": lambda: utc_text(datetime.now(UTC)),
    "clock_check": _clock_check,
    "program": lambda: f"evidence-vault {__version__}",
    "python": lambda: f"{platform.python_implementation()} {platform.python_version()}",
}
