"""Where records live: the only place that knows SQLAlchemy. Use `core.store.store.open_store`."""
