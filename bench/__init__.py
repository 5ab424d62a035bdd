"""Benchmarks: what the machine does, beside floors of the same machine in the same run."""
