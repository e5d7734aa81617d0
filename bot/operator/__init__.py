"""What whoever runs the bot can do to what is stored: back it up, restore it, seal it anew, examine it."""
