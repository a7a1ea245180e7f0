package io.omnigraph.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.api.IngestOutput;
import io.omnigraph.api.Json;
import io.omnigraph.model.IoText;
import io.omnigraph.model.TableKey;
import io.omnigraph.write.LoadMode;
import io.omnigraph.write.TabularInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Loads records in one commit. */
@Command(
    name = "load",
    description = "load JSON records, or a CSV, Parquet or Arrow file, in one commit")
final class LoadCommand extends DataCommand {

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "JSON records; with --format a tabular file")
  String data = "";

  @Option(
      names = "--mode",
      required = true,
      paramLabel = "overwrite|append|merge",
      description = "what to do with rows that exist")
  LoadMode mode = LoadMode.MERGE;

  @Mixin Waiting waiting = new Waiting();

  @Option(names = "--branch", description = "branch to load into (default main)")
  @Nullable String branch;

  @Option(names = "--from", paramLabel = "BRANCH", description = "create a missing branch from it")
  @Nullable String from;

  @Option(
      names = "--format",
      paramLabel = "csv|parquet|arrow",
      description = "the file is a table: its rows fill --type or --edge")
  @Nullable String format;

  @Option(names = "--type", paramLabel = "NODE", description = "node type that a table fills")
  @Nullable String nodeType;

  @Option(names = "--edge", paramLabel = "EDGE", description = "edge type that a table fills")
  @Nullable String edgeType;

  @Option(
      names = "--map",
      paramLabel = "PROPERTY=COLUMN",
      description = "column for a property, for from or to; COLUMN=- leaves a column out")
  Map<String, String> columns = new TreeMap<>();

  @Mixin ConditionOptions condition = new ConditionOptions();

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Parameters(arity = "0..1", paramLabel = "URI", description = "the graph")
  @Nullable String uri;

  LoadCommand(CommandContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    Path file = context.path(data);
    TabularInput table = table(file);
    Target target = writeTarget(uri, waiting);
    if (!Files.isRegularFile(file)) {
      throw new CliException(
          Files.exists(file)
              ? "data file '" + data + "' is not a regular file"
              : "data file '" + data + "' does not exist");
    }
    if (mode == LoadMode.OVERWRITE) {
      context.confirmDestructive("load --mode overwrite", target, json);
    }
    announce("load", target);
    IngestOutput output;
    try (GraphClient graph = open(target, waiting);
        InputStream in = Files.newInputStream(file);
        Progress progress = Progress.start(context, "load", Files.size(file))) {
      output =
          table == null
              ? graph.load(progress.count(in), mode, branch, from, condition.conditions(null))
              : graph.load(table, mode, branch, from, condition.conditions(null));
    } catch (IOException e) {
      throw new CliException("cannot read data file '" + data + "': " + IoText.of(e));
    }
    print(output);
    return ExitCodes.OK;
  }

  /** What the options say about a tabular file; null if it holds JSON records. */
  private @Nullable TabularInput table(Path file) {
    if (format == null) {
      if (nodeType != null || edgeType != null || !columns.isEmpty()) {
        throw CliException.usage("--type, --edge and --map describe a table; add --format");
      }
      return null;
    }
    if ((nodeType == null) == (edgeType == null)) {
      throw CliException.usage("--format needs exactly one of --type and --edge");
    }
    TableKey key =
        nodeType != null ? TableKey.node(nodeType) : TableKey.edge(String.valueOf(edgeType));
    return new TabularInput(file, TabularInput.Format.parse(format), key, columns);
  }

  private void print(IngestOutput output) {
    long nodes = 0;
    long edges = 0;
    int nodeTypes = 0;
    int edgeTypes = 0;
    for (IngestOutput.Table table : output.tables()) {
      if (table.tableKey().startsWith("node:")) {
        nodes += table.rowsLoaded();
        nodeTypes++;
      } else {
        edges += table.rowsLoaded();
        edgeTypes++;
      }
    }
    if (json) {
      ObjectNode node = Json.MAPPER.createObjectNode();
      node.put("uri", output.uri());
      node.put("branch", output.branch());
      node.put("mode", output.mode());
      if (output.baseBranch() != null) {
        node.put("base_branch", output.baseBranch());
      }
      node.put("branch_created", output.branchCreated());
      node.put("nodes_loaded", nodes);
      node.put("edges_loaded", edges);
      node.put("node_types_loaded", nodeTypes);
      node.put("edge_types_loaded", edgeTypes);
      node.set("commit", Json.MAPPER.valueToTree(output.commit()));
      node.put("operation_id", output.operationId());
      node.put("replayed", output.replayed());
      context.printJson(node);
      return;
    }
    context.print(
        "loaded %s on branch %s with %s: %d nodes across %d node types, %d edges across %d edge types"
            .formatted(
                output.uri(), output.branch(), output.mode(), nodes, nodeTypes, edges, edgeTypes));
    if (output.branchCreated()) {
      context.print("branch " + output.branch() + " created from " + output.baseBranch());
    }
  }
}
