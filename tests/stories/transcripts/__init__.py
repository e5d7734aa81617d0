"""Three whole weeks, written down and compared."""
