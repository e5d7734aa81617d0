"""From a message as data to what Telegram is given: text, pictures."""
