"""Writes films as short silent H.264 loops and stills as small PNGs; the one part that touches files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import av
from PIL import Image

OPTIONS = {"crf": "26", "preset": "slow", "tune": "animation", "threads": "1"}


def write_film(path: Path, frames: Iterable[Image.Image], rate: int) -> int:
    """Write an MP4 that plays while it loads, and say how many bytes it takes."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as file:
        stream = file.add_stream("libx264", rate=rate, options=OPTIONS)
        stream.pix_fmt = "yuv420p"
        for n, image in enumerate(frames):
            if n == 0:
                stream.width, stream.height = image.size
            frame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path.stat().st_size


def write_still(path: Path, image: Image.Image) -> int:
    """Write a PNG of 256 colours, which is nearly all there are, and say how many bytes it takes."""
    image.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    return path.stat().st_size
