package io.omnigraph.model;

import org.jspecify.annotations.Nullable;

/**
 * One thing somebody wants to do to a graph.
 *
 * @param action what
 * @param actor who; null for an anonymous caller
 * @param branch the branch it reads or changes, if any
 * @param targetBranch the branch it creates, deletes, merges into or whose schema it changes, if
 *     any
 */
public record Access(
    Action action,
    @Nullable ActorId actor,
    @Nullable BranchName branch,
    @Nullable BranchName targetBranch) {

  /** The closed set of actions that policies speak about. */
  public enum Action {
    READ("read"),
    EXPORT("export"),
    CHANGE("change"),
    SCHEMA_APPLY("schema_apply"),
    BRANCH_CREATE("branch_create"),
    BRANCH_DELETE("branch_delete"),
    BRANCH_MERGE("branch_merge"),
    INVOKE_QUERY("invoke_query"),
    ADMIN("admin"),
    GRAPH_LIST("graph_list");

    private final String word;

    Action(String word) {
      this.word = word;
    }

    /** The word used in policy files and messages. */
    public String word() {
      return word;
    }
  }
}
