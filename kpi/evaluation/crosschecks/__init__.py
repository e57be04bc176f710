"""Cross-checks between figures (勾稽关系): who breaks them, what is said of it, and who is left out for it."""
