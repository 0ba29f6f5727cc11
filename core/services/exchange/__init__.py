"""报送: files between offices and bureau — packed, inspected, received, answered, undone."""
