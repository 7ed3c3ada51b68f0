"""Who signs the pages of what is exported: the options that say so, and the certificate behind them."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evidence_vault.commands.session import Session, now
from evidence_vault.errors import EvidenceVaultError, PassphraseError, UsageError

if TYPE_CHECKING:
    from evidence_vault.exporting import Seal
    from evidence_vault.recording import Recorder
    from evidence_vault.signing.identities import DocumentIdentity

PKCS12_VARIABLE = "EVIDENCE_VAULT_PKCS12_PASSPHRASE"
PIN_VARIABLE = "EVIDENCE_VAULT_PIN"

Pkcs12 = Annotated[
    Path | None,
    typer.Option(
        "--pkcs12", metavar="FILE", help="Sign the pages with this certificate (.p12, .pfx), not the case's own."
    ),
]
Pkcs11 = Annotated[
    Path | None,
    typer.Option("--pkcs11", metavar="LIBRARY", help="Sign with a card or key, through the library of its maker."),
]
Card = Annotated[str | None, typer.Option("--card", metavar="LABEL", help="Which card, of several.")]
Certificate = Annotated[
    str | None, typer.Option("--certificate", metavar="LABEL", help="Which certificate on the card.")
]
Unsigned = Annotated[bool, typer.Option("--unsigned", help="Leave the pages without a signature.")]
Revocation = Annotated[
    bool,
    typer.Option(
        "--revocation", help="Ask the issuers of the certificates, at their addresses, for proof of non-revocation."
    ),
]


def require_one_signer(
    pkcs12: Path | None, pkcs11: Path | None, card: str | None, certificate: str | None, *, unsigned: bool
) -> None:
    """Refuse options that say in two ways who signs the pages, and those of a card that no library opens."""
    if sum((pkcs12 is not None, pkcs11 is not None, unsigned)) > 1:
        raise UsageError("Only one of --pkcs12, --pkcs11 and --unsigned can be given.")
    for option, value in (("--card", card), ("--certificate", certificate)):
        if value is not None and pkcs11 is None:
            raise UsageError(
                "{option} means something on a card only, and --pkcs11, which names the library of the card, is "
                "missing; nothing was exported. Add --pkcs11, or leave {option} out.",
                option=option,
            )


@contextlib.contextmanager
def identity_of(
    session: Session,
    recorder: "Recorder",
    pkcs12: Path | None,
    pkcs11: Path | None,
    card: str | None,
    certificate: str | None,
) -> "Iterator[DocumentIdentity]":
    """Who signs the pages; a card stays open as long as the context lasts."""
    from evidence_vault.capture.files import read_file
    from evidence_vault.sealing import own_identity
    from evidence_vault.signing.identities import load_pkcs12, token_identity

    if pkcs12 is not None:
        secret = session.secret(PKCS12_VARIABLE, "Passphrase of the certificate file")
        yield load_pkcs12(read_file(pkcs12), secret)
    elif pkcs11 is not None:
        pin = session.secret(PIN_VARIABLE, "PIN of the card")
        if pin is None:
            raise PassphraseError(
                "The card needs its PIN and nobody can be asked; nothing was exported. Put it in the variable "
                "EVIDENCE_VAULT_PIN."
            )
        with token_identity(pkcs11, pin, token=card, label=certificate) as found:
            yield found
    else:
        yield own_identity(recorder.case, session.passphrase, now, protected=session.vault().is_protected)


def seal_of(session: Session, recorder: "Recorder", identity: "DocumentIdentity", *, revocation: bool) -> "Seal":
    """Name the certificate in the ledger, and say how the pages are to be signed."""
    from evidence_vault.exporting import Seal
    from evidence_vault.sealing import name_certificate
    from evidence_vault.signing.pades import SigningOptions

    settings = session.vault().settings
    name_certificate(recorder.case, recorder.signer, identity)
    options = SigningOptions(now=now(), name=settings.operator)
    if settings.network:
        from evidence_vault.asking import agreed
        from evidence_vault.consulting import any_authority

        try:
            options = replace(options, ask=any_authority(agreed(settings), settings.timeout_seconds))
        except EvidenceVaultError as error:  # it costs a level of the signature, not the dossier
            session.warn(error.message)
    if revocation:
        from evidence_vault.consulting import revocation_fetcher
        from evidence_vault.signing.revocation import gather

        fetch = revocation_fetcher(settings.timeout_seconds)
        options = replace(options, long_term=lambda certificates: gather(certificates, fetch))
    return Seal(identity, options)
