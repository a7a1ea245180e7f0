package io.omnigraph.cli;

import io.omnigraph.OmniGraph;
import io.omnigraph.api.CleanupOutput;
import io.omnigraph.maintenance.CleanupPolicy;
import io.omnigraph.maintenance.CleanupReport;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes old versions of a graph in storage. */
@Command(name = "cleanup", description = "remove old versions of a graph")
final class CleanupCommand implements Callable<Integer> {

  private static final Pattern AGE = Pattern.compile("(\\d{1,9})\\s*([smhdw])");

  private final CommandContext context;

  @Option(names = "--keep", paramLabel = "N", description = "newest commits per branch to keep")
  @Nullable Integer keep;

  @Option(
      names = "--older-than",
      paramLabel = "AGE",
      description = "remove only what is older, such as 90m, 12h, 7d or 2w")
  @Nullable String olderThan;

  @Option(names = "--confirm", description = "remove; without it only a preview is shown")
  boolean confirm;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Parameters(arity = "0..1", paramLabel = "URI", description = "the graph")
  @Nullable String uri;

  CleanupCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Capability.checkMaintenance("cleanup", context.globals());
    if (keep == null && olderThan == null) {
      throw CliException.usage("cleanup needs a policy: --keep N, --older-than AGE, or both");
    }
    CleanupPolicy policy = new CleanupPolicy(keep, olderThan == null ? null : age(olderThan));
    Target.Store store = new TargetResolver(context).maintained("cleanup", uri);
    if (confirm) {
      context.confirmDestructive("cleanup", store, json);
    }
    context.notice("omnigraph cleanup → " + store.describe());
    CleanupReport report;
    CleanupOutput output;
    try (OmniGraph graph = OmniGraph.open(store.uri(), LocalGraphClient.options(context, true))) {
      report = graph.cleanup(policy, !confirm);
      output = CleanupOutput.of(graph.uri(), policy, report);
    }
    if (!confirm) {
      context.terminal().err().println("preview: nothing was removed; pass --confirm to remove");
    }
    if (json) {
      context.printJson(output);
    } else {
      report.tables().forEach(table -> context.print(line(table, report.preview())));
    }
    boolean failed = report.tables().stream().anyMatch(t -> t.error() != null);
    return failed ? ExitCodes.FAILURE : ExitCodes.OK;
  }

  private static String line(CleanupReport.Table table, boolean preview) {
    String what =
        preview
            ? "%d versions beyond the policy".formatted(table.versionsRemoved())
            : "%d versions, %d bytes removed"
                .formatted(table.versionsRemoved(), table.bytesRemoved());
    String orphans =
        table.orphansRemoved().isEmpty()
            ? ""
            : ", abandoned branches: " + String.join(", ", table.orphansRemoved());
    String error = table.error() == null ? "" : " (error: " + table.error() + ")";
    return table.tableKey() + "  " + what + orphans + error;
  }

  private static Duration age(String text) {
    Matcher matcher = AGE.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw CliException.usage(
          "'" + text + "' is not an age: a number with s, m, h, d or w, such as 7d");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> Duration.ofDays(7 * number);
    };
  }
}
