package io.omnigraph.cli;

import io.omnigraph.api.SchemaOutput;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code schema show}. */
@Command(name = "schema", description = "show the schema")
final class SchemaCommands implements Runnable {

  private SchemaCommands() {}

  static CommandLine commandLine(CommandContext context) {
    return new CommandLine(new SchemaCommands())
        .addSubcommand(new Show(context))
        .addSubcommand("plan", new NotYet("schema plan"))
        .addSubcommand("apply", new NotYet("schema apply"));
  }

  @Override
  public void run() {
    throw CliException.usage("name a command: schema show");
  }

  @Command(name = "show", aliases = "get", description = "print the accepted schema")
  static final class Show extends DataCommand {

    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Parameters(arity = "0..1", paramLabel = "URI", description = "the graph")
    @Nullable String uri;

    Show(CommandContext context) {
      super(context);
    }

    @Override
    public Integer call() {
      SchemaOutput output;
      try (GraphClient graph = open(target(uri))) {
        output = graph.schema();
      }
      if (json) {
        context.printJson(output);
      } else {
        String source = output.schemaSource();
        context.terminal().out().print(source.endsWith("\n") ? source : source + "\n");
      }
      return ExitCodes.OK;
    }
  }
}
