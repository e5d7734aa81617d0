"""The environment as frozen settings; every fault is named at once."""

from __future__ import annotations

import logging
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from io import StringIO
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import load_dotenv
from dotenv.parser import parse_stream

TELEGRAM = "https://api.telegram.org"
TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{30,64}")
LOOKS_LIKE_A_PASSWORD = re.compile(r"(postgres(?:ql)?://[^\s/:@]*:)[^\s/?]*(?=@)|([?&\s]password=)[^&\s]*", re.I)
LOOKS_LIKE_A_TOKEN = re.compile(r"\d{3,20}(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
REMOVED = "<token>"
REMOVED_THERE = r"\1\2<password>"
NAMES = (
    "BOT_TOKEN",
    "BOT_TOKEN_FILE",
    "BOT_API_URL",
    "BOT_DATA_DIR",
    "BOT_DATABASE_URL",
    "BOT_STORAGE_KEY_FILE",
    "BOT_BACKUP_DIR",
    "BOT_CONTENT_DIR",
    "BOT_CONTACT_FILE",
    "BOT_SAMPLE_CONTACTS",
    "BOT_TICK_SECONDS",
    "BOT_MESSAGES_PER_SECOND",
    "BOT_PAID_BROADCAST",
    "BOT_LOG_LEVEL",
    "BOT_HTTP_PORT",
    "BOT_HTTP_HOST",
    "BOT_WEBHOOK_URL",
    "BOT_WEBHOOK_SECRET",
    "BOT_OPERATORS",
)
OF_COMPOSE = ("BOT_HOST",)
"""What compose.yaml reads from the same file."""
OWN_NAME = re.compile(r"\W*(?:TELEGRAM|TG)?[_-]?BOT[_-]|TELEGRAM_TOKEN\s*$", re.IGNORECASE)
MUCH_ALIKE = 0.85
UNFILLED = re.compile(
    r"%\w+%|`[^`]*`|\$\([^)]*\)?|(?<!\$)\{\w+\}|<[^>]*>|^[A-Za-z][A-Za-z0-9+.-]*://|^[A-Za-z]:[\\/]|[\x00-\x1f\x7f]"
)
"""What stands for something in another program or on another system, and would be taken for a folder's name here."""
VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+)|)")
YES, NO = ("yes", "true", "on", "1"), ("", "no", "false", "off", "0")
WHOLE_NUMBER = re.compile(r"[0-9]{1,16}")
SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
WEBHOOK_PATH = re.compile(r"(/[A-Za-z0-9._~-]*)*")
WEBHOOK_PORTS = (None, 443, 80, 88, 8443)
OWN_PAGES = ("/healthz", "/readyz", "/metrics")
MOST_FREE, MOST_PAID = 29, 1000
"""Scheduled messages a second: Telegram lets 30 messages through without charge, and one of them is a reply's."""
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
CONTACT = "contact.yaml"
NOBODY_IS_TOLD = (
    "BOT_OPERATORS names nobody, so nobody is told of trouble, and nobody coaches. The number it wants stands in what "
    "the bot answers to /privacy."
)
HERE = Path(__file__).parent.parent


def fault_of_place(path: Path, *, folder: bool) -> str:
    """What stands where a folder or a file is to be, and is none; empty where it is one, or can be made."""
    what, other = ("folder", "file") if folder else ("file", "folder")
    there = next((each for each in (path, *path.parents) if os.path.lexists(each)), path)
    try:
        mode = there.stat().st_mode
    except FileNotFoundError:
        return f"{there} is a link that leads nowhere. Make what it leads to, or mount its disk." if folder else ""
    except PermissionError:
        return ""  # who may not look is told by whoever opens it
    except OSError as error:
        return f"{there} cannot be followed: {error.strerror}. Write another path."
    if there != path:
        return "" if stat.S_ISDIR(mode) else f"{path} would lie in {there}, which is no folder. Write another path."
    if stat.S_ISDIR(mode) if folder else stat.S_ISREG(mode):
        return ""
    is_other = stat.S_ISREG(mode) or stat.S_ISDIR(mode)
    return f"{path} is {f'a {other}' if is_other else 'neither file nor folder'}, where a {what} belongs."


