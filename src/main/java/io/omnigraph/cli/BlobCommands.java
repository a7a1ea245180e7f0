package io.omnigraph.cli;

import io.omnigraph.api.BlobRequest;
import io.omnigraph.api.BlobStatOutput;
import io.omnigraph.write.BlobSelector;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code blob get|stat}. */
@Command(name = "blob", description = "read blobs")
final class BlobCommands implements Runnable {

  private BlobCommands() {}

  static CommandLine commandLine(CommandContext context) {
    return new CommandLine(new BlobCommands())
        .addSubcommand(new Get(context))
        .addSubcommand(new Stat(context));
  }

  @Override
  public void run() {
    throw CliException.usage("name a command: blob get or blob stat");
  }

  /** What both commands are told. */
  abstract static class BlobCommand extends DataCommand {

    @Parameters(
        arity = "4",
        paramLabel = "ENTITY TYPE ID PROPERTY",
        description = "node or edge, its type, its id, and the property")
    List<String> words = new ArrayList<>();

    @Option(names = "--branch", description = "branch to read (default main)")
    @Nullable String branch;

    @Option(names = "--snapshot", paramLabel = "COMMIT", description = "commit to read instead")
    @Nullable String snapshot;

    BlobCommand(CommandContext context) {
      super(context);
    }

    BlobRequest request() {
      if (branch != null && snapshot != null) {
        throw CliException.usage("give --branch or --snapshot, not both");
      }
      return new BlobRequest(
          BlobSelector.of(words.get(0), words.get(1), words.get(2), words.get(3)),
          branch,
          snapshot);
    }
  }

  @Command(name = "get", description = "write the bytes of a blob")
  static final class Get extends BlobCommand {

    @Option(
        names = "--out",
        paramLabel = "FILE",
        description = "write to this file, which appears when it is complete")
    @Nullable String out;

    Get(CommandContext context) {
      super(context);
    }

    @Override
    public Integer call() throws IOException {
      BlobRequest request = request();
      try (GraphClient graph = open(target(null))) {
        if (out == null) {
          graph.readBlob(request, context.terminal().out());
          context.terminal().out().flush();
        } else {
          writeFile(graph, request, context.path(out));
        }
      }
      return ExitCodes.OK;
    }

    private static void writeFile(GraphClient graph, BlobRequest request, Path file)
        throws IOException {
      Path folder = file.toAbsolutePath().getParent();
      if (folder == null || !Files.isDirectory(folder)) {
        throw new CliException("there is no folder " + folder);
      }
      Path partial = Files.createTempFile(folder, "." + file.getFileName(), ".part");
      try {
        try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(partial))) {
          graph.readBlob(request, stream);
        }
        Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(partial);
      }
    }
  }

  @Command(name = "stat", description = "show size and entity tag of a blob")
  static final class Stat extends BlobCommand {

    @Option(names = "--json", description = "print JSON")
    boolean json;

    Stat(CommandContext context) {
      super(context);
    }

    @Override
    public Integer call() {
      BlobStatOutput stat;
      BlobRequest request = request();
      try (GraphClient graph = open(target(null))) {
        stat = graph.statBlob(request);
      }
      if (json) {
        context.printJson(stat);
      } else if (stat.uri() != null) {
        context.print("stored outside the graph: " + stat.uri());
      } else {
        context.print(stat.size() + " bytes, etag " + stat.etag());
      }
      return ExitCodes.OK;
    }
  }
}
