"""What answers mean: the safety check, the self-tests, reports of pain."""
