"""What the machine offers: folders, clock, log, files written whole or not at all."""
