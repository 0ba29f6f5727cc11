"""Ours measured beside others doing the same; see README.md. Nothing here is asserted in the tests."""
