"""How two classifications are compared: see comparison.py for the whole."""
