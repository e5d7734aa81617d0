"""From the files of `content/` to a checked catalog."""
