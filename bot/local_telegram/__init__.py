"""A Telegram in memory, as strict as the real one, for the demo and the tests."""
