"""Other systems that find texts by words, each behind one interface (`bench.peers`)."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import orjson
import regex
import tantivy
from pyarabic import araby

from bench.relevance import builtin
from indexer.engine import WritingEngine
from settings import Settings

_UNIT = regex.compile(r'(-?)(?:"([^"]+)"|([^\s"~*]+))')


@dataclass(frozen=True, slots=True)
class Unit:
    """A word or a phrase, wanted or kept out."""

    words: str
    wanted: bool = True


def units_of(q: str) -> tuple[Unit, ...]:
    """Return the words and phrases of a search."""
    return tuple(Unit(found[2] or found[3], wanted=not found[1]) for found in _UNIT.finditer(q))


class Peer(ABC):
    """Something else that finds texts by words."""

    name: str

    @abstractmethod
    def fill(self, folder: Path, texts: Mapping[str, str]) -> None:
        """Take texts by id, and keep them under a folder."""

    @abstractmethod
    def found(self, units: Sequence[Unit], most: int) -> tuple[list[str], int]:
        """Return the ids of the best hits, and how many there are in all."""

    def close(self) -> None:  # noqa: B027  (most have nothing open)
        """Let go of what `fill` opened, and delete what it wrote elsewhere."""


class Fts5(Peer):
    """SQLite's full-text search."""

    def __init__(self, name: str, tokenizer: str, folded: Callable[[str], str] = str) -> None:
        self.name = f"SQLite FTS5, {name}"
        self._tokenizer = tokenizer
        self._database: sqlite3.Connection | None = None
        self._folded = folded

    def fill(self, folder: Path, texts: Mapping[str, str]) -> None:
        """Write a table into a file."""
        self._database = database = sqlite3.connect(folder / "fts5.sqlite")
        database.execute(f"CREATE VIRTUAL TABLE texts USING fts5(id UNINDEXED, text, tokenize='{self._tokenizer}')")
        rows = ((id_, self._folded(text)) for id_, text in texts.items())
        with database:
            database.executemany("INSERT INTO texts VALUES (?, ?)", rows)

    def found(self, units: Sequence[Unit], most: int) -> tuple[list[str], int]:
        """Search by MATCH, ranked by its bm25."""
        if self._database is None:
            raise RuntimeError("nothing was filled in")
        wanted, unwanted = (
            [f'"{self._folded(unit.words)}"' for unit in units if unit.wanted is side] for side in (True, False)
        )
        query = " NOT ".join([f"({' AND '.join(wanted)})", *unwanted])
        ids = self._database.execute("SELECT id FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?", (query, most))
        (total,) = self._database.execute("SELECT count(*) FROM texts WHERE texts MATCH ?", (query,)).fetchone()
        return [id_ for (id_,) in ids], total

    def close(self) -> None:
        """Close the file."""
        if self._database:
            self._database.close()


def folded_by_pyarabic(text: str) -> str:
    """Return a text as pyarabic's own functions fold it."""
    bare = araby.strip_tatweel(araby.strip_diacritics(text))
    return str(araby.normalize_teh(araby.normalize_alef(araby.normalize_ligature(bare))))


class Tantivy(Peer):
    """tantivy, which is what Lucene is, in Rust."""

    def __init__(self, name: str, stemmer: str | None) -> None:
        self.name = f"tantivy, {name}"
        self._stemmer = stemmer

    def fill(self, folder: Path, texts: Mapping[str, str]) -> None:
        """Write an index into a folder."""
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        builder.add_text_field("text", stored=True, tokenizer_name="words")
        self._index = tantivy.Index(builder.build(), path=str(folder))
        words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
        if self._stemmer:
            words = words.filter(tantivy.Filter.stemmer(self._stemmer))
        self._index.register_tokenizer("words", words.build())
        writer = self._index.writer()
        for id_, text in texts.items():
            writer.add_document(tantivy.Document(id=id_, text=text))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def found(self, units: Sequence[Unit], most: int) -> tuple[list[str], int]:
        """Search in its query language, all words wanted."""
        q = " ".join(f'{"" if unit.wanted else "-"}"{unit.words}"' for unit in units)
        searcher = self._index.searcher()
        result = searcher.search(self._index.parse_query(q, ["text"], conjunction_by_default=True), most)
        ids = [str(searcher.doc(address)["id"][0]) for _, address in result.hits]
        return ids, int(result.count or 0)  # type: ignore[attr-defined]  # its stub does not know of it


class Builtin(Peer):
    """The same engine with its own Arabic analyzer, over HTTP."""

    name = "OpenSearch, built-in `arabic`"

    def __init__(self, engine: WritingEngine, url: str, index: str) -> None:
        self._engine = engine
        self._index = index
        self._client = httpx2.Client(base_url=url, timeout=60)

    def fill(self, folder: Path, texts: Mapping[str, str]) -> None:  # noqa: ARG002  (the node keeps its own)
        """Fill an index of one field."""
        self._engine.create_index(self._index, builtin("arabic"))
        lines = [line for id_, text in texts.items() for line in ({"index": {"_id": id_}}, {"text": text})]
        for start in range(0, len(lines), 2000):
            content = b"\n".join(map(orjson.dumps, lines[start : start + 2000])) + b"\n"
            headers = {"Content-Type": "application/json"}
            answer = self._client.post(f"/{self._index}/_bulk", content=content, headers=headers).raise_for_status()
            if answer.json()["errors"]:
                raise RuntimeError(answer.text[:500])
        self._client.post(f"/{self._index}/_refresh").raise_for_status()

    def found(self, units: Sequence[Unit], most: int) -> tuple[list[str], int]:
        """Search by `simple_query_string`, all words wanted."""
        q = " ".join(f'{"" if unit.wanted else "-"}"{unit.words}"' for unit in units)
        query = {"simple_query_string": {"query": q, "fields": ["text"], "default_operator": "and"}}
        body = {"size": most, "_source": False, "track_total_hits": True, "query": query}
        told = self._client.post(f"/{self._index}/_search", json=body).raise_for_status().json()["hits"]
        return [hit["_id"] for hit in told["hits"]], told["total"]["value"]

    def close(self) -> None:
        """Delete the index."""
        self._client.close()
        for name in self._engine.indices(self._index):
            self._engine.delete_index(name)


def in_process() -> list[Peer]:
    """Return the peers that run in this process."""
    return [
        Fts5("as it comes", "unicode61"),
        Fts5("texts folded by pyarabic", "unicode61", folded_by_pyarabic),
        Fts5("trigrams", "trigram"),
        Fts5("trigrams of texts folded by pyarabic", "trigram", folded_by_pyarabic),
        Tantivy("as it comes", None),
        Tantivy("Arabic stemmer", "arabic"),
    ]


@contextmanager
def peers(engine: WritingEngine, settings: Settings) -> Iterator[list[Peer]]:
    """Yield all peers, the engine's index under a name of the settings' own, and close them."""
    every = [*in_process(), Builtin(engine, settings.opensearch_urls()[0], f"{settings.index}-builtin")]
    try:
        yield every
    finally:
        for peer in every:
            peer.close()
