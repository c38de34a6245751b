"""Pictures are drawn anew: what is kept is made here, from the dots alone.

Whatever else a file carried (where and when it was taken, the camera's serial number, a second file behind the
picture, a colour profile) is gone with the original; a phone's photo stands upright without its tag (ASVS 5.2.x,
and the plan's care for minors: a photo must not say where a child lives).
"""

import io
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps

from miaopu.core.kinds import JPEG
from miaopu.core.problem import Problem

QUALITY = 85
# What Pillow raises for pictures that are torn, cut off or not what their first bytes say.
BROKEN = (OSError, SyntaxError, ValueError, TypeError, EOFError, IndexError, KeyError, OverflowError)


def redrawn(file: BinaryIO, content_type: str, *, max_pixels: int, long_side: int) -> bytes:
    """The picture as a fresh file of the same type, without any metadata.

    Args:
        max_pixels: of width × height as declared; read before a single dot is decoded.
        long_side: pixels; a larger picture is made smaller to fit.

    Raises:
        Problem: 422 `picture_too_large`, `file_broken`.
    """
    file.seek(0)
    kind = "JPEG" if content_type == JPEG else "PNG"
    too_large = Problem("picture_too_large", 422, megapixels=max_pixels // 1_000_000)
    try:
        with Image.open(file, formats=(kind,)) as opened:
            width, height = opened.size
            if width * height > max_pixels:
                raise too_large
            # A JPEG is decoded at a fraction of its size where that is still large enough.
            opened.draft(None, (long_side, long_side))
            return _drawn(_plain(opened), kind, long_side)
    except Image.DecompressionBombError as bomb:
        # Pillow's own bar, where an installation has set ours above it.
        raise too_large from bomb
    except BROKEN as broken:
        raise Problem("file_broken", 422) from broken


def _plain(opened: Image.Image) -> Image.Image:
    """The dots in colours of the web, upright."""
    profile = opened.info.get("icc_profile")
    upright = ImageOps.exif_transpose(opened)
    if upright.mode == "P" or "transparency" in upright.info:
        upright = upright.convert("RGBA")
    if profile and upright.mode in ("RGB", "RGBA", "CMYK"):
        alpha = upright.getchannel("A") if upright.mode == "RGBA" else None
        upright = _in_srgb(upright if alpha is None else upright.convert("RGB"), profile)
        if alpha is not None:
            upright.putalpha(alpha)
    if upright.mode not in ("L", "RGB", "RGBA"):
        upright = upright.convert("RGBA" if upright.mode in ("LA", "PA", "La", "RGBa") else "RGB")
    return upright


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        made = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, *BROKEN):
        # A profile that cannot be used costs some colour, not the photo.
        made = None
    return picture.convert("RGB") if made is None else made


def _drawn(picture: Image.Image, kind: str, long_side: int) -> bytes:
    picture.thumbnail((long_side, long_side))
    if kind == "JPEG" and picture.mode == "RGBA":
        picture = picture.convert("RGB")
    # A new image takes over the dots and nothing of what the old one was told (`info`).
    fresh = Image.new(picture.mode, picture.size)
    fresh.paste(picture)
    made = io.BytesIO()
    if kind == "JPEG":
        fresh.save(made, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    else:
        fresh.save(made, "PNG", optimize=True)
    return made.getvalue()
