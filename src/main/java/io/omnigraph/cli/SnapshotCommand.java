package io.omnigraph.cli;

import io.omnigraph.api.SnapshotOutput;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the tables of a branch. */
@Command(name = "snapshot", description = "show the tables of a branch")
final class SnapshotCommand extends DataCommand {

  @Option(names = "--branch", description = "branch to show (default main)")
  @Nullable String branch;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Parameters(arity = "0..1", paramLabel = "URI", description = "the graph")
  @Nullable String uri;

  SnapshotCommand(CommandContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    SnapshotOutput output;
    try (GraphClient graph = open(target(uri))) {
      output = graph.snapshot(branch);
    }
    if (json) {
      context.printJson(output);
      return ExitCodes.OK;
    }
    context.print("branch: " + output.branch());
    context.print("manifest_version: " + output.manifestVersion());
    context.print("internal_schema_version: " + output.internalSchemaVersion());
    for (SnapshotOutput.Table table : output.tables()) {
      context.print(
          "%s v%d branch=%s rows=%d"
              .formatted(
                  table.tableKey(),
                  table.tableVersion(),
                  table.tableBranch() == null ? "main" : table.tableBranch(),
                  table.rowCount()));
    }
    return ExitCodes.OK;
  }
}
