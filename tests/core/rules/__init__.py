"""Tests of core.rules."""
