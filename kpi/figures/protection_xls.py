"""Whether an encrypted .xls file opens without a password ([MS-OFFCRYPTO] 2.3.5 to 2.3.7).

Excel encrypts a workbook whose structure is protected (保护工作簿) with a password of its own, which every spreadsheet
program tries first: who sent the file knows of no password.
"""

from __future__ import annotations

import io
import struct
from hashlib import md5, sha1

from kpi.figures.twice_xls import head

_PASSWORD = "VelvetSweatshop"
_WIDE = _PASSWORD.encode("utf-16-le")
_ENCRYPTION = 0x2F
_SIMPLE, _BY_LIBRARY = 1, (2, 3, 4)  # versions of the encryption of Excel 97, and of later ones
_HEAD, _SHORT = 46, 40  # bytes of what is always said; bits of a key that is filled up
_MASK = 0xCE4B  # of the check of Excel 95


def opens_by_itself(data: bytes) -> bool:
    """Whether the workbook in an encrypted .xls file has the password that Excel gives by itself."""
    from xlrd.compdoc import CompDoc

    files = CompDoc(data, io.StringIO())
    stream = files.get_named_stream("Workbook") or files.get_named_stream("Book") or b""
    at = 0
    while at + 4 <= len(stream):
        kind, size = head(stream, at)
        if kind == _ENCRYPTION:
            return _is_excels(stream[at + 4 : at + 4 + size])
        at += 4 + size
    return False


def _is_excels(about: bytes) -> bool:
    """about: what the file says of its encryption. All but the oldest way keep 16 bytes and their fingerprint."""
    if about[:2] == bytes(2) or len(about) < 8:
        return about[-2:] == _check(_PASSWORD.encode()).to_bytes(2, "little")
    version = int.from_bytes(about[2:4], "little")
    if version == _SIMPLE:
        salt, check = about[6:22], about[22:]
        short = md5(_WIDE, usedforsecurity=False).digest()[:5]
        shorter = md5((short + salt) * 16, usedforsecurity=False).digest()[:5]
        plain = _decrypted(md5(shorter + bytes(4), usedforsecurity=False).digest(), check)
        return md5(plain[:16], usedforsecurity=False).digest() == plain[16:]
    if version in _BY_LIBRARY and len(about) >= _HEAD:
        (size,) = struct.unpack_from("<I", about, 10)
        (bits,) = struct.unpack_from("<I", about, 30)
        salt, check = about[18 + size : 34 + size], about[34 + size : 50 + size] + about[54 + size : 74 + size]
        whole = sha1(sha1(salt + _WIDE, usedforsecurity=False).digest() + bytes(4), usedforsecurity=False).digest()
        key = whole[:5] + bytes(11) if bits <= _SHORT else whole[: bits // 8]
        plain = _decrypted(key, check)
        return sha1(plain[:16], usedforsecurity=False).digest() == plain[16:]
    return False


def _decrypted(key: bytes, data: bytes) -> bytes:
    """RC4."""
    state, mixed, plain = list(range(256)), 0, bytearray()
    for at in range(256):
        mixed = (mixed + state[at] + key[at % len(key)]) % 256
        state[at], state[mixed] = state[mixed], state[at]
    mixed = 0
    for at, byte in enumerate(data, 1):
        mixed = (mixed + state[at]) % 256
        state[at], state[mixed] = state[mixed], state[at]
        plain.append(byte ^ state[(state[at] + state[mixed]) % 256])
    return bytes(plain)


def _check(password: bytes) -> int:
    """What Excel 95 keeps of a password."""
    found = 0
    for byte in reversed((len(password), *password)):
        found = (found >> 14 & 1 | found << 1 & 0x7FFF) ^ byte
    return found ^ _MASK
