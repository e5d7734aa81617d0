"""Walks a made-up person through the three weeks, by tapping what stands on the screen."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.demo.house import House
from bot.demo.personas import Persona

LONGEST = 40
"""Screens of one test or one session at most: an end that does not depend on the words."""


class Player:
    """One person at the phone."""

    def __init__(self, house: House, persona: Persona, pause: float = 0.0) -> None:
        self.house = house
        self.persona = persona
        self.pause = pause

    async def play(self) -> None:
        """From /start to the end of day 21."""
        await self.subscribe()
        end = self.house.clock.now() + timedelta(days=26)
        turn = 0
        while self.house.clock.now() < end:
            known = len(self.house.telegram.chat(self.house.person_id).messages)
            await self.house.to_next_message()
            if len(self.house.telegram.chat(self.house.person_id).messages) == known:
                return
            turn += 1
            await self.answer_message(turn)

    async def subscribe(self) -> None:
        """Through every screen up to the first lesson."""
        await self.send("/start")
        await self.tap("Begin", "I am 18 or older", "I agree, keep my answers")
        await self.while_there("No, none of these")
        await self.send(self.persona.city)
        await self.tap("Yes, that is right", self.persona.time)
        if self.persona.days:
            await self.tap(*self.persona.days, "These days")
        else:
            await self.tap("Every day")
        await self.tap("Both knees", "3", "50 to 59", "Skip", "Taking the stairs", "Save these", "5")
        await self.tap("Start the self-test")
        await self.through_test()
        await self.tap("Show my plan", "Read the first lesson")
        await self.while_there("Next")
        if await self.tap_if("30-second chair stand"):
            await self.through_test()

    async def answer_message(self, turn: int) -> None:
        """What the person does with a message nobody asked for."""
        if await self.tap_if("Weekly check-in") or await self.tap_if("Start the re-test"):
            await self.through_test()
            await self.tap_if("Stop here")
            return
        if await self.tap_if("Next"):
            await self.while_there("Next")
            for test in ("Ankle and foot self-test", "Knee self-test"):
                if await self.tap_if(test):
                    await self.through_test()
            return
        if turn % self.persona.session_every == 0 and self.starts():
            await self.tap(self.starts())
            await self.while_there("Next")
            await self.tap_if("Done")
        else:
            await self.tap_if("Not today")

    def starts(self) -> str:
        """The label of the start button, which names the minutes."""
        return next((label for label in self.labels() if label.startswith("Start (")), "")

    async def through_test(self) -> None:
        """Answer every question: the same place from the top each time, as far as there is one."""
        for _ in range(LONGEST):
            labels = [label for label in self.labels() if label != "Back"]
            if not labels or not any(label.startswith("Not sure") for label in labels):
                numbers = [label for label in labels if label.isdigit()]
                if not numbers:
                    return
                labels = numbers
            place = self.persona.choice
            await self.tap(labels[place] if -len(labels) <= place < len(labels) else labels[0])

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
            self.house.person.presses(label)
            await self._rest()

    async def send(self, text: str) -> None:
        """Type something."""
        self.house.person.sends(text)
        await self._rest()

    def labels(self) -> list[str]:
        """What can be tapped."""
        return self.house.person.labels()

    async def _rest(self) -> None:
        await self.house.settle()
        await self.house.look()
        if self.pause:
            await asyncio.sleep(self.pause)
