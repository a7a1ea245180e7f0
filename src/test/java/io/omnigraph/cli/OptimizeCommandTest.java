package io.omnigraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.server.Fixture;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code optimize}: folds files, builds indices, and says what it did. */
class OptimizeCommandTest {

  private static final String SCHEMA =
      """
      node Doc {
        slug: String @key
        emb: Vector(2)? @index
      }
      node Pic {
        name: String @key
        image: Blob?
      }
      node Empty { name: String @key }
      """;

  @TempDir Path folder;

  @BeforeEach
  void threeLoads() {
    Fixture.write(folder.resolve("s.pg"), SCHEMA);
    CliRun.ok(folder, "init", "--schema", "s.pg", "g.omni");
    for (String name : new String[] {"a", "b", "c"}) {
      Fixture.write(
          folder.resolve("one.jsonl"),
          """
          {"type": "Doc", "data": {"slug": "%s", "emb": [1, 2]}}
          {"type": "Pic", "data": {"name": "%s", "image": "base64:AAAA"}}
          """
              .formatted(name, name));
      CliRun.ok(folder, "load", "--mode", "append", "--data", "one.jsonl", "g.omni");
    }
  }

  private JsonNode table(String key) {
    JsonNode json = CliRun.ok(folder, "optimize", "--json", "g.omni").json();
    assertThat(json.path("uri").asText()).endsWith("g.omni");
    for (JsonNode table : json.path("tables")) {
      if (table.path("table_key").asText().equals(key)) {
        return table;
      }
    }
    throw new AssertionError("no table " + key + " in " + json);
  }

  @Test
  void jsonListsEveryTableAndASecondRunIsANoOp() {
    JsonNode doc = table("node:Doc");
    assertThat(doc.path("fragments_removed").asInt()).isEqualTo(3);
    assertThat(doc.path("fragments_added").asInt()).isEqualTo(1);
    assertThat(doc.path("committed").asBoolean()).isTrue();
    assertThat(doc.path("skipped").isNull()).isTrue();
    assertThat(doc.path("pending_indexes").path(0).path("column").asText()).isEqualTo("emb");
    assertThat(doc.path("pending_indexes").path(0).path("reason").asText())
        .isEqualTo("below_threshold");
    assertThat(doc.path("manifest_version")).isEqualTo(doc.path("lance_head_version"));
    JsonNode again = table("node:Doc");
    assertThat(again.path("fragments_removed").asInt()).isZero();
    assertThat(again.path("fragments_added").asInt()).isZero();
    assertThat(again.path("committed").asBoolean()).isFalse();
    assertThat(again.path("manifest_version")).isEqualTo(doc.path("manifest_version"));
    assertThat(table("node:Empty").path("committed").asBoolean()).isFalse();
  }

  @Test
  void filesOfTablesWithBlobsAreLeftAloneAndTheReportSaysWhy() {
    table("node:Pic");
    JsonNode pic = table("node:Pic");
    assertThat(pic.path("committed").asBoolean()).isFalse();
    assertThat(pic.path("skipped").asText()).isEqualTo("blob_columns_unsupported_by_lance");
    assertThat(CliRun.ok(folder, "snapshot", "g.omni").out())
        .contains("node:Pic")
        .contains("rows=3");
  }

  @Test
  void textNamesFragmentsAndIndicesAndTheTargetGoesToStandardError() {
    CliRun run = CliRun.ok(folder, "optimize", "g.omni");
    assertThat(run.out())
        .contains("node:Doc  frags 3 → 1 ✓, indexed id, slug, index on emb pending");
    assertThat(run.err()).contains("omnigraph optimize → ").contains("(direct, local)");
    assertThat(CliRun.ok(folder, "optimize", "g.omni").out())
        .contains("node:Doc  no-op")
        .contains("node:Empty  no-op")
        .contains("node:Pic  skipped (blob_columns_unsupported_by_lance)");
  }

  @Test
  void aBranchOptimizesItsOwnTablesOnly() {
    CliRun.ok(folder, "branch", "create", "--uri", "g.omni", "b");
    assertThat(CliRun.ok(folder, "optimize", "--branch", "b", "g.omni").out()).isEmpty();
    CliRun missing = CliRun.of(folder, "optimize", "--branch", "nowhere", "g.omni");
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).contains("nowhere");
  }

  @Test
  void serversAreRefusedAsNeedingDirectStorage() {
    CliRun served = CliRun.of(folder, "optimize", "--server", "http://127.0.0.1:1");
    assertThat(served.code()).isEqualTo(2);
    assertThat(served.err())
        .contains("`optimize` is a direct (storage-native) command; --server addresses a served");
    assertThat(CliRun.of(folder, "optimize", "https://example.com/g").code()).isEqualTo(2);
  }
}
