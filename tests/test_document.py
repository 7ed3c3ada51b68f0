"""The signature of the pages against whoever changes them after it was made: every attack has a name here."""

import functools
import io
import os
import re
import subprocess
import sys
import tracemalloc
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from papers import NOW, ask, identity, signed, unsigned
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner

from evidence_vault.attachment import embedded_bundle
from evidence_vault.errors import EvidenceFileError
from evidence_vault.signing import document, pades
from evidence_vault.signing.coverage import BrokenError
from evidence_vault.signing.document import DocumentState, document_state
from evidence_vault.signing.pdfloose import MAX_INFLATED, LoosePdf
from evidence_vault.signing.pdfobjects import PdfObjects
from evidence_vault.signing.pdfsyntax import dictionary, pointer

Change = Callable[[bytes], bytes]


def state_of(data: bytes, folder: Path) -> DocumentState:
    path = folder / "judged.pdf"
    path.write_bytes(data)
    return document_state(path)


def is_sound(state: DocumentState) -> bool:
    return state.signed and not state.problems and state.certificate == identity().certificate


def objects_of(data: bytes) -> PdfObjects:
    return PdfObjects(io.BytesIO(data), len(data))


def written(data: bytes, number: int) -> bytes:
    """An object as it stands in the file, without its head and its end."""
    start = objects_of(data).offsets[number]
    assert start is not None
    return data[data.index(b"obj", start) + 3 : data.index(b"endobj", start)]


def updated(data: bytes, changed: Mapping[int, bytes | None], trailer: bytes = b"", root: int | None = None) -> bytes:
    """`data` with an incremental update: objects by number, None for one that is deleted."""
    objects = objects_of(data)
    size = max(objects.size, *(number + 1 for number in changed)) if changed else objects.size
    out = bytearray(data)
    table = b"xref\n"
    for number, content in sorted(changed.items()):
        entry = b"0000000000 00001 f" if content is None else b"%010d 00000 n" % len(out)
        table += b"%d 1\n%s \n" % (number, entry)
        if content is not None:
            out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    catalog = pointer(objects.trailer[b"Root"]) if root is None else root
    info = pointer(objects.trailer[b"Info"])
    out += table + b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /Prev %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        size, catalog, info, objects.sections[0].start, trailer, start,
    )  # fmt: skip
    return bytes(out)


class CountingFile(io.BytesIO):
    """A file that counts the bytes that are read of it."""

    count = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.count += len(data)
        return data


def with_tree(pages: Iterable[int], objects: Mapping[int, bytes | None]) -> bytes:
    """The small dossier with these pages for all its pages, among these objects."""
    data = unsigned()
    root = pointer(objects_of(data).catalog()[b"Pages"])
    return updated(data, {root: b"<< /Kids [" + b"".join(b"%d 0 R " % page for page in pages) + b"] >>", **objects})


def stamped(data: bytes) -> bytes:
    """`data` under an honest time stamp over all of it: anybody can get one."""
    file = io.BytesIO(data)
    pades._stamp_archive(pades._writer(file), pades._timestamper(ask), f"Archivage {len(data)}")
    return file.getvalue()


def catalog_of(data: bytes) -> tuple[int, bytes]:
    number = pointer(objects_of(data).trailer[b"Root"])
    return number, written(data, number)


def first_page(data: bytes) -> tuple[int, bytes]:
    objects = objects_of(data)
    kids = dictionary(objects.follow(objects.catalog()[b"Pages"]))[b"Kids"]
    assert isinstance(kids, tuple)
    number = pointer(kids[0])
    return number, written(data, number)


def page_redrawn(data: bytes) -> bytes:
    """Other words on the first page, by way of its contents."""
    contents = pointer(dictionary(objects_of(data).at(first_page(data)[0]))[b"Contents"])
    return updated(data, {contents: b"<< /Length 18 >>\nstream\n0 0 m 9 9 l S      \nendstream"})


def page_pointed_elsewhere(data: bytes) -> bytes:
    """The first page shows another stream, which is new."""
    number, page = first_page(data)
    new = objects_of(data).size
    return updated(
        data,
        {
            number: re.sub(rb"/Contents \d+ 0 R", b"/Contents %d 0 R" % new, page),
            new: b"<< /Length 18 >>\nstream\n0 0 m 9 9 l S      \nendstream",
        },
    )


def page_removed(data: bytes) -> bytes:
    """One page less in the tree of pages."""
    number = pointer(objects_of(data).catalog()[b"Pages"])
    tree = written(data, number)
    return updated(data, {number: re.sub(rb"/Kids\s*\[\s*\d+ 0 R", b"/Kids [", tree)})


