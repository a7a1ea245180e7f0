package io.omnigraph.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that every command accepts, before or after its name. */
final class Globals {

  @Option(
      names = "--as",
      paramLabel = "ACTOR",
      scope = ScopeType.INHERIT,
      description = "who does it (direct writes and cluster commands)")
  @Nullable String actor;

  @Option(
      names = "--server",
      paramLabel = "NAME|URL",
      scope = ScopeType.INHERIT,
      description = "a server: its URL, or its name in the operator config")
  @Nullable String server;

  @Option(
      names = "--graph",
      paramLabel = "ID",
      scope = ScopeType.INHERIT,
      description = "a graph of the server, or of the cluster")
  @Nullable String graph;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "a profile of the operator config")
  @Nullable String profile;

  @Option(
      names = "--store",
      paramLabel = "URI",
      scope = ScopeType.INHERIT,
      description = "a graph opened here: a directory, file:// or s3:// URI")
  @Nullable String store;

  @Option(
      names = "--cluster",
      paramLabel = "DIR|URI",
      scope = ScopeType.INHERIT,
      description = "a cluster")
  @Nullable String cluster;

  @Option(
      names = "--yes",
      scope = ScopeType.INHERIT,
      description = "do not ask before destructive operations")
  boolean yes;

  @Option(
      names = "--quiet",
      scope = ScopeType.INHERIT,
      description = "no notices and no progress on standard error")
  boolean quiet;
}
