"""Is everything installed and in order: what `doctor` finds."""

import datetime as dt
import importlib.util
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from evidence_vault.case_folder import LEDGER, require_ledger
from evidence_vault.errors import EvidenceVaultError, OcrError, StorageError, VaultError
from evidence_vault.ledger import Ledger
from evidence_vault.messages import Message, say
from evidence_vault.vault import Vault

LITTLE_SPACE = 500 << 20
"""A year of daily screenshots with a dossier is below this."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: Message
    needed: bool = True
    """Whether the program cannot do its main job without it."""
    exit_code: int = EvidenceVaultError.exit_code


def examine(vault: Path) -> tuple[Finding, ...]:
    """Look at Python, Tesseract and its French model, the vault and the disk; change nothing."""
    return (
        Finding("python", sys.version_info >= (3, 11), say("Python {version}", version=platform.python_version())),
        _ocr(),
        _heic(),
        _calendars(),
        *_vault(vault),
        _space(vault),
    )


def _ocr() -> Finding:
    from evidence_vault.ocr.engine import probe

    try:
        return Finding("ocr", True, say("{engine}", engine=probe().describe()))
    except OcrError as error:
        return Finding("ocr", False, error.message, exit_code=error.exit_code)


def _heic() -> Finding:
    if importlib.util.find_spec("pi_heif"):
        return Finding("heic", True, say("HEIC pictures of iPhones can be read."), needed=False)
    return Finding(
        "heic",
        False,
        say("HEIC pictures of iPhones cannot be read. If you need it: `pip install 'evidence-vault[heic]'`."),
        needed=False,
    )


def _calendars() -> Finding:
    from evidence_vault.signing.calendars import NO_EXTRA, is_available

    if is_available():
        return Finding("ots", True, say("OpenTimestamps proofs can be made."), needed=False)
    return Finding("ots", False, NO_EXTRA, needed=False)


def _vault(folder: Path) -> tuple[Finding, ...]:
    try:
        vault = Vault(folder, lambda: dt.datetime.now(dt.UTC))
        cases = len(vault.cases())
        for case in vault.cases():
            require_ledger(case.folder)
            Ledger(case.folder / LEDGER).close()
    except VaultError as error:
        missing = not folder.exists()
        return (Finding("vault", missing, error.message, needed=not missing, exit_code=error.exit_code),)
    except EvidenceVaultError as error:
        return (Finding("vault", False, error.message, exit_code=error.exit_code),)
    writable = os.access(folder, os.W_OK)
    detail = say("{path}: {count} cases", path=str(folder), count=cases)
    if not writable:
        detail = say("{path} cannot be written: nothing could be recorded.", path=str(folder))
    return (Finding("vault", writable, detail, exit_code=StorageError.exit_code),)


def _space(folder: Path) -> Finding:
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(existing).free
    return Finding(
        "disk", free > LITTLE_SPACE, say("{free} MB are free on the disk of the vault.", free=free >> 20), needed=False
    )
