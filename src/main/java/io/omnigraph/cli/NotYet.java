package io.omnigraph.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** A command that is planned: says so instead of being unknown. */
@Command(hidden = true)
final class NotYet implements Callable<Integer> {

  static final List<String> COMMANDS =
      List.of(
          "alias", "changes", "embed", "login", "logout", "policy", "profile", "queries", "repair");

  private final String name;

  @Parameters(hidden = true)
  List<String> arguments = new ArrayList<>();

  @Unmatched List<String> options = new ArrayList<>();

  NotYet(String name) {
    this.name = name;
  }

  @Override
  public Integer call() {
    throw new CliException("`omnigraph " + name + "` is not supported yet");
  }
}
