"""Faults that were met once and are not to come back: damaged keys and zips, half-made vaults, disks that fail."""

import base64
import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from forgery import OPENING
from helpers import OPENED, CountingClock, draw, new_vault, no_passphrase, verdicts
from test_bundle import bundle, central_place, good, patched, report_of, small_bundle, taken_apart  # noqa: F401

from evidence_vault import kinds
from evidence_vault.case_folder import LEDGER
from evidence_vault.errors import EvidenceFileError, EvidenceVaultError, PassphraseError, StorageError
from evidence_vault.exports.bundle import GUIDE, MANIFEST
from evidence_vault.recording import picture_piece
from evidence_vault.signing.keys import Signer, load_signer
from evidence_vault.signing.public import from_pem, key_id, to_pem
from evidence_vault.vault import CASES, VAULT_KEY


def fail_nth(monkeypatch, turn):
    used = 0
    fsync = os.fsync

    def full(handle):
        nonlocal used
        used += 1
        if used == turn:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", full)


@pytest.mark.parametrize("place", [6, 7, 8])
def test_public_key_of_an_unknown_algorithm(place):
    pem = to_pem(Signer.generate().public_key)
    raw = bytearray(base64.b64decode(pem.split(b"\n")[1]))
    raw[place] ^= 1
    data = b"-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(raw) + b"\n-----END PUBLIC KEY-----\n"
    with pytest.raises(ValueError, match=r"\w"):
        from_pem(data)


def test_bundle_with_a_key_of_an_unknown_algorithm(bundle, good):  # noqa: F811
    archive = taken_apart(bundle)
    name = archive.one("keys/")
    raw = bytearray(base64.b64decode(archive[name].split(b"\n")[1]))
    raw[7] ^= 1
    archive[name] = b"-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(raw) + b"\n-----END PUBLIC KEY-----\n"
    assert {1, 3} <= verdicts(report_of(archive.bytes()))[0]


@pytest.mark.parametrize("place", [9, 10, 11])
def test_private_key_of_an_unknown_algorithm(place):
    pem = Signer.generate().to_pem(None)
    raw = bytearray(base64.b64decode(b"".join(pem.strip().split(b"\n")[1:-1])))
    raw[place] ^= 1
    data = b"-----BEGIN PRIVATE KEY-----\n" + base64.b64encode(raw) + b"\n-----END PRIVATE KEY-----\n"
    with pytest.raises(EvidenceVaultError):
        load_signer(data, None)


def test_locked_key_with_a_damaged_scheme():
    pem = Signer.generate().to_pem("secret")
    lines = pem.strip().split(b"\n")
    raw = bytearray(base64.b64decode(b"".join(lines[1:-1])))
    raw[raw.index(bytes.fromhex("2b06010401da47040b")) + 5] ^= 1  # the identifier of scrypt
    data = lines[0] + b"\n" + base64.b64encode(raw) + b"\n" + lines[-1] + b"\n"
    with pytest.raises(EvidenceVaultError):
        load_signer(data, "secret")


def test_empty_passphrase():
    """An empty passphrase is refused: the key file it makes never opens again."""
    with pytest.raises(PassphraseError):
        Signer.generate().to_pem("")


def test_member_for_a_newer_zip_program(bundle):  # noqa: F811
    place = central_place(bundle, GUIDE)
    with pytest.raises(EvidenceFileError):
        report_of(patched(bundle, place + 6, b"\xff\x00"))  # NotImplementedError


def test_member_name_that_is_not_utf8(bundle):  # noqa: F811
    place = central_place(bundle, GUIDE)
    flagged = patched(bundle, place + 9, bytes([bundle[place + 9] | 8]))
    with pytest.raises(EvidenceFileError):
        report_of(patched(flagged, place + 46, b"\xff"))  # UnicodeDecodeError


def test_every_damaged_directory(small_bundle):  # noqa: F811
    """ValueError: negative seek value, and the two above."""
    leaked = []
    for place in range(small_bundle.index(b"PK\x01\x02"), len(small_bundle)):
        for mask in (1, 0x80, 0xFF):
            try:
                report_of(patched(small_bundle, place, bytes([small_bundle[place] ^ mask])))
            except EvidenceVaultError:
                pass
            except Exception as error:  # noqa: BLE001
                leaked.append((place, repr(error)))
    assert leaked == []


@pytest.mark.parametrize("turn", [1, 2, 3, 4])
def test_half_made_vault_can_be_made_again(tmp_path, monkeypatch, turn):
    fail_nth(monkeypatch, turn)
    with pytest.raises(StorageError):
        new_vault(tmp_path / "vault", CountingClock())
    monkeypatch.undo()
    new_vault(tmp_path / "vault", CountingClock())


def test_only_the_folder_of_cases_was_made(tmp_path):
    (tmp_path / "vault" / CASES).mkdir(parents=True)
    new_vault(tmp_path / "vault", CountingClock())


def test_a_vault_with_cases_is_not_made_again(vault, case):
    (vault.folder / "vault.json").unlink()
    before = (vault.folder / VAULT_KEY).read_bytes()
    with pytest.raises(EvidenceVaultError):
        new_vault(vault.folder, CountingClock(), "another passphrase")
    assert before == (vault.folder / VAULT_KEY).read_bytes()


