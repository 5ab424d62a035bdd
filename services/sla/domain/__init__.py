"""The rules of agreements: pure functions over plain values. No clock, no I/O."""
