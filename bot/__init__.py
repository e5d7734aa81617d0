"""Steady Knees: a Telegram bot for three weeks of small daily exercise."""
