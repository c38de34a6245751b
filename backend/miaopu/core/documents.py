"""Letters, tickets, certificates and forms as PDF/A, set by Typst from the templates in `miaopu/documents`.

PDF/A-2u is asked for because Typst then refuses a page on which a character has no glyph, and a
certificate with an empty box in a name must never leave the house.
"""

import io
import json
import string
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst

from miaopu.core.document_data import (
    CertificateData,
    FormData,
    LabelsData,
    LetterData,
    ListData,
    TicketData,
    TicketsData,
)
from miaopu.core.problem import Language, Problem, say, words
from miaopu.settings import ROOT

TEMPLATES = Path(__file__).resolve().parents[1] / "documents"
# Facts that stand out in a sentence.
STRONG = ("name", "subject", "grade", "term")
# What differs from ticket to ticket.
TICKET_PAGE = ("name", "ticket_number", "seat", "facts", "notes", "qr")
# Typst's compiler is kept, and is not to be entered by two threads at once.
one_at_a_time = threading.Lock()


def font_dir() -> Path:
    """The folder with the fonts; `make fonts` fills it."""
    return ROOT / "var" / "fonts"


def appointment_letter(data: LetterData, language: Language = "zh-CN") -> bytes:
    """A mentor's letter of appointment as PDF. Raises `document_glyph_missing`."""
    return _pdf("letter", data, language)


def admission_ticket(data: TicketData, language: Language = "zh-CN") -> bytes:
    """The admission ticket to the written test as PDF. Raises `document_glyph_missing`."""
    return _pdf("ticket", data, language)


def admission_tickets(data: TicketsData, language: Language = "zh-CN") -> bytes:
    """Many tickets as one PDF, in the order given. Raises `document_glyph_missing`."""
    return _pdf("ticket", data, language)


def certificate(data: CertificateData, language: Language = "zh-CN") -> bytes:
    """A student's certificate (P26) as PDF, A4 landscape. Raises `document_glyph_missing`."""
    return _pdf("certificate", data, language)


def registration_form(data: FormData, language: Language = "zh-CN") -> bytes:
    """The registration as submitted, with boxes to sign and seal, as PDF. Raises `document_glyph_missing`."""
    return _pdf("form", data, language)


def printed_list(data: ListData, language: Language = "zh-CN") -> bytes:
    """A list as PDF, its header on every page. Raises `document_glyph_missing`."""
    return _pdf("list", data, language)


def printed_labels(data: LabelsData, language: Language = "zh-CN") -> bytes:
    """Desk labels as PDF. Raises `document_glyph_missing`."""
    return _pdf("labels", data, language)


Data = LabelsData | LetterData | TicketData | TicketsData | CertificateData | FormData | ListData


def _pdf(kind: str, data: Data, language: Language) -> bytes:
    try:
        return render(kind, data, language)
    except typst.TypstError as refused:
        if "could not be displayed" in refused.message or "not supported by" in refused.message:
            missing = _unprintable(kind, data, language)
            raise Problem("document_glyph_missing", 422, characters=missing) from refused
        raise


def render(kind: str, data: Data, language: Language, **output: Any) -> bytes:
    """One document in the output that Typst is asked for; PDF/A-2u by default."""
    given = {
        "sys_inputs": {"data": _inputs(kind, data, language)},
        "format": "pdf",
        "pdf_standards": "a-2u",
        **output,
    }
    with one_at_a_time:
        made = _compiler().compile(str(TEMPLATES / f"{kind}.typ"), **given)
    if not isinstance(made, bytes):
        raise TypeError(f"{kind} has no single output")
    return made


@cache
def fonts() -> typst.Fonts:
    """The faces that everything is set in. Raises 500 `document_font_missing`."""
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_dir())])
    if not found.families():
        raise Problem("document_font_missing", 500)
    return found


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(root=str(TEMPLATES), font_paths=fonts(), ignore_system_fonts=True)


