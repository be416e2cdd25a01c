"""An address or a key as a picture that a telephone reads."""

import io

import segno
from django.utils.safestring import mark_safe


def picture(text: str) -> str:
    """The drawing, as it stands in a page."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=2, svgclass="qr")
    return mark_safe(drawn)  # noqa: S308 (drawn here, of signs that stand for themselves)


def file(text: str) -> bytes:
    """The drawing as a file of its own, for a paper."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False)
    return out.getvalue()
