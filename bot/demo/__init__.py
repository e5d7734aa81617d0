"""The demo: the whole bot on a Telegram in memory, and a page to talk to it. No token, no account, no network."""
