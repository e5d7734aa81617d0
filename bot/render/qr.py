"""A link as a QR code: a small picture that a phone's camera opens."""

from __future__ import annotations

import io

SCALE = 12
"""Pixels a module: a code of a start link is some 400 pixels wide, which prints well at 4 cm."""


def qr_code(link: str) -> bytes:
    """The code as a PNG, with room around it; a quarter of it may be covered."""
    import segno  # here, since few starts ever print a link

    made = io.BytesIO()
    segno.make_qr(link, error="q").save(made, kind="png", scale=SCALE, border=4)
    return made.getvalue()
