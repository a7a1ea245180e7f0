package io.omnigraph.cli;

import io.omnigraph.api.CommitListOutput;
import io.omnigraph.api.CommitOutput;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code commit list|show}. */
@Command(name = "commit", description = "list and show commits")
final class CommitCommands implements Runnable {

  private static final int DEFAULT_LIMIT = 1_000;

  private CommitCommands() {}

  static CommandLine commandLine(CommandContext context) {
    return new CommandLine(new CommitCommands())
        .addSubcommand(new ListCommits(context))
        .addSubcommand(new Show(context))
        .addSubcommand("changes", new NotYet("commit changes"));
  }

  @Override
  public void run() {
    throw CliException.usage("name a command: commit list or commit show");
  }

  @Command(name = "list", description = "list commits, newest first")
  static final class ListCommits extends DataCommand {

    @Option(names = "--branch", description = "branch to list (default main)")
    @Nullable String branch;

    @Option(names = "--filter", paramLabel = "actor=A", description = "only commits by an actor")
    @Nullable String filter;

    @Option(names = "--limit", description = "at most this many (default 1000)")
    int limit = DEFAULT_LIMIT;

    @Option(names = "--after", paramLabel = "ID", description = "continue behind this commit")
    @Nullable String after;

    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Parameters(arity = "0..1", paramLabel = "URI", description = "the graph")
    @Nullable String uri;

    ListCommits(CommandContext context) {
      super(context);
    }

    @Override
    public Integer call() {
      if (limit < 1 || limit > 10_000) {
        throw CliException.usage("--limit: expected a number from 1 to 10000");
      }
      CommitListOutput output;
      try (GraphClient graph = open(target(uri))) {
        output = graph.commits(branch, actor(), limit, after);
      }
      if (json) {
        context.printJson(output);
        return ExitCodes.OK;
      }
      for (CommitOutput commit : output.commits()) {
        context.print(
            "%s branch=%s version=%d actor=%s"
                .formatted(
                    commit.graphCommitId(),
                    commit.manifestBranch() == null ? "main" : commit.manifestBranch(),
                    commit.manifestVersion(),
                    commit.actorId() == null ? "-" : commit.actorId()));
      }
      if (output.nextAfter() != null) {
        context.notice("there are more: --after " + output.nextAfter());
      }
      return ExitCodes.OK;
    }

    private @Nullable String actor() {
      if (filter == null) {
        return null;
      }
      if (!filter.startsWith("actor=") || filter.length() == "actor=".length()) {
        throw CliException.usage("--filter: expected actor=NAME, got '" + filter + "'");
      }
      return filter.substring("actor=".length());
    }
  }

  @Command(name = "show", description = "show one commit")
  static final class Show extends DataCommand {

    @Option(names = "--uri", description = "the graph")
    @Nullable String uri;

    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Parameters(paramLabel = "ID", description = "the commit")
    String id = "";

    Show(CommandContext context) {
      super(context);
    }

    @Override
    public Integer call() {
      CommitOutput commit;
      try (GraphClient graph = open(target(uri))) {
        commit = graph.commit(id);
      }
      if (json) {
        context.printJson(commit);
        return ExitCodes.OK;
      }
      line("graph_commit_id", commit.graphCommitId());
      line("branch", commit.manifestBranch() == null ? "main" : commit.manifestBranch());
      line("manifest_version", Long.toString(commit.manifestVersion()));
      line("parent_commit_id", commit.parentCommitId());
      line("merged_parent_commit_id", commit.mergedParentCommitId());
      line("actor_id", commit.actorId());
      line("created_at", Long.toString(commit.createdAt()));
      line("kind", commit.kind());
      line("recovered_by", commit.recoveredBy());
      return ExitCodes.OK;
    }

    private void line(String key, @Nullable String value) {
      if (value != null) {
        context.print(key + ": " + value);
      }
    }
  }
}
