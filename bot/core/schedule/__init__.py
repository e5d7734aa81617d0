"""What happens when: the calendar of a series, what is due, what a day holds, what follows from a send."""
