"""Tests of the local Telegram and its chat page."""
