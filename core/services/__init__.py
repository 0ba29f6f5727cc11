"""Use cases, one unit of work each; they return domain objects. The command line and the window call nothing else."""
