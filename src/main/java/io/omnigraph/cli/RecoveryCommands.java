package io.omnigraph.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.OmniGraph;
import io.omnigraph.api.Json;
import io.omnigraph.publish.RecoveryAudit;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code recovery list}: what became of interrupted writes. */
@Command(name = "recovery", description = "list what recovery did to interrupted writes")
final class RecoveryCommands implements Runnable {

  private RecoveryCommands() {}

  static CommandLine commandLine(CommandContext context) {
    return new CommandLine(new RecoveryCommands()).addSubcommand(new ListRecoveries(context));
  }

  @Override
  public void run() {
    throw CliException.usage("name a command: recovery list");
  }

  @Command(name = "list", description = "list interrupted writes that were settled, newest first")
  static final class ListRecoveries implements Callable<Integer> {

    private final CommandContext context;

    @Option(names = "--limit", description = "at most this many (default all)")
    int limit = Integer.MAX_VALUE;

    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Parameters(arity = "0..1", paramLabel = "URI", description = "the graph")
    @Nullable String uri;

    ListRecoveries(CommandContext context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      Capability.DIRECT.check("recovery list", context.globals());
      if (limit < 1) {
        throw CliException.usage("--limit: expected a number from 1");
      }
      if (!(new TargetResolver(context).data(uri) instanceof Target.Store target)) {
        throw CliException.usage(
            "`recovery list` is a direct (storage-native) command. Pass a storage URI.");
      }
      List<RecoveryAudit.Entry> entries;
      try (OmniGraph graph =
          OmniGraph.open(target.uri(), LocalGraphClient.options(context, false))) {
        entries = graph.recoveries().stream().limit(limit).toList();
      }
      if (json) {
        context.printJson(json(entries));
      } else {
        entries.forEach(this::print);
      }
      return ExitCodes.OK;
    }

    private void print(RecoveryAudit.Entry entry) {
      context.print(
          "%s %s operation=%s kind=%s for=%s tables=%d"
              .formatted(
                  entry.commit(),
                  entry.kind().word(),
                  entry.operationId(),
                  entry.writerKind(),
                  entry.forActor() == null ? "-" : entry.forActor(),
                  entry.outcomes().size()));
    }

    private static ObjectNode json(List<RecoveryAudit.Entry> entries) {
      ObjectNode output = Json.MAPPER.createObjectNode();
      ArrayNode list = output.putArray("recoveries");
      for (RecoveryAudit.Entry entry : entries) {
        ObjectNode node = list.addObject();
        node.put("graph_commit_id", entry.commit().value());
        node.put("recovery_kind", entry.kind().word());
        node.put("recovery_for_actor", entry.forActor());
        node.put("operation_id", entry.operationId());
        node.put("sidecar_writer_kind", entry.writerKind());
        ArrayNode outcomes = node.putArray("per_table_outcomes");
        for (RecoveryAudit.TableOutcome outcome : entry.outcomes()) {
          outcomes
              .addObject()
              .put("table_key", outcome.key().toString())
              .put("from_version", outcome.fromVersion())
              .put("to_version", outcome.toVersion());
        }
        node.put("created_at", entry.createdAtMicros());
      }
      return output;
    }
  }
}