def page_added(data: bytes) -> bytes:
    """One page more in the tree of pages."""
    number = pointer(objects_of(data).catalog()[b"Pages"])
    new = objects_of(data).size
    tree = re.sub(rb"/Kids\s*\[", b"/Kids [ %d 0 R " % new, written(data, number))
    return updated(data, {number: tree, new: b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 9 9] >>" % number})


def page_covered(data: bytes) -> bytes:
    """A picture laid over the first page as an annotation."""
    number, page = first_page(data)
    new = objects_of(data).size
    annotation = (
        b"<< /Type /Annot /Subtype /FreeText /Rect [0 0 600 800] /DA (/F 9 Tf) /Contents (x) /F 4 "
        b"/AP << /N %d 0 R >> >>" % (new + 1)
    )
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 9 >>\nstream\n0 0 9 9 re\nendstream"
    return updated(data, {number: _with_annotation(page, new), new: annotation, new + 1: form})


def _with_annotation(page: bytes, number: int) -> bytes:
    if b"/Annots" in page:
        return re.sub(rb"(/Annots\s*\[[^\]]*)\]", rb"\1 %d 0 R ]" % number, page)
    return page.rstrip().removesuffix(b">>") + b"/Annots [ %d 0 R ] >>" % number


def archive_replaced(data: bytes) -> bytes:
    """Another bundle in the place of the one that was signed."""
    number, _ = _specification(data)
    stream = pointer(dictionary(dictionary(objects_of(data).at(number))[b"EF"])[b"F"])
    return updated(data, {stream: b"<< /Type /EmbeddedFile /Length 4 >>\nstream\nPK__\nendstream"})


def archive_pointed_elsewhere(data: bytes) -> bytes:
    """The file specification names another stream."""
    number, found = _specification(data)
    new = objects_of(data).size
    return updated(
        data,
        {
            number: re.sub(rb"/U?F \d+ 0 R", lambda hit: hit[0].split()[0] + b" %d 0 R" % new, found),
            new: b"<< /Type /EmbeddedFile /Length 4 >>\nstream\nPK__\nendstream",
        },
    )


def archive_taken_out(data: bytes) -> bytes:
    """No embedded file any more."""
    number, catalog = catalog_of(data)
    return updated(data, {number: re.sub(rb"/Names \d+ 0 R|/AF\s*\[[^\]]*\]", b"", catalog)})


def archive_added(data: bytes) -> bytes:
    """A second embedded file beside the first."""
    names = pointer(objects_of(data).catalog()[b"Names"])
    number, _ = _specification(data)
    tree = b"<< /EmbeddedFiles << /Names [(archive-de-preuve.zip) %d 0 R (autre.zip) %d 0 R] >> >>" % (number, number)
    return updated(data, {names: tree})


def _specification(data: bytes) -> tuple[int, bytes]:
    files = objects_of(data).catalog()[b"AF"]
    assert isinstance(files, tuple)
    number = pointer(files[0])
    return number, written(data, number)


def script_added(data: bytes) -> bytes:
    """A script that runs when the file is opened."""
    number, catalog = catalog_of(data)
    action = b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>"
    return updated(data, {number: catalog.rstrip().removesuffix(b">>") + action})


def description_changed(data: bytes) -> bytes:
    """Another title."""
    return updated(data, {pointer(objects_of(data).trailer[b"Info"]): b"<< /Title (Autre) >>"})


def description_pointed_elsewhere(data: bytes) -> bytes:
    """Another title, through the trailer."""
    objects = objects_of(data)
    changed = updated(data, {objects.size: b"<< /Title (Autre) >>"})
    info = pointer(objects.trailer[b"Info"])
    return changed[: len(data)] + changed[len(data) :].replace(b"/Info %d 0 R" % info, b"/Info %d 0 R" % objects.size)


def object_deleted(data: bytes) -> bytes:
    """A font taken away."""
    resources = dictionary(dictionary(objects_of(data).at(first_page(data)[0]))[b"Resources"])
    return updated(data, {pointer(resources[b"Font"]): None})


def catalog_exchanged(data: bytes) -> bytes:
    """A new root, with the old form, so that the signature is still found."""
    _, catalog = catalog_of(data)
    new = objects_of(data).size
    return updated(data, {new: catalog}, root=new)


def field_shown(data: bytes) -> bytes:
    """A field of a time stamp that shows something over the page."""
    honest = stamped(data)
    return data + re.sub(rb"/Rect \[ 0 0 0 0 \]", b"/Rect [ 0 0 9 9 ]", honest[len(data) :])


def field_with_action(data: bytes) -> bytes:
    """A field of a time stamp that does something."""
    honest = stamped(data)
    added = honest[len(data) :].replace(b"/TU (Timestamp)", b"/AA << /S  1 >>", 1)
    assert added != honest[len(data) :]
    return data + added


def value_exchanged(data: bytes) -> bytes:
    """The field of the signature points to another signature dictionary."""
    objects = objects_of(data)
    form = dictionary(objects.follow(objects.catalog()[b"AcroForm"]))
    fields = form[b"Fields"]
    assert isinstance(fields, tuple)
    number = pointer(fields[0])
    value = pointer(dictionary(objects.at(number))[b"V"])
    return updated(data, {objects.size: written(data, value), number: written(data, number)})


ATTACKS: tuple[Change, ...] = (
    page_redrawn, page_pointed_elsewhere, page_removed, page_added, page_covered, archive_replaced,
    archive_pointed_elsewhere, archive_taken_out, archive_added, script_added, description_changed,
    description_pointed_elsewhere, object_deleted, catalog_exchanged, field_shown, field_with_action, value_exchanged,
)  # fmt: skip


class TestUpdates:
    @pytest.mark.parametrize("level", ["B-B", "B-LT", "B-LTA"])
    @pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
    def test_what_is_appended_is_told(self, tmp_path: Path, attack: Change, level: pades.Level) -> None:
        """Whatever is changed by adding to the signed file, the signature no longer holds."""
        forged = attack(signed(level))
        assert forged.startswith(signed(level))

        state = state_of(forged, tmp_path)

        assert state.signed
        assert state.problems
        assert state.certificate is None

    @pytest.mark.parametrize("attack", [a for a in ATTACKS if a not in {field_shown, field_with_action}],
                             ids=lambda attack: attack.__name__)  # fmt: skip
    def test_an_honest_time_stamp_over_it_helps_nobody(self, tmp_path: Path, attack: Change) -> None:
        """A forger can have the forged file stamped; the changes under the stamp are told all the same."""
        assert state_of(stamped(attack(signed())), tmp_path).problems

    def test_an_honest_time_stamp_alone_is_no_change(self, tmp_path: Path) -> None:
        """A later time stamp over the whole, one or several, is what an archive does."""
        once = stamped(signed("B-LT"))

        assert is_sound(state_of(once, tmp_path))
        assert is_sound(state_of(stamped(once), tmp_path))
        assert is_sound(state_of(stamped(signed("B-LTA")), tmp_path))

    def test_something_after_the_last_time_stamp(self, tmp_path: Path) -> None:
        """An update under no stamp, even one that shows nothing."""
        data = signed("B-LTA")

        assert state_of(updated(data, {objects_of(data).size: b"(hello)"}), tmp_path).problems

    def test_a_time_stamp_of_other_bytes(self, tmp_path: Path) -> None:
        """A token over the document that was altered."""
        data = bytearray(signed("B-LTA"))
        at = data.rindex(b"/Type /DocTimeStamp")
        start = data.rindex(b"/Contents <", 0, at) + 400
        data[start] = ord("0") if data[start] != ord("0") else ord("1")

        assert state_of(bytes(data), tmp_path).problems

    def test_a_second_signature(self, tmp_path: Path) -> None:
        """Two signatures: which of them speaks for the pages would be open."""
        file = io.BytesIO(signed())
        metadata = PdfSignatureMetadata(field_name="Autre", subfilter=SigSeedSubFilter.PADES)
        signer = PdfSigner(metadata, identity().signer, new_field_spec=SigFieldSpec("Autre"))
        twice = signer.sign_pdf(IncrementalPdfFileWriter(file)).getvalue()

        state = state_of(twice, tmp_path)

        assert "2 signatures" in str(state.problems[0])


class TestBytes:
    @pytest.mark.parametrize("added", [b"\n", b"\r\n\r\n", b"%%EOF\n", b"PK\x05\x06" + bytes(18), bytes(70_000)])
    @pytest.mark.parametrize("level", ["B-B", "B-LTA"])
    def test_bytes_at_the_end(self, tmp_path: Path, added: bytes, level: pades.Level) -> None:
        """Anything after the end of the signed file."""
        assert not is_sound(state_of(signed(level) + added, tmp_path))

    @settings(max_examples=150, deadline=None)
    @given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
    def test_any_byte(self, tmp_path_factory: pytest.TempPathFactory, place: float, flip: int) -> None:
        """No byte outside the signature's own place can be another without that being told; nothing ever raises."""
        data = bytearray(signed())
        state = document_state(_kept(tmp_path_factory, data))
        assert is_sound(state)
        start = data.index(b"/Contents <", len(unsigned())) + 10
        end = data.index(b">", start) + 1
        at = int(place * (len(data) - (end - start)))
        at = at if at < start else at + end - start
        data[at] ^= flip

        assert not is_sound(document_state(_kept(tmp_path_factory, data)))

    @settings(max_examples=100, deadline=None)
    @given(place=st.floats(0, 1, exclude_max=True), level=st.sampled_from(["B-B", "B-LTA"]))
    def test_cut_short(self, tmp_path_factory: pytest.TempPathFactory, place: float, level: pades.Level) -> None:
        """A file that ends too early is not sound, unless all that is missing is a whole later time stamp."""
        data = signed(level)
        state = document_state(_kept(tmp_path_factory, data[: int(place * len(data))]))

        assert not is_sound(state) or state.level == "B-LT"

    @settings(max_examples=150, deadline=None)
    @given(
        data=st.binary(max_size=400),
        pieces=st.lists(
            st.sampled_from(
                [
                    b"<<",
                    b">>",
                    b"[",
                    b"]",
                    b"(",
                    b")",
                    b"<",
                    b">",
                    b"/V ",
                    b"1 0 R ",
                    b"%",
                    b"\n",
                    b"1 0 obj",
                    b"endobj",
                ]
            ),
            max_size=300,
        ),
    )
    def test_any_bytes(self, tmp_path_factory: pytest.TempPathFactory, data: bytes, pieces: list[bytes]) -> None:
        """Nothing that is called a PDF makes the reader raise."""
        catalog = b"%PDF-1.7\n1 0 obj\n" + b"".join(pieces) + data + b"\nendobj\n"
        table = b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<< /Size 2 /Root 1 0 R >>\n"
        whole = catalog + table + b"startxref\n%d\n%%%%EOF\n" % len(catalog)

        assert not is_sound(document_state(_kept(tmp_path_factory, whole)))

    def test_after_the_signature_in_its_place(self, tmp_path: Path) -> None:
        """The zeros that fill the room of a signature are not signed: nothing else may stand there."""
        data = bytearray(signed())
        end = data.index(b">", data.index(b"/Contents <", len(unsigned())))
        data[end - 2 : end] = b"41"

        assert "after the signature" in str(state_of(bytes(data), tmp_path).problems[0])

    def test_a_range_with_a_larger_gap(self, tmp_path: Path) -> None:
        """Signature wrapping: bytes beside the signature that it does not cover."""
        data = signed()
        place = data.index(b"/ByteRange [", len(unsigned()))
        ranges = data[place : data.index(b"]", place)]
        _, first, second, length = map(int, ranges.split(b"[")[1].split())
        wider = b"/ByteRange [0 %d %d %d" % (first - 5, second, length)
        forged = data.replace(ranges, wider.ljust(len(ranges)), 1)

        assert "leaves out more" in str(state_of(forged, tmp_path).problems[0])

    @pytest.mark.parametrize(
        "ranges", [b"0 1", b"", b"5 10 20 30", b"0 -1 5 5", b"0 1 2 99999999999999999999", b"(a) 1 2 3", b"0.0 1 2 3"]
    )
    def test_ranges_of_another_form(self, tmp_path: Path, ranges: bytes) -> None:
        """Too few, too many, negative, not whole, beyond the file."""
        data = signed()
        place = data.index(b"/ByteRange [", len(unsigned())) + len(b"/ByteRange [")
        end = data.index(b"\n", place)
        forged = data[:place] + (ranges + b"]").ljust(end - place) + data[end:]

        assert state_of(forged, tmp_path).problems

    @pytest.mark.parametrize("swap", [(b"ETSI.CAdES.detached", b"adbe.pkcs7.detached"), (b"/FT /Sig", b"/FT /Btn")])
    def test_another_kind_of_signature(self, tmp_path: Path, swap: tuple[bytes, bytes]) -> None:
        """A kind that a dossier never bears."""
        data = signed()
        forged = data[: len(unsigned())] + data[len(unsigned()) :].replace(*swap)

        assert state_of(forged, tmp_path).problems


def _kept(factory: pytest.TempPathFactory, data: bytes | bytearray) -> Path:
    path = factory.getbasetemp() / f"judged-{os.getpid()}.pdf"
    path.write_bytes(data)
    return path


class TestWrittenAnew:
    def test_by_qpdf(self, tmp_path: Path) -> None:
        """Opened and saved by another program: the archive can still be taken out, the pages are no longer signed."""
        (tmp_path / "signed.pdf").write_bytes(signed())
        with pikepdf.open(tmp_path / "signed.pdf") as pdf:
            pdf.save(tmp_path / "anew.pdf", compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)

        state = document_state(tmp_path / "anew.pdf")

        assert state.signed
        assert state.problems
        with embedded_bundle(tmp_path / "signed.pdf") as before, embedded_bundle(tmp_path / "anew.pdf") as after:
            assert before.read() == after.read()

    def test_with_another_kind_of_table(self, tmp_path: Path) -> None:
        """The same in the newer form of PDF, which we do not write: never sound, and the archive is still found."""
        (tmp_path / "signed.pdf").write_bytes(signed())
        with pikepdf.open(tmp_path / "signed.pdf") as pdf:
            pdf.save(
                tmp_path / "anew.pdf", compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.generate
            )

        assert not is_sound(document_state(tmp_path / "anew.pdf"))
        with embedded_bundle(tmp_path / "signed.pdf") as before, embedded_bundle(tmp_path / "anew.pdf") as after:
            assert before.read() == after.read()

    def test_encrypted(self, tmp_path: Path) -> None:
        """Encrypted afterwards, with an empty password so that everybody can open it."""
        (tmp_path / "signed.pdf").write_bytes(signed())
        with pikepdf.open(tmp_path / "signed.pdf") as pdf:
            pdf.save(tmp_path / "anew.pdf", encryption=pikepdf.Encryption(owner="x", user=""))

        assert not is_sound(document_state(tmp_path / "anew.pdf"))

    def test_the_signature_taken_off(self, tmp_path: Path) -> None:
        """A dossier without its signature is one whose pages nobody signed: that is what is said."""
        number, catalog = catalog_of(signed())
        stripped = re.sub(rb"/AcroForm \d+ 0 R", b"", catalog)

        assert state_of(updated(signed(), {number: stripped}), tmp_path) == DocumentState(signed=False)


class TestHostile:
    @pytest.mark.parametrize(
        ("body", "trailer"),
        [
            (b"[" * 100_000, b"/Root 1 0 R"),
            (b"<< /A " * 50_000, b"/Root 1 0 R"),
            (b"(" * 100_000, b"/Root 1 0 R"),
            (b"% " * 100_000, b"/Root 1 0 R"),
            (b"<< /AcroForm 1 0 R /Fields [" + b"1 0 R " * 1000 + b"] >>", b"/Root 1 0 R"),
            (b"<< /AcroForm 1 0 R /Fields [1 0 R] /Kids [1 0 R] /V 1 0 R >>", b"/Root 1 0 R"),
            (b"<< /AcroForm 1 0 R /Fields [1 0 R] /V 1 0 R /FT /Sig >>", b"/Root 1 0 R"),
            (b"<< /AcroForm 1 0 R /Fields 1 0 R >>", b"/Root 1 0 R"),
            (b"null", b"/Root 1 0 R"),
            (b"<< >>", b"/Root 1 0 R /Prev 0"),
            (b"<< >>", b"/Root 1 0 R /Prev 99999999999999999999"),
            (b"<< >>", b"/Root 1 0 R /Encrypt << >>"),
            (b"<< >>", b"/Root 9 0 R"),
            (b"<< >>", b"/Root (x)"),
        ],
    )
    def test_structures(self, tmp_path: Path, body: bytes, trailer: bytes) -> None:
        """Nested without end, in circles, out of bounds: read in bounded time and memory, never sound, no error."""
        start = b"%PDF-1.7\n1 0 obj\n" + body + b"\nendobj\n"
        table = b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<< /Size 2 " + trailer + b" >>\n"

        state = state_of(start + table + b"startxref\n%d\n%%%%EOF\n" % len(start), tmp_path)

        assert not is_sound(state)

    @pytest.mark.parametrize(
        "table", [b"0 99999999999\n", b"0 1000001\n", b"0 2\n0000000000 65535 f\n", b"-1 2\n", b""]
    )
    def test_tables(self, tmp_path: Path, table: bytes) -> None:
        """A table that says it is larger than the file, or of another form."""
        data = b"%PDF-1.7\nxref\n" + table + b"trailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"

        assert not is_sound(state_of(data, tmp_path))

    def test_a_table_in_a_circle(self, tmp_path: Path) -> None:
        """A table that comes after itself."""
        data = b"%PDF-1.7\nxref\n0 0\ntrailer\n<< /Root 1 0 R /Prev 9 >>\nstartxref\n9\n%%EOF\n"

        assert not is_sound(state_of(data, tmp_path))

    def test_named_a_thousand_times(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What all pages share is read once, however often it is named."""
        new = objects_of(unsigned()).size
        shared, note, pages = new, new + 1, range(new + 2, new + 52)
        objects = objects_of(
            with_tree(
                pages,
                {
                    shared: b"[" + b"%d 0 R " % note * 1000 + b"]",
                    note: b"<< /Type /Annot /Subtype /Link >>",
                    **dict.fromkeys(pages, b"<< /Type /Page /Annots %d 0 R >>" % shared),
                },
            )
        )
        parsed: Counter[int] = Counter()
        parse = PdfObjects._parse_at

        def counting(self: PdfObjects, number: int) -> object:
            parsed[number] += 1
            return parse(self, number)

        monkeypatch.setattr(PdfObjects, "_parse_at", counting)
        document._check_files(objects)

        assert {1} == {parsed[number] for number in (shared, note, *pages)}

    def test_a_file_pinned_among_what_is_shared(self) -> None:
        """An annotation is looked at wherever it is named first, if only once."""
        new = objects_of(unsigned()).size
        objects = objects_of(
            with_tree(
                (new + 1, new + 2),
                {
                    new: b"<< /Type /Annot /Subtype /FileAttachment >>",
                    new + 1: b"<< /Type /Page /Annots [] >>",
                    new + 2: b"<< /Type /Page /Annots [%d 0 R] >>" % new,
                },
            )
        )

        with pytest.raises(BrokenError):
            document._check_files(objects)

    def test_a_page_in_two_places(self) -> None:
        """A tree that names a page, or an array of pages, a second time is refused there."""
        new = objects_of(unsigned()).size
        page = {new: b"<< /Type /Page >>"}
        twice = {new + 1: b"<< /Kids %d 0 R >>" % (new + 3), new + 2: b"<< /Kids %d 0 R >>" % (new + 3), new + 3: b"[]"}

        for data in (with_tree((new, new), page), with_tree((new + 1, new + 2), twice)):
            with pytest.raises(ValueError, match="not a"):
                document._check_files(objects_of(data))

    def test_objects_in_one_another(self) -> None:
        """Objects that all begin in one comment, with one body behind it, cost no more than the file once."""
        count = 2000
        data = bytearray(b"%PDF-1.7\n")
        offsets = []
        for number in range(1, count + 1):
            offsets.append(len(data))
            data += b"%d 0 obj %%" % number
        data += b"\n[" + b"0 " * 200_000 + b"]\nendobj\n"
        start = len(data)
        data += b"xref\n1 %d\n" % count + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        data += b"trailer\n<< /Size %d >>\nstartxref\n%d\n%%%%EOF\n" % (count + 1, start)
        file = CountingFile(bytes(data))
        objects = PdfObjects(file, len(data))
        file.count = 0

        for number in range(1, count):
            with pytest.raises(ValueError, match="not an object"):
                objects.at(number)
        assert isinstance(objects.at(count), tuple)
        assert file.count < 2 * len(data)

    def test_nothing_there(self, tmp_path: Path) -> None:
        """A file that cannot be read is told, not raised."""
        assert document_state(tmp_path / "none.pdf").problems
        assert document_state(tmp_path).problems

    def test_unsigned(self, tmp_path: Path) -> None:
        """Pages that nobody signed are neither sound nor broken."""
        assert state_of(unsigned(), tmp_path) == DocumentState(signed=False)


def archive_of(folder: Path, data: bytes) -> Path:
    path = folder / "dossier.pdf"
    path.write_bytes(data)
    return path


def starts_with(data: bytes, number: int, head: bytes) -> bool:
    """Whether the object of this number is a stream that begins so."""
    try:
        found = objects_of(data).stream_at(number)
    except ValueError:
        return False
    return data[found.start :].startswith(head)


def without_a_table(data: bytes) -> bytes:
    return data.replace(b"startxref\n", b"startxref\n9")


@functools.cache
def deflated(size: int) -> bytes:
    """So many zeros, deflated."""
    stream = zlib.compressobj(9)
    return b"".join([*(stream.compress(bytes(1 << 20)) for _ in range(size >> 20)), stream.flush()])


def with_table_stream(told: bytes, packed: bytes) -> bytes:
    """A PDF that is little more than a cross-reference stream."""
    data = b"%PDF-1.5\n"
    body = b"1 0 obj\n<< %s /Root 2 0 R /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (told, len(packed), packed)
    return data + body + b"startxref\n%d\n%%%%EOF\n" % len(data)


def with_packed_objects(length: bytes, told: bytes, packed: bytes) -> bytes:
    """A PDF whose catalogue stands in a stream of objects; `length` is what that stream says of its own."""
    data = b"%PDF-1.5\n"
    length = length if b"R" in length else b"/Length %d" % len(packed)
    inner = b"3 0 obj\n<< /Type /ObjStm %s %s >>\nstream\n%s\nendstream\nendobj\n" % (told, length, packed)
    rows = bytes([2, 0, 0, 0, 3, 0, 1, 0, 0, 0, len(data), 0])
    start = len(data) + len(inner)
    table = b"4 0 obj\n<< /Type /XRef /W [1 4 1] /Index [1 1 3 1] /Size 5 /Root 1 0 R /Length 12 >>\nstream\n"
    return data + inner + table + rows + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


class TestArchive:
    @pytest.mark.parametrize("attack", [archive_added, archive_taken_out, archive_pointed_elsewhere])
    def test_the_archive_after_an_attack(self, tmp_path: Path, attack: Change) -> None:
        """Several or none is refused; one that was exchanged is given, and the signature tells."""
        path = tmp_path / "dossier.pdf"
        path.write_bytes(attack(signed()))

        if attack is archive_pointed_elsewhere:
            with embedded_bundle(path) as archive:
                assert archive.read() == b"PK__"
        else:
            with pytest.raises(EvidenceFileError, match=r"several attachments|without the archive"):
                embedded_bundle(path)
        assert document_state(path).problems

    def test_two_streams(self, tmp_path: Path) -> None:
        """One archive for readers that take F, another for those that take UF."""
        data = unsigned()
        number, found = _specification(data)
        new = objects_of(data).size
        path = tmp_path / "dossier.pdf"
        path.write_bytes(
            updated(
                data,
                {
                    number: re.sub(rb"/UF \d+ 0 R", b"/UF %d 0 R" % new, found),
                    new: b"<< /Length 4 >>\nstream\nPK__\nendstream",
                },
            )
        )

        with pytest.raises(EvidenceFileError, match="packed again"):
            embedded_bundle(path)

    @pytest.mark.parametrize("streams", list(pikepdf.StreamDecodeLevel))
    @pytest.mark.parametrize("objects", list(pikepdf.ObjectStreamMode))
    @pytest.mark.parametrize("linear", [False, True])
    def test_written_by_another_program(
        self, tmp_path: Path, streams: pikepdf.StreamDecodeLevel, objects: pikepdf.ObjectStreamMode, linear: bool
    ) -> None:
        """In each form that other programs write, the archive is found while nobody packed it again."""
        path = tmp_path / "signed.pdf"
        path.write_bytes(signed())
        with pikepdf.open(path) as pdf:
            pdf.save(
                tmp_path / "anew.pdf",
                compress_streams=False,
                stream_decode_level=streams,
                object_stream_mode=objects,
                linearize=linear,
            )

        with embedded_bundle(path) as before, embedded_bundle(tmp_path / "anew.pdf") as after:
            assert before.read() == after.read()

    @pytest.mark.parametrize("change", [lambda data: data + b"more" * 100, lambda data: data[:-8], without_a_table])
    def test_a_damaged_end(self, tmp_path: Path, change: Change) -> None:
        """Something after the end, an end that is missing, a table that is lost: the archive is found."""
        path = tmp_path / "dossier.pdf"
        path.write_bytes(unsigned())
        with embedded_bundle(path) as archive:
            good = archive.read()
        path.write_bytes(change(unsigned()))

        with embedded_bundle(path) as archive:
            assert archive.read() == good

    @pytest.mark.parametrize(
        "bomb",
        [
            with_table_stream(b"/Type /XRef /W [1 2 1] /Size 9 /Filter /FlateDecode", deflated(256 << 20)),
            with_table_stream(b"/Type /XRef /W [1 2 1] /Size 9 /Filter [/FlateDecode /FlateDecode]", deflated(1 << 20)),
            with_table_stream(b"/Type /XRef /W [1 2 1] /Size 9 /Filter /LZWDecode", b"\x80\x0b\x60" * 1000),
            with_table_stream(b"/Type /XRef /W [0 1 0] /Size 999999999 /Filter /FlateDecode", deflated(10 << 20)),
            with_table_stream(b"/Type /XRef /W [0 0 0] /Size 999999999 /Filter /FlateDecode", deflated(10 << 20)),
            with_packed_objects(b"/Length 9", b"/N 1 /First 4 /Filter /FlateDecode", deflated(256 << 20)),
            with_packed_objects(b"/Length 9", b"/N 1 /First 99999999 /Filter /FlateDecode", deflated(1 << 20)),
            with_packed_objects(b"/Length 1 0 R", b"/N 1 /First 4", b"1 0 9"),
        ],
    )
    def test_what_unfolds_without_end(self, tmp_path: Path, bomb: bytes) -> None:
        """A PDF that would unfold to gigabytes, or that is taken apart in circles, is refused in little memory."""
        path = tmp_path / "bomb.pdf"
        path.write_bytes(bomb)
        tracemalloc.start()
        try:
            with pytest.raises(EvidenceFileError, match="damaged"):
                embedded_bundle(path)
            assert tracemalloc.get_traced_memory()[1] < 100 << 20
        finally:
            tracemalloc.stop()

    def test_streams_are_counted_together(self) -> None:
        """The bound is on all that a file unfolds to, packed or not."""
        data = with_packed_objects(b"", b"/N 1 /First 4", b"1 0\n<< >>".ljust(MAX_INFLATED - 24))
        assert LoosePdf(io.BytesIO(data), len(data)).catalog() == {}

        data = with_packed_objects(b"", b"/N 1 /First 4", b"1 0\n<< >>".ljust(MAX_INFLATED))
        with pytest.raises(ValueError, match="trailer"):
            LoosePdf(io.BytesIO(data), len(data))

    def test_a_length_beyond_any_file(self, tmp_path: Path) -> None:
        """A number that no file can be sought at is a damaged PDF, not an error of ours."""
        with embedded_bundle(archive_of(tmp_path, unsigned())) as archive:
            head = archive.read(30)
        number = next(n for n in objects_of(unsigned()).offsets if starts_with(unsigned(), n, head))
        data = updated(unsigned(), {number: b"<< /Length %s >>\nstream\nPK\nendstream" % (b"9" * 30)})

        with pytest.raises(EvidenceFileError, match="damaged"):
            embedded_bundle(archive_of(tmp_path, data))

    def test_a_window_is_a_file(self, tmp_path: Path) -> None:
        """It can be searched and read like the file that it shows, and shows nothing else."""
        path = tmp_path / "dossier.pdf"
        path.write_bytes(signed("B-LTA"))
        with pikepdf.open(path) as pdf:
            whole = pdf.attachments["archive-de-preuve.zip"].obj.EF.F.read_raw_bytes()

        with embedded_bundle(path) as archive:
            assert archive.seek(0, io.SEEK_END) == len(whole)
            assert archive.read() == b""
            archive.seek(10)
            assert archive.read(5) == whole[10:15]
            assert archive.seek(-7, io.SEEK_END) == len(whole) - 7
            assert archive.read(100) == whole[-7:]
            with pytest.raises(ValueError, match="before the start"):
                archive.seek(-1)

    def test_memory_does_not_grow_with_the_archive(self, tmp_path: Path) -> None:
        """Judging and opening a dossier of 80 MB takes no more memory than one of 3 kB."""
        peaks = []
        for size in (1, 80_000_000):
            path = tmp_path / f"{size}.pdf"
            _inflate(path, size)
            program = (
                "import sys, zipfile, resource, pathlib; from evidence_vault.signing.document import document_state; "
                "from evidence_vault.attachment import embedded_bundle; path = pathlib.Path(sys.argv[1]); "
                "state = document_state(path); assert state.signed and not state.problems, state; "
                "archive = embedded_bundle(path); archive.seek(0, 2); "
                "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
            )
            done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)
            peaks.append(int(done.stdout) / 1024)
            path.unlink()

        assert peaks[1] < peaks[0] + 20


def _inflate(path: Path, size: int) -> None:
    """The smallest PDF with an archive of `size` bytes, signed."""
    head = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(archive-de-preuve.zip) 4 0 R] >> >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        b"<< /Type /Filespec /F (archive-de-preuve.zip) /EF << /F 5 0 R /UF 5 0 R >> >>",
    ]
    offsets = []
    with path.open("wb") as file:
        file.write(head)
        for number, body in enumerate(bodies, start=1):
            offsets.append(file.tell())
            file.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        offsets.append(file.tell())
        file.write(b"5 0 obj\n<< /Length %d >>\nstream\n" % size)
        file.seek(size, io.SEEK_CUR)
        file.write(b"\nendstream\nendobj\n")
        offsets.append(file.tell())
        file.write(b"6 0 obj\n<< >>\nendobj\n")
        start = file.tell()
        file.write(b"xref\n0 7\n0000000000 65535 f \n")
        file.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
        file.write(b"trailer\n<< /Size 7 /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)
    pades.sign_document(path, identity(), pades.SigningOptions(now=NOW, ask=ask))
