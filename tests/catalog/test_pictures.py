"""Figures: sent beside the words, changed in place, cached by id, and never the only place where something stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.catalog.pictures import Pictures
from bot.core.model.callback_data import Ask, Tell, pack
from bot.local_telegram.faults import Answer
from tests.stories.ways import starts
from tests.support.chat import Chat


async def on_a_training_day(chat: Chat) -> Chat:
    """Up to the first reminder, with the session begun."""
    await chat.sends("/start")
    await chat.taps("labels.begin", "labels.adult", "labels.agree", *["answer no"] * 7)
    await chat.sends("lisbon")
    await chat.taps("labels.zone-right", "labels.usual 19:00", *["labels.skip"] * 4)
    await chat.taps("labels.unpicked choices.kit.loop", "labels.these", "labels.skip", "labels.start-test")
    await chat.taps(*["answer not-sure"] * 6, "labels.show-plan")
    await chat.testbed.to_next_message()
    await starts(chat)
    return chat


def pictures_of(chat: Chat) -> list[dict[str, object]]:
    """The bot's messages that hold a moving figure."""
    return [message for message in chat.messages if message.get("animation")]


async def settles_for(chat: Chat, choice: str) -> None:
    """Choose how figures are shown."""
    chat.person.taps(chat.messages[-1]["id"], pack(Ask("pictures")))
    await chat.testbed.settle()
    chat.person.taps(chat.messages[-1]["id"], pack(Tell("pictures", (choice,))))
    await chat.testbed.settle()


async def test_an_exercise_comes_as_a_moving_figure_with_its_words(chat: Chat) -> None:
    await on_a_training_day(chat)

    shown = pictures_of(chat)[-1]
    assert "Chair squat" in str(shown["text"])
    assert "Chair at a wall" in str(shown["text"])
    assert len(str(shown["text"])) <= 1024


async def test_paging_changes_the_figure_in_the_same_message(chat: Chat) -> None:
    await on_a_training_day(chat)
    count = len(chat.messages)
    first = pictures_of(chat)[-1]["animation"]

    await chat.taps("labels.next-exercise")

    assert len(chat.messages) == count
    assert "Banded side walk" in chat.last
    assert pictures_of(chat)[-1]["animation"] != first


async def test_a_figure_sent_before_is_sent_by_its_id(chat: Chat) -> None:
    await on_a_training_day(chat)
    await chat.taps("labels.next-exercise", "labels.more", "labels.exercise-before")

    uploads = [call for call in chat.testbed.telegram.log if call.method == "editMessageMedia"]
    assert uploads[-2].files
    assert not uploads[-1].files


async def test_an_id_that_telegram_refuses_is_uploaded_once_more(chat: Chat) -> None:
    await on_a_training_day(chat)
    await chat.taps("labels.next-exercise")
    refused: list[str] = []

    def refuse(method: str, parameters: dict[str, object], number: int) -> Answer | None:
        media = parameters.get("media")
        if method == "editMessageMedia" and isinstance(media, dict) and "attach" not in str(media["media"]):
            refused.append(str(media["media"]))
            return Answer(400, {"ok": False, "error_code": 400, "description": "Bad Request: wrong file identifier"})
        return None

    chat.testbed.telegram.fault = refuse
    await chat.taps("labels.more", "labels.exercise-before")

    assert len(refused) == 1
    assert "Chair squat" in chat.last
    chat.testbed.telegram.fault = None


async def test_with_pictures_off_everything_comes_in_words_alone(chat: Chat) -> None:
    await on_a_training_day(chat)
    await settles_for(chat, "off")
    seen = len(pictures_of(chat))

    await chat.sends("/today")
    await starts(chat)

    assert "Chair at a wall" in chat.last
    assert len(pictures_of(chat)) == seen


async def test_on_a_slow_line_the_still_comes(chat: Chat) -> None:
    await on_a_training_day(chat)
    await settles_for(chat, "still")

    await chat.sends("/today")
    await starts(chat)

    assert chat.messages[-1].get("photo")
    assert "Chair at a wall" in chat.last


async def test_a_self_test_shows_like_this_and_not_like_this(chat: Chat) -> None:
    await on_a_training_day(chat)
    await chat.sends("/selftest")
    await chat.taps("labels.test-hips")

    assert "1 of 6" in str(pictures_of(chat)[-1]["text"])


def test_ids_are_remembered_for_each_bot_and_for_what_the_file_holds(tmp_path: Path) -> None:
    (tmp_path / "knees" / "media").mkdir(parents=True)
    (tmp_path / "knees" / "media" / "h7.mp4").write_bytes(b"one")
    cache = tmp_path / "ids.json"
    pictures = Pictures(tmp_path, cache)
    found = pictures.find(("knees/h7-harder", "knees/h7"), moving=True)
    assert found is not None
    pictures.learn(1, found.key, "abc")

    again = Pictures(tmp_path, cache)
    same = again.find(("knees/h7",), moving=True)
    assert same is not None
    assert (again.known_id(1, same.key), again.known_id(2, same.key)) == ("abc", None)

    (tmp_path / "knees" / "media" / "h7.mp4").write_bytes(b"another")
    redrawn = Pictures(tmp_path, cache)
    other = redrawn.find(("knees/h7",), moving=True)
    assert other is not None
    assert redrawn.known_id(1, other.key) is None


@pytest.mark.parametrize("spoilt", ["", "not json", "[1]", json.dumps({"a": 1})])
def test_a_spoilt_cache_costs_an_upload_and_no_more(tmp_path: Path, spoilt: str) -> None:
    (tmp_path / "knees" / "media").mkdir(parents=True)
    (tmp_path / "knees" / "media" / "h7.mp4").write_bytes(b"one")
    (tmp_path / "ids.json").write_text(spoilt)

    pictures = Pictures(tmp_path, tmp_path / "ids.json")
    found = pictures.find(("knees/h7",), moving=True)

    assert found is not None
    assert pictures.known_id(1, found.key) is None


def test_without_a_folder_there_are_no_figures(tmp_path: Path) -> None:
    assert Pictures(tmp_path / "nowhere").find(("knees/h7",), moving=True) is None
