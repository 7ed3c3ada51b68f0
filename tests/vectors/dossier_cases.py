"""Cases about the PDF: signed by a certificate that its ledger names, and everything that may happen to it afterwards.

The pages are one grey square, so that the files are small; the rules are those of any dossier.
"""

import base64
from collections.abc import Callable

import tsa
from vectors import papers
from vectors.cases import Trust, add, packed
from vectors.papers import ARCHIVE, CATALOG, CONTENT, FILE, PAGE, PAGES, STREAM, archived, identity, signed, unsigned
from vectors.world import Scene, authorities, begun

from evidence_vault import kinds

SOUND = Trust()
NEW = 20
"""The number of an object that somebody adds."""


def ledger(*certificates: str) -> Scene:
    """A ledger that names the certificates of these people, and is stamped."""
    scene = begun()
    for name in certificates:
        der = tsa.der(identity(name)[0])
        said = kinds.Certificate(use="document", certificate=base64.b64encode(der).decode(), origin="self_issued")
        scene.add(said)
    scene.stamp(authorities()["p256"])
    return scene


def bundle() -> bytes:
    return packed(ledger("Awa Diallo"))


def dossier(
    name: str, note: str, make: Callable[[], bytes], *, failed: tuple[int, ...] = (), undecided: tuple[int, ...] = (),
    refused: bool = False, trust: Trust = SOUND,
) -> None:  # fmt: skip
    """Enter a case of a PDF."""
    add(f"dossier-{name}", note, make, trust, failed, undecided, document=True, refused=refused, chance="dossier")


def good() -> bytes:
    return signed(unsigned(bundle()))


def changed(name: str, note: str, objects: dict[int, bytes], **told: object) -> None:
    """A case of the good dossier to which somebody added these objects after it was signed."""
    dossier(name, note, lambda: papers.updated(good(), objects), **told)  # type: ignore[arg-type]


dossier("signed", "Signed by the certificate that its ledger names; stamped, the root and the key given.", good)
dossier(
    "signed-with-a-time-stamp",
    "The same, with a time stamp over the signature.",
    lambda: signed(unsigned(bundle()), stamped=True),
)
dossier(
    "signed-and-archived", "The same, with a time stamp over the whole document added later.", lambda: archived(good())
)
dossier(
    "not-signed",
    "Nobody signed the pages: only the archive in it is checked.",
    lambda: unsigned(bundle()),
    undecided=(17,),
)
dossier(
    "with-a-file-pinned-to-a-page",
    "Signed as the ledger says, with another file pinned to a page, where some readers look for files.",
    lambda: signed(
        papers.updated(
            unsigned(bundle()),
            {20: f"<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /FS {papers.FILE} 0 R >>".encode()},
        ),
        fields=(20, papers.FIELD),
    ),
    failed=(17,),
)
dossier(
    "with-a-file-for-another-system",
    "Signed as the ledger says; the archive is named for all systems, and another time for one.",
    lambda: signed(
        unsigned(
            bundle(),
            file=papers.file(papers.ARCHIVE, papers.STREAM).replace(
                b"/EF << ", f"/EF << /Unix {papers.STREAM} 0 R ".encode()
            ),
        )
    ),
    failed=(17,),
)
dossier(
    "with-a-page-in-two-places",
    "Signed as the ledger says; its tree of pages names one page twice.",
    lambda: signed(unsigned(bundle(), pages=papers.pages(PAGE, PAGE))),
    failed=(17,),
)


def object_inside_another() -> bytes:
    data = papers.updated(unsigned(bundle()), {NEW: b"<< /Contents (\n21 0 obj\nnull\nendobj\n) >>", NEW + 1: b"null"})
    inside, own = data.index(b"21 0 obj"), data.rindex(b"21 0 obj")
    return signed(data.replace(b"21 1\n%010d" % own, b"21 1\n%010d" % inside), fields=(NEW, papers.FIELD))


dossier(
    "with-an-object-inside-another",
    "Signed as the ledger says; an object begins in a string of another.",
    object_inside_another,
    failed=(17,),
)
dossier(
    "signature-cut-off",
    "The signature was cut off, with all that was written after the pages.",
    lambda: good()[: len(unsigned(bundle()))],
    undecided=(17,),
)
dossier(
    "byte-flipped",
    "One digit of what the page shows was changed.",
    lambda: good().replace(b"0.5 g", b"0.6 g", 1),
    failed=(17,),
)
dossier(
    "byte-flipped-in-the-archive",
    "One byte of the archive was changed.",
    lambda: good().replace(b"VERIFIER.md", b"VERIFIEZ.md", 1),
    failed=(1, 17),
)
dossier("bytes-appended", "Something stands after the end of the file.", lambda: good() + b"% hello\n", failed=(17,))
dossier("cut-short", "The last hundred bytes are missing.", lambda: good()[:-100], failed=(17,))
dossier(
    "signed-by-a-stranger",
    "The certificate that signed is none that the ledger names.",
    lambda: signed(unsigned(bundle()), identity("Somebody Else")),
    failed=(17,),
)
dossier(
    "of-a-ledger-that-names-no-certificate",
    "The ledger names no certificate at all.",
    lambda: signed(unsigned(packed(ledger()))),
    failed=(17,),
)
dossier(
    "of-two-certificates",
    "The ledger names an older certificate and the one that signed.",
    lambda: signed(unsigned(packed(ledger("Somebody Else", "Awa Diallo")))),
)


