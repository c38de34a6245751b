"""Small files that are really what they say: pictures and a page, for tests that need something to upload."""

import io
import zlib
from functools import cache
from typing import Any

from PIL import Image

from miaopu.core.photos import QUALITY

GREY = (128, 128, 128)


@cache
def png(side: int = 8) -> bytes:
    """A grey square, written as the platform writes its own, so that it is kept byte by byte."""
    made = io.BytesIO()
    Image.new("RGB", (side, side), GREY).save(made, "PNG", optimize=True)
    return made.getvalue()


def jpeg(side: int = 8, **more: Any) -> bytes:
    """A grey square as a photo, kept byte by byte as `png`. `more` goes to Pillow's writer (`exif`, `comment`)."""
    made = io.BytesIO()
    Image.new("RGB", (side, side), GREY).save(made, "JPEG", quality=QUALITY, optimize=True, progressive=True, **more)
    return made.getvalue()


def pdf(text: str = "paper", *, catalog: str = "", objects: tuple[str, ...] = ()) -> bytes:
    """One page that says `text`; `catalog` is added to the root, `objects` follow as number 6 and up."""
    packed = zlib.compress(f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("latin-1", "replace"))
    stream = b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(packed), packed)
    bodies = [
        f"<</Type/Catalog/Pages 2 0 R {catalog}>>".encode(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        stream,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *(body.encode() for body in objects),
    ]
    made, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, len(made))
    return made + head + table + trailer
