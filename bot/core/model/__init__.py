"""What the core speaks of: a subscriber, a series, a delivery, a message, a button."""
