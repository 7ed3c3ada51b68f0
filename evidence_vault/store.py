"""Exhibits on disk: each original under its own key, so that forgetting the key is enough to erase it.

Trust: whoever can write to this folder can destroy exhibits, never alter one unnoticed (the ledger holds its digest).
Whoever can read the folder *and* the ledger can read the exhibits: the keys lie in the ledger's database, unwrapped.
"""

import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM

from evidence_vault import durable
from evidence_vault.errors import LedgerError

_NAME = re.compile("[0-9a-f]{32}")
_NONCE = bytes(12)
"""Constant on purpose: a key encrypts one object and is never used again."""
TAG_BYTES = 16
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """Where an object lies and the key that opens it."""

    name: str
    key: bytes


class ObjectStore:
    """The folder of the exhibits of one case."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> Kept:
        """Keep `data` durably under a fresh key and a random name.

        When this returns the bytes survive a power cut. If the machine dies before the entry that names them is
        committed, an unreadable orphan remains: harmless.
        """
        kept = Kept(secrets.token_hex(16), AESGCM.generate_key(bit_length=256))
        folder = self._path(kept.name).parent
        if not folder.is_dir():
            durable.make_folder(folder)
        try:
            durable.write_file(self._path(kept.name), AESGCM(kept.key).encrypt(_NONCE, data, None))
        except BaseException:
            self.discard(kept)
            raise
        return kept

    def get(self, kept: Kept) -> bytes:
        """The bytes kept; raise `LedgerError` where they are missing or were altered on disk."""
        try:
            sealed = self._path(kept.name).read_bytes()
        except OSError as error:
            raise self._missing() from error
        try:
            return AESGCM(kept.key).decrypt(_NONCE, sealed, None)
        except InvalidTag as error:
            raise self._altered() from error

    def pieces(self, kept: Kept) -> Iterator[bytes]:
        """The bytes kept, piece by piece, so that a large exhibit never stands in memory.

        What was altered on disk shows only after the last piece, as `LedgerError`: for hashing, not for display.
        """
        try:
            with self._path(kept.name).open("rb") as file:
                left = file.seek(-TAG_BYTES, os.SEEK_END)
                opening = Cipher(AES(kept.key), GCM(_NONCE, file.read(TAG_BYTES))).decryptor()
                file.seek(0)
                while left and (sealed := file.read(min(PIECE, left))):
                    left -= len(sealed)
                    yield opening.update(sealed)
                opening.finalize()
        except OSError as error:
            raise self._missing() from error
        except InvalidTag as error:
            raise self._altered() from error

    def discard(self, kept: Kept) -> None:
        """Remove bytes that no entry names, after a recording that failed."""
        self._path(kept.name).unlink(missing_ok=True)

    def _missing(self) -> LedgerError:
        return LedgerError(
            "An exhibit is missing from the vault or cannot be read. Restore the folder {folder} from a copy.",
            folder=str(self._folder),
        )

    def _altered(self) -> LedgerError:
        return LedgerError(
            "An exhibit was altered on disk. Restore the folder {folder} from a copy.", folder=str(self._folder)
        )

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):  # a ledger from somebody else could point anywhere on the disk
            raise LedgerError("The ledger names an exhibit in a way that is not ours; nothing was changed.")
        return self._folder / name[:2] / name
