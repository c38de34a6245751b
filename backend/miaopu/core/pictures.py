"""Single pictures, set by the compiler that sets the documents."""

import tempfile
from pathlib import Path

import typst

from miaopu.core.documents import fonts, one_at_a_time

# Two dots for each unit of a drawing: sharp on a slide and on a page.
DOTS_PER_INCH = 144
SHEET = """#set page(width: 768pt, height: auto, margin: 24pt, fill: white)
#set text(font: "Noto Sans SC", size: 16pt, weight: "bold", fill: rgb("#1d2420"))
#sys.inputs.title
#image("drawing.svg", width: 100%)
"""


def is_picture(name: str, data: bytes) -> bool:
    """True for a picture that Typst can set; a torn photo must not cost the whole document."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / name).write_bytes(data)
        (place / "one.typ").write_text(f'#image("{name}")', "utf-8")
        try:
            with one_at_a_time:
                typst.Compiler(root=folder, font_paths=fonts(), ignore_system_fonts=True).compile(
                    str(place / "one.typ"), format="png", ppi=8
                )
        except typst.TypstError:
            return False
    return True


def png_of(title: str, drawing: str) -> bytes:
    """A drawing (SVG) under its title as PNG, on white. The title alone where the drawing is empty."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "drawing.svg").write_text(drawing, "utf-8")
        source = SHEET if drawing else SHEET.rsplit("\n#image", 1)[0]
        (place / "one.typ").write_text(source, "utf-8")
        with one_at_a_time:
            made = typst.Compiler(root=folder, font_paths=fonts(), ignore_system_fonts=True).compile(
                str(place / "one.typ"), format="png", ppi=DOTS_PER_INCH, sys_inputs={"title": title}
            )
    if not isinstance(made, bytes):
        raise TypeError("more than one page")
    return made
