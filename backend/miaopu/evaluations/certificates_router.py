"""Paths of the certificates, and their public check."""

import uuid
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request, Response

from miaopu.core import throttle
from miaopu.core.door import Door
from miaopu.core.files import PDF, disposition
from miaopu.core.problem import language_of
from miaopu.core.read import Created, Page, PublicReads, json_response, present
from miaopu.core.room import Room
from miaopu.evaluations import certificates as verbs
from miaopu.evaluations import certificates_queries as queries
from miaopu.evaluations import signatures
from miaopu.evaluations.schemas import (
    CertificateCheck,
    CertificateItem,
    CertificatePage,
    Issued,
    Reissue,
    Revocation,
    SignatureCheck,
    SignedPaper,
)
from miaopu.people.acting import Reading, Writing, address_of, needs, tells
from miaopu.people.permissions import Permission

router = Room(prefix="/certificates", tags=["certificates"], route_class=Door)
public = Room(prefix="/public", tags=["public"], route_class=Door)
P = Permission
# Enough for a person with a stack of certificates, too little for guessing 64-bit codes.
CHECKS, WINDOW = 120, timedelta(minutes=10)


@router.get("", operation_id="certificates_list", response_model=CertificatePage, **needs(P.CERTIFICATE_READ))
async def list_certificates(
    reads: Reading,
    page: Page,
    grade: Annotated[Literal["excellent", "qualified"] | None, Query()] = None,
    subject: Annotated[str | None, Query(max_length=32)] = None,
    city: Annotated[uuid.UUID | None, Query()] = None,
    enrolment: Annotated[uuid.UUID | None, Query()] = None,
    valid: Annotated[bool | None, Query()] = None,
    q: Annotated[str | None, Query(max_length=60)] = None,
) -> Response:
    """Certificates."""
    shape, given = present(grade=grade, subject=subject, city=city, enrolment=enrolment, valid=valid, q=q)
    return await reads.page(queries.certificates_page(reads.actor.role, shape), page, **given)


@router.post("/issue", operation_id="certificates_issue", **needs(P.CERTIFICATE_ISSUE))
async def issue(request: Request, tx: Writing) -> Issued:
    """Issue a certificate to every excellent and qualified student who has none."""
    return await verbs.issue(tx, request.app.state.paper_keys)


@router.post("/{certificate_id}/revoke", operation_id="certificates_revoke", **tells(P.CERTIFICATE_ISSUE))
async def revoke(tx: Writing, certificate_id: uuid.UUID, form: Revocation) -> Created:
    """Declare a certificate void, for a reason."""
    return Created.model_validate(await verbs.revoke(tx, certificate_id, form), from_attributes=True)


@router.post("/{certificate_id}/reissue", operation_id="certificates_reissue", **tells(P.CERTIFICATE_ISSUE))
async def reissue(request: Request, tx: Writing, certificate_id: uuid.UUID, form: Reissue) -> Created:
    """Issue another paper in the place of one with a mistake."""
    made = await verbs.reissue(tx, request.app.state.paper_keys, certificate_id, form)
    return Created.model_validate(made, from_attributes=True)


@router.get(
    "/{certificate_id}",
    operation_id="certificates_get",
    response_model=CertificateItem,
    **needs(P.CERTIFICATE_READ),
)
async def get(reads: Reading, certificate_id: uuid.UUID) -> Response:
    """One certificate."""
    return await reads.record(queries.certificate_record(reads.actor.role), id=certificate_id)


@router.get(
    "/{certificate_id}/pdf",
    operation_id="certificates_pdf",
    response_class=Response,
    responses={200: {"content": {PDF: {}}}},
    **needs(P.CERTIFICATE_READ),
)
async def pdf(request: Request, reads: Reading, certificate_id: uuid.UUID) -> Response:
    """The certificate as PDF, with a QR code to its public check."""
    language = language_of(request.headers.get("accept-language"))
    address = request.app.state.settings.public_url or str(request.base_url).rstrip("/")
    name, content = await verbs.document(reads, certificate_id, language, address)
    return Response(content, media_type=PDF, headers={"content-disposition": disposition(name, PDF)})


@public.get("/certificates/{code}", operation_id="public_certificate", response_model=CertificateCheck)
async def check(
    request: Request, reads: PublicReads, code: Annotated[str, Path(min_length=4, max_length=40)]
) -> Response:
    """Whether a certificate is true, by the code printed on it."""
    await throttle.count(request.app.state.database, f"certificate:{address_of(request)}", limit=CHECKS, window=WINDOW)
    return json_response(await verbs.checked(reads, code))


@public.post("/certificates/signature", operation_id="public_certificate_signature")
async def check_signature(request: Request, form: SignedPaper) -> SignatureCheck:
    """Whether the signature of a certificate's QR is this installation's; no database is asked."""
    found = signatures.read(request.app.state.paper_keys.public, form.signed)
    return SignatureCheck.model_validate(found, from_attributes=True)


@public.get("/certificate-keys", operation_id="public_certificate_keys")
async def keys(request: Request) -> dict[str, Any]:
    """The public keys of the certificates' signatures, as a JWK set (RFC 7517)."""
    return signatures.published(request.app.state.paper_keys)
