"""The machine, item by item: measured, declared or unknown, and never whose it is."""

import getpass
import os
import platform
import re
import subprocess
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from evidence_vault import __version__
from evidence_vault.capture import environment
from evidence_vault.capture.environment import NAMES, measure
from evidence_vault.entries import parse_utc
from evidence_vault.values import EnvironmentItem

PARIS = ZoneInfo("Europe/Paris")


def items(declared: dict[str, str] | None = None) -> dict[str, EnvironmentItem]:
    return {item.name: item for item in measure(declared or {}, PARIS)}


def answering(answer: str) -> object:
    def run(arguments: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(arguments, 0, stdout=answer, stderr="")

    return run


def test_every_item_is_there() -> None:
    """Each item is recorded, in order, with a value unless it is unknown."""
    found = measure({}, PARIS)

    assert tuple(item.name for item in found) == NAMES
    assert all((item.value is None) == (item.basis == "unknown") for item in found)


def test_what_the_program_knows_of_itself() -> None:
    """Program, Python and clock are measured."""
    found = items()

    assert found["program"] == EnvironmentItem(name="program", value=f"evidence-vault {__version__}", basis="measured")
    assert platform.python_version() in str(found["python"].value)
    assert parse_utc(str(found["clock"].value)).year >= 2026


def test_declared_items() -> None:
    """What the operator says is declared, in place of a measure or after the list; blanks say nothing."""
    found = items({"browser": " Firefox 150 ", "machine": "phone", "network": "4G", "screen": " "})

    assert found["browser"] == EnvironmentItem(name="browser", value="Firefox 150", basis="declared")
    assert (found["machine"].value, found["machine"].basis) == ("phone", "declared")
    assert list(found)[-1] == "network"
    assert found["screen"].basis != "declared"


@pytest.mark.parametrize("name", ["clock", "clock_check", "program", "python", "system_time_zone"])
def test_what_nobody_can_declare(name: str) -> None:
    """The clock and the program speak for themselves."""
    assert items({name: "something else"})[name].basis != "declared"


def test_zone_assumed() -> None:
    """The zone of local times is an assumption of the case, not a measure."""
    assert items()["time_zone"] == EnvironmentItem(name="time_zone", value="Europe/Paris", basis="declared")


@pytest.mark.parametrize(
    ("setting", "zone"), [("Europe/Paris", "Europe/Paris"), (":/usr/share/zoneinfo/Asia/Dhaka", "Asia/Dhaka")]
)
def test_zone_of_the_system(monkeypatch: pytest.MonkeyPatch, setting: str, zone: str) -> None:
    """The zone that the system is set to is told by its name."""
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setenv("TZ", setting)

    assert items()["system_time_zone"].value == zone


def test_zone_of_a_system_without_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has no IANA name to give, the offset in force is told."""
    monkeypatch.setattr(platform, "system", lambda: "Windows")

    assert re.fullmatch(r"UTC[+-]\d{4}", str(items()["system_time_zone"].value))


def test_no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a display there is no screen to tell of."""
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    assert environment._screen() is None


def test_screens_of_linux(tmp_path: Path) -> None:
    """Connected screens are told by their preferred mode; sockets without one are not."""
    for connector, status, modes in (
        ("card0-eDP-1", "connected", "1920x1080\n1280x720\n"),
        ("card0-HDMI-A-1", "disconnected", ""),
        ("card0-DP-1", "connected", ""),
    ):
        (tmp_path / connector).mkdir()
        (tmp_path / connector / "status").write_text(status + "\n")
        (tmp_path / connector / "modes").write_text(modes)

    assert environment._linux_screen(tmp_path) == "1920 × 1080 (preferred)"
    assert environment._linux_screen(tmp_path / "none") is None


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("NTPSynchronized=yes\nNTP=yes\n", "timedatectl: NTP=yes NTPSynchronized=yes"),
        ("NTP=no\nNTPSynchronized=no\n", "timedatectl: NTP=no NTPSynchronized=no"),
        ("", None),
    ],
)
def test_clock_check(monkeypatch: pytest.MonkeyPatch, answer: str, value: str | None) -> None:
    """What the system says of its clock is quoted; no answer is unknown."""
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(subprocess, "run", answering(answer))

    assert items()["clock_check"].value == value


@pytest.mark.parametrize(
    "error",
    [FileNotFoundError("timedatectl"), subprocess.TimeoutExpired("timedatectl", 0.3), PermissionError("no")],
)
def test_nothing_is_raised(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """A machine that cannot be measured costs an item, never an attempt."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "freedesktop_os_release", fail)
    monkeypatch.setattr(subprocess, "run", fail)
    found = items()

    assert (found["clock_check"].basis, found["os"].basis) == ("unknown", "unknown")
    assert found["machine"].basis == "measured"


@pytest.mark.parametrize(("system", "name"), [("Darwin", "macOS "), ("Windows", "Windows "), ("FreeBSD", "FreeBSD ")])
def test_other_systems(monkeypatch: pytest.MonkeyPatch, system: str, name: str) -> None:
    """Elsewhere than on Linux the system is named, and the clock honestly unknown."""
    monkeypatch.setattr(platform, "system", lambda: system)
    found = items()

    assert str(found["os"].value).startswith(name)
    assert found["clock_check"].basis == "unknown"


def test_nothing_personal() -> None:
    """Neither the name of the machine, nor that of its user, nor their folder is recorded."""
    words = {word for item in items().values() for word in re.split(r"[\s()=:,]+", item.value or "")}

    assert not words & {platform.node(), getpass.getuser(), str(Path.home()), str(os.getpid())}
