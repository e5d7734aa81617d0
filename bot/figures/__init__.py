"""Draws the exercises: a pose file of a few lines in, a short silent film and a still out; used while developing."""
