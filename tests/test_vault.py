"""A vault on disk: made once, opened by the right passphrase, holding cases that exist whole or not at all."""

import errno
import os
from pathlib import Path

import pytest
from helpers import OPENED, CountingClock, new_vault, no_passphrase, verified
from helpers import SETTINGS as AGREED

from evidence_vault import kinds
from evidence_vault.case_folder import EXHIBITS, KEY, LEDGER, CaseFolder, update_case
from evidence_vault.errors import (
    CaseError,
    EvidenceVaultError,
    InvalidValueError,
    LedgerError,
    PassphraseError,
    StorageError,
    VaultError,
)
from evidence_vault.merkle import leaf_hash, root_from_inclusion
from evidence_vault.recording import Recorder
from evidence_vault.vault import CASES, SETTINGS, VAULT_KEY, Vault

STEP = kinds.Step(step="email", summary="demande")
posix_only = pytest.mark.skipif(os.name != "posix", reason="rights of folders as POSIX has them")


def tree(folder: Path) -> dict[str, bytes | None]:
    """Everything in a folder: the bytes of files, None for folders."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def fail_nth(monkeypatch: pytest.MonkeyPatch, turn: int) -> None:
    """Let the disk be full at the turn-th fsync, and only then."""
    used = 0
    fsync = os.fsync

    def full(handle: int) -> None:
        nonlocal used
        used += 1
        if used == turn:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", full)


class TestCreate:
    def test_a_new_vault(self, tmp_path: Path) -> None:
        """A vault is a folder with settings, a key and no case; it opens again as it was made."""
        vault = new_vault(tmp_path / "deep" / "vault", CountingClock())

        assert {CASES, SETTINGS, VAULT_KEY} == {path.name for path in vault.folder.iterdir()}
        assert Vault(vault.folder, CountingClock()).settings == AGREED
        assert vault.cases() == ()
        assert not vault.is_protected

    def test_in_an_empty_folder(self, tmp_path: Path) -> None:
        """An empty folder may become a vault."""
        (tmp_path / "vault").mkdir()

        assert new_vault(tmp_path / "vault", CountingClock()).cases() == ()

    def test_twice(self, vault: Vault) -> None:
        """A vault is never made over another one."""
        vault.open_case(OPENED, no_passphrase)
        before = tree(vault.folder)

        with pytest.raises(VaultError, match="already; nothing was changed"):
            new_vault(vault.folder, CountingClock(), "passphrase")

        assert before == tree(vault.folder)

    def test_in_a_folder_with_something_else(self, tmp_path: Path) -> None:
        """A folder that holds anything else is left alone."""
        (tmp_path / "letter.txt").write_text("Madame, Monsieur,")
        before = tree(tmp_path)

        with pytest.raises(VaultError, match="not empty and is not a new vault"):
            new_vault(tmp_path, CountingClock())

        assert before == tree(tmp_path)

    def test_where_a_file_stands(self, tmp_path: Path) -> None:
        """A file in the way is left alone, and a sentence says so."""
        (tmp_path / "vault").write_text("a file")

        with pytest.raises(EvidenceVaultError):
            new_vault(tmp_path / "vault", CountingClock())

        assert (tmp_path / "vault").read_text() == "a file"

    def test_half_made(self, vault: Vault) -> None:
        """A vault whose settings were never written is none, and can be made again."""
        (vault.folder / SETTINGS).unlink()

        with pytest.raises(VaultError, match="There is no vault"):
            Vault(vault.folder, CountingClock())

        assert new_vault(vault.folder, CountingClock()).settings == AGREED

    @posix_only
    def test_in_a_closed_folder(self, plain_user: Path) -> None:
        """Where the folder is closed to us nothing is made, and the person is told."""
        (plain_user / "closed").mkdir(mode=0o500)

        with pytest.raises(StorageError, match="does not let us write"):
            new_vault(plain_user / "closed" / "vault", CountingClock())

        assert list((plain_user / "closed").iterdir()) == []

    @posix_only
    def test_private(self, vault: Vault, case: CaseFolder) -> None:
        """Keys, ledgers and folders are their owner's alone."""
        for path in (
            vault.folder,
            vault.folder / CASES,
            vault.folder / VAULT_KEY,
            case.folder,
            case.folder / KEY,
            case.folder / LEDGER,
        ):
            assert path.stat().st_mode & 0o077 == 0, path

    @posix_only
    def test_a_ledger_that_was_open_to_others(self, case: CaseFolder) -> None:
        """A ledger that others may read is closed to them when it is next written, with what SQLite puts beside it."""
        ledger = case.folder / LEDGER
        ledger.chmod(0o644)

        with case.appending(case.signer(no_passphrase)) as appender:
            appender.append(STEP)
            beside = [path for path in case.folder.iterdir() if path.name.startswith(LEDGER)]
            assert {LEDGER, f"{LEDGER}-wal", f"{LEDGER}-shm"} == {path.name for path in beside}
            assert {path.stat().st_mode & 0o777 for path in beside} == {0o600}


