"""A vault: a folder with settings and cases, each case a folder of its own with its ledger, key and exhibits.

vault.json            who operates the tool, and whether it may use the network
vault-key.pem         a key whose only task is to tell a wrong passphrase before a case key is made with it
cases/<case id>/
    ledger.sqlite     entries, bodies, checkpoints, keys of the exhibits
    key.pem           the Ed25519 key that signs this ledger and no other
    exhibits/         originals, each under its own key
"""

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from evidence_vault import durable, kinds
from evidence_vault.case_folder import EXHIBITS, KEY, LEDGER, AskPassphrase, CaseFolder, open_key
from evidence_vault.encoding import canonical
from evidence_vault.errors import (
    CaseError,
    EvidenceVaultError,
    StorageError,
    VaultError,
)
from evidence_vault.ledger import Clock, Ledger
from evidence_vault.messages import Message
from evidence_vault.signing.keys import Signer, is_encrypted
from evidence_vault.words import Capacity

VAULT_FORMAT = "evidence-vault/vault/1"
SETTINGS, VAULT_KEY, CASES = "vault.json", "vault-key.pem", "cases"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who operates the vault and what was agreed to; kept in `vault.json`, changed by hand or by `init` only."""

    format: str
    operator: str
    capacity: Capacity
    network: bool
    """Whether the person agreed that the tool contacts third parties (time-stamp authorities, calendars)."""
    authorities: tuple[str, ...] = ()
    """Identifiers of the listed authorities to ask."""
    tsa_urls: tuple[str, ...] = ()
    """Addresses of authorities that stand on no list: a lawyer's own."""
    tsa_roots: tuple[str, ...] = ()
    """Their root certificates, in PEM."""
    calendars: tuple[str, ...] = ()
    """Addresses of OpenTimestamps calendars. Where nobody is named, the default authorities and calendars are asked."""
    timeout_seconds: Annotated[int, msgspec.Meta(ge=1, le=600)] = 8
    """How long one third party may take in all."""


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """One line of `case list`."""

    id: str
    applicant: str | None
    prefecture: str | None
    procedure: str | None
    attempts: int
    entries: int
    problem: Message | None = None
    """Why the case cannot be read, where it cannot."""


