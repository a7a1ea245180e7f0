package io.omnigraph.cli;

import io.omnigraph.OmniGraph;
import io.omnigraph.api.OptimizeOutput;
import io.omnigraph.maintenance.UpkeepReport;
import io.omnigraph.model.BranchName;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Folds small files of a graph in storage and builds what indices it lacks. */
@Command(name = "optimize", description = "fold small files, build and refresh indices")
final class OptimizeCommand implements Callable<Integer> {

  private final CommandContext context;

  @Option(names = "--branch", description = "branch whose own tables are optimized (default main)")
  @Nullable String branch;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Parameters(arity = "0..1", paramLabel = "URI", description = "the graph")
  @Nullable String uri;

  OptimizeCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Capability.checkMaintenance("optimize", context.globals());
    Target.Store store = new TargetResolver(context).maintained("optimize", uri);
    BranchName name = branch == null ? BranchName.MAIN : BranchName.of(branch);
    context.notice("omnigraph optimize → " + store.describe());
    try (OmniGraph graph = OmniGraph.open(store.uri(), LocalGraphClient.options(context, true))) {
      UpkeepReport report = graph.optimize(name);
      if (json) {
        context.printJson(OptimizeOutput.of(graph.uri(), report));
      } else {
        report.tables().forEach(table -> context.print(line(table, report)));
      }
    }
    return ExitCodes.OK;
  }

  private static String line(UpkeepReport.Table table, UpkeepReport report) {
    StringBuilder line = new StringBuilder(table.key().toString()).append("  ");
    if (table.changed()) {
      line.append("frags %d → %d ✓".formatted(table.fragmentsBefore(), table.fragmentsAfter()));
    } else {
      line.append(table.skipped() == null ? "no-op" : "skipped (" + table.skipped() + ")");
    }
    if (!table.indicesBuilt().isEmpty()) {
      line.append(", indexed ").append(String.join(", ", table.indicesBuilt()));
    }
    report.pending().stream()
        .filter(index -> index.table().equals(table.key()))
        .forEach(
            index ->
                line.append(
                    ", index on %s pending (%s)".formatted(index.column(), index.reason())));
    return line.toString();
  }
}
