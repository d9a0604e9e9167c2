"""The Grafana dashboard shows metrics that there are."""

from __future__ import annotations

import json
import re

import pytest
from conftest import CHECKOUT

from api.errors import EngineDown
from api.metrics import Metrics

BOARD = json.loads((CHECKOUT / "docs" / "examples" / "grafana-dashboard.json").read_text(encoding="utf-8"))
METRIC = re.compile(r"\b((?:rasd|process)_[a-z_]+)(?:\{([^}]*)\})?")


@pytest.fixture(scope="module")
def exposed():
    """Every metric that the server exposes, with the labels that it has."""
    metrics = Metrics()
    metrics.answered("/v1/search", "GET", 200, 0.01)
    metrics.watch(lambda: 0, lambda: 0)
    with pytest.raises(EngineDown), metrics.engine_request():
        raise EngineDown
    found = {}
    for line in metrics.text().decode().splitlines():
        if not line.startswith("#"):
            name, _, labels = line.partition(" ")[0].partition("{")
            found.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
    return found


@pytest.mark.parametrize("panel", BOARD["panels"], ids=lambda panel: panel["title"])
def test_each_metric_of_a_panel_exists(exposed, panel):
    """Every expression names metrics that are exposed, and labels that they have."""
    for target in panel["targets"]:
        named = METRIC.findall(target["expr"])
        assert named, target["expr"]
        grouped = {label for group in re.findall(r"by \(([^)]*)\)", target["expr"]) for label in group.split(", ")}
        for name, labels in named:
            assert name in exposed, name
            assert set(re.findall(r"(\w+)=~?", labels)) | (grouped - {"instance"}) <= exposed[name], target["expr"]


def test_each_metric_of_ours_is_on_the_dashboard(exposed):
    """No metric of ours is left out, so that a new one gets its place."""
    shown = {
        name for panel in BOARD["panels"] for target in panel["targets"] for name, _ in METRIC.findall(target["expr"])
    }
    families = {re.sub(r"_(bucket|sum|count|created)$", "", name) for name in exposed if name.startswith("rasd_")}
    missing = {name for name in families if not any(one.startswith(name.removesuffix("_total")) for one in shown)}
    assert not missing


def test_panels_do_not_lie_on_each_other():
    """Each panel has a number and a place of its own."""
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in BOARD["panels"]]
    assert len(set(places)) == len({panel["id"] for panel in BOARD["panels"]}) == len(places)
