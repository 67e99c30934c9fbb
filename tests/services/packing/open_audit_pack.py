"""Opens and verifies an audit pack the way a stranger would: with zipfile, json, hashlib and cryptography alone.

It imports nothing of the program that made the pack, and runs as a script where that program is not installed:

    python open_audit_pack.py PACK.zip [KEY-ID]
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

UNLISTED = {"manifest.json", "manifest.sig"}


def open_pack(path: Path, key_id: str | None = None) -> tuple[dict[str, Any], list[str]]:
    """Return the manifest of a pack and everything that is wrong with it.

    Args:
        path: the ZIP file.
        key_id: the id of the provider's key, known from elsewhere; None takes the pack's own word for it.
    """
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        problems = [f"{name} is there twice" for name in sorted({one for one in names if names.count(one) > 1})]
        missing = UNLISTED - set(names)
        if missing:
            return {}, [*problems, *(f"{name} is missing" for name in sorted(missing))]
        content = archive.read("manifest.json")
        manifest = json.loads(content)
        problems += _signature(manifest, content, archive.read("manifest.sig"), key_id)
        listed = {one["path"]: one for one in manifest["files"]}
        problems += [f"{name} is not listed" for name in sorted(set(names) - set(listed) - UNLISTED)]
        for name, told in listed.items():
            if name not in names:
                problems.append(f"{name} is missing")
                continue
            try:
                found = archive.read(name)
            except zipfile.BadZipFile:
                problems.append(f"{name} is damaged")
                continue
            if len(found) != told["bytes"] or hashlib.sha256(found).hexdigest() != told["sha256"]:
                problems.append(f"{name} is not what the manifest says")
    return manifest, problems


def _signature(manifest: dict[str, Any], content: bytes, signature: bytes, key_id: str | None) -> list[str]:
    named, encoded = signature.decode("ascii").split()
    key = next((one for one in manifest["keys"] if one["id"] == named), None)
    if key is None:
        return [f"the manifest does not name the key {named}"]
    public = bytes.fromhex(key["public"])
    if hashlib.sha256(public).digest()[:8].hex() != named:
        return [f"the key is not {named}"]
    if key_id not in {None, named}:
        return [f"the pack was signed by {named} and not by {key_id}"]
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(encoded), content)
    except InvalidSignature:
        return ["the signature is not that of the manifest"]
    return []


def main(arguments: list[str]) -> int:
    """Print what is wrong, or that nothing is; return 1 or 0."""
    manifest, problems = open_pack(Path(arguments[0]), arguments[1] if len(arguments) > 1 else None)
    for one in problems:
        sys.stdout.write(f"{one}\n")
    if not problems:
        found = len(manifest["files"])
        sys.stdout.write(f"{found} files of {manifest['provider']['name']} are those that were packed\n")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
