"""Files between offices and bureau: the format that is written and read, and how records are joined (design §6)."""
