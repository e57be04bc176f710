"""Lists of entities (名单), with the documents that name them."""

from __future__ import annotations

from kpi.frozen import frozen
from kpi.names import comparable


@frozen
class Member:
    """Who stands on a list: by code and name, as far as it gives them, and by which document of which day.

    formerly: what the list says, where a renaming says what that is called now. otherwise: who that would be, were the
    list not of a later day than the renaming.
    """

    id: str
    name: str
    document: str = ""
    day: str = ""
    formerly: str = ""
    otherwise: str = ""


@frozen
class NameList:
    """A list of entities (名单), with its document.

    codes, names: comparable texts by which everybody is known; coded: the names of members with a code, by which only
    those are known who have none (somebody else may be called the same). unknown: texts that are a code or a name.
    """

    key: str
    members: tuple[Member, ...]
    source: str = ""
    codes: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    coded: frozenset[str] = frozenset()

    def has(self, code: str | None, name: str | None) -> bool:
        """Whether somebody with this code and name stands on it."""
        called = comparable(name or "")
        return comparable(code or "") in self.codes or called in self.names or (not code and called in self.coded)

    def member(self, code: str | None, name: str | None) -> Member | None:
        """Who of it that is; None where nobody is, or only by other words than these."""
        who = comparable(code or ""), comparable(name or "")
        found = [each for each in self.members if each.id and comparable(each.id) == who[0]]
        found += [each for each in self.members if comparable(each.name) == who[1] and not (each.id and code)]
        return found[0] if found else None
