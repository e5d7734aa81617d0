"""What a person is shown, and what follows from an answer."""
