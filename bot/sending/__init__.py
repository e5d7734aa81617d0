"""What leaves the bot: replies, what nobody asked for, and what may hold it back."""
