package io.omnigraph.cli;

import io.omnigraph.api.InvokeStoredQueryRequest;
import io.omnigraph.api.PlanOutput;
import io.omnigraph.api.QueryOptionsRequest;
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

  @Option(names = "--explain", description = "show how the query would be executed; do not run it")
  boolean explain;

  @Option(
      names = "--analyze",
      description = "run the query and show on standard error how it was executed")
  boolean analyze;

  @Option(names = "--page-size", paramLabel = "N", description = "show the first N rows")
  @Nullable Integer pageSize;

  @Option(
      names = "--after",
      paramLabel = "CURSOR",
      description = "with --page-size: show the rows behind a page")
  @Nullable String after;

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
    if (explain && analyze) {
      throw CliException.usage("--explain and --analyze exclude each other");
    }
    if (after != null && pageSize == null) {
      throw CliException.usage("--after needs --page-size");
    }
    Target target = target(null);
    ReadOutput output;
    try (GraphClient graph = open(target)) {
      if (explain) {
        show(source.isGiven() ? graph.explain(request()) : explainStored(graph));
        return ExitCodes.OK;
      }
      output = source.isGiven() ? runSource(graph) : runStored(graph);
    }
    OutputFormat chosen = json ? OutputFormat.JSON : format != null ? format : defaultFormat();
    new RowPrinter(context).print(output, chosen);
    if (chosen != OutputFormat.JSON) {
      PlanOutput profile = output.profile();
      if (profile != null) {
        context.terminal().err().print(profile.text());
      }
      if (output.nextCursor() != null) {
        context.terminal().err().println("more rows: --after " + output.nextCursor());
      }
    }
    return ExitCodes.OK;
  }

  private ReadOutput runSource(GraphClient graph) {
    return graph.query(request());
  }

  private QueryRequest request() {
    return new QueryRequest(
        source.read(context), name, source.params(context), branch, snapshot, options());
  }

  private @Nullable QueryOptionsRequest options() {
    return explain || analyze || pageSize != null
        ? new QueryOptionsRequest(
            explain ? true : null, analyze ? true : null, pageSize, after, null, null, null)
        : null;
  }

  private void show(PlanOutput plan) {
    if (json || format == OutputFormat.JSON) {
      context.printJson(plan);
    } else {
      context.terminal().out().print(plan.text());
    }
  }

  private ReadOutput runStored(GraphClient graph) {
    return catalog(graph).invokeRead(stored(), invocation());
  }

  private PlanOutput explainStored(GraphClient graph) {
    return catalog(graph).explainStored(stored(), invocation());
  }

  private InvokeStoredQueryRequest invocation() {
    return new InvokeStoredQueryRequest(source.params(context), branch, snapshot, false, options());
  }

  private String stored() {
    return String.valueOf(name);
  }

  private RemoteGraphClient catalog(GraphClient graph) {
    if (name == null) {
      throw CliException.usage("name a query: --query FILE, -e GQ, or a stored query's name");
    }
    if (!(graph instanceof RemoteGraphClient remote)) {
      throw CliException.usage(
          "the stored query '"
              + name
              + "' needs a server: pass --server, or give the query with --query or -e");
    }
    return remote;
  }

  private OutputFormat defaultFormat() {
    String configured = context.config().defaultOutput();
    return configured == null ? OutputFormat.TABLE : OutputFormat.parse(configured);
  }
}
