"""JSON: arrays of records, one record, exports of Telegram Desktop; streamed, and whole up to where they break."""

from __future__ import annotations

import json

import pytest
from report_files import telegram

from indexer.readers import documents
from indexer.readers.given import Given, Refused, Skipped
from indexer.readers.sources import find_sources, read


def read_json_of(folder, content, name="a.json"):
    """Write JSON and read it."""
    (folder / name).write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return list(read(find_sources([folder / name])[0]))


@pytest.mark.parametrize("name", ["a.json", "a.txt", "export"])
def test_an_array_of_records(tmp_path, name):
    """Each member of an array is a record with its number, whatever the file's name."""
    items = read_json_of(tmp_path, [{"id": "1", "text": "نص"}, {"id": "2", "n": [1, 2.5, None]}], name)
    assert [(item.place, item.record) for item in items] == [
        (f"{name}:1", {"id": "1", "text": "نص"}),
        (f"{name}:2", {"id": "2", "n": [1, 2.5, None]}),
    ]
    assert all(item.path is None for item in items)


def test_one_record(tmp_path):
    """An object that is none of the known exports is one record, known by its path."""
    (item,) = read_json_of(tmp_path, {"title": "عنوان", "text": "نص"})
    assert (item.record, item.path) == ({"title": "عنوان", "text": "نص"}, "a.json")


def test_lines_by_another_name(tmp_path):
    """Lines of JSON are told from one document by what the second line begins with."""
    items = read_json_of(tmp_path, b'{"id": 1}\n{"id": 2}\n')
    assert [item.place for item in items] == ["a.json:1", "a.json:2"]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "cp1256"])
def test_json_in_another_encoding(tmp_path, codec):
    """JSON in another encoding is read too."""
    text = json.dumps([{"id": "1", "text": "هدوء حذر في مدينة إدلب والقرى المجاورة"}], ensure_ascii=False)
    (item,) = read_json_of(tmp_path, text.encode(codec))
    assert item.record["text"] == "هدوء حذر في مدينة إدلب والقرى المجاورة"


def test_json_that_breaks_off(tmp_path):
    """What stands before the break is read, and the rest is one refusal."""
    items = read_json_of(tmp_path, b'[{"id": "1"}, {"id": "2"}, {"id": ')
    assert [type(item) for item in items] == [Given, Given, Refused]
    assert items[-1].reason.startswith("not JSON: ")


@pytest.mark.parametrize(
    "content", [b'[{"id": "\\ud800"}]', b"[" * 200_000, b'[{"a":' * 50_000, b'{"x": [1}', b"[]", b"{}"]
)
def test_hostile_json(tmp_path, content):
    """A lone surrogate, deep nesting and broken JSON end in records or a refusal, and never in a fault."""
    for item in read_json_of(tmp_path, content):
        assert isinstance(item, Given | Refused | Skipped)


def test_deep_nesting(tmp_path):
    """JSON is read up to the limit of its depth; brackets inside strings do not count."""
    (item,) = read_json_of(tmp_path, b"[" + b"[" * 150 + b"]" * 150 + b"]")
    assert isinstance(item, Given)
    assert isinstance(read_json_of(tmp_path, json.dumps([{"id": "[" * 5000 + '\\"{'}]).encode())[0], Given)
    (refusal,) = read_json_of(tmp_path, b"[" * 201)
    assert refusal.reason == "not JSON: nested more than 200 deep"


def test_a_large_record(tmp_path, monkeypatch):
    """One record over the limit is refused; an array of that size is streamed."""
    monkeypatch.setattr(documents, "LARGEST_RECORD", 10)
    monkeypatch.setattr(documents, "LARGEST_OTHER", 10)
    (refusal,) = read_json_of(tmp_path, {"text": "0123456789"})
    assert refusal.reason == "it has 22 bytes and is no array; one record may have 10"
    assert len(read_json_of(tmp_path, [{"id": "1"}, {"id": "2"}])) == 2


def test_telegram(tmp_path):
    """A message gives its text as it was read, its moment with the zone, the channel, its tags; others are skipped."""
    text = ["وصلت القافلة\n", {"type": "bold", "text": "الآن"}, " ", {"type": "hashtag", "text": "#إدلب"}]
    messages = [
        {"id": 1, "type": "service", "action": "create_channel"},
        {
            "id": 2,
            "type": "message",
            "date": "2019-04-19T14:30:00",
            "date_unixtime": "1555673400",
            "from": "قناة الرصد",
            "text": text,
        },
        {"id": 3, "type": "message", "date": "2019-04-19T14:30:00", "from": "قناة الرصد", "photo": "x.jpg", "text": ""},
        {
            "id": 4,
            "type": "message",
            "date": "2019-04-19T14:30:00",
            "from": "سلمى",
            "forwarded_from": "الدفاع المدني",
            "text": "نص",
        },
        {
            "id": 5,
            "type": "message",
            "date": "2019-04-19",
            "text": "",
            "poll": {"question": "سؤال؟", "answers": [{"text": "نعم"}]},
        },
        "nonsense",
    ]
    items = read_json_of(tmp_path, telegram(messages), "result.json")
    given = [item for item in items if isinstance(item, Given)]
    assert given[0].record == {
        "id": "telegram:77:2",
        "source": "قناة الرصد",
        "published": "2019-04-19T11:30:00+00:00",
        "tags": ["إدلب"],
        "paragraphs": ["وصلت القافلة", "الآن #إدلب"],
    }
    assert (given[1].record["author"], given[1].record["published"]) == ("الدفاع المدني", "2019-04-19T14:30:00")
    assert given[2].record["paragraphs"] == ["سؤال؟", {"text": "نعم", "kind": "list"}]
    assert [(item.place, item.reason) for item in items if isinstance(item, Skipped)] == [
        ("result.json:1", "notice of Telegram"),
        ("result.json:3", "message of Telegram without a text"),
    ]
    assert isinstance(items[-1], Refused)


def test_telegram_with_all_chats(tmp_path):
    """An export of all chats gives the messages of each."""
    one = json.loads(telegram([(1, "أول")], "قناة"))
    two = json.loads(telegram([(1, "ثان")], "أخرى")) | {"id": 78}
    items = read_json_of(tmp_path, {"about": "x", "chats": {"about": "y", "list": [one, two]}})
    assert [(item.record["id"], item.record["source"]) for item in items] == [
        ("telegram:77:1", "قناة"),
        ("telegram:78:1", "أخرى"),
    ]
