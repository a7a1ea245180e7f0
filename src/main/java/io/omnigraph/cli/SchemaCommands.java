package io.omnigraph.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.OmniGraph;
import io.omnigraph.api.GraphApi;
import io.omnigraph.api.SchemaApplyOutput;
import io.omnigraph.api.SchemaApplyRequest;
import io.omnigraph.api.SchemaOutput;
import io.omnigraph.api.SchemaPlanOutput;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code schema show}, {@code plan} and {@code apply}. */
@Command(name = "schema", description = "show, plan or change the schema")
final class SchemaCommands implements Runnable {

  private SchemaCommands() {}

  static CommandLine commandLine(CommandContext context) {
    return new CommandLine(new SchemaCommands())
        .addSubcommand(new Show(context))
        .addSubcommand(new Plan(context))
        .addSubcommand(new Apply(context));
  }

  @Override
  public void run() {
    throw CliException.usage("name a command: schema show, schema plan or schema apply");
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

  /** What plan and apply take. */
  static final class Desired {

    @Option(names = "--schema", required = true, paramLabel = "FILE", description = "a .pg file")
    String file = "";

    @Option(
        names = "--allow-data-loss",
        description = "what is dropped leaves the past too; without it old commits keep it")
    boolean allowDataLoss;

    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Parameters(arity = "0..1", paramLabel = "URI", description = "the graph")
    @Nullable String uri;

    SchemaApplyRequest request(CommandContext context) {
      return new SchemaApplyRequest(context.readText("schema file", file), allowDataLoss);
    }
  }

  @Command(name = "plan", description = "show what applying a schema would do")
  static final class Plan extends DataCommand {

    @Mixin Desired desired = new Desired();

    Plan(CommandContext context) {
      super(context);
    }

    @Override
    public Integer call() {
      Capability.DIRECT.check("schema plan", context.globals());
      if (!(new TargetResolver(context).data(desired.uri) instanceof Target.Store store)) {
        throw CliException.usage("`schema plan` works on storage: pass a storage URI");
      }
      SchemaPlanOutput output;
      try (OmniGraph graph =
          OmniGraph.open(store.uri(), LocalGraphClient.options(context, false))) {
        output = new GraphApi(graph).planSchema(desired.request(context));
      }
      if (desired.json) {
        context.printJson(output);
      } else {
        context.print("schema plan for " + output.uri());
        printSteps(context, output.supported(), output.steps());
      }
      return ExitCodes.OK;
    }
  }

  @Command(name = "apply", description = "change the schema of main")
  static final class Apply extends DataCommand {

    @Mixin Desired desired = new Desired();

    @Mixin Waiting waiting = new Waiting();

    Apply(CommandContext context) {
      super(context);
    }

    @Override
    public Integer call() {
      Target target = writeTarget(desired.uri, waiting);
      SchemaApplyRequest request = desired.request(context);
      if (desired.allowDataLoss) {
        context.confirmDestructive("schema apply --allow-data-loss", target, desired.json);
      }
      announce("schema apply", target);
      SchemaApplyOutput output;
      try (GraphClient graph = open(target, waiting)) {
        output = graph.applySchema(request);
      }
      if (desired.json) {
        context.printJson(output);
      } else {
        context.print("schema apply for " + output.uri());
        printSteps(context, output.supported(), output.steps());
        context.print("applied: " + (output.applied() ? "yes" : "no"));
        context.print("manifest_version: " + output.manifestVersion());
      }
      return ExitCodes.OK;
    }
  }

  private static void printSteps(
      CommandContext context, boolean supported, List<? extends JsonNode> steps) {
    context.print("supported: " + (supported ? "yes" : "no"));
    if (steps.isEmpty()) {
      context.print("no schema changes");
    }
    steps.forEach(step -> context.print("- " + describe(step)));
  }

  /** A step in words: what is done, to what. */
  private static String describe(JsonNode step) {
    String words = step.path("kind").asText().replace('_', ' ');
    if (step.has("reason")) {
      String code = step.path("code").asText();
      return words
          + ": "
          + (code.isEmpty() ? "" : "[" + code + "] ")
          + step.path("reason").asText();
    }
    StringBuilder text = new StringBuilder(words).append(' ').append(text(step, "type_kind"));
    text.append(' ').append(text(step, step.has("type_name") ? "type_name" : "name"));
    if (step.has("property_name")) {
      text.append('.').append(text(step, "property_name"));
    }
    if (step.has("from")) {
      text.append(step.has("type_name") ? "." : "").append(text(step, "from"));
      text.append(" to ").append(text(step, "to"));
    }
    if (step.has("mode")) {
      text.append(" (").append(text(step, "mode")).append(')');
    }
    for (String detail : new String[] {"property_type", "constraint", "added_values"}) {
      if (step.has(detail)) {
        text.append(' ').append(step.get(detail));
      }
    }
    return text.toString();
  }

  private static String text(JsonNode step, String field) {
    return step.path(field).asText();
  }
}
