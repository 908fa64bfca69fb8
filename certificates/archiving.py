"""A drawn page made fit to be kept and read out: structure tree, metadata, PDF/A-3b (ISO 19005-3)."""

from collections.abc import Sequence
from datetime import UTC
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Pdf, String, pdfa

from certificates.paper import Certificate
from certificates.sheet import Tag


def archive(drawn: bytes, tags: Sequence[Tag], certificate: Certificate) -> bytes:
    """The drawn PDF, tagged, described and declared as PDF/A-3b; equal input gives equal bytes."""
    with Pdf.open(BytesIO(drawn)) as pdf:
        del pdf.pages[0].obj["/Trans"]  # reportlab's empty transition, which PDF/A has no place for
        _tag(pdf, tags, certificate.language)
        _describe(pdf, certificate)
        file = BytesIO()
        pdf.save(file, **pdfa.resolve_save_kwargs("3b", deterministic_id=True))
        return file.getvalue()


def _tag(pdf: Pdf, tags: Sequence[Tag], language: str) -> None:
    """Say what each marked piece of the page is, and in which language (ISO 32000-1, 14.7 to 14.9)."""
    page = pdf.pages[0].obj
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root))
    elements = Array()
    for number, tag in enumerate(tags):
        element = Dictionary(Type=Name.StructElem, S=Name(f"/{tag.role}"), P=document, Pg=page, K=number)
        if tag.alt:
            element.Alt = String(tag.alt)
        elements.append(pdf.make_indirect(element))
    document.K = elements
    root.K = document
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array([0, elements])))
    root.ParentTreeNextKey = 1
    page.StructParents = 0
    page.Tabs = Name.S
    pdf.Root.StructTreeRoot = root
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.Lang = String(language)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)


def _describe(pdf: Pdf, certificate: Certificate) -> None:
    """Title, author and dates, alike in the document information and in the XMP metadata, which also declares PDF/A."""
    issued = f"D:{certificate.issued_at.astimezone(UTC):%Y%m%d%H%M%S}+00'00"
    del pdf.trailer["/Info"]
    pdf.docinfo["/Title"] = f"{certificate.title} – {certificate.path_title}"
    pdf.docinfo["/Author"] = certificate.issuer
    pdf.docinfo["/CreationDate"] = issued
    pdf.docinfo["/ModDate"] = issued
    pdfa.prepare(pdf, "3b")
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        # The one thing in it that would differ from run to run.
        metadata["xmp:MetadataDate"] = certificate.issued_at.astimezone(UTC).isoformat(timespec="seconds")
        metadata["dc:language"] = [certificate.language]
