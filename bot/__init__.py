"""Steady Knees: a Telegram bot for three weeks of small daily exercise."""

__version__ = "0.1.0"
