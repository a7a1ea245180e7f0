package io.omnigraph.cli;

import com.github.f4b6a3.ulid.UlidCreator;
import io.omnigraph.cluster.Cluster;
import io.omnigraph.cluster.ClusterContext;
import io.omnigraph.cluster.ClusterReport;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cluster validate|import|plan|apply|status|refresh|force-unlock}. */
@Command(name = "cluster", description = "declare graphs and stored queries, and apply them")
final class ClusterCommands implements Runnable {

  private ClusterCommands() {}

  static CommandLine commandLine(CommandContext context) {
    return new CommandLine(new ClusterCommands())
        .addSubcommand("validate", new Run("validate", context, Cluster::validate))
        .addSubcommand("import", new Run("import", context, Cluster::importState))
        .addSubcommand("plan", new Run("plan", context, Cluster::plan))
        .addSubcommand("apply", new Run("apply", context, Cluster::apply))
        .addSubcommand("status", new Run("status", context, Cluster::status))
        .addSubcommand("refresh", new Run("refresh", context, Cluster::refresh))
        .addSubcommand("force-unlock", new Unlock(context))
        .addSubcommand("approve", new NotYet("cluster approve"));
  }

  @Override
  public void run() {
    throw CliException.usage(
        "name a command: cluster validate, import, plan, apply, status, refresh or force-unlock");
  }

  /** A command that takes only the configuration directory. */
  @Command
  static class Run implements Callable<Integer> {

    private final String name;
    private final CommandContext context;
    private final Function<ClusterContext, ClusterReport> command;

    @Option(
        names = "--config",
        paramLabel = "DIR",
        description = "the configuration directory (default: the current one)")
    String config = ".";

    @Option(names = "--json", description = "print JSON")
    boolean json;

    Run(String name, CommandContext context, Function<ClusterContext, ClusterReport> command) {
      this.name = name;
      this.context = context;
      this.command = command;
    }

    @Override
    public Integer call() {
      Capability.CONTROL.check("cluster " + name, context.globals());
      var clusterContext =
          new ClusterContext(
              context.path(config).normalize(),
              context.actor(),
              context.terminal().environment(),
              Clock.systemUTC(),
              () -> UlidCreator.getMonotonicUlid().toString(),
              ProcessHandle.current().pid());
      ClusterReport report = command.apply(clusterContext);
      if (json) {
        context.printJson(report.json());
      } else {
        report.lines().forEach(context::print);
        report.diagnosticLines().forEach(context.terminal().err()::println);
      }
      return report.ok() ? ExitCodes.OK : ExitCodes.FAILURE;
    }
  }

  /** Removes a lock by its id. */
  @Command(name = "force-unlock", description = "remove a lock that its owner left behind")
  static final class Unlock implements Callable<Integer> {

    private final CommandContext context;

    @Option(names = "--config", paramLabel = "DIR", description = "the configuration directory")
    String config = ".";

    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Parameters(paramLabel = "LOCK_ID", description = "the exact id of the lock")
    String lockId = "";

    Unlock(CommandContext context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      var run = new Run("force-unlock", context, cluster -> Cluster.forceUnlock(cluster, lockId));
      run.config = config;
      run.json = json;
      return run.call();
    }
  }
}
