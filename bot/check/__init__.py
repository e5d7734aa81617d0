"""`python -m bot check`: everything that is wrong with the content, with file and line."""
