package io.omnigraph.cli;

import io.omnigraph.api.ChangeOutput;
import io.omnigraph.api.ChangeRequest;
import io.omnigraph.api.InvokeStoredQueryRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a mutation. */
@Command(name = "mutate", description = "run a mutation")
final class MutateCommand extends DataCommand {

  @Mixin QuerySource source = new QuerySource();

  @Mixin Waiting waiting = new Waiting();
  @Mixin ConditionOptions condition = new ConditionOptions();

  @Option(
      names = "--if-commit",
      paramLabel = "COMMIT",
      description = "only if this is the newest commit of the branch; exit code 4 if it is not")
  @Nullable String ifCommit;

  @Option(names = "--branch", description = "branch to change (default main)")
  @Nullable String branch;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "a query of the source, or a stored mutation of a server")
  @Nullable String name;

  MutateCommand(CommandContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    if (name != null && name.contains("://")) {
      throw CliException.usage(
          "'" + name + "' is not a query name; address a server with --server <url>");
    }
    Target target = writeTarget(null, waiting);
    ChangeOutput output;
    try (GraphClient graph = open(target, waiting)) {
      output = source.isGiven() ? runSource(graph) : runStored(graph);
    }
    if (json) {
      context.printJson(output);
    } else {
      context.print(
          "changed %s via %s: %d nodes, %d edges"
              .formatted(
                  output.branch(),
                  output.queryName(),
                  output.affectedNodes(),
                  output.affectedEdges()));
      if (output.actorId() != null) {
        context.print("actor_id: " + output.actorId());
      }
    }
    return ExitCodes.OK;
  }

  private ChangeOutput runSource(GraphClient graph) {
    return graph.mutate(
        new ChangeRequest(source.read(context), name, source.params(context), branch),
        condition.conditions(ifCommit));
  }

  private ChangeOutput runStored(GraphClient graph) {
    if (name == null) {
      throw CliException.usage("name a mutation: --query FILE, -e GQ, or a stored query's name");
    }
    if (!(graph instanceof RemoteGraphClient remote)) {
      throw CliException.usage(
          "the stored query '"
              + name
              + "' needs a server: pass --server, or give the query with --query or -e");
    }
    return remote.invokeMutation(
        name,
        new InvokeStoredQueryRequest(source.params(context), branch, null, true),
        condition.conditions(ifCommit));
  }
}
