"""The coaches' group where people are kept in a database: topics, cards and letters are found again, and erased."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from bot.app import stamp
from bot.catalog.load import Catalog
from bot.core.model import coaching
from bot.core.model.subscriber import Answer, Consent
from bot.local_telegram.groups import ENOUGH
from bot.places.search import Places
from bot.storage.postgres.storage import open_postgres
from bot.subscriber_codec import SubscriberCodec
from tests.core.people import somebody
from tests.support.chat import Chat
from tests.support.database import new_schema
from tests.support.quick import quick_testbed

COACH = 5
REST = 0.001  # seconds, in which the database's own threads get their turn


async def test_somebody_flares_is_answered_in_their_topic_also_after_a_kill_and_erased_with_it(
    tmp_path: Path, catalog: Catalog, places: Places
) -> None:
    named, series = stamp(catalog), catalog.default
    stored = partial(open_postgres, new_schema(), tmp_path / "key", SubscriberCodec(named), named, alone=True)
    testbed = quick_testbed(catalog, places, folder=tmp_path, operators=[COACH], stored=stored, rest=REST)
    await testbed.open()
    known = somebody(series, zone="Europe/Lisbon")
    at = known.consent.at
    known = replace(known, id=testbed.person_id, name="Ada", consent=Consent(coaching.text(series, True), at))
    assert testbed.runtime is not None
    async with testbed.runtime.storage.change(known.id) as box:
        box.value = replace(known, heard_at=at, answers=(*known.answers, Answer(coaching.COACH, coaching.SEES, at)))
    ada, cleo = Chat(testbed, testbed.person), Chat(testbed, testbed.telegram.person(COACH, "Cleo"))
    await cleo.sends("/help")
    group = testbed.telegram.group(cleo.person, forum=True)
    group.adds_bot(cleo.person, ENOUGH)
    await testbed.settle()

    await ada.sends("my calf is swollen and hot")
    await ada.taps("answer yes")
    await testbed.advance(61)
    topic = group.topic("Ada")
    [card] = group.pinned(topic)
    assert "A safety sign stopped the plan" in card["text"]
    await testbed.kill()
    await testbed.open()
    group.writes(cleo.person, "Please have it seen today.", topic)
    await testbed.settle()
    assert "Please have it seen today." in [each["text"] for each in ada.messages]
    assert "Ada has it." in [each["text"] for each in group.messages(topic)]
    await ada.sends("/ask I am on my way")
    assert "I am on my way" in str(group.messages(topic)[-1]["text"])
    assert [each["id"] for each in group.pinned(topic)] == [card["id"]]
    await ada.sends("/delete")
    await ada.taps("labels.erase")
    assert group.topics == []
    await testbed.close()
