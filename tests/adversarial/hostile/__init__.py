"""What nobody well-meaning would send."""
