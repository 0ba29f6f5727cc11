"""The law beside its clause: one small function per rule, an engine that runs them, and the verdict."""
