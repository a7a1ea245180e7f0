package io.omnigraph.commit;

/**
 * The announcement of one commit. Equal whether it comes live from the publisher or replayed from
 * the log. A hint, never an authority.
 *
 * @param graph the name of the graph as the engine was opened with
 */
public record CommitEvent(String graph, GraphCommit commit) {}
