package io.omnigraph.bench;

import io.omnigraph.bench.macro.AllPathsBenchmark;
import io.omnigraph.bench.macro.BranchCreateBenchmark;
import io.omnigraph.bench.macro.CommitBenchmark;
import io.omnigraph.bench.macro.ConcurrentInsertBenchmark;
import io.omnigraph.bench.macro.DeepCommitBenchmark;
import io.omnigraph.bench.macro.GroupByBenchmark;
import io.omnigraph.bench.macro.HttpBenchmark;
import io.omnigraph.bench.macro.HybridSearchBenchmark;
import io.omnigraph.bench.macro.LoadBenchmark;
import io.omnigraph.bench.macro.MemoryBenchmark;
import io.omnigraph.bench.macro.MutationBenchmark;
import io.omnigraph.bench.macro.OneHopBenchmark;
import io.omnigraph.bench.macro.PathsFromOneBenchmark;
import io.omnigraph.bench.macro.PointLookupBenchmark;
import io.omnigraph.bench.macro.ReadAfterWriteBenchmark;
import io.omnigraph.bench.macro.TabularLoadBenchmark;
import io.omnigraph.bench.macro.ThreeHopBenchmark;
import io.omnigraph.bench.macro.TwoHopBenchmark;
import io.omnigraph.bench.macro.UngroupedCommitBenchmark;
import io.omnigraph.bench.macro.UpsertBenchmark;
import io.omnigraph.bench.macro.WalkedPathsBenchmark;
import io.omnigraph.write.TabularInput;
import java.util.List;

/** Every macro benchmark, in the order of the report. Whoever writes one adds it here. */
public final class Benchmarks {

  private Benchmarks() {}

  public static List<MacroBenchmark> all() {
    return List.of(
        new LoadBenchmark(),
        new TabularLoadBenchmark(TabularInput.Format.ARROW),
        new TabularLoadBenchmark(TabularInput.Format.PARQUET),
        new UpsertBenchmark(),
        new MutationBenchmark(),
        new CommitBenchmark(),
        new DeepCommitBenchmark(),
        new ConcurrentInsertBenchmark(),
        new UngroupedCommitBenchmark(),
        new BranchCreateBenchmark(),
        new PointLookupBenchmark(),
        new TwoHopBenchmark(),
        new OneHopBenchmark(),
        new PathsFromOneBenchmark(),
        new ThreeHopBenchmark(),
        new AllPathsBenchmark(AllPathsBenchmark.Shape.EVERY),
        new AllPathsBenchmark(AllPathsBenchmark.Shape.FILTERED),
        new AllPathsBenchmark(AllPathsBenchmark.Shape.COMPARED),
        new WalkedPathsBenchmark(WalkedPathsBenchmark.Shape.EDGES),
        new WalkedPathsBenchmark(WalkedPathsBenchmark.Shape.GROUPED),
        new WalkedPathsBenchmark(WalkedPathsBenchmark.Shape.DISTINCT),
        new WalkedPathsBenchmark(WalkedPathsBenchmark.Shape.NEGATED),
        new WalkedPathsBenchmark(WalkedPathsBenchmark.Shape.SUMMED),
        new WalkedPathsBenchmark(WalkedPathsBenchmark.Shape.TRIANGLES),
        new GroupByBenchmark(),
        new ReadAfterWriteBenchmark(),
        new HybridSearchBenchmark(),
        new MemoryBenchmark(),
        new HttpBenchmark(HttpBenchmark.Shape.LOOKUP),
        new HttpBenchmark(HttpBenchmark.Shape.TWO_HOPS),
        new HttpBenchmark(HttpBenchmark.Shape.INSERT));
  }
}
