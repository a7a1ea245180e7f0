package io.omnigraph.cli;

import io.omnigraph.api.BranchCreateOutput;
import io.omnigraph.api.BranchCreateRequest;
import io.omnigraph.api.BranchDeleteOutput;
import io.omnigraph.api.BranchListOutput;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code branch create|list|delete}. */
@Command(name = "branch", description = "create, list and delete branches")
final class BranchCommands implements Runnable {

  private BranchCommands() {}

  static CommandLine commandLine(CommandContext context) {
    return new CommandLine(new BranchCommands())
        .addSubcommand(new Create(context))
        .addSubcommand(new ListBranches(context))
        .addSubcommand(new Delete(context))
        .addSubcommand("merge", new NotYet("branch merge"));
  }

  @Override
  public void run() {
    throw CliException.usage("name a command: branch create, branch list or branch delete");
  }

  @Command(name = "create", description = "create a branch")
  static final class Create extends DataCommand {

    @Option(names = "--uri", description = "the graph")
    @Nullable String uri;

    @Option(names = "--from", paramLabel = "BRANCH", description = "where it starts (default main)")
    @Nullable String from;

    @Mixin Waiting waiting = new Waiting();

    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Parameters(paramLabel = "NAME", description = "the new branch")
    String name = "";

    Create(CommandContext context) {
      super(context);
    }

    @Override
    public Integer call() {
      Target target = writeTarget(uri, waiting);
      announce("branch create", target);
      BranchCreateOutput output;
      try (GraphClient graph = open(target, waiting)) {
        output = graph.createBranch(new BranchCreateRequest(name, from));
      }
      if (json) {
        context.printJson(output);
      } else {
        context.print("created branch " + output.name() + " from " + output.from());
      }
      return ExitCodes.OK;
    }
  }

  @Command(name = "list", description = "list the branches")
  static final class ListBranches extends DataCommand {

    @Option(names = "--uri", description = "the graph")
    @Nullable String option;

    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Parameters(arity = "0..1", paramLabel = "URI", description = "the graph")
    @Nullable String uri;

    ListBranches(CommandContext context) {
      super(context);
    }

    @Override
    public Integer call() {
      BranchListOutput output;
      try (GraphClient graph = open(target(uri != null ? uri : option))) {
        output = graph.branches();
      }
      if (json) {
        context.printJson(output);
      } else {
        output.branches().forEach(context::print);
      }
      return ExitCodes.OK;
    }
  }

  @Command(name = "delete", description = "delete a branch")
  static final class Delete extends DataCommand {

    @Option(names = "--uri", description = "the graph")
    @Nullable String uri;

    @Mixin Waiting waiting = new Waiting();

    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Parameters(paramLabel = "NAME", description = "the branch")
    String name = "";

    Delete(CommandContext context) {
      super(context);
    }

    @Override
    public Integer call() {
      Target target = writeTarget(uri, waiting);
      context.confirmDestructive("branch delete " + name, target, json);
      announce("branch delete", target);
      BranchDeleteOutput output;
      try (GraphClient graph = open(target, waiting)) {
        output = graph.deleteBranch(name);
      }
      if (json) {
        context.printJson(output);
      } else {
        context.print("deleted branch " + output.name());
      }
      return ExitCodes.OK;
    }
  }
}
