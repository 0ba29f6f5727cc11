"""What is handed out and how it is made: used by `build.spec` and `tools/dist.py`."""
