"""The rules of the intake: exact numbers, times, columns, what is set aside and why. No I/O."""
