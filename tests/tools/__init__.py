"""What is handed out: its tools and the script that goes with it."""
