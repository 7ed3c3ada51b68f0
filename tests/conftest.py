"""Fixtures: one vault with one case in a temporary folder, a clock that counts up, and tests that name their tools."""

import ctypes
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers import OPENED, CountingClock, draw, new_vault, no_passphrase

from evidence_vault.case_folder import CaseFolder
from evidence_vault.recording import Recorder
from evidence_vault.vault import Vault

# A shell makes what it starts in the background ignore Ctrl-C, and children inherit it: the programs under test would
# not be interrupted. They inherit this process's answer instead.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(program, ...): skip, and say so, where an outside program is missing")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        for program in marker.args:
            if shutil.which(program) is None:
                pytest.skip(f"{program} is not installed")


@pytest.fixture
def clock() -> CountingClock:
    return CountingClock()


@pytest.fixture
def screenshot() -> Callable[..., bytes]:
    """Draws a small PNG: `screenshot("Aucun créneau disponible", size=(480, 160))`."""
    return draw


@pytest.fixture
def vault(tmp_path: Path, clock: CountingClock) -> Vault:
    return new_vault(tmp_path / "vault", clock)


@pytest.fixture
def case(vault: Vault) -> CaseFolder:
    return vault.open_case(OPENED, no_passphrase)


@pytest.fixture
def recorder(case: CaseFolder) -> Recorder:
    return Recorder(case, case.signer(no_passphrase))


@pytest.fixture
def plain_user() -> Iterator[Path]:
    """A folder of an ordinary person, with that person's rights for the length of the test.

    The rights of folders do not bind root, and containers run tests as root: there it lays its power over them down,
    and stays itself, since a clone in root's own folder would be closed to anybody else.
    """
    folder = Path(tempfile.mkdtemp(prefix="plain-user-"))
    root = os.name == "posix" and os.geteuid() == 0
    if root:
        _over_files(allowed=False)
    try:
        yield folder
    finally:
        if root:
            _over_files(allowed=True)
        for place in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
            place.chmod(0o700)
        shutil.rmtree(folder)


_DAC_OVERRIDE, _DAC_READ_SEARCH = 1 << 1, 1 << 2
"""Capabilities that rights do not bind; capabilities(7)."""


def _over_files(*, allowed: bool) -> None:
    """Let root go where rights forbid it, or not: for this thread and those that it starts (capset(2))."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "capset"):
        pytest.skip("rights bind root on Linux only")
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted and inheritable, twice
    assert libc.capget(header, sets) == 0
    powers = _DAC_OVERRIDE | _DAC_READ_SEARCH
    sets[0] = sets[0] | (sets[1] & powers) if allowed else sets[0] & ~powers
    assert libc.capset(header, sets) == 0