class SettingsFaults(Exception):
    """All that is wrong with the environment, a line each, saying what to do."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class WebhookSettings:
    """Where Telegram delivers to, and what it then shows. The secret never shows in a `repr`."""

    url: str
    secret: str = field(repr=False)

    @property
    def path(self) -> str:
        """What this process is asked for."""
        return urlsplit(self.url).path or "/"


@dataclass(frozen=True)
class Settings:
    """What the person who runs the bot decides. Neither token nor password show in a `repr`."""

    token: str = field(repr=False)
    api_url: str
    data_dir: Path
    database_url: str = field(repr=False)
    key_file: Path
    backup_dir: Path
    content_dir: Path
    contact_file: Path | None
    sample_contacts: bool
    tick_seconds: int
    messages_per_second: int
    paid_broadcast: bool
    """Whether Telegram may be paid for scheduled messages beyond those that cost nothing."""
    log_level: str
    http_port: int | None
    http_host: str
    webhook: WebhookSettings | None
    operators: frozenset[int]


def read_settings(environment: Mapping[str, str], *, needs_token: bool = True) -> Settings:
    """Settings from the environment.

    Raises SettingsFaults with every fault at once.
    """
    reading = _Reading(environment)
    reading.misplaced_tokens()
    paid = reading.yes("BOT_PAID_BROADCAST")
    settings = Settings(
        token=reading.token() if needs_token else "",
        api_url=reading.address("BOT_API_URL", TELEGRAM),
        data_dir=reading.place("BOT_DATA_DIR", "data"),
        database_url=reading.database(),
        key_file=reading.place("BOT_STORAGE_KEY_FILE", "keys/storage.key", folder=False),
        backup_dir=reading.place("BOT_BACKUP_DIR", "backups"),
        content_dir=reading.place("BOT_CONTENT_DIR", str(HERE / "content")),
        contact_file=reading.contact_file(),
        sample_contacts=reading.yes("BOT_SAMPLE_CONTACTS"),
        tick_seconds=reading.number("BOT_TICK_SECONDS", 15, 1, 3600),
        messages_per_second=reading.messages_per_second(paid),
        paid_broadcast=paid,
        log_level=reading.level(),
        http_port=reading.number("BOT_HTTP_PORT", 0, 1, 65535) or None,
        http_host=reading.host(),
        webhook=reading.webhook(),
        operators=reading.operators(),
    )
    if reading.faults:
        raise SettingsFaults(reading.once())
    return settings


def content_folder(environment: Mapping[str, str]) -> Path:
    """The content that is meant: the one that is set, or the one that came along. Raises SettingsFaults."""
    reading = _Reading(environment)
    folder = reading.place("BOT_CONTENT_DIR", str(HERE / "content"))
    if reading.faults:
        raise SettingsFaults(reading.faults)
    return folder


def token_file(environment: Mapping[str, str]) -> list[Path]:
    """The file that holds the token, where one is named."""
    reading = _Reading(environment)
    file = reading.path("BOT_TOKEN_FILE", "")
    return [file] if reading.text("BOT_TOKEN_FILE") and not reading.faults else []


def read_env_file(file: Path) -> None:
    """Put what a file of settings says into the environment, where that says nothing itself.

    Raises OSError, UnicodeDecodeError.
    """
    if file.exists() or file.is_symlink():
        logging.getLogger("dotenv").setLevel(logging.ERROR)  # what it cannot read is told in our own words
        load_dotenv(stream=StringIO(file.read_text(encoding="utf-8-sig")))  # some editors begin it with a mark


def idle_lines(file: Path) -> list[str]:
    """A line for each one of a file of settings that sets nothing, without what stands there: it may be the token."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return []
    said = parse_stream(StringIO(text))
    lines = [each.original.line for each in said if each.error or (each.key and each.value is None)]
    mend = "write NAME=value there, and close what begins with a quotation mark"
    return [f"{file.name}, line {line}, sets nothing: {mend}." for line in lines]


def written_path(given: str) -> Path:
    """A path of the command line; cron and systemd hand on what a shell would have filled in. Raises SettingsFaults."""
    if Path(given).exists():
        return Path(given)
    reading = _Reading({"The path": given})
    path = reading.path("The path", given)
    if reading.faults:
        raise SettingsFaults(reading.faults)
    return path


def unknown_settings(environment: Mapping[str, str]) -> list[str]:
    """A line for every name that is meant for the bot by its look, and that the bot does not know."""
    found = []
    for name in sorted(environment):
        alike = name.upper().replace("-", "_").strip("\ufeff ")
        if name not in (*NAMES, *OF_COMPOSE) and (
            OWN_NAME.match(name) or get_close_matches(alike, NAMES, n=1, cutoff=MUCH_ALIKE)
        ):
            near = get_close_matches(alike, NAMES, n=1, cutoff=0.0)
            found.append(without_tokens(f"{name} is no setting of the bot, and changes nothing. Is {near[0]} meant?"))
    return found


