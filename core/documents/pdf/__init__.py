"""Documents as PDF: fonts, line breaking, layout, writing, preview."""
