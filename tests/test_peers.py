"""The systems that `make bench-peers` compares with answer as it takes for granted: all words, phrases, exclusions."""

from __future__ import annotations

import pytest

from bench.peer_systems import Builtin, Unit, in_process, units_of
from bench.peers import completeness, judged

TEXTS = {
    "a": "هدنة في إدلب منذ الصباح",
    "b": "قصف على ادلب وحلب",
    "c": "حلب بلا كهرباء، ووقف إطلاق النار صامد",
    "d": "أسواق حلب تفتح أبوابها",
}


@pytest.fixture(params=[*in_process(), Builtin], ids=lambda system: system.name)
def peer(request, rasd, tmp_path):
    """Each of the systems, filled."""
    peer = request.param
    if peer is Builtin:
        peer = Builtin(rasd.engine, rasd.settings.opensearch_url, f"{rasd.settings.index}-builtin")
    peer.fill(tmp_path, TEXTS)
    yield peer
    peer.close()


def test_all_words_are_wanted(peer):
    """Of two words both have to be there; a phrase is one; what is kept out is."""
    ids, total = peer.found((Unit("حلب"),), 10)
    assert {"c", "d"} <= set(ids) <= {"b", "c", "d"}  # with the conjunction or without
    assert total == len(ids)
    assert peer.found((Unit("حلب"), Unit("كهرباء")), 10) == (["c"], 1)
    assert peer.found((Unit("إطلاق النار"),), 10) == (["c"], 1)
    assert peer.found((Unit("النار إطلاق"),), 10) == ([], 0)
    assert set(peer.found((Unit("حلب"), Unit("كهرباء", wanted=False)), 10)[0]) == set(ids) - {"c"}


def test_searches_are_read_into_units():
    """Words, phrases and exclusions, as the judgements write them."""
    assert units_of('الحديدة -"وقف إطلاق النار" -تعز') == (
        Unit("الحديدة"),
        Unit("وقف إطلاق النار", wanted=False),
        Unit("تعز", wanted=False),
    )


def test_what_is_counted():
    """A search counts as whole when nothing of it is missed; a false friend counts where it is found."""
    one = next(one for one in judged() if len(one.must) > 1 and one.must_not)
    told = completeness([set(one.must), {*list(one.must)[:1], *one.must_not}], [one, one])
    assert (told["whole"], told["friends"]) == (1, len(one.must_not))
    assert told["found"] == (len(one.must) + 1) / (2 * len(one.must))
