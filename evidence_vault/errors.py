"""One error tree: each class has its own exit code, each message says what to do next.

The codes are part of the command line's contract (README, "Exit codes"): they are never renumbered.
"""

from typing import ClassVar

from evidence_vault.messages import Message, Param


class EvidenceVaultError(Exception):
    """Something that a person can mend; never raised directly.

    Raised with an English sentence, which is also the key of its translation, and the values that fill its gaps.
    """

    exit_code: ClassVar[int] = 10

    def __init__(self, text: str, /, **params: Param) -> None:
        self.message = Message(text, params)
        super().__init__(str(self.message))


class UsageError(EvidenceVaultError):
    """The command was not called as it is documented."""

    exit_code = 2


class VaultError(EvidenceVaultError):
    """The folder is not a vault, or is one already, or was made by a newer program."""

    exit_code = 11


class CaseError(EvidenceVaultError):
    """The case is missing, ambiguous, or does not hold the entry that was named."""

    exit_code = 12


class PassphraseError(EvidenceVaultError):
    """The passphrase that opens the private keys is missing or wrong."""

    exit_code = 13


class InputFileError(EvidenceVaultError):
    """A file that was handed in cannot be used."""

    exit_code = 14


class InvalidValueError(EvidenceVaultError):
    """A date, a name or another typed value cannot be recorded as it is."""

    exit_code = 15


class StorageError(EvidenceVaultError):
    """The disk is full, a folder is closed to us, or a write failed."""

    exit_code = 16


class OcrError(EvidenceVaultError):
    """Tesseract or its French model is missing, or it cannot be run."""

    exit_code = 17


class LedgerError(EvidenceVaultError):
    """The ledger on disk is not as it was written; nothing is added to it."""

    exit_code = 18


class ExportError(EvidenceVaultError):
    """A dossier or a bundle cannot be made from this case as it stands."""

    exit_code = 19


class EvidenceFileError(EvidenceVaultError):
    """What was handed in for verification is not a vault, a case, a bundle or a dossier."""

    exit_code = 20


class BusyError(EvidenceVaultError):
    """Another program is writing to the same case."""

    exit_code = 21


class NetworkError(EvidenceVaultError):
    """No third party that was asked gave an answer that can be used."""

    exit_code = 22
