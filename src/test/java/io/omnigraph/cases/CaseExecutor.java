package io.omnigraph.cases;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An engine that cases run against: one graph. Failures are thrown as they come. */
public interface CaseExecutor extends AutoCloseable {

  /** Makes engines. */
  interface Factory {

    /**
     * An empty graph.
     *
     * @param schema {@code .pg} text
     * @param embedderModel the model name of a mock embedder for query texts; null for any
     */
    CaseExecutor open(String schema, @Nullable String embedderModel) throws Exception;
  }

  /**
   * Runs a read.
   *
   * @param params JSON as Jackson nodes; null for none
   * @param options how to run it
   * @return rows in order; values are String, Boolean, Integer, Long, Double, List or null
   */
  List<Map<String, @Nullable Object>> query(
      String source, @Nullable String name, @Nullable Object params, Options options)
      throws Exception;

  /**
   * How to run a read.
   *
   * @param sdk true for the form in which large integers travel as strings
   * @param commitsAgo how many commits before the head of main to read; 0 for the head
   */
  record Options(boolean sdk, int commitsAgo) {}

  /** Runs a mutation on main. */
  Affected mutate(String source, @Nullable String name, @Nullable Object params) throws Exception;

  /** Counts of a mutation. */
  record Affected(long nodes, long edges) {}

  /**
   * Loads JSON records.
   *
   * @param mode append, merge or overwrite
   * @param branch the branch to load into
   * @param from where to create a missing branch from; null for nowhere
   * @return loaded rows by table key
   */
  Map<String, Long> load(String records, String mode, String branch, @Nullable String from)
      throws Exception;

  /** Exports main, one JSON object per line. */
  String export() throws Exception;

  /** How many commits main has. */
  long commits() throws Exception;

  /** Creates a branch from main. */
  void createBranch(String name) throws Exception;

  /**
   * Applies a schema to main.
   *
   * @return false if nothing had to be changed
   */
  boolean applySchema(String desired, boolean allowDataLoss) throws Exception;

  @Override
  void close() throws Exception;
}
