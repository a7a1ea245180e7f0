package io.omnigraph.cli;

import io.omnigraph.api.ErrorOutput;
import io.omnigraph.api.Failure;
import io.omnigraph.api.Json;
import io.omnigraph.model.CompileException;
import io.omnigraph.model.GraphException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** The program {@code omnigraph}. */
public final class Main {

  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments, Terminal.ofProcess()));
  }

  /** Runs one command and returns its exit code. */
  public static int run(String[] arguments, Terminal terminal) {
    var root = new OmnigraphCommand(terminal);
    CommandLine commandLine = root.commandLine();
    commandLine.setOut(new PrintWriter(terminal.out(), true));
    commandLine.setErr(new PrintWriter(terminal.err(), true));
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionExceptionHandler(
        (problem, command, parsed) -> {
          if (wantsJson(command)) {
            printJson(problem, terminal);
          }
          return report(problem, terminal);
        });
    commandLine.setParameterExceptionHandler(
        (problem, given) -> {
          terminal.err().println("error: " + problem.getMessage());
          CommandLine.UnmatchedArgumentException.printSuggestions(
              problem, new PrintWriter(terminal.err(), true));
          terminal
              .err()
              .println(
                  "try `" + problem.getCommandLine().getCommandSpec().qualifiedName() + " --help`");
          return ExitCodes.USAGE;
        });
    int code = commandLine.execute(Shims.rewrite(arguments, terminal.err()));
    terminal.out().flush();
    return code;
  }

  /** Messages speak of routes, as clients of the server know them; here are commands. */
  private static void hint(@Nullable String code, Terminal terminal) {
    String hint =
        switch (code) {
          case null -> null;
          case "query_contains_mutations" -> "run it with `omnigraph mutate`";
          case "query_is_read" -> "run it with `omnigraph query`";
          default -> null;
        };
    if (hint != null) {
      terminal.err().println("hint: " + hint);
    }
  }

  private static boolean wantsJson(CommandLine command) {
    return command.getParseResult() != null && command.getParseResult().hasMatchedOption("--json");
  }

  /** The error object of the wire, with diagnostics and their places; the text goes beside it. */
  private static void printJson(Exception problem, Terminal terminal) {
    ErrorOutput error =
        problem instanceof CliException cli ? cli.error() : Failure.of(problem).body();
    if (error != null) {
      terminal.out().println(Json.pretty(error));
    }
  }

  private static int report(Exception problem, Terminal terminal) {
    LOG.debug("the command failed", problem);
    return switch (problem) {
      case CliException cli -> {
        terminal.err().print(cli.display());
        hint(cli.code(), terminal);
        yield cli.exitCode();
      }
      case CompileException compile -> {
        terminal.err().print(compile.render());
        yield ExitCodes.of(compile);
      }
      case GraphException graph -> {
        terminal.err().println("error: " + graph.getMessage());
        hint(graph.code(), terminal);
        yield ExitCodes.of(graph);
      }
      case io.omnigraph.api.HttpException edge -> {
        terminal.err().println("error: " + edge.getMessage());
        yield ExitCodes.FAILURE;
      }
      case UncheckedIOException io -> {
        terminal.err().println("error: " + io.getMessage());
        yield ExitCodes.FAILURE;
      }
      default -> {
        LOG.error("the command failed unexpectedly", problem);
        terminal.err().println("error: internal error: " + problem);
        yield ExitCodes.FAILURE;
      }
    };
  }
}
