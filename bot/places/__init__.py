"""From what a person types, or a location they share, to a time zone."""
