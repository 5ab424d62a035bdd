"""Tables and queries of this service; the only SQLAlchemy."""
