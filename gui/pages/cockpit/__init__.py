"""工作台: what is due, how the library stands."""
