package io.omnigraph.cli;

import io.omnigraph.api.ExportRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the rows of a branch as records that {@code load} takes back. */
@Command(name = "export", description = "write the rows of a branch as JSON records")
final class ExportCommand extends DataCommand {

  @Option(names = "--branch", description = "branch to export (default main)")
  @Nullable String branch;

  @Option(names = "--type", paramLabel = "TYPE", description = "only this type; may be repeated")
  List<String> types = new ArrayList<>();

  @Option(
      names = "--table",
      paramLabel = "KEY",
      description = "only this table (node:T or edge:T); may be repeated")
  List<String> tables = new ArrayList<>();

  @Option(names = "--jsonl", hidden = true, description = "the only format there is")
  boolean jsonl;

  @Parameters(arity = "0..1", paramLabel = "URI", description = "the graph")
  @Nullable String uri;

  ExportCommand(CommandContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    if (jsonl) {
      context.terminal().err().println("warning: --jsonl is not needed any more");
    }
    try (GraphClient graph = open(target(uri))) {
      graph.export(new ExportRequest(branch, types, tables), context.terminal().out());
    }
    return ExitCodes.OK;
  }
}
