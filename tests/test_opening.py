"""What is handed over for verification: found out, opened, or refused in a sentence."""

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from forgery import record_good_case
from helpers import OPENED, UNTRUSTED, CountingClock, new_vault, no_passphrase, verdicts, verified

from evidence_vault.attachment import ATTACHMENT, embedded_bundle
from evidence_vault.case_folder import LEDGER, CaseFolder
from evidence_vault.errors import EvidenceFileError, EvidenceVaultError, LedgerError
from evidence_vault.evidence import Trust
from evidence_vault.exporting import export_bundle
from evidence_vault.opening import open_evidence
from evidence_vault.recording import Recorder
from evidence_vault.vault import CASES, SETTINGS, Vault
from evidence_vault.verify import verify


@pytest.fixture
def bundle(recorder: Recorder, tmp_path: Path) -> Path:
    record_good_case(recorder)
    path = tmp_path / "bundle.zip"
    export_bundle(recorder.case, recorder.signer, path, light=False, progress=lambda _done, _all: None)
    return path


def pdf_with(path: Path, attachments: dict[str, bytes], *, pack: bool = False) -> Path:
    """A PDF with one page and some attachments."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        for name, data in attachments.items():
            pdf.attachments[name] = data
        pdf.save(path, compress_streams=pack)
    return path


class TestFound:
    def test_vault(self, vault: Vault, recorder: Recorder) -> None:
        """A vault gives each of its cases, in the order of their numbers."""
        record_good_case(recorder)
        vault.open_case(OPENED, no_passphrase)

        opened = open_evidence(vault.folder)
        reports = []
        for case in opened.cases:
            with case() as evidence:
                reports.append(verify(evidence, Trust()))

        assert opened.kind == "vault"
        assert [case.id for case in vault.cases()] == [report.case for report in reports]
        assert {1, 11} == {report.entries for report in reports}
        assert all((set(), UNTRUSTED) == verdicts(report) for report in reports)

    def test_a_vault_without_its_settings(self, vault: Vault, case: CaseFolder) -> None:
        """A vault whose settings are lost can still be verified: no setting has a part in it."""
        (vault.folder / SETTINGS).unlink()

        assert open_evidence(vault.folder).kind == "vault"
        assert verified(vault.folder).case == case.id

    def test_case(self, recorder: Recorder) -> None:
        """A case folder, alone, is opened as one case."""
        record_good_case(recorder)

        assert open_evidence(recorder.case.folder).kind == "case"
        assert verified(recorder.case.folder).exhibits == 4

    def test_a_case_without_the_private_key(self, recorder: Recorder) -> None:
        """Verification needs no private key."""
        record_good_case(recorder)
        (recorder.case.folder / "key.pem").unlink()

        assert (set(), UNTRUSTED) == verdicts(verified(recorder.case.folder))

    def test_bundle(self, bundle: Path) -> None:
        """A bundle, under whatever name."""
        other = bundle.rename(bundle.with_name("preuve"))

        assert open_evidence(other).kind == "bundle"
        assert (set(), UNTRUSTED) == verdicts(verified(other))

    def test_dossier(self, bundle: Path, tmp_path: Path) -> None:
        """A PDF with the bundle inside is as good as the bundle; its pages are a question of their own."""
        dossier = pdf_with(tmp_path / "dossier.pdf", {ATTACHMENT: bundle.read_bytes()})

        assert open_evidence(dossier).kind == "dossier"
        with embedded_bundle(dossier) as archive:
            assert bundle.read_bytes() == archive.read()
        alone, inside = verified(bundle), verified(dossier)
        assert replace(alone, checks=()) == replace(inside, checks=())
        assert [check for check in alone.checks if check.name != "document"] == [
            check for check in inside.checks if check.name != "document"
        ]
        assert {check.name: check.verdict for check in inside.checks}["document"] == "indeterminate"


class TestRefused:
    @pytest.mark.parametrize(
        ("name", "words"),
        [("missing", "nothing at"), ("folder", "neither"), ("letter.txt", "neither"), ("empty", "neither")],
    )
    def test_something_else(self, tmp_path: Path, name: str, words: str) -> None:
        """Nothing at all, an ordinary folder, any other file: named, and not verified."""
        (tmp_path / "folder").mkdir()
        (tmp_path / "letter.txt").write_text("Madame, Monsieur,")
        (tmp_path / "empty").touch()

        with pytest.raises(EvidenceFileError, match=words) as caught:
            open_evidence(tmp_path / name)

        assert str(tmp_path / name) in str(caught.value)

    @pytest.mark.skipif(os.name != "posix", reason="rights of folders as POSIX has them")
    @pytest.mark.parametrize("closed", ["", CASES])
    def test_a_vault_of_somebody_else(self, plain_user: Path, closed: str) -> None:
        """What may not be looked at is told as such, be it the folder of a file, a vault, or the cases in it."""
        folder = new_vault(plain_user / "vault", CountingClock()).folder
        (folder / "bundle.zip").write_bytes(b"PK")
        (folder / closed).chmod(0)
        inside = folder / "bundle.zip"

        for path in (folder, inside) if not closed else (folder,):
            with pytest.raises(EvidenceFileError, match=r"cannot be read \(Permission denied\); nothing was changed"):
                open_evidence(path)

    def test_a_vault_without_its_cases(self, vault: Vault) -> None:
        """A vault whose folder of cases is gone is told from one that holds none."""
        (vault.folder / CASES).rmdir()

        with pytest.raises(EvidenceFileError, match="cannot be read") as caught:
            open_evidence(vault.folder)
        assert caught.value.message.params["path"] == str(vault.folder / CASES)

    def test_an_empty_vault(self, vault: Vault) -> None:
        """A vault without a case holds nothing to verify: that is no success."""
        with pytest.raises(EvidenceFileError, match="holds no case yet"):
            open_evidence(vault.folder)

    def test_a_pdf_without_the_archive(self, tmp_path: Path) -> None:
        """A PDF that was printed anew has lost its archive, and the person is told to ask for the original."""
        with pytest.raises(EvidenceFileError, match="without the archive"):
            verified(pdf_with(tmp_path / "dossier.pdf", {}))

    def test_a_pdf_with_another_attachment(self, tmp_path: Path, bundle: Path) -> None:
        """An attachment under another name is not the archive."""
        with pytest.raises(EvidenceFileError, match="without the archive"):
            verified(pdf_with(tmp_path / "dossier.pdf", {"other.zip": bundle.read_bytes()}))

    def test_a_pdf_with_two_attachments(self, tmp_path: Path, bundle: Path) -> None:
        """Two attachments: it could not be told which of them a reader was shown."""
        dossier = pdf_with(tmp_path / "dossier.pdf", {ATTACHMENT: bundle.read_bytes(), "other.zip": b"hello"})

        with pytest.raises(EvidenceFileError, match="several attachments"):
            verified(dossier)

    def test_a_pdf_whose_archive_was_packed_again(self, tmp_path: Path, bundle: Path) -> None:
        """An archive that another program compressed anew is not taken from a reader's hands."""
        dossier = pdf_with(tmp_path / "dossier.pdf", {ATTACHMENT: bundle.read_bytes()}, pack=True)

        with pytest.raises(EvidenceFileError, match="packed again"):
            verified(dossier)

    @pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\xff" * 3000])
    def test_a_damaged_pdf(self, tmp_path: Path, data: bytes) -> None:
        """A PDF that cannot be opened gives a sentence."""
        (tmp_path / "dossier.pdf").write_bytes(data)

        with pytest.raises(EvidenceFileError, match="Ask for"):
            verified(tmp_path / "dossier.pdf")

    def test_an_archive_that_is_no_bundle(self, tmp_path: Path) -> None:
        """A PDF whose archive is something else gives a sentence."""
        with pytest.raises(EvidenceFileError, match="cannot be opened as a bundle"):
            verified(pdf_with(tmp_path / "dossier.pdf", {ATTACHMENT: b"hello"}))

    def test_a_ledger_that_is_none(self, recorder: Recorder) -> None:
        """A case whose ledger is another file gives a sentence, not a verdict."""
        (recorder.case.folder / LEDGER).write_bytes(b"hello" * 1000)

        with pytest.raises(LedgerError, match="damaged"):
            verified(recorder.case.folder)


