"""What the core may not import is everything else there is."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_contract_of_the_core_names_every_other_module() -> None:
    [contract] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    files = {path.stem for path in (ROOT / "bot").glob("*.py")} | {
        path.parent.name for path in (ROOT / "bot").glob("*/__init__.py")
    }
    named = {name for name in contract["forbidden_modules"] if name.startswith("bot.")}
    assert named == {f"bot.{name}" for name in files - {"core", "__init__"}}, "mend forbidden_modules in pyproject.toml"
