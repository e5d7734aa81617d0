"""What must not leak, and who may not get in."""
