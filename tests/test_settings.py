"""Settings that are wrong: each fault is one line that names its setting."""

from __future__ import annotations

import pytest

from bot.settings import SettingsFaults, read_settings
from tests.process.bot_process import TOKEN


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        pytest.param("BOT_API_URL", "http://[::1", id="half an address"),
        pytest.param("BOT_API_URL", "http://127.0.0.1:99999", id="a port beyond all ports"),
        pytest.param("BOT_API_URL", "ftp://127.0.0.1", id="another protocol"),
        pytest.param("BOT_OPERATORS", "9" * 5000, id="a number too long to read"),
        pytest.param("BOT_TOKEN", "", id="no token"),
    ],
)
def test_one_wrong_setting_is_one_line_that_names_it(setting: str, value: str) -> None:
    with pytest.raises(SettingsFaults) as faults:
        read_settings({"BOT_TOKEN": TOKEN, setting: value})

    [line] = str(faults.value).splitlines()
    assert line.startswith(setting)


def test_a_token_file_that_is_not_there_is_one_line_that_names_its_setting() -> None:
    with pytest.raises(SettingsFaults) as faults:
        read_settings({"BOT_TOKEN_FILE": "nowhere/token"})

    [line] = str(faults.value).splitlines()
    assert line.startswith("BOT_TOKEN_FILE")
