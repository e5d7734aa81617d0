"""What tells somebody to get help is rendered before anything else: every variant, whoever can be turned to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.catalog.contact import Contact, Person
from bot.catalog.load import Catalog
from bot.core.assessment.safety import ENDING_LIFE, HIGH_PAIN, NONE, all_screens
from bot.core.model.callback_data import CheckAgain
from bot.core.model.message import Button, OutgoingMessage, plain
from bot.core.model.series import Series
from bot.render.text import SAFETY

PERSON = Person("Ada <3 & co", "nurse", "112", "a@example.org", "9 to 5")
REACHED = (
    (),
    (replace(PERSON, phone=""),),
    (replace(PERSON, email="", hours=""), PERSON),
    (replace(PERSON, role="", hours=""),),
)
"""Contacts that an installation may name: nobody, one without a phone, without hours, without a role."""


def contacts(catalog: Catalog) -> Iterator[Contact]:
    """The contact itself, and others that somebody may put in its place."""
    yield catalog.contact
    yield from (replace(catalog.contact, people=people) for people in REACHED)


def zones(catalog: Catalog) -> dict[str, str | None]:
    """Made-up zones and the country of each: one for each shape the numbers of a country have, and none."""
    shapes = {
        (len(each.emergency), bool(each.urgent), bool(each.crisis)): code
        for code, each in catalog.emergency.countries.items()
    }
    return {"nowhere": None, **{f"in {code}": code for code in shapes.values()}}


def messages(catalog: Catalog, series: Series, contact: Contact) -> Iterator[OutgoingMessage]:
    """Every message that sends somebody to a person, with all it may be given.

    Whoever else may be turned to stands beside each screen and in each zone, but not in both at once.
    """
    again = Button("labels.check-again", CheckAgain())
    named = [*(each.id for each in all_screens(series) if each.tier != NONE and each.id != ENDING_LIFE), HIGH_PAIN]
    for number, zone in enumerate(zones(catalog)):
        for screen in named if contact is catalog.contact or number == 0 else named[-1:]:
            for tier in ("stop", "today", "ask"):
                yield plain(f"safety/{tier}", {"screen": screen, "tier": tier, "zone": zone}, again)
        yield plain("safety/call-first", {"zone": zone}, again)
        for asked in (True, False):
            yield plain("safety/ending-life", {"asked": asked, "zone": zone}, again)
            for known in (True, False):
                for grave, animal in ((True, False), (False, False), (False, True)):
                    values = {"ending_life": asked, "zone": zone, "known": known, "grave": grave, "animal": animal}
                    yield plain("safety/of-another", values, again)
    for day, silent in ((None, False), (3, True)):
        given = {"tier": "today", "day": day, "after_silence": silent, "repeat": silent, "morning": silent}
        yield plain("safety/follow-up", given, again)
    for either in (True, False):
        yield plain("safety/in-care", {"known": either}, again)
        yield plain("safety/sign-named", {"grave": either})
    for template in SAFETY:
        if template in ("session/red", "information/help"):
            for coached in (False, True):
                yield plain(template, {"zone": None, "coached": coached})
