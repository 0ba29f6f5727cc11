"""A form as data: its definition, its field types, its formulas, and the state of one filled form."""
