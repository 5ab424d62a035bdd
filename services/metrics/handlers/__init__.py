"""The writes of the metrics service: one function each, `(command, uow)`."""