class TestTamperedDatabase:
    """What somebody can do who has the file of a ledger: it fails in a report or in a sentence, never in a crash."""

    @pytest.mark.parametrize("table", ["entries", "bodies", "checkpoints", "objects"])
    def test_a_table_taken_away(self, recorder: Recorder, table: str) -> None:
        """A missing table gives a sentence."""
        with closing(sqlite3.connect(recorder.case.folder / LEDGER)) as connection:
            connection.execute(f"DROP TABLE {table}")

        with pytest.raises(EvidenceVaultError):
            verified(recorder.case.folder)

    @pytest.mark.parametrize("value", ["'text'", "7", "NULL", "X''", "X'00'"])
    @pytest.mark.parametrize("column", ["header", "signature"])
    def test_a_column_of_another_type(self, recorder: Recorder, column: str, value: str) -> None:
        """A table rebuilt without our types, with anything in it, does not verify."""
        record_good_case(recorder)
        self.rebuild(recorder, "entries", '"index", header, signature')
        with closing(sqlite3.connect(recorder.case.folder / LEDGER, isolation_level=None)) as connection:
            connection.execute(f'UPDATE entries SET {column} = {value} WHERE "index" = 5')

        try:
            report = verified(recorder.case.folder)
        except EvidenceVaultError:
            return
        assert report.answer("intact") == "failed"

    def test_rows_out_of_order(self, recorder: Recorder) -> None:
        """The chain does not depend on what the table calls an index."""
        record_good_case(recorder)
        self.rebuild(recorder, "entries", '"index", header, signature')
        with closing(sqlite3.connect(recorder.case.folder / LEDGER, isolation_level=None)) as connection:
            connection.execute('UPDATE entries SET "index" = 15 - "index" WHERE "index" IN (7, 8)')

        assert {8, 9} <= verdicts(verified(recorder.case.folder))[0]

    def test_an_object_taken_away(self, recorder: Recorder) -> None:
        """An exhibit whose key was forgotten cannot be checked, and the report says so."""
        record_good_case(recorder)
        with closing(sqlite3.connect(recorder.case.folder / LEDGER, isolation_level=None)) as connection:
            connection.execute('DELETE FROM objects WHERE "index" = 3')

        assert (set(), {7} | UNTRUSTED) == verdicts(verified(recorder.case.folder))

    def test_objects_swapped(self, recorder: Recorder) -> None:
        """An exhibit that is kept under the name of another one hashes to the wrong digest."""
        record_good_case(recorder)
        self.rebuild(recorder, "objects", 'digest, "index", name, key')
        with closing(sqlite3.connect(recorder.case.folder / LEDGER, isolation_level=None)) as connection:
            connection.execute(
                'UPDATE objects SET (name, key) = (SELECT name, key FROM objects WHERE "index" = 4) WHERE "index" = 3'
            )

        assert ({7}, UNTRUSTED) == verdicts(verified(recorder.case.folder))

    @staticmethod
    def rebuild(recorder: Recorder, table: str, columns: str) -> None:
        """Replace a table by one without types, constraints and triggers."""
        with closing(sqlite3.connect(recorder.case.folder / LEDGER, isolation_level=None)) as connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute(f"CREATE TABLE fresh AS SELECT {columns} FROM {table}")
            connection.execute(f"DROP TABLE {table}")
            connection.execute(f"ALTER TABLE fresh RENAME TO {table}")


def test_a_dossier_exchanged_while_it_is_verified(tmp_path: Path) -> None:
    """The archive and the pages that are judged are those of one file, even if its name comes to stand for another."""
    dossiers = Path(__file__).parent / "vectors" / "dossiers"
    path = tmp_path / "dossier.pdf"
    path.write_bytes((dossiers / "dossier-page-replaced.pdf").read_bytes())
    (opened,) = open_evidence(path).cases

    with opened() as evidence:
        (tmp_path / "other.pdf").write_bytes((dossiers / "dossier-signed.pdf").read_bytes())
        (tmp_path / "other.pdf").replace(path)
        report = verify(evidence, Trust())

    assert {check.number for check in report.checks if check.verdict == "failed"} == {17}
