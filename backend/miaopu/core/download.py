"""What was made just now (a letter, a ticket, a sheet to fill in) as an answer, and how the contract says so."""

from typing import Any

from fastapi import Response

from miaopu.core.files import PDF, SVG, XLSX, disposition

__all__ = ["PDF", "XLSX", "download", "sends"]


def download(data: bytes, name: str, content_type: str) -> Response:
    """The bytes under a name that every browser understands; kept by nobody on the way."""
    return Response(
        data,
        # XML says its own encoding, but not every reader of headers looks into it (ASVS 5.0 4.1.1).
        media_type=f"{SVG}; charset=utf-8" if content_type == SVG else content_type,
        headers={
            "content-disposition": disposition(name, content_type),
            "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            "cache-control": "private, no-store",
        },
    )


def sends(content_type: str) -> dict[str, Any]:
    """Arguments of a route that answers with such bytes."""
    schema = {"type": "string", "format": "binary"}
    return {"response_class": Response, "responses": {200: {"content": {content_type: {"schema": schema}}}}}
