"""What cells of every type have in common: marks for missing, failures of spreadsheets, and what a refusal is.

One cell's text becomes a value in numerals.py, days.py or here: the careful, slow half of cleaning, of which clean.py
is the other.
"""

from __future__ import annotations

import re
import unicodedata

from kpi.frozen import frozen
from kpi.names import INVISIBLE
from kpi.problems import Message, say
from kpi.regex import compiled


def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in text.split())


_MARKS = "- -- --- — —— ——— – ― ─ ── ━ … …… / // \\"
_UNFILLED = "未填 未填报 未填写"
# What offices write where there is no number. An empty cell is missing, and missing is never zero.
MISSING = _words(
    _MARKS,
    _UNFILLED,
    "ー ... ...... n/a n.a. na nan null none nil <na>",
    "无 无数据 暂无 暂无数据 没有数据 空 空白 空缺 缺 缺失 暂缺 不详 未知 不适用 待定 待报 待核实 待统计",
    "未统计 无统计 未提供 未报 未上报 未申报 未报送 未掌握 无法统计 无法提供",
) | {""}
# What they write where somebody has no code yet, beside these.
NO_CODE = _words(
    "待办 待办理 待补 待补充 待补录 待录入 待填 待填报 待查 待核 待领 待领取 未办 未办理 未领取 未取得 未登记 未注册",
    "办理中 正在办理 补办中 尚未办理 暂未办理 暂无代码 无代码 无信用代码 没有 没有代码 TBD PENDING",
)
# In a text column 无 may be the answer, so only the marks are missing there.
MISSING_TEXT = _words(_MARKS, _UNFILLED, "－ ／ N/A n/a") | {""}
DITTO = _words("同上 同前 〃 ″ 々 ditto")  # what stands for the text of the row above
TRUE = _words("是 是的 有 √ ✓ ✔ ☑ ✅ 1 1.0 true y yes t 对 真 已")
FALSE = _words("否 不是 无 没有 × ✗ ✘ ❌ x 0 0.0 false n no f 错 假 未")
_ERROR_VALUE = compiled(
    r"#(?:DIV/0!|N/A|REF!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|GETTING_DATA|ERROR!)|ERR:\d{3}",
    re.IGNORECASE,
)
_GUARDED = compiled(r'="((?:[^"]|"")*)"')
_TOO_NARROW = compiled(r"#{2,}")
_DROPPED = str.maketrans({"−": "-", "﹣": "-", "‐": "-", "‑": "-", **dict.fromkeys(INVISIBLE)})


@frozen
class Refusal:
    """Why a text is no value of its column: the parts of a Problem that do not depend on the place."""

    code: str
    message: Message
    expected: Message | None = None
    hint: Message | None = None
    span: tuple[int, int] | None = None


def half_width(text: str) -> str:
    """A cell's text in half-width characters; every kind of blank is one, and nothing stands around."""
    return unguarded(unicodedata.normalize("NFKC", text).translate(_DROPPED).strip())


def guarded(text: str) -> str:
    """A text that begins like a formula and is none, so that it is not taken for one that was never calculated."""
    written = text.strip()
    if not written.startswith("=") or _GUARDED.fullmatch(written):
        return text
    return '="' + written.replace('"', '""') + '"'


def unguarded(text: str) -> str:
    """The text in ="text", which programs write into CSV files so that no spreadsheet makes a number of it."""
    guarded = _GUARDED.fullmatch(text)
    return guarded[1].replace('""', '"') if guarded else text


def plain(text: str) -> str:
    """A cell's text in half-width characters, without blanks around it and inside."""
    return "".join(half_width(text).split())


def is_missing(written: str) -> bool:
    """Whether a plain text says that there is nothing."""
    return written.lower() in MISSING


def not_a_value(text: str) -> Refusal | None:
    """What is wrong with a text that stands for a spreadsheet's failure; None when it is an ordinary text."""
    if _ERROR_VALUE.fullmatch(text):
        return Refusal(
            "cell-error-value",
            say("The cell holds the error value {text}.", text=text),
            hint=say("Correct the formula, or clear the cell if there is no value."),
        )
    if _TOO_NARROW.fullmatch(text):
        return Refusal(
            "cell-error-value",
            say(
                "The cell reads {text}: its column was too narrow to show the value when this file was made.", text=text
            ),
            hint=say("Widen the column in the source, and save the file again."),
        )
    if text.startswith("=") and len(text) > 1 and not _GUARDED.fullmatch(text):
        return Refusal(
            "formula-not-calculated",
            say("The formula {text} has never been calculated, so the cell has no value.", text=text),
            hint=say("Open the file in a spreadsheet program, save it, and read it again."),
        )
    return None


def not_said_again(text: str) -> Refusal | None:
    """What is wrong with a text that stands for the one above; which one that is, hangs on how rows are sorted."""
    if text not in DITTO:
        return None
    return Refusal(
        "cell-says-ditto",
        say("“{text}” stands for the cell above.", text=text),
        hint=say("Write out in each row what is meant."),
    )


def truth(text: str) -> bool | Refusal | None:
    """是/否, 有/无, √/×, 1/0, true/false, Y/N; None when nothing is said."""
    written = plain(text).lower()
    if written in TRUE:
        return True
    if written in FALSE:
        return False
    if is_missing(written):
        return None
    return not_a_value(text.strip()) or Refusal(
        "not-yes-or-no",
        say("“{text}” is neither yes nor no.", text=text.strip()),
        say("是 or 否 is expected (also 有/无, √/×, 1/0, true/false, T/F, Y/N)."),
    )
