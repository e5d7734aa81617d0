"""`python -m bot`: run · demo · check · export · backup · restore · reseal · erase · doctor · unhook."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
from pathlib import Path

from dotenv import load_dotenv

from bot.clock import SystemClock


def main() -> int:
    """Read the command line and do what it says; returns the exit code."""
    given = command_line().parse_args()
    try:
        load_dotenv(Path.cwd() / ".env")
    except (OSError, UnicodeDecodeError) as trouble:
        print(f".env cannot be read ({type(trouble).__name__}): it must be a text file in UTF-8.", file=sys.stderr)
        return 1
    return carry_out(given)


def command_line() -> argparse.ArgumentParser:
    """What can be asked."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="Steady Knees, a Telegram bot.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="run the bot with the settings of .env and the environment")
    commands.add_parser("demo", help="try the bot in a browser: no token, no account, no network")
    checking = commands.add_parser("check", help="list everything that is wrong with the content")
    checking.add_argument(
        "--grades", action=argparse.BooleanOptionalAction, default=True, help="print the reading grade of every text"
    )
    export = commands.add_parser("export", help="write what is kept of one person as JSON to standard output")
    export.add_argument("id", type=int, help="the person's Telegram user id")
    backup = commands.add_parser("backup", help="write all that is stored into one file; the bot may be running")
    backup.add_argument("--to", type=Path, metavar="FOLDER", help="where to; otherwise BOT_BACKUP_DIR")
    backup.add_argument("--keep", type=int, metavar="N", help="how many to keep there; otherwise 14")
    restore = commands.add_parser("restore", help="put a backup in the place of what is stored; stop the bot first")
    restore.add_argument("--only", type=int, metavar="ID", help="one person alone, by their Telegram user id")
    source = restore.add_mutually_exclusive_group(required=True)
    source.add_argument("file", type=Path, nargs="?", help="the backup")
    source.add_argument("--house", action="store_true", help="the bot's own document, out of what all backups know")
    reseal = commands.add_parser("reseal", help="seal everything with the first key; stop the bot first")
    reseal.add_argument("--new-key", action="store_true", help="make a new first key before")
    erase = commands.add_parser("erase", help="erase one person who cannot say /delete themselves; stop the bot first")
    erase.add_argument("id", type=int, help="the person's Telegram user id")
    commands.add_parser("doctor", help="say what is wrong and what to do; changes nothing, the bot may be running")
    commands.add_parser("unhook", help="take the token's webhook away, so that the bot can poll")
    return parser


def carry_out(given: argparse.Namespace) -> int:
    """Do what was asked; each command brings its own libraries in, so that none waits for those of another."""
    match given.command:
        case "run":
            from bot.run import run

            return run(os.environ)
        case "demo":
            from bot.demo.serve import serve_demo

            with contextlib.suppress(KeyboardInterrupt):
                return asyncio.run(serve_demo(content_folder()))
            return 0
        case "check":
            from bot.check import check

            return check(os.environ, given.grades)
        case "backup":
            from bot.operator.backup import backup

            return backup(os.environ, given.to, given.keep, SystemClock().now())
        case "restore":
            from bot.operator.restore import restore

            return restore(os.environ, given.file, given.only, SystemClock().now())
        case "reseal":
            from bot.operator.reseal import reseal

            return reseal(os.environ, given.new_key)
        case "erase":
            from bot.operator.erase import erase

            return erase(os.environ, given.id, SystemClock().now())
        case "doctor":
            from bot.operator.doctor import doctor

            return doctor(os.environ, SystemClock().now())
        case "unhook":
            from bot.operator.unhook import unhook

            return unhook(os.environ)
        case _:
            from bot.operator.export import export

            return export(os.environ, given.id)


def content_folder() -> Path:
    """The content that is meant: the one that is set, or the one that came along."""
    return Path(os.environ.get("BOT_CONTENT_DIR") or Path(__file__).parent.parent / "content")


if __name__ == "__main__":
    sys.exit(main())
