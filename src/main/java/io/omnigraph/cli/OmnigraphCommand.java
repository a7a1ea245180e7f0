package io.omnigraph.cli;

import io.omnigraph.api.BuildInfo;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The root of all commands. */
@Command(
    name = "omnigraph",
    description = "Typed property graphs with branches, commits and merges.",
    mixinStandardHelpOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Commands on data take a store (--store URI) or a server (--server NAME|URL --graph ID).",
      "init and lint work on storage directly; cluster commands on a configuration (--config DIR)."
    })
final class OmnigraphCommand implements Runnable {

  /** For finding the command among arguments before they are parsed. */
  static final Set<String> GLOBAL_OPTIONS_WITH_VALUE =
      Set.of("--as", "--server", "--graph", "--profile", "--store", "--cluster");

  @Mixin Globals globals = new Globals();

  @Option(
      names = {"-v", "--version"},
      description = "print the version")
  boolean version;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = CommandLine.ScopeType.INHERIT,
      description = "show this help")
  boolean help;

  @Spec CommandSpec spec = CommandSpec.create();

  private final Terminal terminal;

  OmnigraphCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  CommandLine commandLine() {
    var commandLine = new CommandLine(this);
    var environment = new CommandContext(terminal, globals);
    commandLine.addSubcommand(new InitCommand(environment));
    commandLine.addSubcommand(new ImportCommand(environment));
    commandLine.addSubcommand(new LoadCommand(environment));
    commandLine.addSubcommand(new QueryCommand(environment));
    commandLine.addSubcommand(new MutateCommand(environment));
    commandLine.addSubcommand(new SnapshotCommand(environment));
    commandLine.addSubcommand(new ExportCommand(environment));
    commandLine.addSubcommand("branch", BranchCommands.commandLine(environment));
    commandLine.addSubcommand("blob", BlobCommands.commandLine(environment));
    commandLine.addSubcommand("commit", CommitCommands.commandLine(environment));
    commandLine.addSubcommand("recovery", RecoveryCommands.commandLine(environment));
    commandLine.addSubcommand("schema", SchemaCommands.commandLine(environment));
    commandLine.addSubcommand("graphs", GraphsCommands.commandLine(environment));
    commandLine.addSubcommand(new LintCommand(environment));
    commandLine.addSubcommand(new FmtCommand(environment));
    commandLine.addSubcommand(new OptimizeCommand(environment));
    commandLine.addSubcommand(new CleanupCommand(environment));
    commandLine.addSubcommand("cluster", ClusterCommands.commandLine(environment));
    commandLine.addSubcommand(new VersionCommand(environment));
    for (String name : NotYet.COMMANDS) {
      commandLine.addSubcommand(name, new NotYet(name));
    }
    return commandLine;
  }

  @Override
  public void run() {
    if (version) {
      terminal.out().println("omnigraph " + BuildInfo.version());
      return;
    }
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }
}
