"""Keeps people in PostgreSQL, for when one machine is not enough: sealed as in files, a row a person."""
