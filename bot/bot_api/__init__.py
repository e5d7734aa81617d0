"""The wire to Telegram: calls, what became of each, how fast they leave, what Telegram allows."""