def test_case_that_was_refused_is_not_there(vault, monkeypatch):
    fail_nth(monkeypatch, 5)
    with pytest.raises(StorageError):
        vault.open_case(OPENED, no_passphrase)
    monkeypatch.undo()
    assert vault.cases() == ()


def test_no_orphan_after_a_refused_recording(recorder, monkeypatch):
    """The fsync of the folder fails right after the rename of the first exhibit."""
    replace, fsync, renamed = Path.replace, os.fsync, []

    def noted(source, target):
        renamed.append(target)
        return replace(source, target)

    def failing(handle):
        if len(renamed) == 1:
            renamed.append(None)
            raise OSError(errno.EIO, "Input/output error")
        fsync(handle)

    monkeypatch.setattr(Path, "replace", noted)
    monkeypatch.setattr(os, "fsync", failing)
    pieces = [picture_piece(draw(text), f"{text}.png") for text in "abc"]
    with pytest.raises(StorageError):
        recorder.attempts([(kinds.Attempt(), pieces)])
    monkeypatch.undo()
    assert [path for path in (recorder.case.folder / "exhibits").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "statement",
    [
        """INSERT OR REPLACE INTO bodies SELECT 0, body FROM bodies WHERE "index" = 1""",
        "UPDATE objects SET key = zeroblob(32)",
        'INSERT OR REPLACE INTO objects SELECT digest, "index", name, zeroblob(32) FROM objects',
    ],
)
def test_triggers_hold_for_bodies_and_objects(recorder, statement):
    from evidence_vault.database import connect

    recorder.attempts([(kinds.Attempt(), [picture_piece(draw(), "a.png")])])
    with closing(connect(recorder.case.folder / LEDGER)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)


@pytest.mark.skipif(os.name != "posix", reason="rights of folders as POSIX has them")
def test_read_only_copy_with_an_empty_wal(plain_user):
    case = new_vault(plain_user / "vault", CountingClock()).open_case(OPENED, no_passphrase)
    (case.folder / (LEDGER + "-wal")).touch()
    for path in case.folder.glob(LEDGER + "*"):
        path.chmod(0o400)
    case.folder.chmod(0o500)
    assert len(case.read().entries) == 1


@pytest.mark.parametrize("raw", [b"\x07" * 31, b"\x07" * 33])
def test_key_of_another_length(good, raw):  # noqa: F811
    from dataclasses import replace

    forgery = good.copy()
    forgery.put_header(OPENING, replace(forgery.header(OPENING), key=key_id(raw)))
    forgery.keys = [raw]
    assert {3} <= verdicts(forgery.verified())[0]


def test_same_bytes_on_every_system(bundle, good, tmp_path, monkeypatch):  # noqa: F811
    from test_bundle import bundle_of

    from evidence_vault.exports.bundle import write_bundle

    monkeypatch.setattr("sys.platform", "win32")
    write_bundle(bundle_of(good), tmp_path / "windows.zip")
    assert bundle == (tmp_path / "windows.zip").read_bytes()


def test_manifest_with_another_word_for_exhibits(bundle):  # noqa: F811
    import json

    from evidence_vault.encoding import canonical

    archive = taken_apart(bundle)
    archive[MANIFEST] = canonical({**json.loads(archive[MANIFEST]), "exhibits": 7})
    assert {1} == verdicts(report_of(archive.bytes()))[0]


def test_a_message_that_only_contains_full(tmp_path):
    """e.g. `no such column: fully_read`; compare error.sqlite_errorcode with SQLITE_FULL / SQLITE_BUSY instead."""
    from evidence_vault.database import explained

    with pytest.raises(EvidenceVaultError) as caught, explained(tmp_path), closing(sqlite3.connect(":memory:")) as db:
        db.execute("SELECT fully_read")
    assert "disk is full" not in str(caught.value)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE checkpoints SET note = 'text'",
        "UPDATE checkpoints SET note = NULL",
        "UPDATE objects SET name = 7",
        "UPDATE objects SET key = NULL",
        "UPDATE objects SET key = 'text'",
        "UPDATE objects SET digest = 7",
    ],
)
def test_odd_types_in_a_foreign_database(recorder, statement):
    from helpers import verified

    recorder.attempts([(kinds.Attempt(), [picture_piece(draw(), "a.png")])])
    table = statement.split()[1]
    with closing(sqlite3.connect(recorder.case.folder / LEDGER, isolation_level=None)) as db:
        db.execute(f"CREATE TABLE fresh AS SELECT * FROM {table}")
        db.execute(f"DROP TABLE {table}")
        db.execute(f"ALTER TABLE fresh RENAME TO {table}")
        db.execute(statement)
    try:
        report = verified(recorder.case.folder)
    except EvidenceVaultError:
        return
    assert report.verdict == "failed"


def test_tail_cut_off_while_the_program_runs(recorder):
    recorder.step(kinds.Step(summary="a"), ())
    recorder.step(kinds.Step(summary="b"), ())
    with closing(sqlite3.connect(recorder.case.folder / LEDGER, isolation_level=None)) as db:
        triggers = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            db.execute(f"DROP TRIGGER {name}")
        db.execute('DELETE FROM bodies WHERE "index" = 2')
        db.execute('DELETE FROM entries WHERE "index" = 2')
        for _, statement in triggers:
            db.execute(statement)
    with pytest.raises(EvidenceVaultError):
        recorder.step(kinds.Step(summary="c"), ())
