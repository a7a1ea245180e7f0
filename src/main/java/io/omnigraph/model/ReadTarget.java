package io.omnigraph.model;

/** What a read looks at: the current head of a branch, or one commit of the past. */
public sealed interface ReadTarget {

  /** The head of a branch at the moment the read starts. */
  record Branch(BranchName name) implements ReadTarget {}

  /** The graph as one commit left it. */
  record Commit(CommitId id) implements ReadTarget {}

  /** The graph at one version of a branch's manifest. */
  record ManifestVersion(BranchName branch, long version) implements ReadTarget {}

  ReadTarget MAIN = new Branch(BranchName.MAIN);

  static ReadTarget branch(String name) {
    return new Branch(BranchName.of(name));
  }
}