class TestOpen:
    @pytest.mark.parametrize("name", ["missing", "empty", "file"])
    def test_no_vault(self, tmp_path: Path, name: str) -> None:
        """Where there is no vault the person is told how to make one, and nothing is made."""
        (tmp_path / "empty").mkdir()
        (tmp_path / "file").write_bytes(b"a file")
        before = tree(tmp_path)

        with pytest.raises(VaultError, match="evidence-vault init"):
            Vault(tmp_path / name, CountingClock())

        assert before == tree(tmp_path)

    def test_newer_format(self, vault: Vault) -> None:
        """A vault of a newer program is not opened, whatever else its settings hold."""
        (vault.folder / SETTINGS).write_text('{"format":"evidence-vault/vault/2","later":1}')

        with pytest.raises(VaultError, match="newer version"):
            Vault(vault.folder, CountingClock())

    @pytest.mark.parametrize(
        "text", ["", "{}", "null", "[1]", '{"format":"evidence-vault/vault/1"}', '{"format":"other"}', "\0\xff"]
    )
    def test_damaged_settings(self, vault: Vault, text: str) -> None:
        """Damaged settings give a sentence, not a vault."""
        (vault.folder / SETTINGS).write_text(text, "utf-8")

        with pytest.raises(VaultError, match="damaged"):
            Vault(vault.folder, CountingClock())

    def test_unknown_capacity(self, vault: Vault) -> None:
        """Settings with a word that is not one of ours are damaged."""
        path = vault.folder / SETTINGS
        path.write_text(path.read_text().replace("applicant", "bystander"))

        with pytest.raises(VaultError, match="damaged"):
            Vault(vault.folder, CountingClock())


class TestCases:
    def test_a_new_case(self, vault: Vault, case: CaseFolder) -> None:
        """A case has its own key, names it, takes operator and capacity from the vault, and verifies."""
        assert {KEY, LEDGER, EXHIBITS} == {path.name for path in case.folder.iterdir()}

        signer = case.signer(no_passphrase)
        expected = kinds.replace(
            OPENED, public_key=signer.public_key.hex(), operator="Awa Diallo", capacity="applicant"
        )

        assert expected == case.read().case
        assert [case.id] == [found.id for found in vault.cases()]
        assert verified(case.folder, signer.public_key).answer("signer") == "passed"

    def test_each_case_has_its_own_key(self, vault: Vault, case: CaseFolder) -> None:
        """Two cases share neither key nor number: nothing in one points to the other."""
        other = vault.open_case(OPENED, no_passphrase)

        assert case.id != other.id
        assert case.signer(no_passphrase).public_key != other.signer(no_passphrase).public_key

    def test_the_only_case(self, vault: Vault, case: CaseFolder) -> None:
        """While there is one case it need not be named."""
        assert case.id == vault.case(None).id

    def test_by_prefix(self, vault: Vault, case: CaseFolder) -> None:
        """The beginning of its number names a case, in either case of letters."""
        vault.open_case(OPENED, no_passphrase)

        assert case.id == vault.case(case.id).id == vault.case(case.id.upper()[:16]).id

    def test_ambiguous(self, vault: Vault) -> None:
        """Where several cases fit, the person is told to name one."""
        for _ in range(2):
            vault.open_case(OPENED, no_passphrase)

        for given in (None, ""):
            with pytest.raises(CaseError, match="There are several cases"):
                vault.case(given)

    def test_missing(self, vault: Vault) -> None:
        """Where no case fits, or there is none, the person is told."""
        with pytest.raises(CaseError, match="holds no case yet"):
            vault.case(None)

        vault.open_case(OPENED, no_passphrase)
        with pytest.raises(CaseError, match="No case begins with zz"):
            vault.case("zz")

    def test_summaries(self, vault: Vault, case: CaseFolder) -> None:
        """Each case is summed up in a line."""
        (summary,) = vault.summaries()

        assert (case.id, "Awa Diallo", "Seine-Saint-Denis") == (summary.id, summary.applicant, summary.prefecture)
        assert (summary.attempts, summary.entries) == (0, 1)

    @pytest.mark.parametrize("turn", range(1, 5))
    def test_a_full_disk_leaves_no_case(self, vault: Vault, monkeypatch: pytest.MonkeyPatch, turn: int) -> None:
        """Wherever the disk fills up while a case is made, none is there, and none is half there."""
        before = tree(vault.folder)
        fail_nth(monkeypatch, turn)

        with pytest.raises(StorageError, match="disk is full"):
            vault.open_case(OPENED, no_passphrase)

        monkeypatch.undo()
        assert vault.cases() == ()
        assert before == tree(vault.folder)
        vault.open_case(OPENED, no_passphrase)
        assert len(vault.cases()) == 1

    def test_a_half_made_case_is_none(self, vault: Vault, case: CaseFolder) -> None:
        """What a power cut left of a case that was being made is not shown as a case."""
        case.folder.rename(case.folder.with_name(f".new-{case.id}"))

        assert vault.cases() == ()


