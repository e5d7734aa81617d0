"""A coach and their people with the process of real life: a flare, an answer with one hand, a word to many, a kill."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from bot.app import open_stored
from bot.catalog.load import Catalog
from bot.clock import SystemClock
from bot.core.model.delivery import Outcome
from bot.core.model.subscriber import Answer, Consent, Subscriber
from bot.local_telegram.faults import Hang
from bot.local_telegram.groups import ENOUGH
from bot.local_telegram.telegram import LocalTelegram
from bot.sending.send_due import IN_FLIGHT
from bot.settings import read_settings
from tests.core.people import NO_QUIET, somebody
from tests.process.bot_process import BotProcess, until
from tests.process.phone import Phone, words

COACH, ADA = 5, 7
MANY = 24
SENT = 6


async def keep(bot: BotProcess, catalog: Catalog, telegram: LocalTelegram, ids: range) -> None:
    """Put people there before the bot starts who let their coach see answers, and will hear nothing else today."""
    series, now = catalog.default, SystemClock().now()
    begun = somebody(series, now.date() - timedelta(days=1), quiet=NO_QUIET, at="12:00")
    at = begun.consent.at
    storage = open_stored(catalog, read_settings(bot.settings, needs_token=False))
    for id in ids:
        name = "Ada" if id == ADA else f"Otto {id}"
        telegram.person(id, name)
        answers = (*begun.answers, Answer("coach", "sees", at))
        consent = Consent(series.consent + "+coach", at)
        async with storage.change(id) as box:
            box.value = replace(begun, id=id, name=name, consent=consent, answers=answers, heard_at=now, saved_at=now)
    storage.close()


def stands(phone: Phone, text: str) -> int:
    """The number of the newest message on that phone that holds these words, or 0."""
    found = [each["id"] for each in phone.person.chat.messages if text in str(each["text"])]
    return int(found[-1]) if found else 0


async def answers(phone: Phone, to: str, text: str) -> None:
    """Reply below the message that holds these words."""
    await until(lambda: stands(phone, to) > 0)
    phone.person.replies(stands(phone, to), text)


async def begun(bot: BotProcess, telegram: LocalTelegram, catalog: Catalog) -> tuple[Phone, Phone]:
    """The phones of somebody who has a plan, and of their coach, at a bot that has started."""
    bot.settings["BOT_OPERATORS"] = str(COACH)
    await keep(bot, catalog, telegram, range(ADA, ADA + 1))
    await bot.started(telegram)
    return Phone(telegram.person(ADA, "Ada")), Phone(telegram.person(COACH, "Cleo"))


async def test_somebody_flares_the_coach_answers_they_answer_back_and_what_they_take_back_is_forgotten(
    bot: BotProcess, telegram: LocalTelegram, catalog: Catalog
) -> None:
    ada, cleo = await begun(bot, telegram, catalog)
    await cleo.sends("/desk")
    assert "Nobody, as far as the bot can tell." in cleo.last

    await ada.sends("my calf is swollen and hot")
    await ada.taps(words("labels.yes"))
    await ada.rests()
    await cleo.sends("/desk")
    assert "1. Ada" in cleo.last
    assert "A safety sign stopped the plan" in cleo.last

    ada.types("/ask what should I do now?")
    await answers(cleo, "what should I do now?", "Please have it seen today, as the bot says.")
    await answers(ada, "Please have it seen today", "thank you, I am on my way")
    await until(lambda: stands(cleo, "thank you, I am on my way") > 0)

    await ada.sends("/settings")
    await ada.taps(words("labels.set-coach"))
    await ada.taps(words("labels.coach-alone"))
    await ada.rests()
    await cleo.sends("/find ada")
    await cleo.taps("1 Ada")
    await cleo.rests()
    assert "chose the bot alone" in cleo.last
    assert await bot.stop() == 0


async def test_a_team_has_a_topic_for_whoever_flares_and_goes_on_in_it_after_a_kill(
    bot: BotProcess, telegram: LocalTelegram, catalog: Catalog
) -> None:
    ada, cleo = await begun(bot, telegram, catalog)
    group = telegram.group(cleo.person, forum=True)
    group.adds_bot(cleo.person, ENOUGH)
    await until(lambda: "Coaches is ready" in cleo.last)

    await ada.sends("my calf is swollen and hot")
    await ada.taps(words("labels.yes"))
    await ada.rests()

    def card() -> str:
        return "".join(str(each["text"]) for topic in group.topics for each in group.pinned(topic))

    await until(lambda: "A safety sign stopped the plan" in card())
    group.writes(cleo.person, "Please have it seen today.", group.topic("Ada"))
    await until(lambda: stands(ada, "Please have it seen today.") > 0)
    await until(lambda: any("Ada has it." in each["text"] for each in group.messages(group.topic("Ada"))))
    await bot.kill()
    await bot.started(telegram)
    await answers(ada, "Please have it seen today", "thank you, I am on my way")
    await until(lambda: any("on my way" in each["text"] for each in group.messages(group.topic("Ada"))))
    assert len(group.topics) == 1

    await ada.sends("/delete")
    await ada.taps(words("labels.erase"))
    await until(lambda: group.topics == [])
    assert await bot.stop() == 0
    assert await bot.stored(catalog, ADA) is None


async def test_a_word_to_many_is_killed_half_way_and_ends_with_nobody_twice(
    bot: BotProcess, telegram: LocalTelegram, catalog: Catalog
) -> None:
    bot.settings["BOT_OPERATORS"] = str(COACH)
    ids = range(100, 100 + MANY)
    await keep(bot, catalog, telegram, ids)
    await bot.started(telegram)
    cleo = Phone(telegram.person(COACH, "Cleo"))
    hung = []

    def fault(method: str, parameters: dict[str, object], _: int) -> Hang | None:
        if method != "sendMessage" or "a walk" not in str(parameters["text"]) or parameters["chat_id"] == COACH:
            return None
        if sum(bool(telegram.chat(id).messages) for id in ids) < SENT:
            return None
        hung.append(parameters["chat_id"])
        return Hang(delivered=len(hung) % 2 == 0, seconds=600)

    await cleo.sends("/broadcast")
    await cleo.taps(_write_to(MANY))
    await cleo.rests()
    await cleo.sends("Hello {name}, a walk on Saturday?")
    telegram.fault = fault
    await cleo.taps(_send_to(MANY))
    await until(lambda: len(hung) == IN_FLIGHT)
    await bot.kill()
    telegram.fault = None
    await bot.started(telegram)

    def read() -> list[int]:
        return [len([each for each in telegram.chat(id).messages if "a walk" in each["text"]]) for id in ids]

    await until(lambda: sum(read()) == MANY - IN_FLIGHT // 2)
    assert await bot.stop() == 0
    assert max(read()) == 1
    found = [_outcome(await bot.stored(catalog, id)) for id in ids]
    assert Counter(found) == {Outcome.SENT: MANY - IN_FLIGHT, Outcome.UNKNOWN: IN_FLIGHT}


def _outcome(known: Subscriber | None) -> Outcome:
    assert known is not None
    return next(each.outcome for each in known.deliveries.values() if each.key.startswith("broadcast:"))


def _write_to(count: int) -> str:
    return words("labels.write-many").replace("{{ count }}", str(count))


def _send_to(count: int) -> str:
    return words("labels.send-many").replace("{{ count }}", str(count))
