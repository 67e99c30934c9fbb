"""The verification page: one static HTML file that a provider puts on its site, and that checks certificates there.

Everything the page needs is inside it: the provider's public keys, its status lists, its style and its program. It
asks nothing of any server, and its policy forbids it to. What it checks, and how, is written in `modules/*.mjs`, which
Node and browsers can also load one by one; here they are only put together.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from importlib.resources import files

from cequiz.domain.canonical import Json, canonical
from cequiz.domain.credential.claims import FIELD_CODES
from cequiz.errors import Refused
from cequiz.language import tr

_FORMAT = "cequiz-trust/1"

# Each after those it imports from.
_MODULES = (
    "failures",
    "bytes",
    "inflate",
    "cbor",
    "canonical",
    "keyring",
    "code",
    "credential",
    "lists",
    "verdict",
    "pdf_objects",
    "pdf_tables",
    "pdf",
    "files",
    "words",
    "view",
    "main",
)

_IMPORT = re.compile(r"^import [^;]+;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) )", re.MULTILINE)
_PLACE = re.compile(r"\{\{(\w+)\}\}")


def page(trust: Mapping[str, Json]) -> str:
    """Return the verification page of a provider.

    Args:
        trust: a trust file (`cequiz-trust/1`): the provider, its public keys and its signed status lists.

    Returns:
        The text of an HTML file, to be written as UTF-8. The same trust file gives the same page.

    Raises:
        Refused: it is not a trust file.
    """
    provider, keys = trust.get("provider"), trust.get("keys")
    if trust.get("format") != _FORMAT or not isinstance(provider, Mapping) or not isinstance(keys, list | tuple):
        raise Refused(tr("This is not a trust file of cequiz."), hint=tr("`cequiz trust export FILE` writes one."))
    style, script = _asset("page.css"), _script()
    parts = {
        "policy": escape(_policy(style=style, script=script)),
        "style": style,
        "script": script,
        "held": _held(trust),
        **{name: escape(str(provider.get(source, ""))) for name, source in _PRINTED.items()},
    }
    # One pass, so that a provider called `{{script}}` is only called so.
    return _PLACE.sub(lambda place: parts[place[1]], _asset("page.html"))


_PRINTED = {"provider": "name", "contact": "contact", "address": "address"}


def _policy(*, style: str, script: str) -> str:
    """Return a Content-Security-Policy that lets in this style and this program by their hashes, and nothing else."""
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src '{_source_hash(style)}'",
            f"script-src '{_source_hash(script)}'",
            "img-src data:",  # the empty icon, so that browsers ask for no other
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _source_hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")


def _held(trust: Mapping[str, Json]) -> str:
    """Return what the program reads, as JSON in which nothing ends a script element."""
    held = canonical({"trust": trust, "fields": dict(FIELD_CODES)}).decode("utf-8")
    return held.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _script() -> str:
    """Return the modules as one program whose names are its own."""
    modules = (_EXPORT.sub("", _IMPORT.sub("", _asset(f"modules/{name}.mjs"))) for name in _MODULES)
    return '"use strict";\n(() => {\n' + "\n".join(modules) + "})();\n"


def _asset(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")
