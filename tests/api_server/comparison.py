"""
What a server has kept of what was sent.
"""

import base64

from typing import Any


def _encoded(text: str) -> str:
    return base64.b64encode(str(text).encode()).decode()


def _as_kept(body: dict[str, Any]) -> dict[str, Any]:
    """
    *body* with the texts of Secrets as servers keep them.
    """
    if "stringData" not in body:
        return body
    kept = {k: v for k, v in body.items() if k != "stringData"}
    texts = {k: _encoded(v) for k, v in body["stringData"].items()}

    return {**kept, "data": {**body.get("data", {}), **texts}}


def _compared(sent: Any, kept: Any, path: str) -> list[str]:
    if isinstance(sent, dict) and isinstance(kept, dict):
        return [
            line
            for key, value in sent.items()
            for line in _compared(value, kept.get(key), f"{path}.{key}")
        ]
    if isinstance(sent, list) and isinstance(kept, list):
        if len(sent) != len(kept):
            return [f"{path}: {sent!r} became {kept!r}"]
        return [
            line
            for number, pair in enumerate(zip(sent, kept, strict=True))
            for line in _compared(*pair, f"{path}[{number}]")
        ]
    # Empty lists and mappings mean the same as none, and are not kept.
    same = sent == kept or (not sent and kept is None)

    return [] if same else [f"{path}: {sent!r} became {kept!r}"]


def differences(sent: dict[str, Any], kept: dict[str, Any]) -> list[str]:
    """
    Where *kept* does not hold what was sent.
    """
    return _compared(_as_kept(sent), kept, "")
