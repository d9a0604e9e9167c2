"""What an XML file declares before its first element: its charset, and entities, which are never expanded."""

from __future__ import annotations

import re
from dataclasses import replace

from indexer.readers.given import Source

_CHARSET = re.compile(rb"<\?xml[^>]{1,200}encoding\s*=\s*[\"']([\w-]{2,30})")
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_FIRST_ELEMENT = re.compile(r"<[A-Za-z]")


def declared_charset(source: Source) -> Source:
    """Return a source with the charset that the file itself declares, where nobody else said one."""
    with source.path.open("rb") as file:
        found = _CHARSET.search(file.read(1024))
    return replace(source, charset=found[1].decode("ascii")) if found and not source.charset else source


def without_entities(text: str) -> str | None:
    """Return the text, None where it declares entities of its own: ten lines of them expand to gigabytes."""
    element = _FIRST_ELEMENT.search(text)
    return None if _ENTITY.search(text[: element.start()] if element else text) else text
