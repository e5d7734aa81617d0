"""Updates in: fetched or delivered, each from its raw JSON to its stored effect."""
