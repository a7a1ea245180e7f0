package io.omnigraph.cli;

import io.omnigraph.OmniGraph;
import io.omnigraph.api.Json;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Creates an empty graph in a store. */
@Command(name = "init", description = "create an empty graph")
final class InitCommand implements Callable<Integer> {

  private final CommandContext context;

  @Option(names = "--schema", required = true, paramLabel = "FILE", description = "a .pg file")
  String schema = "";

  @Option(names = "--force", description = "overwrite the schema files of an abandoned attempt")
  boolean force;

  @Mixin Waiting waiting = new Waiting();

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Parameters(arity = "0..1", paramLabel = "URI", description = "where the graph is to be")
  @Nullable String uri;

  InitCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Capability.DIRECT.check("init", context.globals());
    String given = uri != null ? uri : context.globals().store;
    if (given == null || uri != null && context.globals().store != null) {
      throw CliException.usage("name the new graph: `omnigraph init --schema FILE URI`");
    }
    var target = new TargetResolver(context).data(given.equals(uri) ? uri : null);
    String root = ((Target.Store) target).uri();
    ClusterManaged.refuse(root, "declare the graph");
    String source = context.readText("schema file", schema);
    try (OmniGraph graph =
        OmniGraph.init(
            root,
            source,
            force,
            LocalGraphClient.options(context, true).withWaitForLease(waiting.wait))) {
      if (json) {
        context.printJson(Json.MAPPER.createObjectNode().put("uri", graph.uri()));
      } else {
        context.print("initialized " + graph.uri());
      }
    }
    return ExitCodes.OK;
  }
}
