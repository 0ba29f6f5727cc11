"""报送、收发: the files between offices and bureau."""
