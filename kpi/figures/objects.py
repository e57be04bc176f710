"""Objects in a storage that speaks S3, by their addresses (s3://bucket/folder/name): which there are, and their bytes.

The only module that knows the library (obstore, of the extra kpi[s3]), which finds in the environment where the storage
is and who asks (AWS_…). Every request is bounded in time, and wants the version that was listed: an object that changes
meanwhile is refused. An address is the key as it is, without escapes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from kpi.figures.inputs import HEAD
from kpi.figures.patterns import fits, fixed, is_pattern, nothing_fits
from kpi.figures.portions import in_turn
from kpi.figures.unwritten import changed, not_written
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, Problem, say
from kpi.regex import compiled

if TYPE_CHECKING:
    from obstore import GetOptions, ObjectMeta
    from obstore.store import S3Store

_SCHEME = "s3://"
_BLOCK = 1 << 22  # bytes of one request: a slow line brings them, too, before it is given up
_PAGE = 1000
_ELSEWHERE = "object-store error"  # how polars calls it
_TRIES, _PATIENCE = 3, timedelta(seconds=60)
_BUCKET = compiled(r"[A-Za-z0-9._-]+")  # others make the library panic
_STATUS, _CODE = compiled(r"status code: (\d{3})"), compiled(r"<Code>(\w+)</Code>")


@frozen
class Object:
    """size, etag: of the version that was listed. store: of its bucket; it takes no secrets with it elsewhere."""

    address: str
    size: int
    etag: str | None
    store: S3Store

    @property
    def key(self) -> str:
        return _key(self.address)


def is_address(path: str | Path) -> bool:
    return str(path).startswith(_SCHEME)


def parts(address: str) -> tuple[str, ...]:
    """The bucket, the folders and the name."""
    return PurePosixPath(address.removeprefix(_SCHEME)).parts


def found(address: str) -> list[Object]:
    """What an address names: the object of this key, or what fits the pattern, or all below the folder, in their order.

    Raises KpiError where there is nothing, or where the storage does not say.
    """
    key = _key(address)
    if not _BUCKET.fullmatch(_bucket(address)):
        message = say("The address names no bucket.")
        expected = say("Expected an address such as s3://bucket/folder/*.parquet.")
        raise KpiError(Problem("address-not-read", message, Place(file=address), expected=expected))
    with _told(address):
        store = _store(address)
        one = None if key.endswith("/") or not key else _one(store, address, key)
        if one is not None:
            return [one]
        if is_pattern(key):
            return sorted(_fitting(store, address), key=lambda each: each.address) or nothing_fits(address)
        bucket, *folder = parts(address)
        listed = _listed(store, bucket, "/".join(folder))
        below = [each for each in listed if not _hidden(parts(each.address)[1 + len(folder) :])]
    if not below:
        hint = say("Check bucket and key; capitals count, and %20 and the like stand for themselves.")
        message = say("There is no such object, and none below it.")
        raise KpiError(Problem("file-missing", message, Place(file=address), hint=hint))
    return sorted(below, key=lambda each: parts(each.address))


def start(one: Object) -> bytes:
    """The first bytes, which say what it is."""
    return _block(one, 0, HEAD)


def fetched(one: Object, target: Path) -> str:
    """Write the object into a file; its fingerprint. Raises KpiError when it cannot be read as listed, or written."""
    counted = hashlib.sha256()
    try:
        with target.open("wb") as out:
            for block in _blocks(one):
                out.write(block)
                counted.update(block)
    except OSError as error:
        raise not_written(target, error) from error
    return counted.hexdigest()


def sha256(one: Object) -> str:
    """The fingerprint of an object that is read where it lies. Raises KpiError as reading it does."""
    counted = hashlib.sha256()
    for block in _blocks(one):
        counted.update(block)
    return counted.hexdigest()


def unchanged(one: Object) -> None:
    """Raises KpiError when the object is another one than was listed, is gone, or cannot be asked for any more."""
    import obstore

    with _told(one.address):
        _same(one, obstore.head(one.store, one.key))


def refuse(one: Object, error: BaseException) -> None:
    """Raises KpiError where it was the storage that did not answer somebody else who read the object."""
    if _ELSEWHERE in str(error):
        raise KpiError(_refused(Place(file=one.address), str(error))) from error


def _bucket(address: str) -> str:
    return address.removeprefix(_SCHEME).partition("/")[0]


def _key(address: str) -> str:
    return address.removeprefix(_SCHEME).partition("/")[2]


def _store(address: str) -> S3Store:
    from obstore.store import S3Store

    return S3Store(_bucket(address), retry_config={"max_retries": _TRIES, "retry_timeout": _PATIENCE})


def _one(store: S3Store, address: str, key: str) -> Object | None:
    import obstore

    try:
        there = obstore.head(store, key)
    except FileNotFoundError:
        return None
    return Object(address, there["size"], there["e_tag"], store)


def _fitting(store: S3Store, address: str) -> Iterator[Object]:
    bucket, *pattern = parts(address)
    above = fixed(pattern)
    # Where only one folder is asked for, those below it are not looked through: there may be many more.
    flat = above == len(pattern) - 1 and pattern[-1] != "**"
    listed = _listed(store, bucket, "/".join(pattern[:above]), flat)
    return (each for each in listed if fits(parts(each.address)[1:], pattern))


def _listed(store: S3Store, bucket: str, prefix: str, flat: bool = False) -> Iterator[Object]:
    """All objects below a folder, or only those in it."""
    import obstore

    if flat:
        pages = iter([obstore.list_with_delimiter(store, prefix)["objects"]])
    else:
        pages = iter(obstore.list(store, prefix, chunk_size=_PAGE))
    for page in pages:
        for each in page:
            if not _stands_for_a_folder(each):
                yield Object(f"{_SCHEME}{bucket}/{each['path']}", each["size"], each["e_tag"], store)


def _stands_for_a_folder(each: ObjectMeta) -> bool:
    """Programs that show buckets as folders put objects without a byte where one is to be seen."""
    return each["size"] == 0 and "." not in PurePosixPath(each["path"]).name


def _hidden(below: tuple[str, ...]) -> bool:
    return any(part.startswith((".", "_")) for part in below)


def _blocks(one: Object) -> Iterator[bytes]:
    return in_turn(lambda at: _block(one, at, at + _BLOCK), range(0, one.size, _BLOCK))


def _block(one: Object, start: int, end: int) -> bytes:
    import obstore

    if one.size == 0:
        return b""
    options: GetOptions = {"range": (start, min(end, one.size))}
    if one.etag is not None:
        options["if_match"] = one.etag
    with _told(one.address):
        answer = obstore.get(one.store, one.key, options=options)
        _same(one, answer.meta)  # not every storage heeds the condition
        return answer.bytes().to_bytes()


def _same(one: Object, now: ObjectMeta) -> None:
    if (now["size"], now["e_tag"]) != (one.size, one.etag):
        raise changed(one.address)


@contextmanager
def _told(address: str) -> Iterator[None]:
    """Raises KpiError for whatever the storage, or the way to it, refuses. Nothing that the library says goes on: it
    repeats what was sent."""
    place = Place(file=address)
    try:
        from obstore import exceptions
    except ImportError as error:
        message = say("Objects are read with obstore, which is not installed.")
        hint = say("Install it with pip install 'kpi[s3]'.")
        raise KpiError(Problem("s3-missing", message, place, hint=hint)) from error
    try:
        yield
    except (FileNotFoundError, exceptions.PreconditionError) as error:
        raise changed(address) from error
    except (ValueError, exceptions.InvalidPathError) as error:
        message = say("An object is called so that it cannot be read: with //, or with . or .. for a folder.")
        raise KpiError(Problem("address-not-read", message, place, hint=say("Copy it to another name."))) from error
    except exceptions.BaseError as error:
        raise KpiError(_refused(place, str(error))) from error


def _refused(place: Place, said: str) -> Problem:
    status, code = _STATUS.search(said), _CODE.search(said)
    reason = code[1] if code else status[1] if status else say("no answer")
    if status and status[1] in ("401", "403"):
        message = say("The storage does not let it be read: {reason}.", reason=reason)
        hint = say("Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or ask for the right to list and to read.")
        return Problem("file-not-permitted", message, place, hint=hint)
    if status and status[1] == "404":
        message = say("There is no such bucket.")
        return Problem("file-missing", message, place, hint=say("Check its name, and AWS_ENDPOINT_URL."))
    message = say("The storage cannot be asked: {reason}.", reason=reason)
    hint = say("Check the network, AWS_ENDPOINT_URL, AWS_REGION and the keys; http:// needs AWS_ALLOW_HTTP=true.")
    return Problem("storage-unreachable", message, place, hint=hint)
