"""What the bench of loading writes in each format is read again, paragraph by paragraph."""

from __future__ import annotations

from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from analyzers.normalize import normalize
from bench.formats import FORMATS, OTHERS, reports
from indexer.readers.sources import find_sources
from indexer.ready import Ready
from indexer.workers import Preparation, ready_reports

WRITERS = FORMATS | OTHERS


@pytest.mark.parametrize("name", WRITERS)
def test_what_is_written_is_read(tmp_path, name):
    """Two reports come back in every format, paragraph by paragraph; of a PDF, with its harakat, all but a few words."""
    made = [paragraphs[:8] for paragraphs in reports(40)]
    WRITERS[name](tmp_path, made)
    read = list(ready_reports(find_sources([tmp_path]), Preparation("bench", ZoneInfo("UTC")), 0))
    assert all(isinstance(report, Ready) for report in read), read
    texts = [document.fields()["text"] for report in read for _, document in report.paragraphs.documents]
    if name == ".pdf":
        written = Counter(normalize(" ".join(text for paragraphs in made for text in paragraphs)).split())
        assert (written & Counter(normalize(" ".join(texts)).split())).total() > 0.98 * written.total()
    else:
        assert texts == [text for paragraphs in made for text in paragraphs]
