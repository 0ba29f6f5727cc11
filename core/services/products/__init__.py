"""Printed products: what there is, what is asked for, and the document made of it."""
