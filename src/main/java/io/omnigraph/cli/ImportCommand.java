package io.omnigraph.cli;

import io.omnigraph.OmniGraph;
import io.omnigraph.api.Json;
import io.omnigraph.write.BundleImport;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a graph from a history bundle. */
@Command(
    name = "import",
    description = "make a graph with its history from a bundle of `export --all-branches`")
final class ImportCommand implements Callable<Integer> {

  private final CommandContext context;

  @Option(names = "--bundle", required = true, paramLabel = "FILE", description = "the bundle")
  String bundle = "";

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Parameters(arity = "0..1", paramLabel = "URI", description = "where the graph is to be")
  @Nullable String uri;

  ImportCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Capability.DIRECT.check("import", context.globals());
    String given = uri != null ? uri : context.globals().store;
    if (given == null || uri != null && context.globals().store != null) {
      throw CliException.usage("name the new graph: `omnigraph import --bundle FILE URI`");
    }
    var target = new TargetResolver(context).data(given.equals(uri) ? uri : null);
    String root = ((Target.Store) target).uri();
    Path file = context.path(bundle);
    if (!Files.isRegularFile(file)) {
      throw new CliException("bundle '" + bundle + "' does not exist");
    }
    BundleImport.Result result;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
        Progress progress = Progress.start(context, "import", Files.size(file))) {
      result =
          OmniGraph.importHistory(
              root, progress.count(in), LocalGraphClient.options(context, true));
    } catch (IOException e) {
      throw new CliException("cannot read bundle '" + bundle + "': " + e.getMessage());
    }
    if (json) {
      context.printJson(
          Json.MAPPER
              .createObjectNode()
              .put("uri", root)
              .put("commits", result.commits())
              .put("branches", result.branches())
              .put("rows", result.rows())
              .put("commits_without_content", result.unreadable()));
    } else {
      context.print(
          "imported %s: %d commits on %d branches"
              .formatted(root, result.commits(), result.branches()));
      if (result.unreadable() > 0) {
        context.print(
            result.unreadable()
                + " commits are listed without content: they had been cleaned up before the"
                + " export");
      }
    }
    return ExitCodes.OK;
  }
}
