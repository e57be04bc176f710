"""Encrypted .xls files: those that open without a password are told from those that ask for one. 示例数据."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from xlwt.CompoundDoc import XlsDoc

from kpi.figures.protection_xls import opens_by_itself
from tests.figures.conftest import Reading

SENT = Path(__file__).parent / "protected"
# What files say of their encryption with the password of Excel: that of Excel 95, alone and in Excel 97, and that of
# Excel 2002 and later with keys of 40 and 128 bits (made with msoffcrypto-tool).
SALT = "000102030405060708090a0b0c0d0e0f"
LATER = (
    "010004000200040000004600000004000000000000000168000004800000{bits}000000010000000000000000000000"
    "4d006900630072006f0073006f0066007400200045006e00680061006e0063006500640000001000000000" + SALT[2:]
)
ABOUT = {
    "95": "00000a9a",
    "97": "000000000a9a",
    "40": LATER.format(bits="28") + "c872728f14b55d849b7dde3f7cfd96a714000000d5e6c96d597b070d79bf31b1599eddf2ece8d44b",
    "128": LATER.format(bits="80") + "a024a295d910dcd16b2b69c9dfef19191400000074a70eb0e7278136e857318b9e9a13d19115d50b",
}


def encrypted(about: bytes) -> bytes:
    """A compound file whose workbook says this of its encryption, and no more."""
    stream = b"".join(
        struct.pack("<HH", kind, len(data)) + data for kind, data in ((0x809, bytes(16)), (0x2F, about), (0x0A, b""))
    )
    made = io.BytesIO()
    XlsDoc().save(made, stream)
    return made.getvalue()


@pytest.mark.parametrize("about", ABOUT.values(), ids=ABOUT)
def test_encryption_with_the_password_of_excel(about: str) -> None:
    data = bytes.fromhex(about)
    assert opens_by_itself(encrypted(data))
    assert not opens_by_itself(encrypted(data[:-1] + bytes([data[-1] ^ 1])))


@pytest.mark.parametrize(
    "about",
    [
        b"",
        b"\1\0",
        b"\1\0\1\0",
        b"\1\0\4\0\2\0",
        *(bytes.fromhex(ABOUT["128"])[:end] for end in (20, 40, 60)),
        b"\1\0\7\0" * 9,
    ],
)
def test_what_is_said_of_an_encryption_that_is_cut_off_or_unknown(about: bytes) -> None:
    assert not opens_by_itself(encrypted(about))


@pytest.mark.parametrize(
    ("name", "said"), [("opens-by-itself", "that Excel itself gives"), ("protected", "protected by a password")]
)
def test_what_is_said_of_encrypted_workbooks(name: str, said: str, reading: Reading) -> None:
    found = reading.problem(SENT / f"{name}.xls")
    assert (found.code, said in str(found.message)) == ("file-protected", True)
