package io.omnigraph.bench.macro;

import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.WriteOptions;
import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.SocialGraph;
import io.omnigraph.bench.Timing;
import io.omnigraph.maintenance.Upkeep;
import io.omnigraph.model.BranchName;
import io.omnigraph.storage.lance.RawLanceGraph;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What replacing some rows of a large table costs. */
public final class UpsertBenchmark implements MacroBenchmark {

  private static final String SCHEMA =
      """
      node Person {
        name: String @key
        age: I32
      }
      """;

  @Override
  public String name() {
    return "upsert";
  }

  @Override
  public String description(BenchmarkSetting setting) {
    return ("Replaces %,d rows, spread evenly, of a node table with %,d, from JSON lines, in one"
            + " commit, durable at the end. The baseline merges the same rows from memory into a"
            + " bare table by its id, with the table library's own merge.")
        .formatted(changed(setting), rows(setting));
  }

  private static int rows(BenchmarkSetting setting) {
    return setting.scaled(1_000_000);
  }

  private static int changed(BenchmarkSetting setting) {
    return setting.scaled(10_000);
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    SocialGraph content = new SocialGraph(rows(setting), 1);
    int changed = changed(setting);
    int step = content.people() / changed;
    var round = new AtomicInteger();
    Timing product;
    try (OmniGraph graph =
        OmniGraph.init(
            setting.folder().resolve("graph").toString(), SCHEMA, false, OpenOptions.readWrite())) {
      try (InputStream records = content.people(content.people())) {
        graph.load(records, LoadMode.APPEND, BranchName.MAIN, null, WriteOptions.ANONYMOUS);
      }
      graph.ensureIndices(BranchName.MAIN, Upkeep.SMALLEST_INDEXED_TABLE);
      product =
          Timing.measure(
              Timing.PRODUCT,
              changed,
              3,
              5,
              () ->
                  graph.load(
                      new ByteArrayInputStream(
                          records(content, changed, step, round.getAndIncrement())),
                      LoadMode.MERGE,
                      BranchName.MAIN,
                      null,
                      WriteOptions.ANONYMOUS));
    }
    try (RawLanceGraph raw = RawLanceGraph.createPeople(setting.folder().resolve("raw"), content)) {
      Timing baseline =
          Timing.measure(
              Timing.RAW_LANCE,
              changed,
              1,
              3,
              () -> raw.mergePeople(content, changed, step, round.getAndIncrement()));
      return List.of(product, baseline);
    }
  }

  private static byte[] records(SocialGraph content, int changed, int step, int round) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < changed; i++) {
      lines
          .append("{\"type\":\"Person\",\"data\":{\"name\":\"")
          .append(content.name(i * step + round % step))
          .append("\",\"age\":")
          .append(round % 90)
          .append("}}\n");
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }
}
