"""The descriptors of OpenSearch's modules: their published jars hold none, and a module without one is not loaded."""

from __future__ import annotations

from dataclasses import dataclass

PAINLESS = "lang-painless"


@dataclass(frozen=True, slots=True)
class Module:
    """One folder below `modules/` or `plugins/`, as its `plugin-descriptor.properties` tells it."""

    folder: str
    plugin_class: str
    extends: str = ""

    def descriptor(self, version: str) -> str:
        """Return the text of the descriptor; `version` is OpenSearch's own."""
        name = self.folder.split("/")[-1]
        rows = {
            "description": name,
            "version": version,
            "name": name,
            "classname": self.plugin_class,
            "java.version": "21",
            "opensearch.version": version,
            "has.native.controller": "false",
            "extended.plugins": self.extends,
        }
        return "".join(f"{key}={value}\n" for key, value in rows.items())


MODULES = (
    Module("modules/analysis-common", "org.opensearch.analysis.common.CommonAnalysisModulePlugin", PAINLESS),
    Module("modules/lang-painless", "org.opensearch.painless.PainlessModulePlugin"),
    Module("modules/mapper-extras", "org.opensearch.index.mapper.MapperExtrasModulePlugin"),
    Module("modules/reindex", "org.opensearch.index.reindex.ReindexModulePlugin"),
    Module("modules/transport-netty4", "org.opensearch.transport.Netty4ModulePlugin"),
    # Its own descriptor also extends transport-grpc, which is not published; the k-NN search does not need it.
    Module("plugins/opensearch-knn", "org.opensearch.knn.plugin.KNNPlugin", PAINLESS),
)
