"""What typed words say, read by the words of a language and by no screen: numbers, times, days, wishes, signs."""
