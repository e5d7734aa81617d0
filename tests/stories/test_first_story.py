"""From /start to the first lesson and the first reminder, through the whole bot."""

from tests.support.chat import Chat


async def test_a_new_subscriber_reaches_the_first_lesson_and_is_reminded_next_day(chat: Chat) -> None:
    assert "Hello Ada" in await chat.sends("/start")
    await chat.taps("Begin", "I am 18 or older", "I agree, keep my answers")
    for _ in range(7):
        assert "Safety check" in chat.last
        await chat.taps("No, none of these")

    assert "Where are you?" in chat.last
    assert "It is 17:05 for you now" in await chat.sends("lisbon")
    await chat.taps("Yes, that is right", "19:00", "Every day", "Skip", "Skip", "Skip", "Skip", "Skip")
    await chat.taps("Start the self-test")
    for number in range(1, 7):
        assert chat.last.startswith(f"{number} of 6")
        await chat.taps("Not sure / could not do it")

    assert "Your result" in chat.last
    assert "Tuesday 3 March, 19:00" in await chat.taps("Show my plan")
    assert "Start at the hips" in await chat.taps("Read the first lesson")

    await chat.testbed.to_next_message()

    assert chat.testbed.clock.now().isoformat() == "2026-03-03T19:00:00+00:00"
    assert chat.buttons[0].startswith("Start (")
    assert "Bridge" in await chat.taps(chat.buttons[0])
