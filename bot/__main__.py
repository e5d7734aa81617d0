"""`python -m bot`: run · demo · check · export · backup · restore · reseal · move · erase · doctor · unhook."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from bot.clock import SystemClock
from bot.settings import (
    SettingsFaults,
    content_folder,
    idle_lines,
    read_env_file,
    unknown_settings,
    without_tokens,
    written_path,
)

INTERRUPTED = 128 + signal.SIGINT


def main() -> int:
    """Read the command line and do what it says; returns the exit code."""
    given = command_line().parse_args()
    env_file = Path.cwd() / ".env"
    try:
        read_env_file(env_file)
    except (OSError, UnicodeDecodeError) as trouble:
        print(f".env cannot be read ({type(trouble).__name__}): it must be a text file in UTF-8.", file=sys.stderr)
        return 1
    if given.does is not doctor:  # who counts them among what is wrong
        for line in (*idle_lines(env_file), *unknown_settings(os.environ)):
            print(line, file=sys.stderr)
    try:
        code: int = given.does(given)
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def command_line() -> argparse.ArgumentParser:
    """What can be asked, each with the function under `does` that does it."""
    parser = _Parser(prog="python -m bot", description="Steady Knees, a Telegram bot.")
    commands = parser.add_subparsers(dest="command", required=True)

    def command(does: Callable[[argparse.Namespace], int], words: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = commands.add_parser(does.__name__, help=words)
        added.set_defaults(does=does)
        return added

    command(run, "run the bot with the settings of .env and the environment")
    command(demo, "try the bot in a browser: no token, no account, no network")
    checking = command(check, "list everything that is wrong with the content")
    checking.add_argument(
        "--grades", action=argparse.BooleanOptionalAction, default=True, help="print the reading grade of every text"
    )
    exporting = command(export, "write what is kept of one person as JSON to standard output")
    exporting.add_argument("id", type=int, help="the person's Telegram user id")
    backing_up = command(backup, "write all that is stored into one file; the bot may be running")
    backing_up.add_argument("--to", type=_path, metavar="FOLDER", help="where to; otherwise BOT_BACKUP_DIR")
    backing_up.add_argument("--keep", type=int, metavar="N", help="how many to keep there; otherwise 14")
    restoring = command(restore, "put a backup in the place of what is stored; stop the bot first")
    restoring.add_argument("--only", type=int, metavar="ID", help="one person alone, by their Telegram user id")
    source = restoring.add_mutually_exclusive_group(required=True)
    source.add_argument("file", type=_path, nargs="?", help="the backup")
    source.add_argument("--house", action="store_true", help="the bot's own document, out of what all backups know")
    restoring.add_argument("--yes-nobody", action="store_true", help="though the backup holds nobody")
    restoring.add_argument("--yes-damaged", action="store_true", help="though some of its documents do not open")
    resealing = command(reseal, "seal everything with the first key; stop the bot first")
    resealing.add_argument("--new-key", action="store_true", help="make a new first key before")
    moving = command(move, "bring everybody into a database, or back into files; stop the bot first")
    moving.add_argument("--to", required=True, metavar="URL", help="postgresql://…, or the word files")
    erasing = command(erase, "erase one person who cannot say /delete themselves; the bot may be running")
    erasing.add_argument("id", type=int, help="the person's Telegram user id")
    command(doctor, "say what is wrong and what to do; changes nothing, the bot may be running")
    command(unhook, "take the token's webhook away, so that the bot can poll")
    return parser


def _path(given: str) -> Path:
    try:
        return written_path(given)
    except SettingsFaults as fault:
        raise argparse.ArgumentTypeError(str(fault)) from None


class _Parser(argparse.ArgumentParser):
    """Repeats what it cannot read, but no token."""

    def error(self, message: str) -> NoReturn:
        super().error(without_tokens(message))


# Each command brings its own libraries in, so that none waits for those of another.


def run(_: argparse.Namespace) -> int:
    gc.disable()  # until all is read: it stays, and to look through it over and over is a fifth of a start
    from bot.run import run

    return run(os.environ)


def demo(_: argparse.Namespace) -> int:
    from bot.demo.serve import serve_demo

    try:
        return asyncio.run(serve_demo(content_folder(os.environ)))
    except SettingsFaults as faults:
        print(without_tokens(str(faults)), file=sys.stderr)
        return 1


def check(given: argparse.Namespace) -> int:
    from bot.check.run import check

    return check(os.environ, given.grades)


def export(given: argparse.Namespace) -> int:
    from bot.operator.export import export

    return export(os.environ, given.id)


def backup(given: argparse.Namespace) -> int:
    from bot.operator.backup import backup

    return backup(os.environ, given.to, given.keep, SystemClock().now())


def restore(given: argparse.Namespace) -> int:
    from bot.operator.restore import restore

    now, nobody, damaged = SystemClock().now(), given.yes_nobody, given.yes_damaged
    return restore(os.environ, given.file, given.only, now, nobody=nobody, damaged=damaged)


def reseal(given: argparse.Namespace) -> int:
    from bot.operator.reseal import reseal

    return reseal(os.environ, given.new_key)


def move(given: argparse.Namespace) -> int:
    from bot.operator.move import move

    return move(os.environ, given.to, SystemClock().now())


def erase(given: argparse.Namespace) -> int:
    from bot.operator.erase import erase

    return erase(os.environ, given.id, SystemClock().now())


def doctor(_: argparse.Namespace) -> int:
    from bot.operator.doctor import doctor

    return doctor(os.environ, SystemClock().now())


def unhook(_: argparse.Namespace) -> int:
    from bot.operator.unhook import unhook

    return unhook(os.environ)


if __name__ == "__main__":
    sys.exit(main())
