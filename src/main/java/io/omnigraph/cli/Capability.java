package io.omnigraph.cli;

import org.jspecify.annotations.Nullable;

/** What a command works on, and so which ways of addressing make sense for it. */
enum Capability {
  ANY("data", "", true, true, true),
  SERVED("served", " Pass --server <name|url>.", true, false, false),
  DIRECT("direct (storage-native)", " Pass a storage URI.", false, true, false),
  CONTROL("cluster control", " Pass --config <dir>.", false, false, true),
  LOCAL("local", "", false, false, false);

  private final String words;
  private final String tail;
  private final boolean server;
  private final boolean store;
  private final boolean actor;

  Capability(String words, String tail, boolean server, boolean store, boolean actor) {
    this.words = words;
    this.tail = tail;
    this.server = server;
    this.store = store;
    this.actor = actor;
  }

  /**
   * Refuses options that have no meaning for a command.
   *
   * @throws CliException naming the option
   */
  void check(String command, Globals globals) {
    if (!server) {
      refuse(command, "--server", globals.server, "addresses a served graph");
      refuse(command, "--graph", globals.graph, "selects a graph of a server");
      refuse(command, "--profile", globals.profile, "names a way to address a graph");
    }
    if (!store) {
      refuse(command, "--store", globals.store, "addresses a graph in storage");
    }
    if (!actor && this != DIRECT) {
      refuse(command, "--as", globals.actor, "names the author of a write");
    }
    refuse(command, "--cluster", globals.cluster, "addresses a cluster");
  }

  /**
   * The same for what maintains the storage of one graph, which may be a graph of a cluster.
   *
   * @throws CliException naming the option
   */
  static void checkMaintenance(String command, Globals globals) {
    DIRECT.refuse(command, "--server", globals.server, "addresses a served graph");
    DIRECT.refuse(command, "--profile", globals.profile, "names a way to address a graph");
    if (globals.cluster == null) {
      DIRECT.refuse(command, "--graph", globals.graph, "selects a graph of a server or a cluster");
    }
  }

  private void refuse(String command, String option, @Nullable String value, String meaning) {
    if (value != null) {
      throw CliException.usage(
          "`"
              + command
              + "` is a "
              + words
              + " command; "
              + option
              + " "
              + meaning
              + " and does not apply."
              + tail);
    }
  }
}
