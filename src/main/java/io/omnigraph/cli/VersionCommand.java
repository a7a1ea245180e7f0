package io.omnigraph.cli;

import io.omnigraph.api.BuildInfo;
import io.omnigraph.api.GraphApi;
import io.omnigraph.api.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints which build this is. */
@Command(name = "version", description = "print the version")
final class VersionCommand implements Callable<Integer> {

  private final CommandContext context;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  VersionCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Capability.LOCAL.check("version", context.globals());
    if (json) {
      context.printJson(
          Json.MAPPER
              .createObjectNode()
              .put("version", BuildInfo.version())
              .put("internal_schema_version", GraphApi.INTERNAL_SCHEMA_VERSION));
    } else {
      context.print("omnigraph " + BuildInfo.version());
      context.print("internal-schema " + GraphApi.INTERNAL_SCHEMA_VERSION);
    }
    return ExitCodes.OK;
  }
}
