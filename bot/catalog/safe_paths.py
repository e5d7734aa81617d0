"""What may lie in the content folder: plain files of a bounded size, and nothing that leads out of it."""

from __future__ import annotations

import stat
from pathlib import Path

from bot.catalog.yaml_schema import Fault

LARGEST = 50_000_000  # bytes, of what a bot may upload; Bots FAQ. Whatever is read as a text has a smaller limit


def unsafe_paths(folder: Path) -> list[Fault]:
    """What must not even be opened: links out of the folder, pipes and devices, files without measure."""
    root = folder.resolve()
    return [
        Fault(path.relative_to(folder).as_posix(), 1, what)
        for path in sorted(folder.rglob("*"))
        if (what := _wrong(path, root)) is not None
    ]


def written(folder: Path, ending: str, *, below: bool = False) -> list[Path]:
    """The files of a folder, and those of the ones `below`, that somebody wrote.

    What a system or an editor leaves beside them, such as `._h1.html.j2` and `~$labels.yaml`, is none of those.
    """
    found = folder.rglob(f"*{ending}") if below else folder.glob(f"*{ending}")
    return sorted(path for path in found if not any(map(_is_left_behind, path.relative_to(folder).parts)))


def _is_left_behind(name: str) -> bool:
    """Whether a system or an editor calls its own files so."""
    return name.startswith((".", "~$"))


def _wrong(path: Path, root: Path) -> str | None:
    try:
        if path.is_symlink() and not path.resolve(strict=True).is_relative_to(root):
            return "this link leads out of the content folder"
        found = path.stat()
    except (OSError, RuntimeError):  # the second for a link to itself
        return "this link leads nowhere"
    if stat.S_ISDIR(found.st_mode):
        return None
    if not stat.S_ISREG(found.st_mode):
        return "a plain file was expected"
    return f"the file has {found.st_size:,} bytes; {LARGEST:,} at most" if found.st_size > LARGEST else None
