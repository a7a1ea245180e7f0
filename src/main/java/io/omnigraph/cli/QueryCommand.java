package io.omnigraph.cli;

import io.omnigraph.api.InvokeStoredQueryRequest;
import io.omnigraph.api.QueryRequest;
import io.omnigraph.api.ReadOutput;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a read query. */
@Command(name = "query", description = "run a read query")
final class QueryCommand extends DataCommand {

  @Mixin QuerySource source = new QuerySource();

  @Option(names = "--branch", description = "branch to read (default main)")
  @Nullable String branch;

  @Option(names = "--snapshot", paramLabel = "COMMIT", description = "commit to read")
  @Nullable String snapshot;

  @Option(
      names = "--format",
      paramLabel = "table|kv|csv|jsonl|json",
      description = "how to print the rows")
  @Nullable OutputFormat format;

  @Option(names = "--json", description = "the same as --format json")
  boolean json;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "a query of the source, or a stored query of a server")
  @Nullable String name;

  QueryCommand(CommandContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    if (branch != null && snapshot != null) {
      throw CliException.usage("--branch and --snapshot exclude each other");
    }
    if (json && format != null) {
      throw CliException.usage("--format and --json exclude each other");
    }
    if (name != null && name.contains("://")) {
      throw CliException.usage(
          "'" + name + "' is not a query name; address a server with --server <url>");
    }
    Target target = target(null);
    ReadOutput output;
    try (GraphClient graph = open(target)) {
      output = source.isGiven() ? runSource(graph) : runStored(graph);
    }
    OutputFormat chosen = json ? OutputFormat.JSON : format != null ? format : defaultFormat();
    new RowPrinter(context).print(output, chosen);
    return ExitCodes.OK;
  }

  private ReadOutput runSource(GraphClient graph) {
    return graph.query(
        new QueryRequest(source.read(context), name, source.params(context), branch, snapshot));
  }

  private ReadOutput runStored(GraphClient graph) {
    if (name == null) {
      throw CliException.usage("name a query: --query FILE, -e GQ, or a stored query's name");
    }
    if (!(graph instanceof RemoteGraphClient remote)) {
      throw CliException.usage(
          "the stored query '"
              + name
              + "' needs a server: pass --server, or give the query with --query or -e");
    }
    return remote.invokeRead(
        name, new InvokeStoredQueryRequest(source.params(context), branch, snapshot, false));
  }

  private OutputFormat defaultFormat() {
    String configured = context.config().defaultOutput();
    return configured == null ? OutputFormat.TABLE : OutputFormat.parse(configured);
  }
}
