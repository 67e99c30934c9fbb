"""What PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1) want of a file besides a tagged page.

The description of the file in XMP and, in step with it, in the information dictionary; the colours it was drawn for;
attached files that say how they belong to it. Knows nothing of certificates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from xml.sax.saxutils import escape

from PIL import ImageCms
from reportlab.pdfbase.pdfdoc import PDFDocument

from cequiz.adapters.pdf.objects import add, stream, text_string

_PRODUCER = "cequiz with ReportLab"
_SRGB = "sRGB IEC61966-2.1"

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in (
        ("dc", "http://purl.org/dc/elements/1.1/"),
        ("xmp", "http://ns.adobe.com/xap/1.0/"),
        ("pdf", "http://ns.adobe.com/pdf/1.3/"),
        ("pdfaid", "http://www.aiim.org/pdfa/ns/id/"),
        ("pdfuaid", "http://www.aiim.org/pdfua/ns/id/"),
        ("pdfaExtension", "http://www.aiim.org/pdfa/ns/extension/"),
        ("pdfaSchema", "http://www.aiim.org/pdfa/ns/schema#"),
        ("pdfaProperty", "http://www.aiim.org/pdfa/ns/property#"),
    )
)
_PACKET = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" {_NAMESPACES}>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%(title)s</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>%(author)s</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">%(subject)s</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>%(language)s</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>%(creator)s</xmp:CreatorTool>
<xmp:CreateDate>%(made_at)s</xmp:CreateDate>
<xmp:ModifyDate>%(made_at)s</xmp:ModifyDate>
<xmp:MetadataDate>%(made_at)s</xmp:MetadataDate>
<pdf:Producer>%(producer)s</pdf:Producer>
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Accessibility of PDF (PDF/UA)</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file keeps to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


@dataclass(frozen=True, kw_only=True)
class About:
    """What a file says of itself, to viewers and screen readers."""

    title: str
    """Shown in the window's title instead of the file's name."""
    author: str
    subject: str
    made_at: datetime
    """With a time zone; not the clock's time but the content's, so that equal pages are equal files."""
    language: str = "en"
    """Of the text (BCP 47)."""
    creator: str = "cequiz certificate 2"
    """The layout that drew the page; readers choose by it."""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file inside the file: the data of which the page is the picture."""

    name: str
    mime: str
    content: bytes
    description: str


def metadata(document: PDFDocument, about: About) -> bytes:
    """Add the XMP packet and return its reference."""
    packet = _PACKET % {
        "title": escape(about.title),
        "author": escape(about.author),
        "subject": escape(about.subject),
        "language": escape(about.language),
        "creator": escape(about.creator),
        "producer": _PRODUCER,
        "made_at": about.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return add(document, stream(b"/Type /Metadata /Subtype /XML", packet.encode(), deflate=False))[1]


def information(document: PDFDocument, about: About) -> bytes:
    """Add the information dictionary, which says the same as the XMP packet, and return its reference."""
    texts = (
        (b"Title", about.title),
        (b"Author", about.author),
        (b"Subject", about.subject),
        (b"Creator", about.creator),
        (b"Producer", _PRODUCER),
        (b"CreationDate", _date(about.made_at)),
        (b"ModDate", _date(about.made_at)),
    )
    return add(document, b"<< %s >>" % b" ".join(b"/%s %s" % (key, text_string(text)) for key, text in texts))[1]


def output_intents(document: PDFDocument) -> bytes:
    """Add the sRGB profile and return the array that says the page's colours are meant in it."""
    profile = add(document, _profile())[1]
    name = text_string(_SRGB)
    return b"[<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier %s /Info %s /DestOutputProfile %s >>]" % (
        name,
        name,
        profile,
    )


@cache
def _profile() -> bytes:
    """Return the sRGB profile as a stream; a made profile bears the time of making, which is taken out."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes.fromhex("07d000010001000000000000")  # the date of making (ICC.1, 7.2.8): 2000-01-01
    profile[84:100] = bytes(16)  # the profile's own digest (7.2.18); zeros mean that none was made
    return stream(b"/N 3", bytes(profile))


def attached(document: PDFDocument, attachments: tuple[Attachment, ...], *, made_at: datetime) -> bytes:
    """Add attached files and return the catalog's entries for them; nothing for none.

    Each is `Data` (ISO 32000-2, 7.11.3): what the visible page was made from.
    """
    if not attachments:
        return b""
    named = []
    for one in sorted(attachments, key=lambda attachment: attachment.name):
        mime = b"/" + one.mime.replace("/", "#2F").encode("ascii")
        entries = b"/Type /EmbeddedFile /Subtype %s /Params << /Size %d /ModDate %s >>" % (
            mime, len(one.content), text_string(_date(made_at)),
        )  # fmt: skip
        content = add(document, stream(entries, one.content, level=6))[1]
        name = text_string(one.name)
        specification = add(
            document,
            b"<< /Type /Filespec /F %s /UF %s /Desc %s /AFRelationship /Data /EF << /F %s /UF %s >> >>"
            % (name, name, text_string(one.description), content, content),
        )[1]
        named.append((name, specification))
    return b" /AF [%s] /Names << /EmbeddedFiles << /Names [%s] >> >>" % (
        b" ".join(specification for _name, specification in named),
        b" ".join(b"%s %s" % pair for pair in named),
    )


def _date(at: datetime) -> str:
    return at.astimezone(UTC).strftime("D:%Y%m%d%H%M%S+00'00'")
