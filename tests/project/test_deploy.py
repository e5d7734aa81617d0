"""What lies in `deploy/` fits the bot: its commands, its settings and its numbers."""

from __future__ import annotations

import configparser
import json
import re
from pathlib import Path

import yaml

from bot.settings import NAMES

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
RUNNING = (DEPLOY.parent / "docs" / "running.md").read_text(encoding="utf-8")


def test_the_units_run_commands_there_are_as_a_user_of_their_own_with_settings_there_are() -> None:
    for path in DEPLOY.glob("*.service"):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"python -m bot (\w+)", text)) <= {"run", "backup", "doctor"}
        assert set(re.findall(r"^Environment=(\w+)=", text, re.MULTILINE)) <= set(NAMES)
        assert re.search(r"^User=steady-knees$", text, re.MULTILINE)
    timer = configparser.ConfigParser()
    timer.read(DEPLOY / "steady-knees-backup.timer")
    assert timer["Timer"]["Persistent"] == "true"


def test_each_rule_asks_for_numbers_that_the_guide_explains() -> None:
    rules = yaml.safe_load((DEPLOY / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
    for rule in rules:
        names = re.findall(r"steady_knees_\w+", rule["expr"])
        assert names
        assert [name for name in names if f"`{name.removesuffix('_bucket')}`" not in RUNNING] == []
        assert rule["annotations"]["summary"]


def test_the_dashboard_shows_every_number_that_the_guide_explains_and_no_other() -> None:
    board = json.loads((DEPLOY / "dashboard.json").read_text(encoding="utf-8"))
    asked = {target["expr"] for panel in board["panels"] for target in panel["targets"]}
    shown = {
        name.removesuffix("_bucket") for expression in asked for name in re.findall(r"steady_knees_\w+", expression)
    }
    assert shown == set(re.findall(r"`(steady_knees_\w+)`", RUNNING))
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in board["panels"]]
    assert len(set(places)) == len(places)
    assert all(panel["datasource"]["uid"] == "${source}" for panel in board["panels"])
