"""The window: Qt over core.services, nothing else of the core."""
