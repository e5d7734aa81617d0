"""python -m bot.figures: draws what changed, checks every picture, writes manifest, schema and contact sheets."""

from __future__ import annotations

import argparse
import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import yaml

from bot.figures.encode import write_film, write_still
from bot.figures.film import RATE, Film, films
from bot.figures.lint import faults_of_frames
from bot.figures.pose import Figure, Pose, Sketch
from bot.figures.posefile import FigureFaults, read_figures
from bot.figures.preview import write_preview
from bot.figures.profile import write_profile
from bot.figures.sheet import write_sheets

CONTENT = Path("content")
PROFILE = "profile.jpg"
LARGEST = 150 * 1024


def main() -> int:
    """Run the maker; 0 when every figure is within its limits."""
    parser = argparse.ArgumentParser(prog="python -m bot.figures", description=__doc__)
    parser.add_argument("series", nargs="?", type=Path, help="the series' folder; else the default series")
    parser.add_argument("--only", nargs="*", default=[], help="ids of figures; all that changed when left out")
    parser.add_argument("--check", action="store_true", help="check every picture, draw nothing")
    parser.add_argument("--sheets", type=Path, help="write contact sheets into this folder, draw nothing else")
    parser.add_argument("--preview", type=Path, help="write one page with every figure beside its words")
    options = parser.parse_args()
    unchosen = yaml.safe_load((CONTENT / "defaults.yaml").read_text(encoding="utf-8"))
    options.series = options.series or CONTENT / unchosen["series"]
    try:
        figures = read_figures(options.series / "figures")
    except FigureFaults as faults:
        sys.stderr.write(f"{faults}\n")
        return 1
    if options.sheets:
        write_sheets(options.sheets, films(figures))
        return 0
    if options.preview:
        write_preview(options.preview, options.series, unchosen["language"])
        return 0
    (options.series / "figures" / "schema.json").write_text(_json(schema()))
    media = options.series / "media"
    exit_code = make(figures, media, options.only, options.check)
    told = options.series / "series.yaml"  # a folder of figures alone has none
    face = yaml.safe_load(told.read_text(encoding="utf-8"))["face"] if told.exists() else ""
    if face and not options.check:
        write_profile(media / PROFILE, figures[face])
    return exit_code


def make(figures: dict[str, Figure], media: Path, only: list[str], check: bool) -> int:
    """Draw what is out of date into the folder; the number of faults."""
    media.mkdir(parents=True, exist_ok=True)
    listed = media / "manifest.json"
    manifest: dict[str, Any] = json.loads(listed.read_text()) if listed.exists() else {}
    every = films(figures)
    wanted = [f for f in every if (f.id in only if only else check or stale(f, manifest.get(f.id), media))]
    found: list[str] = []
    for n, film in enumerate(wanted):
        _progress(n, len(wanted), film.id)
        found += [str(fault) for figure in film.figures for fault in faults_of_frames(figure, RATE)]
        if not check:
            manifest[film.id] = draw(film, media)
            if manifest[film.id]["bytes"] > LARGEST:
                found.append(f"{film.id}: {manifest[film.id]['bytes']} bytes, at most {LARGEST} are allowed")
            listed.write_text(_json({key: manifest[key] for key in sorted(manifest)}))
    _progress(len(wanted), len(wanted), "done")
    if not only and not check:
        _forget(media, manifest, {film.id for film in every})
        listed.write_text(_json({key: manifest[key] for key in sorted(manifest)}))
    for line in dict.fromkeys(found):
        sys.stderr.write(f"{line}\n")
    return min(len(found), 1)


def stale(film: Film, entry: dict[str, Any] | None, media: Path) -> bool:
    """Whether a film has to be drawn again."""
    if entry is None or entry["source"] != film.source:
        return True
    return any(not (media / f"{film.id}.{kind}").exists() for kind in ("mp4", "png"))


def draw(film: Film, media: Path) -> dict[str, Any]:
    """Write a film and its still; what the manifest says of them."""
    moving, still = media / f"{film.id}.mp4", media / f"{film.id}.png"
    write_film(moving, film.frames(), RATE)
    write_still(still, film.still())
    width, height = next(film.frames()).size
    questions = film.figures[0].questions
    side = film.id.rsplit("-", 1)[-1] if film.figures[0].sides else ""
    return {
        "source": film.source,
        "film": sha256(moving.read_bytes()).hexdigest()[:16],
        "still": sha256(still.read_bytes()).hexdigest()[:16],
        "bytes": moving.stat().st_size,
        "seconds": round(film.seconds, 2),
        "size": [width, height],
        **({"questions": [f"{name}-{side}" if side else name for name in questions]} if questions else {}),
    }


def schema() -> dict[str, Any]:
    """What a pose file may say, as JSON Schema."""
    _, parts = msgspec.json.schema_components([Sketch, Pose], ref_template="#/$defs/{name}")
    for part in parts.values():
        part["additionalProperties"] = False
        part["properties"] = {name: _unset(value) for name, value in part["properties"].items()}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "#/$defs/Sketch", "$defs": parts}


def _unset(value: dict[str, Any]) -> dict[str, Any]:
    """A property without the null that only stands for "not said"."""
    rest = [each for each in value.get("anyOf", []) if each != {"type": "null"}]
    kept = {key: each for key, each in value.items() if key not in ("anyOf", "default")}
    return kept | (rest[0] if len(rest) == 1 else {"anyOf": rest} if rest else {})


def _forget(media: Path, manifest: dict[str, Any], known: set[str]) -> None:
    for name in set(manifest) - known:
        del manifest[name]
        for kind in ("mp4", "png"):
            (media / f"{name}.{kind}").unlink(missing_ok=True)


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def _progress(done: int, total: int, what: str) -> None:
    if sys.stderr.isatty() and total:
        full = 30 * done // total
        sys.stderr.write(
            f"\r[{'#' * full}{'.' * (30 - full)}] {done}/{total} {what:<24}{chr(10) if done == total else ''}"
        )
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
