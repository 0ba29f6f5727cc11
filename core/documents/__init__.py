"""Documents: a neutral model, then thin PDF and Excel writers, and the Excel reader."""
