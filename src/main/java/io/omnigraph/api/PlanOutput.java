package io.omnigraph.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.omnigraph.read.QueryProfile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a query would be, or was, executed.
 *
 * @param graphCommitId the commit that it reads; null where the wire form has no such key
 * @param executed false if the query was only explained; its operators then have no counts
 * @param totals what the query used; null if it did not run
 * @param plan the last operator, fed by its children
 * @param text the same for people
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlanOutput(
    String queryName,
    ReadOutput.Target target,
    @Nullable String graphCommitId,
    boolean executed,
    @Nullable Totals totals,
    Operator plan,
    String text) {

  /**
   * What a query used.
   *
   * @param nanos time since it started
   * @param peakMemoryBytes most bytes of intermediate state held at once
   * @param bytesRead bytes that storage delivered outside the caches
   */
  public record Totals(
      long nanos, long peakMemoryBytes, long bytesRead, long cacheHits, long cacheBuilds) {}

  /**
   * One operator.
   *
   * @param path resident, indexed or scan; absent if it touches no table
   * @param reason why that path
   * @param cacheHits cache entries found for it
   * @param cacheBuilds cache entries built for it
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Operator(
      String name,
      String detail,
      @Nullable String path,
      @Nullable String reason,
      long cacheHits,
      long cacheBuilds,
      @Nullable Counts counts,
      List<Operator> children) {

    public Operator {
      children = children == null ? List.of() : List.copyOf(children);
    }
  }

  /**
   * What an operator did.
   *
   * @param rowsIn rows its children gave it
   * @param rowsOut rows it gave
   * @param bytesRead bytes that storage delivered to it alone
   * @param memoryBytes bytes of intermediate state that it alone reserved
   * @param nanos time in it and below
   * @param ownNanos time in it alone
   */
  public record Counts(
      long rowsIn,
      long rowsOut,
      long batches,
      long bytesRead,
      long memoryBytes,
      long nanos,
      long ownNanos) {}

  static PlanOutput of(ReadHead head, QueryProfile profile, boolean executed) {
    return new PlanOutput(
        head.queryName(),
        head.target(),
        head.graphCommitId(),
        executed,
        executed
            ? new Totals(
                profile.totalNanos(),
                profile.peakBytes(),
                profile.bytesRead(),
                profile.cacheHits(),
                profile.cacheMisses())
            : null,
        operator(profile.root(), executed),
        executed ? profile.text() : profile.planText());
  }

  private static Operator operator(QueryProfile.Operator operator, boolean executed) {
    boolean table = !operator.path().isEmpty();
    return new Operator(
        operator.name(),
        operator.detail(),
        table ? operator.path() : null,
        table ? operator.reason() : null,
        operator.cacheHits(),
        operator.cacheBuilds(),
        executed
            ? new Counts(
                operator.rowsIn(),
                operator.rows(),
                operator.batches(),
                operator.bytesRead(),
                operator.memoryBytes(),
                operator.nanos(),
                operator.ownNanos())
            : null,
        operator.children().stream().map(child -> operator(child, executed)).toList());
  }
}
