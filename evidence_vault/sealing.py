"""The certificate that signs the dossiers of a case, and the pages signed with it.

The ledger names a certificate before it signs anything: so the pages are tied to the ledger inside them, whoever
issued the certificate. If the machine dies in between, a certificate is named that signed nothing: harmless.
"""

import base64

from evidence_vault import durable, kinds
from evidence_vault.case_folder import AskPassphrase, CaseFolder
from evidence_vault.errors import VaultError
from evidence_vault.ledger import Clock
from evidence_vault.signing.identities import DocumentIdentity, load_document_identity, make_document_identity
from evidence_vault.signing.keys import Signer, is_encrypted

KEY, CERTIFICATE = "document-key.pem", "document-certificate.der"


def own_identity(case: CaseFolder, ask: AskPassphrase, clock: Clock, *, protected: bool) -> DocumentIdentity:
    """The key that this case made for its dossiers, with the certificate that it issued to itself.

    Both are made where one is missing or where they do not fit, as two programs at once can leave them: the ledger
    names the certificate that signs, whichever it is. `protected` says whether the keys of the vault have a passphrase,
    which `ask` gives.
    """
    key, certificate = case.folder / KEY, case.folder / CERTIFICATE
    if key.exists() and certificate.exists():
        pem = key.read_bytes()
        try:
            return load_document_identity(pem, certificate.read_bytes(), ask() if is_encrypted(pem) else None)
        except VaultError:
            pass
    said = case.read().opened.said
    name = said.operator if isinstance(said, kinds.CaseOpened) else None
    passphrase = ask() if protected else None
    made_key, made_certificate = make_document_identity(name or "", clock(), passphrase)
    durable.write_file(key, made_key)
    durable.write_file(certificate, made_certificate)
    return load_document_identity(made_key, made_certificate, passphrase)


def name_certificate(case: CaseFolder, signer: Signer, identity: DocumentIdentity) -> None:
    """Name the certificate in the ledger, unless it is the one named last."""
    text = base64.b64encode(identity.certificate).decode("ascii")
    named = [entry.said for entry in case.read().entries if isinstance(entry.said, kinds.Certificate)]
    if not named or named[-1].certificate != text:
        with case.appending(signer) as appender:
            appender.append(kinds.Certificate(use="document", certificate=text, origin=identity.origin))
