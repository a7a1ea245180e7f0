package io.omnigraph.model;

import java.util.regex.Matcher;

/** What a read looks at: the current head of a branch, or one commit of the past. */
public sealed interface ReadTarget {

  /** The head of a branch at the moment the read starts. */
  record Branch(BranchName name) implements ReadTarget {}

  /** The graph as one commit left it. */
  record Commit(CommitId id) implements ReadTarget {}

  /** The graph at one version of a branch's manifest. */
  record ManifestVersion(BranchName branch, long version) implements ReadTarget {

    /** The snapshot id that names it. */
    public String id() {
      return "manifest:" + branch.value() + ":v" + version;
    }
  }

  ReadTarget MAIN = new Branch(BranchName.MAIN);

  static ReadTarget branch(String name) {
    return new Branch(BranchName.of(name));
  }

  /**
   * The target that a snapshot id names: the id of a commit, or {@code manifest:<branch>:v<N>}, of
   * which what follows a further colon is ignored.
   *
   * @throws BadRequestException if it begins like the second form and is none
   */
  static ReadTarget snapshot(String id) {
    String text = id.strip();
    if (!text.startsWith("manifest:")) {
      return new Commit(new CommitId(text));
    }
    Matcher matcher = SnapshotIds.VERSION.matcher(text);
    if (!matcher.matches()) {
      throw new BadRequestException(
          "invalid_snapshot", "'" + text + "' is no snapshot id: manifest:<branch>:v<number>");
    }
    return new ManifestVersion(BranchName.of(matcher.group(1)), Long.parseLong(matcher.group(2)));
  }
}
