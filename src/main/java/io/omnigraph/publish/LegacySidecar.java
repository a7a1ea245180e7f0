package io.omnigraph.publish;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.commit.CommitKind;
import io.omnigraph.manifest.TablePaths;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.TableAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sidecar of schema version 1 or 2. It holds no transactions, so what landed is judged by version
 * numbers alone.
 *
 * @param branch null = main
 * @param commitId the commit that was to be published; null where the writer minted none
 * @param createdAtMicros the time that commit was to carry; null where none is written
 */
record LegacySidecar(
    String operationId,
    @Nullable BranchName branch,
    @Nullable String actor,
    String writerKind,
    Matching matching,
    List<Pin> pins,
    @Nullable CommitId mergeSource,
    boolean changesStructure,
    @Nullable CommitId commitId,
    @Nullable Long createdAtMicros) {

  /** How strictly the versions must match what was promised. */
  enum Matching {
    /** Exactly one commit per table. */
    STRICT,
    /** One or more commits per table. */
    LOOSE,
    /** The versions written down at the confirmation. */
    CONFIRMED
  }

  /** What the version numbers of one table say. */
  enum Verdict {
    NO_MOVEMENT,
    ROLLED_PAST_EXPECTED,
    UNEXPECTED_AT_P1,
    UNEXPECTED_MULTISTEP,
    INCOMPLETE_PHASE_B,
    INVARIANT_VIOLATION
  }

  /**
   * One table of the write.
   *
   * @param uuid of the table's transaction; null where the writer noted none
   */
  record Pin(
      TableKey key,
      @Nullable BranchName tableBranch,
      long expected,
      long postCommit,
      @Nullable Long confirmed,
      @Nullable String uuid) {

    TableAddress address() {
      return new TableAddress(TablePaths.of(key), tableBranch);
    }
  }

  /**
   * Judges one table.
   *
   * @param published version that the manifest shows; 0 if none
   * @param head newest version of the table
   */
  static Verdict judge(Matching matching, Pin pin, long published, long head) {
    if (head < published) {
      return Verdict.INVARIANT_VIOLATION;
    }
    if (head == published) {
      return Verdict.NO_MOVEMENT;
    }
    boolean asExpected = pin.expected() == published;
    return switch (matching) {
      case STRICT ->
          asExpected && head == published + 1 && pin.postCommit() == head
              ? Verdict.ROLLED_PAST_EXPECTED
              : unexpected(published, head);
      case LOOSE -> asExpected ? Verdict.ROLLED_PAST_EXPECTED : unexpected(published, head);
      case CONFIRMED -> {
        if (pin.confirmed() == null) {
          yield Verdict.INCOMPLETE_PHASE_B;
        }
        yield asExpected && pin.confirmed() == head
            ? Verdict.ROLLED_PAST_EXPECTED
            : Verdict.UNEXPECTED_MULTISTEP;
      }
    };
  }

  private static Verdict unexpected(long published, long head) {
    return head == published + 1 ? Verdict.UNEXPECTED_AT_P1 : Verdict.UNEXPECTED_MULTISTEP;
  }

  static LegacySidecar decode(JsonNode node) {
    int version = node.path("schema_version").asInt();
    String kind = node.path("writer_kind").asText();
    Matching matching =
        switch (kind) {
          case "Mutation", "Load" -> Matching.STRICT;
          case "BranchMerge" -> version >= 2 ? Matching.CONFIRMED : Matching.LOOSE;
          case "SchemaApply", "EnsureIndices", "Optimize" -> Matching.LOOSE;
          default -> throw new IllegalArgumentException("unknown writer kind '" + kind + "'");
        };
    List<Pin> pins = new ArrayList<>();
    for (JsonNode table : node.path("tables")) {
      String branch = text(table, "table_branch");
      pins.add(
          new Pin(
              TableKey.parse(table.path("table_key").asText()),
              branch == null ? null : new BranchName(branch),
              table.path("expected_version").asLong(),
              table.path("post_commit_pin").asLong(),
              table.hasNonNull("confirmed_version")
                  ? table.get("confirmed_version").asLong()
                  : null,
              text(table, "transaction_uuid")));
    }
    String branch = text(node, "branch");
    String source = text(node, "merge_source_commit_id");
    if (!node.hasNonNull("operation_id")) {
      throw new IllegalArgumentException("'operation_id' is missing");
    }
    return new LegacySidecar(
        node.get("operation_id").asText(),
        branch == null ? null : new BranchName(branch),
        text(node, "actor_id"),
        kind,
        matching,
        List.copyOf(pins),
        source == null ? null : new CommitId(source),
        !node.path("additional_registrations").isEmpty() || !node.path("tombstones").isEmpty(),
        text(node, "graph_commit_id") == null
            ? null
            : new CommitId(String.valueOf(text(node, "graph_commit_id"))),
        micros(node.path("created_at")));
  }

  /** The kind that a commit of this write carries. */
  CommitKind kind() {
    return switch (writerKind) {
      case "Mutation" -> CommitKind.MUTATION;
      case "Load" -> CommitKind.LOAD;
      case "BranchMerge" -> CommitKind.MERGE;
      case "EnsureIndices", "Optimize" -> CommitKind.MAINTENANCE;
      default -> CommitKind.UNKNOWN;
    };
  }

  /** Microseconds as a number or, as {@code started_at} is written, as a text. */
  private static @Nullable Long micros(JsonNode node) {
    if (node.isNumber()) {
      return node.asLong();
    }
    return node.isTextual() && node.asText().matches("\\d{1,18}")
        ? Long.valueOf(node.asText())
        : null;
  }

  private static @Nullable String text(JsonNode node, String key) {
    return node.hasNonNull(key) ? node.get(key).asText() : null;
  }
}
