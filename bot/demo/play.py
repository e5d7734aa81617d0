"""Walks a made-up person through the three weeks, by tapping what stands on the screen."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import cycle

from bot.demo.personas import Persona
from bot.demo.testbed import Testbed

LONGEST = 40
"""Screens of one test or one session at most: an end that does not depend on the words."""


class Player:
    """One person at the phone."""

    def __init__(self, testbed: Testbed, persona: Persona, pause: float = 0.0) -> None:
        self.testbed = testbed
        self.persona = persona
        self.pause = pause
        self._habits = cycle(persona.habits)
        self._scales = iter(persona.scales)
        self._scores = cycle(persona.scores)

    async def play(self) -> None:
        """From /start to some days after the end."""
        await self.subscribe()
        end = self.testbed.clock.now() + timedelta(days=28)
        while self.testbed.clock.now() < end:
            known = len(self._chat)
            await self.testbed.to_next_message()
            if len(self._chat) == known:
                return
            await self.answer_message()

    async def subscribe(self) -> None:
        """Through every screen up to the first lesson."""
        pain, activity = next(self._scales)
        await self.send("/start")
        await self.tap("Begin", "I am 18 or older", "I agree, keep my answers")
        await self.while_there("No, none of these")
        await self.send(self.persona.city)
        await self.tap("Yes, that is right", self.persona.time)
        if self.persona.days:
            await self.tap(*self.persona.days, "These days")
        else:
            await self.tap("Every day")
        await self.tap("Both knees", pain)
        await self.tap_if("I have asked, I may start")
        await self.tap("50 to 59", "Skip", "Taking the stairs", "Save these", activity)
        await self.tap("Start the self-test")
        await self.through_test()
        await self.tap("Show my plan", "Read the first lesson")
        await self.while_there("Next")
        if await self.tap_if("30-second chair stand"):
            await self.through_test()

    async def answer_message(self) -> None:
        """What the person does with a message nobody asked for."""
        if await self.tap_if("Weekly check-in"):
            await self.through_test()
            if not await self.tap_if("Read the lesson"):
                return
        if await self.tap_if("Start the re-test"):
            await self.through_test()
            await self.tap_if(self.persona.at_the_end)
        elif await self.tap_if("Next"):
            await self.while_there("Next")
            for test in ("Ankle and foot self-test", "Knee self-test"):
                if await self.tap_if(test):
                    await self.through_test()
        else:
            await self.answer_reminder()

    async def answer_reminder(self) -> None:
        """The next habit; a reminder that was put off is answered with a session."""
        later = next((label for label in self.labels() if label.startswith("Later: ")), "")
        match next(self._habits):
            case "short" if await self.tap_if("Short version (3 min)"):
                await self.finish()
            case "later" if await self.tap_if(later):
                await self.testbed.to_next_message()
                await self.session()
            case "not today":
                await self.tap_if("Not today")
            case "done":
                await self.finish()
            case "session":
                await self.session()

    async def session(self) -> None:
        """Every exercise of the day."""
        if await self.tap_if(next((label for label in self.labels() if label.startswith("Start (")), "")):
            await self.while_there("Next")
            await self.finish()

    async def finish(self) -> None:
        """Done: how hard it was and how much it hurt, or no scores; a harder plan is taken where it is offered."""
        if not await self.tap_if("Done"):
            return
        for score in next(self._scores):
            await self.tap_if(score)
        await self.tap_if("A bit harder")

    async def through_test(self) -> None:
        """Answer every question: the same place from the top each time, as far as there is one."""
        scale: list[str] = []
        for _ in range(LONGEST):
            labels = [label for label in self.labels() if label != "Back"]
            if {"0", "10"} <= set(labels):
                scale = scale or list(next(self._scales, self.persona.scales[-1]))
                await self.tap(scale.pop(0) if len(scale) > 1 else scale[0])
            elif await self.tap_if("No, none of these"):
                continue
            elif any(label.startswith("Not sure") for label in labels):
                place = self.persona.choice
                await self.tap(labels[place] if -len(labels) <= place < len(labels) else labels[0])
            else:
                return

    async def while_there(self, label: str) -> None:
        """Tap a button for as long as it is on the screen."""
        for _ in range(LONGEST):
            if not await self.tap_if(label):
                return

    async def tap_if(self, label: str) -> bool:
        """Tap a button if it is there."""
        if label not in self.labels():
            return False
        await self.tap(label)
        return True

    async def tap(self, *labels: str) -> None:
        """Tap buttons one after the other."""
        for label in labels:
            self.testbed.person.presses(label)
            await self._rest()

    async def send(self, text: str) -> None:
        """Type something."""
        self.testbed.person.sends(text)
        await self._rest()

    def labels(self) -> list[str]:
        """What can be tapped."""
        return self.testbed.person.labels()

    @property
    def _chat(self) -> list[dict[str, object]]:
        return self.testbed.telegram.chat(self.testbed.person_id).messages

    async def _rest(self) -> None:
        await self.testbed.settle()
        await self.testbed.look()
        if self.pause:
            await asyncio.sleep(self.pause)
