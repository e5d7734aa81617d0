"""Keeps people in PostgreSQL, for when one machine is not enough: sealed as in files, with what a tick needs in clear."""
