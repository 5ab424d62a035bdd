"""Writes of the registry: one function each, `(command, uow)`."""
