"""The style sheet of many apps, read once.

Every app reads all of its styles anew, and once more when it gets its colours: a third of the time until somebody sees
something, and a megabyte of rules that are the same for everybody. Rules are only looked at once they are read, so all
apps of a process share them.

Private of Textual here: `Stylesheet._parse_rules` is overridden, `Stylesheet._variables` is read.
"""

from __future__ import annotations

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation

_MOST = 2048
"""Sources that are kept: some sixty a colour scheme."""

_read: LRUCache[tuple[object, ...], list[RuleSet]] = LRUCache(_MOST)


class SharedStylesheet(Stylesheet):
    """A style sheet that asks the process whether its sources have been read."""

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._key = _key_of(self._variables)

    def set_variables(self, variables: dict[str, str]) -> None:
        """Take other colours."""
        super().set_variables(variables)
        self._key = _key_of(variables)

    def reparse(self) -> None:
        """Read everything again with the colours there are now; what cannot be read changes nothing."""
        self.parse()

    def _parse_rules(
        self,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        key = (self._key, css, read_from, is_default_rules, tie_breaker, scope)
        found = _read.get(key)
        if found is None:
            found = super()._parse_rules(
                css, read_from, is_default_rules=is_default_rules, tie_breaker=tie_breaker, scope=scope
            )
            _read[key] = found
        return found


_keys: dict[tuple[tuple[str, str], ...], int] = {}


def _key_of(variables: dict[str, str]) -> int:
    """Return a number that stands for these colours; there are as many as colour schemes."""
    return _keys.setdefault(tuple(sorted(variables.items())), len(_keys))
