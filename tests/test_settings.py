"""Settings that are wrong: each fault is one line that names its setting."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.__main__ import command_line
from bot.settings import NAMES, SettingsFaults, read_env_file, read_settings, unknown_settings
from bot.storage.seal import new_key
from tests.process import warm
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


# --- Paths ------------------------------------------------------------------------------------------------------

PATHS = {
    "BOT_DATA_DIR": "data_dir",
    "BOT_STORAGE_KEY_FILE": "key_file",
    "BOT_BACKUP_DIR": "backup_dir",
    "BOT_CONTENT_DIR": "content_dir",
    "BOT_CONTACT_FILE": "contact_file",
}


@pytest.mark.parametrize(("setting", "name"), PATHS.items())
@pytest.mark.parametrize("given", ["~/knees/x", "$HOME/knees/x", "${HOME}/knees/x", '"$HOME/knees/x"', "$ROOT/x"])
def test_a_path_means_what_it_would_mean_in_a_shell(
    setting: str, name: str, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    settings = read_settings({"BOT_TOKEN": TOKEN, "ROOT": "/home/ada/knees", setting: given})

    assert getattr(settings, name) == Path("/home/ada/knees/x")


@pytest.mark.parametrize("setting", [*PATHS, "BOT_TOKEN_FILE"])
@pytest.mark.parametrize(
    "given",
    [
        *("$NOWHERE_TO_BE_FOUND/x", "${NOWHERE_TO_BE_FOUND}", "$(pwd)/x", "~nobody-at-all/x"),
        *(
            "%HOME%/x",
            "%USERPROFILE%\\x",
            "C:\\knees",
            "D:/knees",
            "`pwd`/x",
            "{HOME}/x",
            "<your folder>",
            "file:///srv/x",
        ),
    ],
)
def test_a_path_that_means_nothing_is_refused_and_no_folder_of_that_name_is_made(setting: str, given: str) -> None:
    with pytest.raises(SettingsFaults) as faults:
        read_settings({setting: given} | ({} if setting == "BOT_TOKEN_FILE" else {"BOT_TOKEN": TOKEN}))

    assert str(faults.value).startswith(setting)
    assert len([line for line in faults.value.faults if line.startswith(setting)]) == 1


FOLDERS = ("BOT_DATA_DIR", "BOT_BACKUP_DIR", "BOT_CONTENT_DIR")


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _lies_in_a_file(path: Path) -> None:
    path.parent.rmdir()
    path.parent.touch()


@pytest.mark.parametrize(
    ("setting", "make", "says"),
    [
        *((setting, Path.touch, "is a file, where a folder belongs") for setting in FOLDERS),
        *((setting, os.mkfifo, "is neither file nor folder, where a folder belongs") for setting in FOLDERS),
        *((setting, lambda path: path.symlink_to("nowhere"), "is a link that leads nowhere") for setting in FOLDERS),
        ("BOT_STORAGE_KEY_FILE", Path.mkdir, "is a folder, where a file belongs"),
        *((setting, _loop, "cannot be followed") for setting in (*FOLDERS, "BOT_STORAGE_KEY_FILE")),
        *((setting, _lies_in_a_file, "which is no folder") for setting in (*FOLDERS, "BOT_STORAGE_KEY_FILE")),
    ],
)
def test_a_path_where_something_else_stands_is_named_with_its_setting(
    tmp_path: Path, setting: str, make: Callable[[Path], None], says: str
) -> None:
    path = tmp_path / "sub" / "x"
    path.parent.mkdir()
    make(path)
    with pytest.raises(SettingsFaults) as faults:
        read_settings({"BOT_TOKEN": TOKEN, setting: str(path)})

    [line] = faults.value.faults
    assert line.startswith(f"{setting}: {path}") or line.startswith(f"{setting}: {path.parent}")
    assert says in line


def test_a_folder_that_is_not_there_yet_is_no_fault(tmp_path: Path) -> None:
    given = {setting: str(tmp_path / "a" / "b" / setting) for setting in (*FOLDERS, "BOT_STORAGE_KEY_FILE")}
    assert read_settings({"BOT_TOKEN": TOKEN} | given)


@pytest.mark.parametrize("given", ["~/knees", "$HOME/knees", "${HOME}/knees"])
def test_a_path_of_the_command_line_means_what_a_shell_would_have_made_of_it(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    asked = command_line().parse_args(["backup", "--to", given])

    assert asked.to == Path("/home/ada/knees")


def test_a_path_of_the_command_line_that_means_nothing_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command_line().parse_args(["backup", "--to", "%HOME%/knees"])

    assert "%HOME%" in capsys.readouterr().err


def test_a_file_that_is_called_like_that_is_meant(tmp_path: Path) -> None:
    named = tmp_path / "%x%.tar"
    named.touch()

    assert command_line().parse_args(["restore", str(named)]).file == named


# --- Names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("BOT_OPERATOR", "BOT_OPERATORS"),
        ("BOT_LOGLEVEL", "BOT_LOG_LEVEL"),
        ("BOT_DATADIR", "BOT_DATA_DIR"),
        ("bot_token", "BOT_TOKEN"),
        ("BOT-HTTP-PORT", "BOT_HTTP_PORT"),
        ("BOTTOKEN", "BOT_TOKEN"),
        ("TELEGRAM_BOT_TOKEN", "BOT_TOKEN"),
        ("TELEGRAM_TOKEN", "BOT_TOKEN"),
        ("\ufeffBOT_TOKEN", "BOT_TOKEN"),
    ],
)
def test_a_name_the_bot_does_not_know_is_named_with_the_nearest_one(typed: str, meant: str) -> None:
    [line] = unknown_settings({"BOT_TOKEN": TOKEN, "PATH": "/bin", typed: "x"})

    assert line.startswith(f"{typed} ")
    assert line.endswith(f"Is {meant} meant?")


def test_a_name_of_the_compose_file_is_no_mistake() -> None:
    assert unknown_settings({"BOT_HOST": "bot.example.org"}) == []


def test_a_file_of_settings_is_read_as_editors_save_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {})
    (tmp_path / ".env").write_bytes(f"\ufeffBOT_TOKEN={TOKEN}\r\n".encode())
    read_env_file(tmp_path / ".env")
    assert os.environ == {"BOT_TOKEN": TOKEN}


@pytest.mark.parametrize("make", [Path.mkdir, lambda file: file.symlink_to("nowhere")])
def test_a_file_of_settings_that_is_none_is_not_passed_over(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / ".env")
    with pytest.raises(OSError, match=r"\.env"):
        read_env_file(tmp_path / ".env")


def test_every_name_that_is_read_is_known() -> None:
    class Asked(dict[str, str]):
        def get(self, name: str, default: object = None) -> str:
            asked.add(name)
            return ""

    asked: set[str] = set()
    with pytest.raises(SettingsFaults):
        read_settings(Asked())
    assert asked == set(NAMES)


# --- A token in the wrong place ---------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", [name for name in NAMES if name != "BOT_TOKEN"])
@pytest.mark.parametrize("given", ["{}", "/srv/{}", "https://api.telegram.org/bot{}", ' "{}" '])
def test_a_token_typed_where_something_else_belongs_is_refused_and_not_repeated(setting: str, given: str) -> None:
    with pytest.raises(SettingsFaults) as faults:
        read_settings({"BOT_TOKEN": TOKEN, setting: given.format(TOKEN)})

    assert f"{setting} holds what looks like a token" in str(faults.value)
    assert TOKEN.partition(":")[2] not in str(faults.value)


def test_not_even_half_a_token_behind_the_name_of_its_file_is_repeated() -> None:
    half = TOKEN.partition(":")[2]
    with pytest.raises(SettingsFaults) as faults:
        read_settings({"BOT_TOKEN_FILE": half})

    assert half not in str(faults.value)


@pytest.mark.parametrize(
    "words",
    [
        ("export", TOKEN),
        ("erase", TOKEN),
        ("restore", TOKEN),
        ("restore", f"/backups/{TOKEN}.tar", "--only", "7"),
        ("backup", "--to", f"/dev/null/{TOKEN}"),
        ("backup", "--keep", TOKEN),
        (TOKEN,),
        ("doctor", f"--{TOKEN}"),
    ],
    ids=str,
)
def test_no_command_repeats_a_token(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "storage.key").write_text(new_key().line)
    (tmp_path / "keys" / "storage.key").chmod(0o600)
    ran = warm.typed(words, {"PATH": os.defpath, f"BOT_{TOKEN}": "x", "BOT_OPERATOR": TOKEN}, tmp_path)

    assert ran.returncode != 0
    assert TOKEN.partition(":")[2] not in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr


# --- Made-up people to turn to ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "meant"), [("yes", True), ("True", True), ("1", True), ("no", False), ("", False)])
def test_made_up_people_are_taken_only_by_a_yes(given: str, meant: bool) -> None:
    assert read_settings({"BOT_TOKEN": TOKEN, "BOT_SAMPLE_CONTACTS": given}).sample_contacts is meant


def test_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(SettingsFaults, match="BOT_SAMPLE_CONTACTS must be yes or no"):
        read_settings({"BOT_TOKEN": TOKEN, "BOT_SAMPLE_CONTACTS": "perhaps"})


def test_more_than_telegram_lets_through_without_charge_is_refused_with_what_to_do() -> None:
    with pytest.raises(SettingsFaults) as refused:
        read_settings({"BOT_MESSAGES_PER_SECOND": "30"}, needs_token=False)
    [line] = refused.value.faults
    assert "Set BOT_PAID_BROADCAST=yes" in line


@pytest.mark.parametrize(("a_second", "whether"), [("1000", "yes"), ("29", "no"), ("30", "yes")])
def test_what_is_paid_for_is_off_unless_it_is_asked_for(a_second: str, whether: str) -> None:
    given = {"BOT_MESSAGES_PER_SECOND": a_second, "BOT_PAID_BROADCAST": whether}
    settings = read_settings(given, needs_token=False)
    assert (settings.messages_per_second, settings.paid_broadcast) == (int(a_second), whether == "yes")


def test_not_even_what_is_paid_for_is_more_than_a_thousand() -> None:
    given = {"BOT_MESSAGES_PER_SECOND": "1001", "BOT_PAID_BROADCAST": "yes"}
    with pytest.raises(SettingsFaults, match="from 1 to 1000"):
        read_settings(given, needs_token=False)