def bound(kind: str, data: Mapping[str, Any], pictures: Mapping[str, bytes], language: Language) -> bytes:
    """A long document with pictures as PDF: `data` names them by their keys, such as `p1.jpg`.

    What people wrote in it may hold any character: one that no font has is printed as its number, 〔U+1F600〕.
    """
    said = {k.rpartition(".")[2]: say(language, k, data) for k in words(language) if k.startswith(f"document.{kind}.")}
    sent = {**data, "lang": language.split("-")[0], "words": said, "author": say(language, "document.author", data)}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name in ("common.typ", f"{kind}.typ"):
            (place / name).write_bytes((TEMPLATES / name).read_bytes())
        for name, picture in pictures.items():
            (place / name).write_bytes(picture)
        compiler = typst.Compiler(root=folder, font_paths=fonts(), ignore_system_fonts=True)
        text = json.dumps(sent, ensure_ascii=False)

        def compiled(given: str) -> Any:
            with one_at_a_time:
                return compiler.compile(
                    str(place / f"{kind}.typ"), format="pdf", pdf_standards="a-2u", sys_inputs={"data": given}
                )

        try:
            made = compiled(text)
        except typst.TypstError as refused:
            if "could not be displayed" not in refused.message and "not supported by" not in refused.message:
                raise
            for character in _unprintable_in(text):
                text = text.replace(character, f"〔U+{ord(character):04X}〕")
            made = compiled(text)
    if not isinstance(made, bytes):
        raise TypeError(f"{kind} has no single output")
    return made


def _inputs(kind: str, data: Data, language: Language) -> str:
    if not isinstance(data, TicketsData):
        return json.dumps(_sent(kind, data, language), ensure_ascii=False)
    pages = [_sent(kind, ticket, language) for ticket in data.tickets]
    # Said once: nobody's name is the title of them all.
    sent = {**pages[0], "title": pages[0]["heading"]}
    sent["pages"] = [{key: page[key] for key in TICKET_PAGE} for page in pages]
    return json.dumps(sent, ensure_ascii=False)


def _sent(kind: str, data: Data, language: Language) -> dict[str, Any]:
    facts: dict[str, Any] = asdict(data)
    prefix = f"document.{kind}."
    said = {k.removeprefix(prefix): say(language, k, facts) for k in words(language) if k.startswith(prefix)}
    said = {
        "check": say(language, "document.check", {}),
        "number": say(language, "document.number", facts),
    } | said
    sent: dict[str, Any] = {
        **facts,
        "lang": language.split("-")[0],
        "title": said["title"],
        "author": say(language, "document.author", facts),
        "heading": said["heading"],
        "words": said,
        "qr": qr_svg(facts["check_url"]) if facts.get("check_url") else None,
    }
    for key in ("body", "closing"):
        if prefix + key in words(language):
            sent[key] = _pieces(words(language)[prefix + key], facts)
    if isinstance(data, TicketData):
        sent["seat"] = _labelled(said, facts, ("room", "seat", "subject"))
        sent["facts"] = _labelled(said, facts, ("starts_at", "address", "city", "school", "number"))
        sent["words"]["number"] = said["number"]
    if isinstance(data, ListData):
        sent["facts"] = [{"label": label, "value": value} for label, value in data.facts]
    if isinstance(data, FormData):
        known = _labelled(said, facts, ("school", "subject"))
        sent["facts"] = known + [{"label": label, "value": value} for label, value in data.facts]
        sent["texts"] = [{"heading": h, "paragraphs": [p for p in t.splitlines() if p.strip()]} for h, t in data.texts]
    return sent


def _labelled(said: Mapping[str, str], facts: Mapping[str, Any], keys: Sequence[str]) -> list[dict[str, str]]:
    return [{"label": said[key], "value": facts[key]} for key in keys]


def _pieces(sentence: str, facts: Mapping[str, object]) -> list[dict[str, object]]:
    """The sentence in pieces, the facts that stand out marked as strong."""
    pieces: list[dict[str, object]] = []
    for plain, name, _, _ in string.Formatter().parse(sentence):
        if plain:
            pieces.append({"text": plain, "strong": False})
        if name:
            pieces.append({"text": str(facts.get(name, "")), "strong": name in STRONG})
    return pieces


def qr_svg(address: str) -> str:
    """A QR code of the address as SVG, for scanning from paper (level M)."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=0, dark="#1d2420", svgns=True)
    return out.getvalue().decode()


def _unprintable(kind: str, data: Data, language: Language) -> str:
    """The characters of the document that no font has: each is set alone (slow, so only after a refusal)."""
    texts = json.loads(_inputs(kind, data, language))
    texts.pop("qr")
    return "".join(_unprintable_in(json.dumps(texts, ensure_ascii=False)))


def _unprintable_in(text: str) -> list[str]:
    found = []
    for character in sorted({c for c in text if not c.isspace() and ord(c) > 126}):
        source = f'#set text(font: ("Noto Serif SC", "Noto Sans SC"))\n\\u{{{ord(character):x}}}'.encode()
        try:
            with one_at_a_time:
                _compiler().compile(source, format="pdf", pdf_standards="a-2u")
        except typst.TypstError:
            found.append(character)
    return found
