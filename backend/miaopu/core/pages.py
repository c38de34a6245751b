"""The built pages, served beside the API where both live at one address (`miaopu run`)."""

from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

# A PDF that was fetched with the token is shown in a frame of its own.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self' data:; frame-src blob:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'"
)
# antd writes its styles at run time, so the desk's may be inline; scripts never are, nor anything on the light pages.
DESK_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
WEEK = 7 * 24 * 3600


class Pages(StaticFiles):
    """Files of the build; any other path is a page of the desk, or of the light pages below `/m/`."""

    async def get_response(self, path: str, scope: Any) -> Response:
        """The file, or the entry whose router knows the path."""
        light = path == "m" or path.startswith("m/")
        try:
            response = await super().get_response(path, scope)
        except HTTPException as missing:
            if missing.status_code != 404 or Path(path).suffix or path.startswith("api/"):
                raise
            entry = "m/index.html" if light else "index.html"
            response = await super().get_response(entry, scope)
        response.headers["content-security-policy"] = POLICY if light else DESK_POLICY
        # Names of assets change with their content; everything else is asked for anew.
        lasting = "/assets/" in f"/{path}"
        response.headers["cache-control"] = f"public, max-age={WEEK}, immutable" if lasting else "no-cache"
        return response


def pages(folder: Path) -> Any:
    """The application for a built folder, compressed on the way."""
    return GZipMiddleware(Pages(directory=folder, html=True), minimum_size=1000)
