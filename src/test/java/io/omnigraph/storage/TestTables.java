package io.omnigraph.storage;

import io.omnigraph.model.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Short words for arranging tables in tests: rows are {@code (id, body)} or {@code (id, n)}. */
public final class TestTables {

  public static final Schema ID_BODY =
      new Schema(List.of(TableSchemas.text("id", false), TableSchemas.text("body", true)));

  public static final Schema ID_NUMBER =
      new Schema(
          List.of(
              TableSchemas.text("id", false),
              TableSchemas.column("n", true, new ArrowType.Int(64, true))));

  /** Like {@link #ID_BODY}, but the body is a number. */
  public static final Schema ID_NUMBER_AS_BODY =
      new Schema(
          List.of(
              TableSchemas.text("id", false),
              TableSchemas.column("body", true, new ArrowType.Int(64, true))));

  private TestTables() {}

  public static List<Value> row(Object... values) {
    return Arrays.stream(values).map(TestTables::value).toList();
  }

  public static Value value(@Nullable Object o) {
    return switch (o) {
      case null -> Value.NULL;
      case Value v -> v;
      case String s -> new Value.Text(s);
      case Integer i -> new Value.Int(i);
      case Long l -> new Value.Int(l);
      case Double d -> new Value.Real(d);
      case Boolean b -> new Value.Bool(b);
      case float[] f -> new Value.Vector(f);
      default -> throw new IllegalArgumentException(o.getClass().toString());
    };
  }

  @SafeVarargs
  public static SnapshotHandle create(
      TableStorage storage, String path, Schema schema, List<Value>... rows) {
    try (RowSource source = RowBatches.sourceOf(storage.allocator(), schema, List.of(rows))) {
      return storage.create(TableAddress.main(path), schema, Map.of(), source);
    }
  }

  @SafeVarargs
  public static StagedFiles write(TableStorage storage, SnapshotHandle base, List<Value>... rows) {
    try (RowSource source =
        RowBatches.sourceOf(storage.allocator(), base.schema(), List.of(rows))) {
      return storage.writeFiles(base, source, 0);
    }
  }

  /** Stages rows to add and the rows of some ids to delete, fenced. */
  @SafeVarargs
  public static StagedWrite stage(
      TableStorage storage, SnapshotHandle base, List<String> deletedIds, List<Value>... rows) {
    List<StagedFiles> files = rows.length == 0 ? List.of() : List.of(write(storage, base, rows));
    return storage.stage(
        base, new StageRequest(addresses(base, deletedIds), Set.of(), files, true));
  }

  public static long[] addresses(SnapshotHandle base, List<String> ids) {
    if (ids.isEmpty()) {
      return new long[0];
    }
    return RowBatches.readAll(base.scan(ScanRequest.of("_rowaddr").where(FilterSql.in("id", ids))))
        .stream()
        .mapToLong(r -> longOf(r.get(0)))
        .sorted()
        .toArray();
  }

  /** Commits and closes the base; the commit must succeed. */
  public static SnapshotHandle commit(TableStorage storage, StagedWrite staged) {
    return committed(storage.commit(staged, tag()));
  }

  @SafeVarargs
  public static SnapshotHandle append(
      TableStorage storage, SnapshotHandle base, List<Value>... rows) {
    try (base) {
      return commit(storage, stage(storage, base, List.of(), rows));
    }
  }

  public static SnapshotHandle committed(CommitOutcome outcome) {
    return switch (outcome) {
      case CommitOutcome.Committed committed -> committed.handle();
      case CommitOutcome.Rejected rejected ->
          throw new AssertionError("rejected", rejected.cause());
      case CommitOutcome.Unknown unknown -> throw new AssertionError("unknown", unknown.cause());
    };
  }

  public static TransactionTag tag() {
    return tag(UUID.randomUUID().toString());
  }

  public static TransactionTag tag(String uuid) {
    return new TransactionTag(uuid, Map.of("omni.commit", "C-" + uuid));
  }

  /** First column to second column, as plain texts. */
  public static Map<String, String> content(SnapshotHandle table) {
    List<String> columns = table.schema().getFields().stream().map(f -> f.getName()).toList();
    Map<String, String> content = new TreeMap<>();
    for (List<Value> row : RowBatches.readAll(table.scan(ScanRequest.of(columns)))) {
      String previous = content.put(plain(row.get(0)), plain(row.get(1)));
      if (previous != null) {
        throw new AssertionError("twice: " + row);
      }
    }
    return content;
  }

  public static List<String> ids(BatchStream stream) {
    List<String> ids = new ArrayList<>();
    RowBatches.readAll(stream).forEach(row -> ids.add(plain(row.get(0))));
    return ids;
  }

  public static String plain(Value value) {
    return switch (value) {
      case Value.Text text -> text.value();
      case Value.Int integer -> Long.toString(integer.value());
      case Value.BigUnsigned big -> Long.toUnsignedString(big.bits());
      case Value.Null ignored -> "null";
      case Value.Bool bool -> Boolean.toString(bool.value());
      case Value.Real real -> Double.toString(real.value());
      case Value.Date date -> date.toString();
      case Value.DateTime time -> time.toString();
      case Value.ListOf list -> list.items().toString();
      case Value.Vector vector -> vector.toString();
    };
  }

  public static long longOf(Value value) {
    return switch (value) {
      case Value.Int integer -> integer.value();
      case Value.BigUnsigned big -> big.bits();
      default -> throw new AssertionError("not a number: " + value);
    };
  }
}
