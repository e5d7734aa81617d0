"""From an update to a reply."""
