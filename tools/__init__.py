"""What developers and builds use; nothing of it is handed out."""
