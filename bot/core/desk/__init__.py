"""What a coach is shown of people, and what follows from what a coach does: the same documents, seen from the desk."""
