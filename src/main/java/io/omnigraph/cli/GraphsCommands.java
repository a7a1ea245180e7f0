package io.omnigraph.cli;

import io.omnigraph.api.GraphListResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code graphs list}. */
@Command(name = "graphs", description = "list the graphs of a server")
final class GraphsCommands implements Runnable {

  private GraphsCommands() {}

  static CommandLine commandLine(CommandContext context) {
    return new CommandLine(new GraphsCommands()).addSubcommand(new ListGraphs(context));
  }

  @Override
  public void run() {
    throw CliException.usage("name a command: graphs list");
  }

  @Command(name = "list", description = "list the graphs of a server")
  static final class ListGraphs implements Callable<Integer> {

    private final CommandContext context;

    @Option(names = "--json", description = "print JSON")
    boolean json;

    ListGraphs(CommandContext context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      Capability.SERVED.check("graphs list", context.globals());
      GraphListResponse output;
      try (var client = new RemoteGraphClient(new TargetResolver(context).server(), context)) {
        output = client.graphs();
      }
      if (json) {
        context.printJson(output);
      } else {
        output.graphs().forEach(graph -> context.print(graph.graphId() + "\t" + graph.uri()));
      }
      return ExitCodes.OK;
    }
  }
}
