"""What the bot decides: values in, values out, and `now` is an argument."""
