"""Small files that another process may read at any moment: written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any


def write_text(path: Path, text: str) -> None:
    """Write `text` beside `path` and move it there: a reader sees the old file or the new one, never half of it."""
    with NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8") as file:
        file.write(text)
    temporary = Path(file.name)
    temporary.chmod(0o644)
    temporary.replace(path)


def write_document(path: Path, content: dict[str, Any]) -> None:
    """Write `content` as JSON, as `write_text` writes."""
    write_text(path, json.dumps(content, ensure_ascii=False))


def read_document(path: Path) -> dict[str, Any]:
    """Return what the file holds, `{}` where it is missing, damaged or not an object."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
