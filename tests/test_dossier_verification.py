import base64
import datetime as dt
import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from builders import BuiltCase, make_case
from stamped_case import StampedBuilder
from tsa import Authority

from evidence_vault import kinds
from evidence_vault.encoding import sha256
from evidence_vault.exports.bundle import BundleInput, Original, Stamped, verifier_page, write_bundle
from evidence_vault.exports.checked import ROOT, Checked, Command, ExampleToken, PageSigner
from evidence_vault.exports.dossier import DossierInput, write_dossier
from evidence_vault.exports.verification import verification_commands
from evidence_vault.exports.verification_guide import guide
from evidence_vault.rejudging import example_token, judged_again
from evidence_vault.signing.identities import load_document_identity, make_document_identity
from evidence_vault.signing.pades import SigningOptions, sign_document
from evidence_vault.signing.tokens import Roots

LONGEST = 100
"""Characters of the fixed-width face that a printed line holds."""

NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)

MISSING = [
    name for name in ("pdfdetach", "pdfsig", "unzip", "openssl", "sha256sum", "bash") if shutil.which(name) is None
]
tools = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")


def checked(
    case: BuiltCase, archive_sha256: str | None = None, *, in_dossier: bool = False,
    token: ExampleToken | None = None, page_signer: PageSigner | None = None,
) -> Checked:  # fmt: skip
    first = case.file.attempts[0].entry
    return Checked(
        len(case.signed), case.root, case.public_key, first.index, first.digest, archive_sha256, in_dossier,
        token, sha256(verifier_page()), page_signer,
    )  # fmt: skip


def bundled(
    case: BuiltCase, out: Path, builder: StampedBuilder | None = None, token: ExampleToken | None = None
) -> str:
    """Write the bundle of `case`, with what third parties gave its `builder`; return its digest."""
    notes = {**(builder.notes if builder else {}), len(case.signed): case.checkpoint}
    proofs = builder.proofs if builder else {}
    write_bundle(
        BundleInput(
            case=case.file.id,
            size=len(case.signed),
            entries=lambda: iter(case.signed),
            checkpoints=tuple(notes.values()),
            public_key=case.public_key,
            originals=tuple(Original(key, "image/png", lambda data=data: data) for key, data in case.originals.items()),
            left_out=False,
            guide=guide(checked(case, token=token)),
            proofs=tuple(Stamped(key, "rfc3161", one.response, one.request) for key, one in proofs.items()),
        ),
        out,
    )
    return hashlib.sha256(out.read_bytes()).hexdigest()


