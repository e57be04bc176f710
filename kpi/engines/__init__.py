"""Engines for tables that are larger than memory: the same steps over pieces of files, here or on Spark."""
