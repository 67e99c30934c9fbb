"""`docs/configuration.md`, made from the model of the settings, so that it cannot fall behind."""

from __future__ import annotations

from cequiz.configuration import LANGUAGE_ABOUT, NAME, SECTION, toml
from cequiz.domain.house_rules import rules


def page() -> str:
    """Return the page, in English."""
    lines = [
        "# Configuration",
        "",
        f"Made from the model in `src/cequiz/domain/house_rules.py`; do not edit. The file is `{NAME}` in the home",
        "(`CEQUIZ_HOME`, else the user-data folder of the platform). A key that is not known is refused.",
        "`cequiz config show` says what holds, `cequiz config example` prints a file to begin with.",
        "",
        "| key | by itself | what it is |",
        "|---|---|---|",
        f'| `language` | `""` | {LANGUAGE_ABOUT} |',
    ]
    for one in rules():
        bounds = f" From {one.least} to {one.most}." if one.most else ""
        lines.append(f"| `{SECTION}.{one.name}` | `{toml(one.default)}` | {one.about}{bounds} |")
    return "\n".join(lines) + "\n"
