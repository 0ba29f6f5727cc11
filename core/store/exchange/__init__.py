"""The exchange's part of the store: versions of records, enrolled workstations, files that came and went, undo."""
