"""The only room with SQLAlchemy."""
