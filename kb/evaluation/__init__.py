"""Data sets -> scores with confidence intervals."""
