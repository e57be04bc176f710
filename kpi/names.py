"""How names and codes of entities are compared, and what the columns with them are called."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars

Who = tuple[str | None, str | None]  # code and name

# Names are compared without regard to width, blanks, kind of brackets and case.
_BRACKETS = dict(zip("[]{}【】〔〕〈〉《》", "()()()()()()", strict=True))
# What nobody sees, and what comes along when texts are copied from web pages, certificates and joined files.
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
_COMPARED = str.maketrans({**_BRACKETS, **dict.fromkeys(INVISIBLE)})

# What names are made of that are their own keys, and brackets that nearly all others have besides.
_NORMAL = r"^[\x{4e00}-\x{9fff}0-9a-z()]+$"
_PLAINLY, _PLAIN = ["（", "）"], ["(", ")"]

# The better one first, for a file that has two.
ID_HEADERS = (
    "统一社会信用代码",
    "社会信用代码",
    "统一信用代码",
    "信用代码",
    "组织机构代码",
    "纳税人识别号",
    "企业代码",
    "单位代码",
    "项目代码",
    "企业编号",
    "项目编号",
    "代码",
    "编码",
    "code",
    "id",
    "credit code",
    "unified social credit code",
)
NAME_HEADERS = (
    "项目名称",
    "项目",
    "企业名称",
    "单位名称",
    "单位详细名称",
    "公司名称",
    "纳税人名称",
    "用户名称",
    "户名",
    "评价对象",
    "名称",
    "企业",
    "单位",
    "公司",
    "name",
    "entity",
    "project",
    "company",
    "enterprise",
)


def comparable(name: str) -> str:
    """A name or code as comparing wants it."""
    return "".join(unicodedata.normalize("NFKC", name).translate(_COMPARED).casefold().split())


def numbered(header: str, number: int) -> str:
    """How a mapping calls one of several columns with the same header: 税收#2 is the second one."""
    return f"{header}#{number}"


def unnumbered(header: str) -> str:
    """The header that several columns have."""
    stem, _, number = header.rpartition("#")
    return stem if stem and number.isdecimal() else header


def name_keys(names: polars.Expr) -> polars.Expr:
    """The same for a column; null where nothing is left."""
    import polars

    keys = names.str.normalize("NFKC").str.to_lowercase().str.replace_all(rf"[\s{INVISIBLE}]", "")
    keys = keys.str.replace_many(list(_BRACKETS), list(_BRACKETS.values()))
    return polars.when(keys != "").then(keys)


def keys_of(names: polars.Series) -> polars.Series:
    """What name_keys gives, for a column in memory: sooner, because only names with other characters are normalised."""
    import polars

    written = names.str.replace_many(_PLAINLY, _PLAIN)
    odd = written.str.contains(_NORMAL).not_().fill_null(False).arg_true()
    if not len(odd):
        return written
    keys = names.gather(odd).alias("names").to_frame().select(name_keys(polars.col("names"))).to_series()
    return written.scatter(odd, keys)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like this one; None when nothing is near."""
    from difflib import get_close_matches  # late: only mistakes need it

    # Chinese names are short: one of two characters right is near already.
    matches = get_close_matches(word, list(known), n=1, cutoff=0.6 if word.isascii() else 0.5)
    return matches[0] if matches else None
