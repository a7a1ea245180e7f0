package io.omnigraph.cli;

import io.omnigraph.OmniGraph;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import io.omnigraph.query.lint.LintReport;
import io.omnigraph.query.lint.QueryLinter;
import io.omnigraph.schema.SchemaCompiler;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks a query file against a schema file or a graph. */
@Command(name = "lint", description = "check a query file against a schema")
final class LintCommand implements Callable<Integer> {

  private final CommandContext context;

  @Option(names = "--query", required = true, paramLabel = "FILE", description = "a .gq file")
  String query = "";

  @Option(names = "--schema", paramLabel = "FILE", description = "a .pg file, instead of a graph")
  @Nullable String schema;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Parameters(arity = "0..1", paramLabel = "URI", description = "the graph")
  @Nullable String uri;

  LintCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Capability.DIRECT.check("lint", context.globals());
    String source = context.readText("query file", query);
    LintReport report = linter().lint(query, source);
    if (json) {
      context.printJson(report);
    } else {
      print(report);
    }
    return report.isOk() ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  private QueryLinter linter() {
    if (schema != null) {
      if (uri != null || context.globals().store != null) {
        throw CliException.usage("--schema and a graph exclude each other");
      }
      return new QueryLinter(
          SchemaCompiler.compile(context.readText("schema file", schema)),
          LintReport.SchemaSource.file(schema),
          Map.of());
    }
    var target = new TargetResolver(context).data(uri);
    if (!(target instanceof Target.Store store)) {
      throw CliException.usage("`lint` works on storage: pass a storage URI, or --schema FILE");
    }
    try (OmniGraph graph = OmniGraph.open(store.uri(), LocalGraphClient.options(context, false))) {
      Map<TableKey, Long> rowCounts = new HashMap<>();
      for (TableEntry table : graph.snapshot(ReadTarget.MAIN).tables().values()) {
        rowCounts.put(table.key(), table.rowCount());
      }
      return new QueryLinter(
          graph.catalog(), LintReport.SchemaSource.graph(graph.uri()), rowCounts);
    }
  }

  private void print(LintReport report) {
    for (LintReport.QueryResult result : report.results()) {
      if (result.status().equals("ok")) {
        context.print("OK    query `" + result.name() + "` (" + result.kind() + ")");
      } else {
        context.print("ERROR query `" + result.name() + "`: " + result.error());
      }
      result.warnings().forEach(warning -> context.print("WARN  " + warning));
    }
    for (LintReport.Finding finding : report.findings()) {
      String word =
          finding.severity().equals("warning")
              ? "WARN"
              : finding.severity().toUpperCase(Locale.ROOT);
      context.print("%-5s %s: %s".formatted(word, finding.code(), finding.message()));
    }
    context.print(
        "INFO  Lint complete: %d queries processed (%d error(s), %d warning(s), %d info item(s))"
            .formatted(
                report.queriesProcessed(), report.errors(), report.warnings(), report.infos()));
  }
}
