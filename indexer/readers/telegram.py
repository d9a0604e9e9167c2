"""Reads the messages of an export of Telegram Desktop (`result.json`): one report a message that has a text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from indexer.readers.drafts import Draft, paragraph
from indexer.readers.given import Findings, Item, Refused, Skipped, Source


def message_item(message: Any, chat: dict[str, Any], source: Source, findings: Findings) -> Item:
    """Return the report of a message; notices of the program and pictures without a text are skipped."""
    if not isinstance(message, dict) or "id" not in message:
        return Refused(source.place, "a message of Telegram is an object with an id")
    place = f"{source.place}:{message['id']}"
    if message.get("type") != "message":
        return Skipped(place, "notice of Telegram")
    draft = _draft(message, chat)
    if not draft.paragraphs:
        return Skipped(place, "message of Telegram without a text")
    told = Findings(format="telegram", encoding=findings.encoding)
    return draft.given(source, 0, told, place, is_file=False)


def _draft(message: dict[str, Any], chat: dict[str, Any]) -> Draft:
    name, sender = str(chat.get("name") or ""), str(message.get("from") or "")
    written = message.get("forwarded_from") or message.get("author") or (sender if sender != name else "")
    poll: dict[str, Any] = found if isinstance(found := message.get("poll"), dict) else {}
    options = [
        paragraph(str(answer.get("text", "")), "list") for answer in poll.get("answers", []) if isinstance(answer, dict)
    ]
    lines = [line for line in _text(message.get("text")).splitlines() if line.strip()]
    return Draft(
        paragraphs=[*map(paragraph, lines), *([paragraph(str(poll.get("question", "")))] if poll else []), *options],
        id=f"telegram:{chat.get('id', '')}:{message['id']}",
        source=name,
        author=str(written),
        published=_moment(message),
        tags=[part["text"].lstrip("#") for part in _parts(message) if part.get("type") == "hashtag"],
    )


def _moment(message: dict[str, Any]) -> str:
    """Return when a message was sent: `date` is on the clock of who exported it, `date_unixtime` says the zone."""
    unix = str(message.get("date_unixtime") or "")
    if unix.isdecimal() and len(unix) <= 11:
        return datetime.fromtimestamp(int(unix), UTC).isoformat()
    return str(message.get("date") or "")


def _text(value: Any) -> str:
    """Return a text as it was read: a string, or a list of strings and of pieces with a style."""
    if isinstance(value, list):
        return "".join(
            part if isinstance(part, str) else str(part.get("text", ""))
            for part in value
            if isinstance(part, str | dict)
        )
    return str(value or "")


def _parts(message: dict[str, Any]) -> list[dict[str, Any]]:
    parts = message.get("text_entities") or message.get("text")
    return (
        [part for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str)]
        if isinstance(parts, list)
        else []
    )