def without_tokens(text: str) -> str:
    """The text with whatever looks like a token taken out: it may have been typed where something else belongs.

    Likewise the password of a database.
    """
    return LOOKS_LIKE_A_PASSWORD.sub(REMOVED_THERE, LOOKS_LIKE_A_TOKEN.sub(REMOVED, text))


class _Reading:
    """Reads one variable after another and gathers what is wrong."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.faults: list[str] = []

    def text(self, name: str) -> str:
        given = (self.environment.get(name) or "").strip()
        # Docker hands quotation marks on as they stand in its file of settings.
        return given[1:-1].strip() if len(given) > 1 and given[0] == given[-1] and given[0] in "\"'" else given

    def misplaced_tokens(self) -> None:
        """Whoever typed the token where something else belongs is told where it belongs, and it is not repeated."""
        self.faults += [
            f"{name} holds what looks like a token. The token itself goes behind BOT_TOKEN; for BOT_TOKEN_FILE, put it"
            " into a file and give the name of that."
            for name in NAMES
            if name != "BOT_TOKEN" and LOOKS_LIKE_A_TOKEN.search(self.environment.get(name) or "")
        ]

    def once(self) -> list[str]:
        """What is wrong, of each name the first alone, from which the others follow."""
        return list({fault.partition(" ")[0].rstrip(":"): fault for fault in reversed(self.faults)}.values())[::-1]

    def path(self, name: str, default: str) -> Path:
        """A path with what a shell would put in the place of ~ and $NAME, which no shell has seen."""
        given = self.text(name) or default
        if (unfilled := UNFILLED.search(given)) is not None:
            self.faults.append(
                f"{name} holds {unfilled[0]!r}, which nothing fills in here. Write the path out; ~ and $HOME are your"
                " home."
            )
            return Path(default)
        unset = [each[0] for each in VARIABLE.finditer(given) if self._variable(each) is None]
        if unset:
            self.faults.append(
                f"{name} holds {unset[0]}, and there is no such variable. Write the path out, without a $ in it."
            )
            return Path(default)
        try:
            return Path(VARIABLE.sub(lambda each: self._variable(each) or "", given)).expanduser()
        except RuntimeError:
            self.faults.append(f"{name} begins with ~, and nobody knows whose home that is. Write the path out.")
            return Path(default)

    def place(self, name: str, default: str, *, folder: bool = True) -> Path:
        """Likewise, of a folder or a file: what stands there is one."""
        path = self.path(name, default)
        if fault := fault_of_place(path, folder=folder):
            self.faults.append(f"{name}: {fault}")
        return path

    def _variable(self, found: re.Match[str]) -> str | None:
        name = found[1] or found[2] or ""
        value = self.environment.get(name) or os.environ.get(name)
        return str(Path.home()) if name == "HOME" and not value else value

    def yes(self, name: str) -> bool:
        given = self.text(name).lower()
        if given not in (*YES, *NO):
            self.faults.append(f"{name} must be yes or no.")
        return given in YES

    def token(self) -> str:
        token, file = self.text("BOT_TOKEN"), self.text("BOT_TOKEN_FILE")
        if not token and file:
            try:
                token = self.path("BOT_TOKEN_FILE", "").read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError, ValueError) as trouble:
                # The path is not repeated: what stands there may be the token, or half of it.
                self.faults.append(
                    f"BOT_TOKEN_FILE cannot be read ({_why(trouble)}): it must be the name of a file that"
                    " holds the token and nothing else."
                )
                return ""
        if not token:
            self.faults.append(
                "BOT_TOKEN is missing: get a token from @BotFather in Telegram and put it into .env as BOT_TOKEN=…"
                " (to try the bot without one, use `make demo`)."
            )
        elif not TOKEN.fullmatch(token):
            self.faults.append(
                "BOT_TOKEN does not look like a token: digits, a colon, then about 35 letters and digits."
            )
        return token

    def contact_file(self) -> Path | None:
        """The one that is named, or that of the working folder if there."""
        named = self.path("BOT_CONTACT_FILE", CONTACT)
        return named if named != Path(CONTACT) or named.exists() else None

    def address(self, name: str, default: str) -> str:
        given = self.text(name) or default
        if not _is_root(given):
            self.faults.append(f"{name} must be the root of a Bot API server, such as http://127.0.0.1:8081.")
        return given.rstrip("/")

    def database(self) -> str:
        """Empty where people are kept in files. What is wrong with it is told without it: it holds a password."""
        given = self.text("BOT_DATABASE_URL")
        if given and (fault := fault_of_database(given)):
            self.faults.append(f"BOT_DATABASE_URL {fault}")
            return ""
        return given

    def number(self, name: str, default: int, low: int, high: int) -> int:
        given = self.text(name)
        if not given:
            return default
        if not WHOLE_NUMBER.fullmatch(given) or not low <= int(given) <= high:
            self.faults.append(f"{name} must be a whole number from {low} to {high}.")
            return default
        return int(given)

    def messages_per_second(self, paid: bool) -> int:
        given = self.text("BOT_MESSAGES_PER_SECOND")
        if not paid and WHOLE_NUMBER.fullmatch(given) and MOST_FREE < int(given) <= MOST_PAID:
            self.faults.append(
                f"BOT_MESSAGES_PER_SECOND can be {MOST_FREE} at most: more costs Telegram Stars for each message. Set"
                " BOT_PAID_BROADCAST=yes to pay for it, once @BotFather has paid broadcasts on for the bot."
            )
            return MOST_FREE
        return self.number("BOT_MESSAGES_PER_SECOND", 25, 1, MOST_PAID if paid else MOST_FREE)

    def level(self) -> str:
        given = (self.text("BOT_LOG_LEVEL") or "INFO").upper()
        if given not in LEVELS:
            self.faults.append(f"BOT_LOG_LEVEL must be one of {', '.join(LEVELS)}.")
        return given

    def host(self) -> str:
        given = self.text("BOT_HTTP_HOST") or "127.0.0.1"
        try:
            return str(ip_address(given))
        except ValueError:
            self.faults.append("BOT_HTTP_HOST must be an IP address of this machine, such as 127.0.0.1 or 0.0.0.0.")
            return given

    def webhook(self) -> WebhookSettings | None:
        url, secret = self.text("BOT_WEBHOOK_URL"), self.text("BOT_WEBHOOK_SECRET")
        if not url and not secret:
            return None
        if not url:
            self.faults.append("BOT_WEBHOOK_URL is missing beside BOT_WEBHOOK_SECRET: set both, or neither to poll.")
        elif fault := _fault_of_webhook(url, hosted_by_telegram=not self.text("BOT_API_URL")):
            self.faults.append(f"BOT_WEBHOOK_URL {fault}")
        if not SECRET.fullmatch(secret):
            self.faults.append(
                "BOT_WEBHOOK_SECRET must be 16 to 256 letters, digits, _ or -, better 32 or more, that nobody can"
                " guess: whoever has it can speak for anybody."
            )
        if not self.text("BOT_HTTP_PORT"):
            self.faults.append("BOT_HTTP_PORT is missing: the webhook is served there.")
        return WebhookSettings(url, secret)

    def operators(self) -> frozenset[int]:
        given = [part for part in re.split(r"[,\s]+", self.text("BOT_OPERATORS")) if part]
        if not all(map(WHOLE_NUMBER.fullmatch, given)):
            self.faults.append(
                "BOT_OPERATORS must be user ids (numbers, as /privacy in the chat tells them) with commas between them."
            )
            return frozenset()
        return frozenset(map(int, given))


def _fault_of_webhook(url: str, *, hosted_by_telegram: bool) -> str:
    """What is wrong with it, to stand after its name; a Bot API server of one's own takes more than Telegram's."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    whole = parts.hostname and not parts.query and not parts.fragment and "@" not in parts.netloc
    if not whole or not WEBHOOK_PATH.fullmatch(parts.path):
        return "must be a plain web address, such as https://bot.example.org/telegram."
    if parts.path in OWN_PAGES:
        return f"must not end in {parts.path}: the bot says there how it is."
    if hosted_by_telegram and (parts.scheme != "https" or port not in WEBHOOK_PORTS):
        return "must begin with https:// and have port 443, 80, 88 or 8443: Telegram delivers to no other."
    return "" if parts.scheme in ("http", "https") else "must begin with https://."


def fault_of_database(url: str) -> str:
    """What is wrong with the URL of a database, to stand after its name; empty when nothing is."""
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("postgresql", "postgres") and (bool(parts.netloc) or "host=" in parts.query)
    except ValueError:
        whole = False
    return "" if whole else "must be a URL such as postgresql://user:password@host:5432/name."


def _why(trouble: Exception) -> str:
    return (isinstance(trouble, OSError) and trouble.strerror) or type(trouble).__name__


def _is_root(address: str) -> bool:
    """Whether it is a web address to which a path can be added."""
    try:
        parts = urlsplit(address)
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return whole and parts.scheme in ("http", "https") and not parts.query and not parts.fragment
