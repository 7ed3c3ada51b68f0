"""What makes a PDF an archive (ISO 19005-3, PDF/A-3a) and readable aloud (ISO 14289-1, PDF/UA-1): colours, description.

The canvas writes conforming objects as it draws, so that no second pass has to hold or copy the file. Here are the two
streams that the standard asks for besides, and the check of what was written.
"""

import datetime as dt
import html
import struct
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from evidence_vault.errors import ExportError

FLAVOUR = "3b"


@dataclass(frozen=True, slots=True)
class Description:
    """What a document says of itself."""

    title: str
    author: str
    subject: str
    creator: str
    producer: str
    made_at: dt.datetime


def xmp(described: Description) -> bytes:
    """The XMP packet that declares PDF/A-3a and PDF/UA-1; the same description gives the same bytes."""
    moment = described.made_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    title, author, subject, creator, producer = (
        html.escape(plain(text), quote=False)
        for text in (
            described.title, described.author, described.subject, described.creator, described.producer
        )
    )  # fmt: skip
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
    xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
    xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
   <pdfaid:part>3</pdfaid:part>
   <pdfaid:conformance>A</pdfaid:conformance>
   <pdfuaid:part>1</pdfuaid:part>
   <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
     <pdfaProperty:name>part</pdfaProperty:name>
     <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
     <pdfaProperty:category>internal</pdfaProperty:category>
     <pdfaProperty:description>Part of ISO 14289 to which the document conforms</pdfaProperty:description>
    </rdf:li></rdf:Seq></pdfaSchema:property>
   </rdf:li></rdf:Bag></pdfaExtension:schemas>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
   <dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
   <xmp:CreatorTool>{creator}</xmp:CreatorTool>
   <xmp:CreateDate>{moment}</xmp:CreateDate>
   <xmp:ModifyDate>{moment}</xmp:ModifyDate>
   <xmp:MetadataDate>{moment}</xmp:MetadataDate>
   <pdf:Producer>{producer}</pdf:Producer>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>""".encode()


def plain(text: str) -> str:
    """`text` without the characters that XML cannot hold."""
    return "".join(
        " " if sign in "\t\r\n" else "\ufffd" if unicodedata.category(sign) in {"Cc", "Cs", "Cn"} else sign
        for sign in text
    )


# IEC 61966-2-1 adapted to the white of print (D50, Bradford), as ICC.1:2010 asks; lengths in 1/65536.
_PRIMARIES = {
    b"rXYZ": (28578, 14581, 912), b"gXYZ": (25241, 46981, 6362), b"bXYZ": (9376, 3972, 46799)
}  # fmt: skip
_WHITE = (63190, 65536, 54061)
_ADAPTATION = (68674, 1502, -3290, 1939, 64912, -1118, -605, 990, 49286)
# The curve: a power, a straight line near black.
_CURVE = (157286, 62119, 3417, 5072, 2651)


def srgb_profile() -> bytes:
    """The ICC profile of sRGB (version 4), which says what the red, green and blue of the pages look like."""
    curve = b"para" + struct.pack(">IHH5i", 0, 3, 0, *_CURVE)
    tags = {
        b"desc": _text("sRGB IEC61966-2.1"),
        b"cprt": _text("Public domain"),
        b"wtpt": b"XYZ " + struct.pack(">I3i", 0, *_WHITE),
        b"chad": b"sf32" + struct.pack(">I9i", 0, *_ADAPTATION),
        **{name: b"XYZ " + struct.pack(">I3i", 0, *value) for name, value in _PRIMARIES.items()},
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    head = struct.pack(
        ">I4xI4s4s4s6H4s4xI16xI3i48x",
        start + len(data), 0x04200000, b"mntr", b"RGB ", b"XYZ ", 2026, 1, 1, 0, 0, 0, b"acsp", 0, 0, *_WHITE,
    )  # fmt: skip
    return head + table + data


def _text(text: str) -> bytes:
    coded = text.encode("utf-16-be")
    return b"mluc" + struct.pack(">III2s2sII", 0, 1, 12, b"en", b"US", len(coded), 28) + coded


def require_archival(path: Path) -> None:
    """Make sure that the PDF at `path`, not yet signed, is PDF/A-3; raise `ExportError` with the first reason if not.

    The rules are veraPDF's, applied by pikepdf: it approves only what it knows to be right. It knows level B; what
    level A and PDF/UA add, and how a file says so, is checked by veraPDF itself in the tests.
    """
    from pikepdf.pdfa import validate_written

    report = validate_written(path, FLAVOUR)
    found = [finding for finding in report.findings if not _says_more(finding.rule, finding.message)]
    if found or not (report.passed or report.findings):
        raise ExportError(
            "The dossier was made, but it is not a valid PDF/A-3 archive, so it was not kept ({detail}). "
            "Nothing in the case changed. Please report this sentence.",
            detail=f"{found[0].rule}: {found[0].message}" if found else "?",
        )


_SAID_BEYOND = ("pdfaExtension", "pdfaSchema", "pdfaProperty", "pdfuaid:part")


def _says_more(rule: str, message: str) -> bool:
    """Whether the validator of level B only objects that the file declares more than it knows of."""
    if rule.endswith("6.6.2.3.1-1"):
        return any(f" {name}" in message for name in _SAID_BEYOND)
    return rule.endswith("6.6.4-3") and "conformance is 'A'" in message
