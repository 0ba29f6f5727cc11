"""Pure words of the field: frozen dataclasses, enums and errors. Imports nothing of the project."""
