"""The metrics service's tables and queries."""
