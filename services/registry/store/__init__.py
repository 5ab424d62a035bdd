"""Tables and queries of the registry; the only SQLAlchemy."""
