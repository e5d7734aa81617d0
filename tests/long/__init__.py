"""Long runs that show what the bot promises, and the table of faults that they fill."""
