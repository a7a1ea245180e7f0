package io.omnigraph.cli;

import io.omnigraph.api.ExportRequest;
import io.omnigraph.api.SnapshotOutput;
import io.omnigraph.write.TabularFormat;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes what {@code load} and {@code import} take back. */
@Command(
    name = "export",
    description =
        "write the rows of a branch as JSON records, Parquet or Arrow, or the whole history")
final class ExportCommand extends DataCommand {

  @Option(names = "--branch", description = "branch to export (default main)")
  @Nullable String branch;

  @Option(names = "--snapshot", paramLabel = "COMMIT", description = "commit to export instead")
  @Nullable String snapshot;

  @Option(names = "--type", paramLabel = "TYPE", description = "only this type; may be repeated")
  List<String> types = new ArrayList<>();

  @Option(
      names = "--table",
      paramLabel = "KEY",
      description = "only this table (node:T or edge:T); may be repeated")
  List<String> tables = new ArrayList<>();

  @Option(
      names = "--format",
      paramLabel = "jsonl|parquet|arrow",
      description = "jsonl (default), or one columnar file per type")
  String format = "jsonl";

  @Option(
      names = "--all-branches",
      description = "a bundle with the history of all branches, for `omnigraph import`")
  boolean allBranches;

  @Option(
      names = "--out",
      paramLabel = "FILE|DIR",
      description = "write here instead of to standard output; a folder for columnar files")
  @Nullable String out;

  @Option(names = "--jsonl", hidden = true, description = "the default format")
  boolean jsonl;

  @Parameters(arity = "0..1", paramLabel = "URI", description = "the graph")
  @Nullable String uri;

  ExportCommand(CommandContext context) {
    super(context);
  }

  @Override
  public Integer call() throws IOException {
    if (jsonl) {
      context.terminal().err().println("warning: --jsonl is not needed any more");
    }
    if (branch != null && snapshot != null) {
      throw CliException.usage("give --branch or --snapshot, not both");
    }
    var request = new ExportRequest(branch, snapshot, types, tables, format);
    TabularFormat tabular = request.tabular();
    if (allBranches
        && (branch != null
            || snapshot != null
            || tabular != null
            || !types.isEmpty()
            || !tables.isEmpty())) {
      throw CliException.usage("--all-branches writes everything; it takes no selection or format");
    }
    try (GraphClient graph = open(target(uri))) {
      if (allBranches) {
        write(target -> context.notice("exported " + graph.exportHistory(target) + " commits"));
      } else if (tabular == null) {
        write(target -> graph.export(request, target));
      } else {
        columnar(graph, request, tabular);
      }
    }
    return ExitCodes.OK;
  }

  private interface Writing {
    void to(OutputStream target) throws IOException;
  }

  /** To standard output, or to a file that appears when it is complete. */
  private void write(Writing writing) throws IOException {
    if (out == null) {
      writing.to(context.terminal().out());
      return;
    }
    Path file = context.path(out);
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new CliException("there is no folder " + folder);
    }
    Path partial = Files.createTempFile(folder, "." + file.getFileName(), ".part");
    try {
      try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(partial))) {
        writing.to(stream);
      }
      Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private void columnar(GraphClient graph, ExportRequest request, TabularFormat tabular)
      throws IOException {
    if (out == null) {
      Path file = Files.createTempFile("omnigraph-export-", "." + tabular.word());
      try {
        graph.exportTable(request, tabular, file);
        Files.copy(file, context.terminal().out());
        context.terminal().out().flush();
      } finally {
        Files.deleteIfExists(file);
      }
      return;
    }
    Path folder = Files.createDirectories(context.path(out));
    String commit = snapshot;
    if (commit == null) {
      // All files show the same commit, whatever is written meanwhile.
      SnapshotOutput shown = graph.snapshot(branch);
      commit = shown.graphCommitId();
    }
    for (String key : graph.selectTables(request)) {
      Path file = folder.resolve(key.replace(':', '-') + "." + tabular.word());
      try {
        graph.exportTable(
            new ExportRequest(null, commit, List.of(), List.of(key), tabular.word()),
            tabular,
            file);
        context.notice(key + " → " + file);
      } catch (io.omnigraph.model.BadRequestException | CliException e) {
        if (!String.valueOf(e.getMessage()).contains("has no rows")) {
          throw e;
        }
        context.notice(key + " has no rows; no file");
      }
    }
  }
}
