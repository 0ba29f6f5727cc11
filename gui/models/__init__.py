"""Qt item models over plain records; they fetch through callables and know no service."""