class Vault:
    """A vault that exists."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self._clock = clock
        self.settings = _read_settings(folder)

    @staticmethod
    def create(folder: Path, settings: Settings, passphrase: str | None, clock: Clock) -> "Vault":
        """Make an empty vault at `folder`, which must not exist or be empty; the settings are written last.

        A folder without `vault.json` is no vault, so one that is half made can simply be made again.
        """
        with durable.explained(folder):
            if (folder / SETTINGS).exists():
                raise VaultError("There is a vault at {path} already; nothing was changed.", path=str(folder))
        key = Signer.generate().to_pem(passphrase)  # first, since it is what refuses a passphrase
        with durable.explained(folder):
            if _holds_something(folder):
                raise VaultError(
                    "The folder {path} is not empty and is not a new vault; nothing was changed. "
                    "Choose another folder, or restore vault.json from a copy if it is a vault.",
                    path=str(folder),
                )
            folder.mkdir(mode=durable.PRIVATE_FOLDER, parents=True, exist_ok=True)
        durable.make_folder(folder / CASES)
        durable.write_file(folder / VAULT_KEY, key)
        durable.write_file(folder / SETTINGS, canonical(msgspec.to_builtins(settings)) + b"\n")
        return Vault(folder, clock)

    @property
    def is_protected(self) -> bool:
        """Whether a passphrase protects the private keys."""
        with _reading(self.folder):
            return is_encrypted((self.folder / VAULT_KEY).read_bytes())

    def cases(self) -> tuple[CaseFolder, ...]:
        """Every case, in the order of their identifiers."""
        with _reading(self.folder):
            return tuple(CaseFolder(path, self._clock) for path in case_folders(self.folder))

    def case(self, identifier: str | None) -> CaseFolder:
        """The case whose identifier begins with `identifier`, or the only one there is."""
        cases = self.cases()
        found = [case for case in cases if identifier is None or case.id.startswith(identifier.lower())]
        if len(found) == 1:
            return found[0]
        if not cases:
            raise CaseError("This vault holds no case yet. Open one with `evidence-vault case new`.")
        if found:
            raise CaseError(
                "There are several cases. Name one with --case followed by the beginning of its number; "
                "`evidence-vault case list` shows them."
            )
        raise CaseError(
            "No case begins with {identifier}. `evidence-vault case list` shows them.", identifier=str(identifier)
        )

    def summaries(self) -> tuple[CaseSummary, ...]:
        """What `case list` shows."""
        return tuple(_summary(case) for case in self.cases())

    def open_case(self, opened: kinds.CaseOpened, ask: AskPassphrase) -> CaseFolder:
        """Open a new case with a key of its own; operator and capacity are those of the vault.

        The folder is filled under a temporary name and renamed last: a case exists whole or not at all.
        """
        case = secrets.token_hex(16)
        passphrase = ask() if self.is_protected else None
        open_key(self.folder / VAULT_KEY, lambda: passphrase)
        signer = Signer.generate()
        said = msgspec.structs.replace(
            opened,
            public_key=signer.public_key.hex(),
            operator=self.settings.operator,
            capacity=self.settings.capacity,
        )
        folder = self.folder / CASES / f".new-{case}"
        try:
            durable.make_folder(folder)
            durable.make_folder(folder / EXHIBITS)
            durable.write_file(folder / KEY, signer.to_pem(passphrase))
            with Ledger.create(folder / LEDGER) as ledger, ledger.appending(signer, self._clock, case) as appender:
                appender.append(said)
                appender.checkpoint()
            durable.move_folder(folder, self.folder / CASES / case)
        except BaseException:
            for made in (folder, self.folder / CASES / case):
                shutil.rmtree(made, ignore_errors=True)
            raise
        return CaseFolder(self.folder / CASES / case, self._clock)


def _holds_something(folder: Path) -> bool:
    """Whether a folder holds more than what the making of a vault, cut short, leaves behind."""
    if not folder.exists():
        return False
    left_behind = {path for path in folder.iterdir() if path.name.startswith(durable.UNFINISHED)}
    left_behind |= {folder / VAULT_KEY}
    if (folder / CASES).is_dir() and not any((folder / CASES).iterdir()):
        left_behind |= {folder / CASES}
    return any(path not in left_behind for path in folder.iterdir())


def case_folders(vault: Path) -> list[Path]:
    """The folders of the cases of a vault; one that is half made still has a hidden name, and is no case.

    One that lost its ledger is a case still: taken for none, it would be begun a second time, empty.
    """
    return sorted(path for path in (vault / CASES).iterdir() if not path.name.startswith(".") and _is_case(path))


def _is_case(folder: Path) -> bool:
    return (folder / LEDGER).is_file() or (folder / KEY).is_file() or (folder / EXHIBITS).is_dir()


def _summary(case: CaseFolder) -> CaseSummary:
    try:
        told = case.read()
    except EvidenceVaultError as error:
        return CaseSummary(case.id, None, None, None, 0, 0, error.message)
    return CaseSummary(
        id=case.id,
        applicant=told.case.applicant,
        prefecture=told.case.prefecture,
        procedure=told.case.procedure,
        attempts=len(told.attempts),
        entries=len(told.entries),
    )


@contextlib.contextmanager
def _reading(folder: Path) -> Iterator[None]:
    """Turn what the operating system says of a vault that is read into a sentence."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            "The vault at {path} cannot be read ({detail}); nothing was changed. "
            "Check its rights, or restore it from a copy.",
            path=str(folder),
            detail=error.strerror or str(error),
        ) from error


def _read_settings(folder: Path) -> Settings:
    with _reading(folder):
        try:
            data = (folder / SETTINGS).read_bytes()
        except (FileNotFoundError, NotADirectoryError) as error:
            if (folder / CASES).is_dir() and case_folders(folder):
                raise VaultError(
                    "vault.json is missing from the vault at {path}, whose cases are there; nothing was changed. "
                    "Restore vault.json from a copy.",
                    path=str(folder),
                ) from error
            raise VaultError(
                "There is no vault at {path}. Create one with `evidence-vault init`, or name another with --vault.",
                path=str(folder),
            ) from error
    try:
        stated = msgspec.json.decode(data, type=dict[str, object]).get("format")
        if stated != VAULT_FORMAT and str(stated).startswith("evidence-vault/vault/"):
            raise VaultError(
                "This vault was written by a newer version of evidence-vault; nothing was changed. Update the program."
            )
        return msgspec.json.decode(data, type=Settings)
    except msgspec.MsgspecError as error:
        raise VaultError(
            "The settings of the vault at {path} are damaged; nothing was changed. Restore vault.json from a copy.",
            path=str(folder),
        ) from error
