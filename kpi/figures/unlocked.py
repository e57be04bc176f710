"""Workbooks that are encrypted, and open without a question all the same.

Excel encrypts an .xls file whose structure is protected (保护工作簿) with a password of its own, which every program
for spreadsheets tries first: who sent the file knows of no password.
"""

from __future__ import annotations

import io

_PASSWORD = "VelvetSweatshop"


def unlocked(data: bytes) -> bytes | None:
    """The .xls file without its encryption; None where only another password opens it, or none does."""
    import msoffcrypto

    plain = io.BytesIO()
    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(data))
        file.load_key(password=_PASSWORD)
        file.decrypt(plain)
    except Exception:  # for damaged files the library raises what its parts do: struct, olefile and more
        return None
    return plain.getvalue()
