"""What a coach is shown and what people are told of a coach, in every branch: sample people with everything to say."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.core.desk import alerts, broadcast, card, contacts, digest, letters, lists, stats, team
from bot.core.desk.broadcast import Broadcast, Step, Those
from bot.core.model import coaching
from bot.core.model.callback_data import Outdated, PauseUntil, Resume, Tell, pack
from bot.core.model.delivery import Outcome
from bot.core.model.letter import Letter, LetterKind
from bot.core.model.message import OutgoingMessage, plain
from bot.core.model.series import Series
from bot.core.model.subscriber import State, Subscriber
from bot.core.schedule import broadcasts
from bot.core.schedule.calendar import timings
from bot.core.screens import compose, consent

COACH = 1


def desk_previews(series: Series, people: list[Subscriber], now: datetime) -> Iterator[OutgoingMessage]:
    """Every message of the desk, and every one of a coach's, for people who agreed to a coach."""
    rows = [found for each in people if (found := lists.row(series, each, now)) is not None]
    for shown in (rows, rows[:1], []):
        yield lists.desk(shown, 0, len(shown))
        yield lists.everybody(shown, 0)
    yield lists.desk(rows, 1, 2)
    for words in ("a", "nobody is called so"):
        yield lists.found(rows * lists.MOST_FOUND, words)
    for person in people:
        yield card.card(series, person, person.saved_at)
        for said in ("", "spoken"):
            yield card.card(series, person, now, said)
            yield card.card(series, person.in_state(State.STOPPED, now), now, said)
        yield card.card(series, person, now, further=True)
        if coaching.sees_answers(series, person) and person.state in (State.RUNNING, State.PAUSED):
            for what in card.CHANGES:
                yield card.changes(series, person, what, now)
            for page in (0, 1, -(-366 // card.DAYS_SHOWN)):
                yield card.changes(series, person, card.DAY, now, page)
            yield card.changed(series, person, person, pack(PauseUntil("")))
    yield from _of_messages(series, people, now)
    for name in ("Ada <3 & co", ""):
        for repeat in (1, 2):
            asked = Letter("a", LetterKind.ASKED, COACH, now, 1, tries=repeat)
            yield letters.to_coach(series, replace(people[0], name=name), asked)
    for wanted in (
        None,
        digest.Digest("08:00", digest.EVERY_DAY, "Etc/UTC"),
        digest.Digest("08:00", ("0",), "Etc/UTC"),
    ):
        yield digest.screen(wanted, "Etc/UTC")
    counted = [one for each in people if (one := stats.facts(series, each, now)) is not None]
    begun = [each for each in counted if each.reached == stats.REACHED[-1]]
    many = [_lately(each, number) for number, each in enumerate(begun * stats.PERCENT_FROM)]
    anywhere = [
        stats.Facts(f"talk-{at}", State.ONBOARDING, 0, at, finished=False, sent=0, expected=0)
        for at in stats.REACHED[:-1]
    ]
    for some in (many + anywhere, counted[:1], []):
        yield stats.screen(some, len(some))
        yield plain("desk/links", {"links": stats.by_link(some)})
        for mark in ("", "practice"):
            yield stats.invitation("https://example.org", mark, some)
    told = [alerts.Told(each.person, each.name, each.may_write, each.concerns) for each in rows if each.concerns]
    for people_told in (told, told[:1]):
        yield alerts.news(people_told)
    yield from _of_letters(series, people[0], now)
    yield plain("desk/leaflet", {"link": "https://example.org"})
    for length in (0, 4096):
        yield letters.not_noted(COACH, length)
    alone = (
        "coach/edited",
        "coach/not-delivered",
        "coach/not-passed-on",
        "desk/find",
        "desk/not-shown",
        "desk/outdated",
    )
    for template in alone:
        yield plain(template)
    for note in (False, True):
        yield plain("desk/write", {"name": "Ada", "note": note, "minutes": 15})
        yield plain("desk/help", {"unknown": note})
        for name in ("Ada", ""):
            yield letters.prompt_over(name, used=note)
    for names, command in (([], ""), ([], "desk"), (["Ada"], ""), ([""], ""), (["Ada", "Bea"], "")):
        yield letters.stray(enumerate(names, 1), 1, command)
    yield from _of_one(series, people, now)
    for kind in LetterKind:
        for outcome in (Outcome.SENT, Outcome.UNKNOWN, Outcome.FAILED):
            yield letters.delivered(replace(people[0], name="Ada"), Letter("a", kind, COACH, now, outcome=outcome))
    yield letters.answered_already(replace(people[0], name="Ada"))
    yield from _of_broadcasts(series, now)
    yield from _of_contacts(series)
    yield from _of_the_team(series, people, now)


def _lately(facts: stats.Facts, number: int) -> stats.Facts:
    """Somebody of many under way, of whom no two fare alike."""
    lights = (("green",), ("green", "amber"), ("green", "green"), ("red",), ())[number % 5]
    came, asked = 5 + number % 3, number % 2
    return replace(
        facts,
        week=1 + number % 5,
        sent=came,
        expected=came + (number % 9 == 0),
        sessions=len(lights),
        lights=lights,
        timed=came,
        late=number % 7 == 0,
        invited=1,
        check_ins=asked,
    )


def _of_one(series: Series, people: list[Subscriber], now: datetime) -> Iterator[OutgoingMessage]:
    """What is asked and said before a word goes to one person, with a name and without; how a coach is greeted."""
    for person in (each for each in people if coaching.sees_answers(series, each)):
        for known in (person, replace(person, name="")):
            yield letters.talk(series, known)
            yield letters.talk(series, known.in_state(State.STOPPED, now))
            yield letters.refused(letters.HasStopped(known.name))
            yield letters.goes(known)
            wrote = letters.Written(known.id, known.name, frozenset({f"{LetterKind.WROTE}:{COACH}:1"}))
            yield from filter(None, [letters.edited([wrote], COACH, 1)])
            if letters.may_write(series, known, now):
                yield letters.once_more(series, known, 1, now)
            yield consent.coach_hello(known.name)


def _of_the_team(series: Series, people: list[Subscriber], now: datetime) -> Iterator[OutgoingMessage]:
    """What stands in the coaches' group, and the way there."""
    for person in people:
        yield team.pinned_card(series, person, now)
    for repeat in (1, 2):
        yield team.asked(Letter("a", LetterKind.ASKED, COACH, now, 1, tries=repeat))
    yield team.before_card()
    yield team.news()
    for template in ("nobody", "edited", "command", "elsewhere", "off"):
        yield plain(f"desk/topic-{template}")
    for title in ("Coaches <3 & co", ""):
        whole = team.Found(title, topics=True, promoted=True, manage=True, pin=True, delete=True)
        nothing, others = team.Found(title, others=1), replace(whole, others=1)
        for known in (team.Team(), team.Team(-1), team.Team(-1, ready=True)):
            for found in (whole, nothing, others, team.Found(title, promoted=True), team.Found(there=False), None):
                yield team.screen(known, found, "a_bot")
        for found in (others, replace(whole, pin=False), team.Found(there=False)):
            yield team.lost(team.lacks(found))


def _of_contacts(series: Series) -> Iterator[OutgoingMessage]:
    """Who to turn to, as a coach looks at it and changes it."""
    run_by = {"name": "A practice", "reach": "a@example.org", "answers": ""}
    person = {"name": "Ada <3 & co", "role": "", "reach": "1"}
    for sample in (False, True):
        for people in ([person], [person, {**person, "role": "nurse"}]):
            for of_chat, differs in ((False, False), (True, False), (True, True)):
                given = {"people": people, "run-by": run_by}
                yield contacts.screen(given, "stamp", 2, sample=sample, of_chat=of_chat, file_differs=differs)
        run_by = {**run_by, "answers": "On working days."}
    for number in (contacts.NEW, contacts.RUN_BY):
        yield contacts.prompt(number)
    for why in ("name", "reach", "long", "made-up", "many"):
        yield contacts.refused(why, 80)
    yield contacts.emergency(series, "")
    yield contacts.confirm("stamp")
    yield plain("desk/contacts-changed")


def _of_broadcasts(series: Series, now: datetime) -> Iterator[OutgoingMessage]:
    """A word to many, from the choice of whom it is for to whom it did not reach."""
    areas = series.areas
    anybody, one = Those(), Those("running", 1, areas[0], "practice")
    readers = [broadcast.Reader(state.value, 1, areas[0], "practice") for state in broadcasts.REACHED]
    readers.append(replace(readers[-1], sign=True))
    for those in (anybody, one, replace(one, week=9)):
        for found in (readers, []):
            yield broadcast.choose(found, those, areas)
        for count in (0, 1, 2):
            yield broadcast.prompt(those, count)
            for left_out in (0, 1):
                yield broadcast.confirm(Broadcast("1-2", COACH, "words", those, now), count, left_out)
        for why in ("nothing", "long", "braces", "health"):
            yield broadcast.refused(those, why, "your pain")
    for name in ("Ada", ""):
        yield compose.broadcast(f"Hello {compose.FIRST_NAME}", name)
    people = [
        broadcast.NotReached(id, name, outcome, reason)
        for name, reason in (("Ada", "blocked"), ("", "too_many"), ("Bea", ""))
        for id, outcome in enumerate(each for each in broadcast.ENDED if each is not Outcome.SENT)
    ]
    known = broadcast.tally(dict(enumerate(Outcome)))
    for step in Step:
        yield plain("desk/broadcast-edited", {"step": step.value})
        for lined_up in (False, True):
            going = Broadcast("1-2", COACH, "words", anybody, now, step, lined_up=lined_up)
            for not_reached in ([], people, people * broadcast.PAGE):
                for page in (0, 1):
                    yield broadcast.screen(going, known, not_reached, page)
    yield broadcast.screen(Broadcast("1-2", COACH, "words", anybody, now), broadcast.tally({}))
    yield plain("desk/broadcast-dropped")
    yield plain("desk/broadcast-busy")


def _of_messages(series: Series, people: list[Subscriber], now: datetime) -> Iterator[OutgoingMessage]:
    """What a card says of a person's newest message, whatever became of it, and why it came."""
    for person in people:
        if not coaching.sees_answers(series, person) or not timings(person):
            continue
        last = max(person.deliveries.values(), key=lambda each: each.at, default=None)
        if last is None:
            continue
        for outcome in (Outcome.UNKNOWN, Outcome.CANCELLED):
            changed = person.with_deliveries([replace(last, outcome=outcome, reason="done")])
            yield card.card(series, changed, now)
        with contextlib.suppress(Outdated):
            yield card.why_it_came(series, person, now)


def _of_letters(series: Series, person: Subscriber, now: datetime) -> Iterator[OutgoingMessage]:
    tapped = (Resume(), PauseUntil(""), PauseUntil(now.date().isoformat()))
    told = (Tell("lane", (series.lanes[0].id,)), Tell("time", ("19:00",)), Tell("length", ("short",)))
    for action in (*tapped, *told):
        letter = Letter("c", LetterKind.CHANGED, COACH, now, words=pack(action))
        yield letters.to_person(series, person, letter, now)
    for kind in (LetterKind.WROTE, LetterKind.NOTED, LetterKind.SPOKE):
        yield letters.to_person(series, person, Letter("n", kind, COACH, now, words="a note"), now)


def with_letters(person: Subscriber, now: datetime) -> Subscriber:
    """Somebody with a letter of each kind, one of which did not arrive."""
    for kind in LetterKind:
        outcome = Outcome.FAILED if kind is LetterKind.NOTED else Outcome.SENT
        person = person.with_letter(Letter(kind, kind, COACH, now, words="a note", outcome=outcome))
    return person