def certificate_withheld() -> bytes:
    forgery = ledger("Awa Diallo").forgery()
    forgery.put_body(2, None)
    return signed(unsigned(packed(forgery)))


dossier(
    "whose-certificate-is-withheld",
    "The entry that names the certificate withholds it.",
    certificate_withheld,
    undecided=(17,),
)

# After it was signed

changed("page-replaced", "What the page shows was replaced.", {CONTENT: papers.drawn(1)}, failed=(17,))
changed(
    "page-overlaid",
    "The page shows something more.",
    {PAGE: papers.page(NEW, (8,)), NEW: papers.drawn(1)},
    failed=(17,),
)
changed(
    "page-added",
    "A page was added.",
    {PAGES: papers.pages(PAGE, NEW), NEW: papers.page(NEW + 1), NEW + 1: papers.drawn(1)},
    failed=(17,),
)
changed("page-removed", "The page was taken out.", {PAGES: papers.pages()}, failed=(17,))
changed(
    "annotated",
    "A note was stuck onto the page.",
    {
        PAGE: papers.page(CONTENT, (8, NEW)),
        NEW: b"<< /Type /Annot /Subtype /FreeText /Rect [0 0 500 500] /Contents (Faux) >>",
    },
    failed=(17,),
)
changed(
    "that-runs-a-program",
    "The document does something when it is opened.",
    {
        CATALOG: papers.catalog({ARCHIVE: FILE}, " /AcroForm 7 0 R /OpenAction << /S /JavaScript /JS (app.alert) >>"),
    },
    failed=(17,),
)
changed("with-an-empty-update", "An update that changes nothing.", {NEW: b"null"}, failed=(17,))


def archive_replaced() -> bytes:
    other = Scene()
    other.open()
    other.add(
        kinds.Certificate(
            use="document", certificate=base64.b64encode(tsa.der(identity()[0])).decode(), origin="self_issued"
        )
    )
    other.stamp(authorities()["p256"])
    data = papers.stream(packed(other), "/Type /EmbeddedFile ")
    return papers.updated(good(), {NEW: data, FILE: papers.file(ARCHIVE, NEW)})


dossier(
    "archive-replaced",
    "The archive was replaced by another one of the same key, after signing.",
    archive_replaced,
    failed=(17,),
)
changed(
    "archive-removed", "The archive was taken out.", {CATALOG: papers.catalog({}, " /AcroForm 7 0 R")}, refused=True
)
changed(
    "second-archive",
    "A second file was attached.",
    {
        CATALOG: papers.catalog({ARCHIVE: FILE, "autre.zip": NEW}, " /AcroForm 7 0 R"),
        NEW: papers.file("autre.zip", NEW + 1),
        NEW + 1: papers.stream(b"PK"),
    },
    refused=True,
)
dossier(
    "archive-in-two-streams",
    "F and UF name two streams: two programs take out two archives.",
    lambda: signed(
        papers.updated(
            unsigned(bundle(), file=papers.file(ARCHIVE, STREAM, NEW)), {NEW: papers.stream(packed(ledger()))}
        )
    ),
    refused=True,
)
dossier(
    "archive-under-another-name",
    "The attachment has another name.",
    lambda: signed(unsigned(bundle(), catalog=papers.catalog({"autre.zip": FILE})), files={"autre.zip": FILE}),
    refused=True,
)

# In the signature

dossier(
    "signature-of-another-kind",
    "SubFilter adbe.pkcs7.detached.",
    lambda: signed(unsigned(bundle()), kind="adbe.pkcs7.detached"),
    failed=(17,),
)
dossier(
    "signature-that-covers-less",
    "The ranges leave out eleven bytes beside the signature.",
    lambda: signed(unsigned(bundle()), left_out=11),
    failed=(17,),
)
dossier(
    "signature-with-more-behind-it",
    "Something stands behind the signature, in its room.",
    lambda: signed(unsigned(bundle()), after=b"\1"),
    failed=(17,),
)
dossier(
    "signature-of-two-signers",
    "Two signers in one signature.",
    lambda: signed(unsigned(bundle()), signers=2),
    failed=(17,),
)
dossier(
    "signature-naming-no-certificate",
    "The signed attributes name no certificate.",
    lambda: signed(unsigned(bundle()), points=False),
    failed=(17,),
)
dossier(
    "signature-naming-another-certificate",
    "They name another one than is enclosed.",
    lambda: signed(unsigned(bundle()), pointed=identity("Somebody Else")[0]),
    failed=(17,),
)
dossier(
    "signed-twice",
    "Signed again by somebody else.",
    lambda: signed(good(), identity("Somebody Else"), number=NEW, fields=(8, NEW + 1)),
    failed=(17,),
)
dossier(
    "archived-and-changed",
    "The time stamp over the document came with another page content.",
    lambda: archived(good(), changed={CONTENT: papers.drawn(1)}),
    failed=(17,),
)
dossier(
    "archived-under-a-stamp-about-other-bytes",
    "The time stamp over the document is about other bytes.",
    lambda: archived(good(), about=b"other bytes"),
    failed=(17,),
)
dossier(
    "changed-after-it-was-archived",
    "Changed after the time stamp over the whole document.",
    lambda: papers.updated(archived(good()), {CONTENT: papers.drawn(1)}),
    failed=(17,),
)
