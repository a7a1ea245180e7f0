package io.omnigraph.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.schema.EntityType;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableSchemas;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both ways to compare two versions of a table tell the truth. */
class TableDiffTest {

  private static final String SCHEMA = "node Doc { name: String @key  n: I32?  body: Blob? }";

  @TempDir Path directory;

  private static Set<String> ids(SnapshotHandle table, long[] rowIds) {
    Set<String> ids = new TreeSet<>();
    try (BatchStream rows = table.takeRows(rowIds, List.of(TableSchemas.ID))) {
      for (VectorSchemaRoot batch = rows.next(); batch != null; batch = rows.next()) {
        for (int row = 0; row < batch.getRowCount(); row++) {
          ids.add(Rows.id(batch, row));
        }
      }
    }
    return ids;
  }

  @Test
  void comparingAlongTheLineageAndByContentAgreeOnRandomHistories() {
    Random random = new Random(23);
    try (TestGraph graph = new TestGraph(directory.resolve("g"), SCHEMA)) {
      EntityType type = graph.catalog.types().toList().getFirst();
      List<Long> versions = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        String name = "d" + random.nextInt(8);
        switch (random.nextInt(3)) {
          case 0 ->
              graph.load(
                  LoadMode.MERGE,
                  "{\"type\":\"Doc\",\"data\":{\"name\":\"%s\",\"n\":%d,\"body\":\"base64:%s\"}}"
                          .formatted(
                              name, random.nextInt(3), random.nextBoolean() ? "QUI=" : "QUE=")
                      + "{\"type\":\"Doc\",\"data\":{\"name\":\"%sx\"}}".formatted(name));
          case 1 -> graph.run("update Doc set { n: 9 } where name = \"" + name + "\"");
          default -> graph.run("delete Doc where name = \"" + name + "\"");
        }
        versions.add(graph.table("node:Doc").version());
      }
      TableAddress address = graph.table("node:Doc").address();
      for (int i = 0; i < 40; i++) {
        long from = versions.get(random.nextInt(versions.size()));
        long to = versions.get(random.nextInt(versions.size()));
        try (SnapshotHandle before = graph.storage.open(address, Math.min(from, to));
            SnapshotHandle after = graph.storage.open(address, Math.max(from, to))) {
          TableDiff exact = TableDiff.alongLineage(before, after);
          TableDiff content =
              TableDiff.byContent(new TableExport(type, before), new TableExport(type, after));
          // By content a row that was written again with the same values has not changed.
          assertThat(new HashSet<>(exact.deleted())).containsAll(content.deleted());
          Set<String> added = ids(after, exact.added());
          Set<String> changed = ids(after, content.added());
          assertThat(added).containsAll(changed);
          Set<String> rewritten = new TreeSet<>(added);
          rewritten.removeAll(changed);
          Set<String> gone = new TreeSet<>(exact.deleted());
          gone.removeAll(content.deleted());
          assertThat(gone).as("rows written again as they were").isEqualTo(rewritten);
          if (from == to) {
            assertThat(exact.isEmpty() && content.isEmpty()).isTrue();
          }
        }
      }
    }
  }
}
