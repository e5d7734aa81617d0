"""The ledger against a dictionary."""
