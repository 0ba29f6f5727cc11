"""Charts: laid out in points, painted as PDF, rendered to PNG; every bar tells where it stands."""
