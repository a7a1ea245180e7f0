package io.omnigraph;

import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableHandles;
import io.omnigraph.manifest.TableLeases;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.TableBranch;
import io.omnigraph.write.BlobContent;
import io.omnigraph.write.BlobSelector;
import io.omnigraph.write.BundleExport;
import io.omnigraph.write.BundleHistory;
import io.omnigraph.write.ExportStream;
import io.omnigraph.write.Exporter;
import io.omnigraph.write.TabularExporter;
import io.omnigraph.write.TabularFormat;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hands out what snapshots hold: as records, as files, as bundles with their history, and the
 * content of single blobs. Thread-safe.
 */
final class GraphExports {

  private final GraphEngine engine;

  GraphExports(GraphEngine engine) {
    this.engine = engine;
  }

  void write(Snapshot snapshot, List<String> typeNames, List<String> tableKeys, OutputStream out) {
    List<TableKey> selected = Exporter.select(snapshot, typeNames, tableKeys);
    try (TableLeases tables = tables(snapshot)) {
      new Exporter(snapshot, tables::table).write(selected, out);
    }
  }

  ExportStream open(Snapshot snapshot, List<String> typeNames, List<String> tableKeys) {
    List<TableKey> selected = Exporter.select(snapshot, typeNames, tableKeys);
    TableLeases tables = tables(snapshot);
    return new Exporter(snapshot, tables::table).open(selected, tables::close);
  }

  Optional<String> entity(Snapshot snapshot, TableKey table, String id) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TableLeases tables = tables(snapshot)) {
      return new Exporter(snapshot, tables::table).writeEntity(table, id, out)
          ? Optional.of(out.toString(StandardCharsets.UTF_8).strip())
          : Optional.empty();
    }
  }

  private TableLeases tables(Snapshot snapshot) {
    return new TableLeases(engine.handles(), snapshot);
  }

  BlobContent openBlob(Snapshot snapshot, BlobSelector selector) {
    return BlobContent.open(snapshot, selector, key -> engine.handles().open(snapshot, key));
  }

  long writeTable(Snapshot snapshot, TableKey key, TabularFormat format, Path file) {
    Exporter.select(snapshot, List.of(), List.of(key.toString()));
    try (TableHandles.Lease lease = engine.handles().open(snapshot, key)) {
      return TabularExporter.write(
          lease.handle(),
          snapshot.catalog().type(key).orElseThrow(),
          format,
          file,
          engine.settings().storage().allocator());
    }
  }

  // ---- the whole history

  /**
   * @param branches main first
   * @param schemaSource the accepted schema text of main's head
   */
  long writeHistory(
      String graphName, List<BranchName> branches, String schemaSource, OutputStream out) {
    return new BundleExport(new BundleHistory(histories(branches)), new Past())
        .write(graphName, schemaSource, engine.settings().clock().instant(), out);
  }

  private List<BundleHistory.Branch> histories(List<BranchName> branches) {
    Map<BranchName, BranchName> parents = new HashMap<>();
    for (TableBranch branch : engine.manifests().branches()) {
      BranchName parent = branch.parent();
      parents.put(branch.name(), parent == null ? BranchName.MAIN : parent);
    }
    List<BundleHistory.Branch> all = new ArrayList<>();
    for (BranchName branch : branches) {
      try (ManifestState head = engine.manifests().openHead(branch)) {
        all.add(
            new BundleHistory.Branch(
                branch,
                branch.isMain() ? null : parents.getOrDefault(branch, BranchName.MAIN),
                engine.log().records(head, 0)));
      }
    }
    return all;
  }

  private final class Past implements BundleExport.Reading {

    @Override
    public Snapshot snapshot(BranchName branch, long manifestVersion) {
      return engine.past().at(branch, manifestVersion);
    }

    @Override
    public TableHandles.Lease open(Snapshot snapshot, TableKey key) {
      return engine.handles().open(snapshot, key);
    }
  }
}
