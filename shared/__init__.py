"""Mechanism and wire contracts that every service stands on. Knows no business rule and no service."""
