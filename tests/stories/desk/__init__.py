"""Stories of a bot that somebody runs as a coach."""
