"""The contestants of `benchmarks/pdf.py` and what they are given: the same thousand recommendation sheets."""
