"""A deterministic simulation of the whole bot: one seed, one run, and an oracle that knows what must hold."""
