"""One page with every figure moving beside its words, on light and dark, to look through while writing."""

from __future__ import annotations

import html
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.figures.pose import VARIANTS

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Figures</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.45 system-ui, sans-serif; }}
body {{ margin: 0 auto; padding: 1rem; max-width: 78rem; background: #fff; color: #17212b; }}
body.dark {{ background: #17212b; color: #f5f5f5; }}
section {{ display: grid; grid-template-columns: 30rem 1fr; gap: 1.5rem; padding: 1.5rem 0;
  border-top: 1px solid #8886; }}
video {{ width: 100%; border-radius: 10px; display: block; }}
figure {{ margin: 0; }} figcaption {{ font-size: .8rem; opacity: .7; }}
.said {{ white-space: pre-line; }}
button {{ position: fixed; top: 1rem; right: 1rem; padding: .5rem 1rem; }}
@media (max-width: 60rem) {{ section {{ grid-template-columns: 1fr; }} }}
@media (prefers-reduced-motion: reduce) {{ video {{ outline: 1px dashed #8886; }} }}
</style>
<button type="button" onclick="document.body.classList.toggle('dark')">light / dark</button>
<h1>Figures</h1>
{sections}
<script>
const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
const seen = new IntersectionObserver(entries => entries.forEach(({{ target, isIntersecting }}) =>
  isIntersecting && !calm ? target.play() : target.pause()))
document.querySelectorAll('video').forEach(video => seen.observe(video))
</script>
</html>
"""


def write_preview(path: Path, series: Path, language: str) -> None:
    """Write the page; it shows the media where they lie, so it is for looking at on this machine."""
    media = series / "media"
    manifest = json.loads((media / "manifest.json").read_text(encoding="utf-8"))
    words = {
        **_exercises(series / language / "exercises"),
        **_questions(series / language / "selftests.yaml", manifest),
    }
    source = os.path.relpath(media, path.parent)
    sections = [_section(name, entry, words.get(name, ""), source) for name, entry in manifest.items()]
    path.write_text(PAGE.format(sections="\n".join(sections)), encoding="utf-8")


def _section(name: str, entry: Mapping[str, Any], said: str, source: str) -> str:
    width, height = entry["size"]
    facts = f"{entry['seconds']:g} s, {entry['bytes'] // 1024} KB, {width} x {height}"
    return (
        f'<section id="{name}"><figure><video src="{source}/{name}.mp4" poster="{source}/{name}.png" width="{width}" '
        f'height="{height}" muted loop playsinline controls preload="none"></video>'
        f"<figcaption>{facts}</figcaption></figure>"
        f'<div><h2>{name}</h2><div class="said">{html.escape(said)}</div></div></section>'
    )


def _exercises(folder: Path) -> dict[str, str]:
    """The words of every exercise and variant, out of the blocks of its text."""
    found = {}
    for path in folder.glob("*.html.j2"):
        text = path.read_text(encoding="utf-8")
        blocks = dict(re.findall(r"{% block (\w+) %}\s*(.*?)\s*{% endblock %}", text, re.DOTALL))
        name = path.name.removesuffix(".html.j2")
        found[name] = f"{blocks.get('name', '')}\n\n{blocks.get('steps', '')}\n\n{blocks.get('feel', '')}"
        found |= {f"{name}-{variant}": blocks[variant] for variant in VARIANTS if variant in blocks}
    return {name: re.sub(r"</?b>", "", text) for name, text in found.items()}


def _questions(path: Path, manifest: Mapping[str, Any]) -> dict[str, str]:
    words = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = {}
    for name, entry in manifest.items():
        asked = [question.partition(".") for question in entry.get("questions", ())]
        said = [words[test]["questions"][question] for test, _, question in asked]
        if said:
            found[name] = "\n\n".join(f"{each['name']}\n\n{each['how']}" for each in said)
    return found
