"""Excel forms: the template that clerks fill in Excel or WPS, its guard, its reader, and the marked copy."""
