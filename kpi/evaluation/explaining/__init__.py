"""How an explanation is put together: see explanation.py for what it is."""
