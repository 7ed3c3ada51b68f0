"""The record of one attempt: its sheet, what is not shown, and how to check it without the others."""

import base64
from pathlib import Path

from evidence_vault import __version__
from evidence_vault.casefile import Entry
from evidence_vault.exports import dossier_annexes as annexes
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.checked import ARCHIVE
from evidence_vault.exports.dossier_attested import proofs
from evidence_vault.exports.dossier_canvas import StreamedCanvas
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_document import Attachment
from evidence_vault.exports.dossier_fonts import Face, register
from evidence_vault.exports.dossier_limits import limits
from evidence_vault.exports.dossier_pages import Furniture, Pages
from evidence_vault.exports.dossier_sheets import SHEET_TITLE, attempt_sheet, readings
from evidence_vault.exports.dossier_styles import DIGEST, NOTE, PORTRAIT, Style
from evidence_vault.exports.printed import PrintedPicture
from evidence_vault.exports.verification import INCLUSION
from evidence_vault.kinds import Certificate, Timestamp
from evidence_vault.signing.public import fingerprint

_HEAD = Style(Face.BOLD, 18, 23, after=3)


def write_record(
    dossier: DossierInput, whole: Numbered, withheld: frozenset[str], signature: bytes, out: Path
) -> tuple[PrintedPicture, ...]:
    """Write the record to `out`: `dossier` tells one attempt, `whole` the case that it is taken from.

    `withheld` are the fields that it does not tell, `signature` (Ed25519, 64 bytes) is that of the attempt's entry.
    Returns what stands on the pages of pictures.
    """
    register()
    case = dossier.case
    numbered = Numbered(case, dossier.attestations, whole, withheld)
    (view,) = case.attempts
    made_by = words.MADE_BY[view.attempt.capacity] if view.attempt.capacity else "établi par une partie"
    identity = repr((case.id, view.entry.index, dossier.root, dossier.made_at.isoformat(), dossier.bundle_sha256))
    with out.open("wb") as file:
        canvas = StreamedCanvas(file, PORTRAIT, dossier.made_at, identity.encode())
        canvas.setTitle(f"{SHEET_TITLE} — inscription n° {view.entry.index}")
        canvas.setAuthor(case.case.operator or case.case.applicant or "")
        canvas.setSubject(" — ".join(part for part in (case.case.procedure, case.case.prefecture) if part))
        canvas.setCreator(f"evidence-vault {__version__}")
        pages = Pages(canvas, _furniture(dossier))
        pages.new_page(bare=True)
        pages.heading(f"{SHEET_TITLE}\n({made_by})", "record", _HEAD)
        pages.canvas.mark("sheet", f"Inscription n° {view.entry.index}", 1)
        left = attempt_sheet(pages, dossier, numbered, whole.attempt_numbers[view.entry.index], view)
        readings(pages, numbered, left)
        _shown(pages, dossier, view.entry, signature)
        limits(pages, dossier, numbered, "Ce que ce relevé ne prouve pas")
        proofs(pages, numbered)
        annexes.verification(pages, dossier, numbered)
        annexes.signatures(pages, numbered)
        pages.close()
        if dossier.bundle is not None:
            description = "Archive de preuve d’une seule tentative : les autres inscriptions y sont sans leur contenu"
            canvas.attach(Attachment(dossier.bundle, ARCHIVE, "application/zip", description))
        canvas.finish()
    return tuple(pages.printed)


def _furniture(dossier: DossierInput) -> Furniture:
    return Furniture(
        head_left=SHEET_TITLE,
        head_right=dossier.case.case.applicant or "",
        foot_left=f"dossier {dossier.case.id[:8]}",
        foot_right=f"registre de {words.count(dossier.size, 'inscription')}",
    )


def _shown(pages: Pages, dossier: DossierInput, entry: Entry, signature: bytes) -> None:
    """How much of the ledger is told here, and what ties this entry to it."""
    told = [entry for entry in dossier.case.entries if entry.said is not None]
    also = ["les preuves d’heure"] if any(isinstance(entry.said, Timestamp) for entry in told) else []
    also += ["le certificat des pages"] if any(isinstance(entry.said, Certificate) for entry in told) else []
    with_them = f", avec {' et '.join(also)}" if also else ""
    pages.new_page()
    pages.heading("Ce qui est montré du registre", "shown")
    pages.text(
        f"Le registre compte {words.count(dossier.size, 'inscription')} à ce point de contrôle. L’archive jointe les "
        "contient toutes sous leur forme scellée, qui dit la nature et l’heure d’enregistrement de chacune, et ne "
        f"donne le contenu que de {words.thousands(len(told))} : l’ouverture du dossier et ses mises à jour, cette "
        f"tentative et ce qui s’y rattache{with_them}. Le contenu des {words.thousands(dossier.size - len(told))} "
        "autres n’est pas communiqué : ce relevé ne dit rien de leurs résultats."
    )
    pages.text(
        "Ce qui n’est pas communiqué reste sous son empreinte salée : le lire ou le remplacer n’est pas possible, et "
        "les contrôles restent les mêmes. Les pièces jointes, leurs noms, les mots qui y ont été lus et les notes de "
        "l’opérateur sont montrés tels quels.",
        NOTE,
    )
    pages.fact("Inscription", f"n° {entry.index}")
    pages.fact("Empreinte de chaînage", entry.digest, DIGEST)
    pages.fact("Signature (Ed25519)", base64.b64encode(signature).decode("ascii"), DIGEST)
    pages.fact("Racine du registre", dossier.root, DIGEST)
    pages.fact("Empreinte de la clé", fingerprint(dossier.public_key), DIGEST)
    pages.text(
        "La preuve d’inclusion (RFC 9162, 2.1.3), qui mène de cette seule inscription à la racine, est parmi les "
        f"contrôles de l’annexe : « {INCLUSION} ».",
        NOTE,
    )