def run(commands: tuple[Command, ...], folder: Path) -> list[str]:
    """Type the commands into one shell, as a reader would; return what each printed."""
    lines = ["set -e"]
    for command in commands:
        lines += [*command.lines, "echo '<next>'"]
    done = subprocess.run(["bash"], input="\n".join(lines), cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("<next>\n")


@pytest.fixture(params=["p256", "rsa"])
def authority(request: pytest.FixtureRequest) -> Authority:
    """An authority whose tokens enclose an intermediate certificate."""
    return Authority.create(request.param, intermediate=True)


def attested(authority: Authority) -> StampedBuilder:
    """Two live attempts, each under a token, and the certificate that signs the pages named last."""
    builder = StampedBuilder()
    builder.open()
    builder.stamp(authority)
    for _ in range(2):
        builder.live()
        builder.stamp(authority)
    return builder


def test_lines_fit_on_paper() -> None:
    """A command that wrapped on the page could not be typed as printed."""
    case = make_case(1)

    token = ExampleToken("0" * 64, 999_999_999, 999_999_999, NOW, "Horloge", "Racine", "0" * 64, shipped=False)
    given = checked(case, "0" * 64, in_dossier=True, token=token, page_signer=PageSigner("self_issued", 999_999_999))
    commands = verification_commands(given)

    assert len(commands) == 16
    assert all(len(line) <= LONGEST for command in commands for line in command.lines)


@tools
def test_printed_commands_work(tmp_path: Path) -> None:
    """From the PDF alone, with tools that are not ours, every command prints what the page promises."""
    case = make_case(3)
    digest = bundled(case, tmp_path / "b.zip")
    write_dossier(
        DossierInput(
            case=case.file, checkpoint=case.checkpoint, size=len(case.signed), root=case.root,
            public_key=case.public_key, original=case.originals.get, bundle=tmp_path / "b.zip", bundle_sha256=digest,
            light=False, made_at=NOW,
        ),
        tmp_path / "dossier.pdf",
    )  # fmt: skip
    (tmp_path / "b.zip").unlink()
    commands = verification_commands(checked(case, digest, in_dossier=True))
    ours = [command for command in commands if command.program == "evidence-vault"]

    printed = run(tuple(command for command in commands if command not in ours), tmp_path)

    for command, output in zip(commands, printed, strict=False):
        assert command.expected in output
    assert len(ours) == 1


@tools
def test_printed_commands_check_tokens_and_pages(tmp_path: Path, authority: Authority) -> None:
    """Of an attested case whose pages are signed, every command works too, once the root was had from the authority."""
    builder = attested(authority)
    key, certificate = make_document_identity("Awa Diallo", NOW, None)
    named = kinds.Certificate(use="document", certificate=base64.b64encode(certificate).decode(), origin="self_issued")
    signer = PageSigner("self_issued", builder.add(named))
    case, given = builder.printed(authority)
    token = given["token"]
    assert isinstance(token, ExampleToken)
    digest = bundled(case, tmp_path / "b.zip", builder, token)
    out = tmp_path / "dossier.pdf"
    write_dossier(
        DossierInput(
            case=case.file, checkpoint=case.checkpoint, size=len(case.signed), root=case.root,
            public_key=case.public_key, original=case.originals.get, bundle=tmp_path / "b.zip", bundle_sha256=digest,
            light=False, made_at=NOW, page_sha256=sha256(verifier_page()), page_signer=signer, **given,
        ),
        out,
    )  # fmt: skip
    (tmp_path / "b.zip").unlink()
    sign_document(out, load_document_identity(key, certificate, None), SigningOptions(now=NOW))
    (tmp_path / ROOT).write_bytes(authority.root_pem)
    commands = verification_commands(checked(case, digest, in_dossier=True, token=token, page_signer=signer))

    printed = run(commands[:-1], tmp_path)

    assert len(commands) == 16
    for command, output in zip(commands, printed, strict=False):
        assert command.expected in output, command.title


@tools
@pytest.mark.parametrize("changed", ["checkpoint", "root"])
def test_openssl_refuses_what_the_token_is_not_about(tmp_path: Path, authority: Authority, changed: str) -> None:
    """The printed command fails over another checkpoint, and under another root than the one that was named."""
    builder = attested(authority)
    case, given = builder.printed(authority)
    token = given["token"]
    assert isinstance(token, ExampleToken)
    bundled(case, tmp_path / "archive-de-preuve.zip", builder)
    subprocess.run(["unzip", "-q", "archive-de-preuve.zip", "-d", "archive"], cwd=tmp_path, check=True)
    other = Authority.create("p384")
    (tmp_path / ROOT).write_bytes((other if changed == "root" else authority).root_pem)
    if changed == "checkpoint":
        (tmp_path / f"archive/checkpoints/{token.size:09d}.note").write_bytes(case.checkpoint)
    commands = [
        command for command in verification_commands(checked(case, token=token)) if command.program == "openssl"
    ]
    verification = next(command for command in commands if command.expected == "Verification: OK")
    taken = f"cp timestamps/{token.digest}.tsr contremarque.tsr"

    done = subprocess.run(
        ["bash"], input="\n".join((taken, *verification.lines)), cwd=tmp_path / "archive",
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode != 0
    assert verification.expected not in done.stdout


def test_the_example_is_the_earliest_token_over_the_attempt(authority: Authority) -> None:
    """Of several tokens over the first attempt, the commands take the one that bounds it; its root is named."""
    builder = attested(authority)

    _, given = builder.printed(authority)

    token = given["token"]
    assert isinstance(token, ExampleToken)
    assert (token.size, token.index) == (3, 3)
    assert token.root_sha256 == sha256(authority.roots.certificates[0])
    assert not token.shipped


def test_proofs_are_judged_again_not_as_recorded(authority: Authority) -> None:
    """What was valid when it came counts only under roots that are believed now; own roots add to those shipped."""
    builder = attested(authority)
    other = Authority.create("p384")
    builder.live()
    builder.stamp(other)
    shipped, own = Roots(authority.roots.certificates, shipped=True), other.roots

    found = judged_again(builder.evidence, (shipped, own))

    assert [one.weight for one in found] == ["shipped_root"] * 3 + ["given_root"]
    assert judged_again(builder.evidence, (Roots(()),)) == ()
    assert judged_again(builder.evidence, ()) == ()


def test_tokens_of_another_ledger_attest_nothing(authority: Authority) -> None:
    """Tokens whose checkpoints do not agree with the entries do not count, whatever the entries say of them."""
    builder = attested(authority)
    other = attested(authority)
    builder.notes, builder.proofs = other.notes, other.proofs

    assert judged_again(builder.evidence, (authority.roots,)) == ()


def test_no_example_where_no_single_root_suffices(authority: Authority) -> None:
    """A token that no root of those believed explains alone is passed over: no command is printed for it."""
    builder = attested(authority)
    built = builder.built()
    attestations = judged_again(builder.evidence, (authority.roots,))

    assert example_token(built.file, 2, builder.evidence(), attestations, (Roots(()),)) is None


@tools
def test_an_altered_header_is_found_by_openssl(tmp_path: Path) -> None:
    """The printed signature check fails on a ledger where one attempt was moved to another day."""
    case = make_case(2)
    bundled(case, tmp_path / "archive-de-preuve.zip")
    commands = [command for command in verification_commands(checked(case)) if command.program == "openssl"]
    subprocess.run(["unzip", "-q", "archive-de-preuve.zip"], cwd=tmp_path, check=True)
    headers = tmp_path / "ledger/headers.jsonl"
    headers.write_bytes(headers.read_bytes().replace(b"2026-03-02", b"2026-02-02"))
    signature = next(command for command in commands if "inscription" in command.title)

    done = subprocess.run(
        ["bash"], input="\n".join(signature.lines), cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert signature.expected not in done.stdout
    assert done.returncode != 0


def test_guide_prints_the_same_commands() -> None:
    """VERIFIER.md and the dossier print one list."""
    case = make_case(1)
    token = ExampleToken("0" * 64, 2, 2, NOW, "Horloge", "Racine", "0" * 64, shipped=False)
    for given in (checked(case), checked(case, token=token)):
        text = guide(given)

        for command in verification_commands(given):
            assert "\n".join(command.lines) in text
            assert command.expected in text


def test_guide_says_what_cannot_be_checked_yet() -> None:
    """Without a token the guide says that no command can check a time; with one it prints the command and its root."""
    case = make_case(1)
    token = ExampleToken("0" * 64, 2, 2, NOW, "Horloge", "Racine d’essai", "f" * 64, shipped=False)

    texts = (guide(checked(case)), guide(checked(case, token=token)))
    without, given = (text.replace("\u00a0", " ") for text in texts)

    assert "Aucune contremarque de temps admise ici ne permet de contrôler par des commandes" in without
    assert "openssl ts -verify" not in without
    assert "Aucune contremarque" not in given
    assert f"-attime {int(NOW.timestamp())}" in given
    assert "« Racine d’essai »" in given
    assert "a été jugée ici (racine choisie par celui qui tient le registre)" in given
    assert "une racine remise par celui qu’on vérifie ne prouverait rien" in given
    assert f"evidence-vault verify --tsa-root {ROOT} archive-de-preuve.zip" in given
    for text in (without, given):
        assert "tant que la clé du signataire, obtenue par une autre voie, n’est pas donnée" in text
        assert "« indéterminé » (code de sortie 3)" in text


def test_guide_is_typeset_but_for_what_is_typed() -> None:
    """Prose has no-break spaces where French wants them; commands, and the output expected, have none."""
    text = guide(checked(make_case(1)))
    typed = re.findall(r"^```sh\n.*?^```$|`[^`\n]+`", text, re.MULTILINE | re.DOTALL)
    prose = text
    for part in typed:
        prose = prose.replace(part, "")

    assert typed
    assert not any("\u00a0" in part for part in typed)
    assert not re.search(r" [;:!?»]|« ", prose)


def test_which_copy_of_the_page_to_open() -> None:
    """A guide travels with the page and cannot vouch for it; the digest in a dossier is one to compare with."""
    case = make_case(1)
    travelling, printed = (
        next(one for one in verification_commands(given) if one.lines == ("sha256sum verify.html",)).why
        for given in (checked(case), checked(case, "0" * 64, in_dossier=True))
    )

    assert "N’employez pas celle de l’archive : prenez une copie ailleurs" in travelling
    assert "seule, elle ne prouve rien" in travelling
    assert "N’ouvrez que celle dont l’empreinte est ci-dessous" in printed


@tools
def test_program_accepts_the_archive(tmp_path: Path) -> None:
    """The last command of the list is the program's own; unstamped evidence is intact and not yet dated."""
    case = make_case(2)
    bundled(case, tmp_path / "archive-de-preuve.zip")
    last = verification_commands(checked(case))[-1]
    (program, *arguments) = last.lines[-1].split()

    done = subprocess.run(
        [Path(sys.executable).with_name(program), *arguments], cwd=tmp_path, check=False, capture_output=True
    )

    assert done.returncode == 3, done.stderr
