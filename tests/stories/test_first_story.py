"""From /start to the first lesson and the first reminder, through the whole bot."""

from tests.stories.ways import NO, starts
from tests.support.chat import Chat


async def test_a_new_subscriber_reaches_the_first_lesson_and_is_reminded_next_day(chat: Chat) -> None:
    assert "Hello Ada" in await chat.sends("/start")
    await chat.taps("labels.begin", "labels.adult", "labels.agree")
    for _ in range(7):
        assert chat.last.template == "safety/question"
        await chat.taps(NO)

    assert "Where are you?" in chat.last
    assert "It is 17:05 for you now" in await chat.sends("lisbon")
    await chat.taps(
        "labels.zone-right",
        "labels.usual 19:00",
        "labels.skip",
        "labels.skip",
        "labels.skip",
        "labels.skip",
        "labels.skip",
        "labels.skip",
    )
    await chat.taps("labels.start-test")
    for number in range(1, 7):
        assert chat.last.startswith(f"{number} of 6")
        await chat.taps("answer not-sure")

    assert chat.newest("test/result", "test/how").template == "test/result"
    await chat.taps("labels.show-plan")
    assert "Tuesday 3 March, 19:00" in chat.newest("onboarding/plan")
    assert "That is enough for today." in chat.last

    await chat.testbed.to_next_message()

    assert chat.testbed.clock.now().isoformat() == "2026-03-03T19:00:00+00:00"
    assert chat.buttons[0].startswith("labels.start ")
    assert "Chair squat" in await starts(chat)
