"""SVG on the standard input to PNG on the standard output, as a process: `python rasterize.py ZOOM FOLDER FONT…`.

The library holds the interpreter's lock for as long as it draws, so in a thread it would hold up every answer.
"""

from __future__ import annotations

import sys

from resvg_py import svg_to_bytes


def main() -> None:
    """Draw the one picture; stills that it shows lie in the folder."""
    zoom, folder, *fonts = sys.argv[1:]
    svg = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(
        svg_to_bytes(svg_string=svg, zoom=float(zoom), resources_dir=folder, font_files=fonts, skip_system_fonts=True)
    )


if __name__ == "__main__":
    main()
