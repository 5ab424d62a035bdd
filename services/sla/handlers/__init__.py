"""Writes of this service: one function each, `(command, uow)`."""
