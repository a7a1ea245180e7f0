package io.omnigraph.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.github.f4b6a3.ulid.Ulid;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.IdSource;
import io.omnigraph.model.InternalException;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.FilterSql;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StageRequest;
import io.omnigraph.storage.StagedWrite;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.storage.TransactionTag;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The audit of recovery: one row per settled sidecar, in its own dataset that is created with the
 * first row. Rows are unique by operation id. Thread-safe.
 */
public final class RecoveryAudit {

  private static final TableAddress ADDRESS = TableAddress.main("_graph_commit_recoveries.lance");
  private static final List<String> COLUMNS =
      List.of(
          "graph_commit_id",
          "recovery_kind",
          "recovery_for_actor",
          "operation_id",
          "sidecar_writer_kind",
          "per_table_outcomes_json",
          "created_at");
  private static final Schema SCHEMA =
      new Schema(
          COLUMNS.stream()
              .map(
                  name ->
                      new Field(
                          name,
                          new FieldType(
                              name.equals("recovery_for_actor"),
                              name.equals("created_at")
                                  ? new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)
                                  : ArrowType.Utf8.INSTANCE,
                              null),
                          null))
              .toList());
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What recovery did with a sidecar. */
  public enum Kind {
    ROLLED_FORWARD("RolledForward"),
    ROLLED_BACK("RolledBack"),
    ORPHANED_BRANCH_DISCARDED("OrphanedBranchDiscarded");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The word stored in the row. */
    public String word() {
      return word;
    }

    static Kind parse(String word) {
      for (Kind kind : values()) {
        if (kind.word.equals(word)) {
          return kind;
        }
      }
      throw new InternalException(
          "recovery_audit_invalid", "the recovery audit holds an unknown kind '" + word + "'");
    }
  }

  /** How one table ended. */
  public record TableOutcome(TableKey key, long fromVersion, long toVersion) {}

  /**
   * One row.
   *
   * @param commit the commit that settled the sidecar
   * @param forActor who had started the operation; null if anonymous
   * @param writerKind what kind of operation it was
   * @param createdAtMicros microseconds since the epoch
   */
  public record Entry(
      CommitId commit,
      Kind kind,
      @Nullable String forActor,
      String operationId,
      String writerKind,
      List<TableOutcome> outcomes,
      long createdAtMicros) {
    public Entry {
      outcomes = List.copyOf(outcomes);
    }
  }

  private final TableStorage storage;
  private final IdSource ids;

  public RecoveryAudit(TableStorage storage, IdSource ids) {
    this.storage = storage;
    this.ids = ids;
  }

  /** Every row, newest first. */
  public synchronized List<Entry> entries() {
    if (!storage.exists(ADDRESS)) {
      return List.of();
    }
    List<Entry> entries = new ArrayList<>();
    try (SnapshotHandle head = storage.openHead(ADDRESS);
        BatchStream stream = head.scan(ScanRequest.of(COLUMNS))) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        for (int row = 0; row < batch.getRowCount(); row++) {
          entries.add(read(batch, row));
        }
      }
    }
    entries.sort(
        Comparator.comparingLong(Entry::createdAtMicros)
            .thenComparing(Entry::operationId)
            .reversed());
    return entries;
  }

  /** Adds a row, once per operation id. */
  synchronized void append(Entry entry) {
    if (!storage.exists(ADDRESS)) {
      create();
    }
    try (SnapshotHandle head = storage.openHead(ADDRESS)) {
      if (head.countRows(FilterSql.equalTo("operation_id", entry.operationId())) > 0) {
        return;
      }
      try (RowSource rows = source(storage.allocator(), entry)) {
        StagedWrite write =
            storage.stage(
                head,
                new StageRequest(
                    new long[0], Set.of(), List.of(storage.writeFiles(head, rows, 0)), true));
        storage.forceStaged(write);
        String uuid = Ulid.from(ids.nextUlid()).toUuid().toString();
        TransactionTag tag =
            new TransactionTag(uuid, Map.of("omni.operation", entry.operationId()));
        try (SnapshotHandle next = storage.commit(write, tag).orElseThrow()) {
          storage.forceCommitted(next);
        }
      }
    }
  }

  private void create() {
    try (RowSource nothing = RowSource.empty(SCHEMA);
        SnapshotHandle created = storage.create(ADDRESS, SCHEMA, Map.of(), nothing)) {
      storage.forceCommitted(created);
    } catch (ConflictException e) {
      if (!storage.exists(ADDRESS)) {
        throw e;
      }
    }
  }

  private static Entry read(VectorSchemaRoot batch, int row) {
    try {
      List<TableOutcome> outcomes = new ArrayList<>();
      for (JsonNode node : JSON.readTree(text(batch, "per_table_outcomes_json", row))) {
        outcomes.add(
            new TableOutcome(
                TableKey.parse(node.path("table_key").asText()),
                node.path("from_version").asLong(),
                node.path("to_version").asLong()));
      }
      VarCharVector actor = (VarCharVector) batch.getVector("recovery_for_actor");
      return new Entry(
          new CommitId(text(batch, "graph_commit_id", row)),
          Kind.parse(text(batch, "recovery_kind", row)),
          actor.isNull(row) ? null : text(batch, "recovery_for_actor", row),
          text(batch, "operation_id", row),
          text(batch, "sidecar_writer_kind", row),
          outcomes,
          ((TimeStampMicroVector) batch.getVector("created_at")).get(row));
    } catch (JsonProcessingException e) {
      throw new InternalException(
          "recovery_audit_invalid", "the recovery audit holds invalid JSON", Map.of(), e);
    }
  }

  private static String text(VectorSchemaRoot batch, String column, int row) {
    return new String(((VarCharVector) batch.getVector(column)).get(row), StandardCharsets.UTF_8);
  }

  private static RowSource source(BufferAllocator allocator, Entry entry) {
    ArrayNode outcomes = JSON.createArrayNode();
    for (TableOutcome outcome : entry.outcomes()) {
      outcomes
          .addObject()
          .put("table_key", outcome.key().toString())
          .put("from_version", outcome.fromVersion())
          .put("to_version", outcome.toVersion());
    }
    VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
    set(root, "graph_commit_id", entry.commit().value());
    set(root, "recovery_kind", entry.kind().word());
    if (entry.forActor() != null) {
      set(root, "recovery_for_actor", entry.forActor());
    } else {
      ((VarCharVector) root.getVector("recovery_for_actor")).allocateNew(1);
      ((VarCharVector) root.getVector("recovery_for_actor")).setNull(0);
    }
    set(root, "operation_id", entry.operationId());
    set(root, "sidecar_writer_kind", entry.writerKind());
    set(root, "per_table_outcomes_json", outcomes.toString());
    ((TimeStampMicroVector) root.getVector("created_at")).setSafe(0, entry.createdAtMicros());
    root.setRowCount(1);
    return new OneBatch(root);
  }

  private static void set(VectorSchemaRoot root, String column, String value) {
    ((VarCharVector) root.getVector(column)).setSafe(0, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A single batch as a source; owns the batch. */
  private record OneBatch(VectorSchemaRoot batch) implements RowSource {

    @Override
    public Schema schema() {
      return batch.getSchema();
    }

    @Override
    public long rowCount() {
      return batch.getRowCount();
    }

    @Override
    public BatchStream open(BufferAllocator allocator) {
      return new BatchStream() {
        private boolean given;

        @Override
        public @Nullable VectorSchemaRoot next() {
          if (given) {
            return null;
          }
          given = true;
          return batch;
        }

        @Override
        public void close() {
          // The source owns the batch.
        }
      };
    }

    @Override
    public void close() {
      batch.close();
    }
  }
}
