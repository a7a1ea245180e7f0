package io.omnigraph.cli;

import picocli.CommandLine.Option;

/** {@code --wait} of commands that write to a store. */
final class Waiting {

  @Option(
      names = "--wait",
      description = "wait while another process writes to the store, instead of failing")
  boolean wait;

  /**
   * Refuses the option where it has no meaning.
   *
   * @throws CliException for a served graph, whose writers never wait for a store
   */
  void check(Target target) {
    if (wait && target instanceof Target.Served) {
      throw CliException.usage("--wait applies to a store, not to a served graph");
    }
  }
}