class TestPassphrase:
    def test_right(self, tmp_path: Path) -> None:
        """Under a passphrase every key file is locked, and the right one opens them."""
        vault = new_vault(tmp_path / "vault", CountingClock(), "secret")
        case = vault.open_case(OPENED, lambda: "secret")

        assert vault.is_protected
        assert case.signer(lambda: "secret").public_key.hex() == case.read().case.public_key
        for path in (vault.folder / VAULT_KEY, case.folder / KEY):
            assert path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")

    @pytest.mark.parametrize("given", ["wrong", None], ids=["wrong", "missing"])
    def test_wrong(self, tmp_path: Path, given: str | None) -> None:
        """With a wrong passphrase, or none, no case is made: it could never be opened again."""
        vault = new_vault(tmp_path / "vault", CountingClock(), "secret")
        before = tree(vault.folder)

        with pytest.raises(PassphraseError):
            vault.open_case(OPENED, lambda: given)

        assert before == tree(vault.folder)

    @pytest.mark.parametrize("given", ["", os.fsdecode(b"ab\xff")], ids=["empty", "no text"])
    def test_none_that_protects(self, tmp_path: Path, given: str) -> None:
        """An empty passphrase, or bytes that are no text, are refused before anything is made."""
        with pytest.raises(PassphraseError, match="nothing was created"):
            new_vault(tmp_path / "vault", CountingClock(), given)

        assert list(tmp_path.iterdir()) == []

    def test_accents_however_they_are_typed(self, tmp_path: Path) -> None:
        """A passphrase with an accent opens the vault whether the letter comes whole or in two parts."""
        vault = new_vault(tmp_path / "vault", CountingClock(), "caf\u00e9")

        assert vault.open_case(OPENED, lambda: "cafe\u0301").signer(lambda: "caf\u00e9").public_key

    def test_nobody_is_asked_without_need(self, case: CaseFolder) -> None:
        """Where no passphrase protects the key none is asked for."""

        def ask() -> str:
            raise AssertionError("asked for a passphrase")

        assert case.signer(ask).public_key

    def test_missing_key(self, case: CaseFolder) -> None:
        """Without its key nothing can be added, and the person is told."""
        (case.folder / KEY).unlink()

        with pytest.raises(VaultError, match="is missing; nothing was recorded"):
            case.signer(no_passphrase)

    @posix_only
    def test_unreadable_key(self, plain_user: Path) -> None:
        """A key that we may not read gives a sentence."""
        case = new_vault(plain_user / "vault", CountingClock()).open_case(OPENED, no_passphrase)
        (case.folder / KEY).chmod(0)

        with pytest.raises(StorageError, match="cannot be read"):
            case.signer(no_passphrase)


class TestCaseFolder:
    def test_update(self, case: CaseFolder, recorder: Recorder) -> None:
        """What changed is recorded, and what stayed is left out."""
        entry = update_case(case, {"phone": None, "email": OPENED.email, "address": "3 rue Neuve"}, recorder.signer)

        assert kinds.CaseUpdated(changes={"phone": None, "address": "3 rue Neuve"}) == entry.said
        assert case.read().case.address == "3 rue Neuve"

    def test_update_of_nothing(self, case: CaseFolder, recorder: Recorder) -> None:
        """Where nothing changed nothing is recorded."""
        with pytest.raises(InvalidValueError, match="nothing was recorded"):
            update_case(case, {"email": OPENED.email}, recorder.signer)

        assert len(case.read().entries) == 1

    def test_as_it_stood(self, case: CaseFolder, recorder: Recorder) -> None:
        """The case can be read as it stood at an earlier size."""
        recorder.step(STEP, ())

        assert (len(case.read(1).steps), len(case.read().steps)) == (0, 1)

    def test_proof(self, case: CaseFolder, recorder: Recorder) -> None:
        """Each entry comes with the path that leads from it to the newest checkpoint's root."""
        for _ in range(6):
            recorder.step(STEP, ())
        with case.reader() as reader:
            headers = [signed.header for signed in reader.entries()]

        for index, header in enumerate(headers):
            proof = case.proof(index)
            assert isinstance(proof["inclusion"], list)
            path = [bytes.fromhex(str(node)) for node in proof["inclusion"]]
            assert proof["size"] == 7
            assert proof["root"] == root_from_inclusion(leaf_hash(header), index, 7, path).hex()

    def test_proof_of_nothing(self, case: CaseFolder) -> None:
        """An entry beyond the newest checkpoint has no proof yet."""
        assert case.proof(5) == {"size": None, "root": None, "inclusion": None}

    def test_damaged_ledger(self, case: CaseFolder) -> None:
        """A ledger whose bytes are damaged on disk gives a sentence wherever it is read."""
        path = case.folder / LEDGER
        data = bytearray(path.read_bytes())
        place = data.index(b'{"body"')
        data[place : place + 4] = b"XXXX"
        path.write_bytes(data)

        with pytest.raises(LedgerError, match="damaged"):
            case.read()
