package io.omnigraph.storage;

import static io.omnigraph.storage.TestTables.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.schema.NodeType;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RowCollectorTest {

  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  private static Property property(String name, PropertyType type) {
    return new Property(name, type, List.of());
  }

  /** One property of every type, sorted by name. */
  private static final NodeType EVERY_TYPE =
      new NodeType(
          "T",
          List.of(),
          List.of(),
          List.of(
              property("a_string", PropertyType.nullable(ScalarType.STRING)),
              property("b_bool", PropertyType.nullable(ScalarType.BOOL)),
              property("c_i32", PropertyType.nullable(ScalarType.I32)),
              property("d_i64", PropertyType.nullable(ScalarType.I64)),
              property("e_u32", PropertyType.nullable(ScalarType.U32)),
              property("f_u64", PropertyType.nullable(ScalarType.U64)),
              property("g_f32", PropertyType.nullable(ScalarType.F32)),
              property("h_f64", PropertyType.nullable(ScalarType.F64)),
              property("i_date", PropertyType.nullable(ScalarType.DATE)),
              property("j_datetime", PropertyType.nullable(ScalarType.DATETIME)),
              property("k_vector", PropertyType.vector(3).asNullable(true)),
              property("l_list", PropertyType.listOf(ScalarType.STRING).asNullable(true)),
              property("m_dates", PropertyType.listOf(ScalarType.DATE).asNullable(true)),
              property("n_blob", PropertyType.nullable(ScalarType.BLOB)),
              property("o_required", PropertyType.of(ScalarType.I64))),
          List.of());

  private static final List<Value> FULL =
      row(
          "id1",
          "ünï 日本",
          true,
          Integer.MIN_VALUE,
          Long.MAX_VALUE,
          4294967295L,
          new Value.BigUnsigned(-1),
          0.5,
          Double.NaN,
          new Value.Date(-1),
          new Value.DateTime(-1),
          new float[] {1, -2.5f, 0},
          new Value.ListOf(List.of(new Value.Text("x"), Value.NULL, new Value.Text(""))),
          new Value.ListOf(List.of(new Value.Date(7))),
          "base64:aGVsbG8=",
          7);

  private static List<Value> nulls(String id) {
    List<Value> values = new ArrayList<>(List.of(new Value.Text(id)));
    for (int i = 0; i < 14; i++) {
      values.add(Value.NULL);
    }
    values.add(new Value.Int(1));
    return values;
  }

  private static List<Value> asRead(List<Value> written) {
    List<Value> read = new ArrayList<>(written);
    read.set(14, Value.NULL);
    return read;
  }

  @Test
  void everyTypeMapsToItsColumnAndComesBack() {
    Schema schema = TableSchemas.of(EVERY_TYPE);
    assertThat(schema.getFields())
        .extracting(Field::getName)
        .startsWith("id", "a_string", "b_bool");
    assertThat(schema.findField("id").isNullable()).isFalse();
    assertThat(schema.findField("o_required").isNullable()).isFalse();
    assertThat(schema.findField("f_u64").getType()).isEqualTo(new ArrowType.Int(64, false));
    assertThat(TableSchemas.hasBlob(schema)).isTrue();
    List<List<Value>> rows = List.of(FULL, nulls("id2"), FULL, nulls("id3"));
    try (RowSource source = RowBatches.sourceOf(allocator, schema, rows)) {
      assertThat(source.rowCount()).isEqualTo(4);
      for (int pass = 0; pass < 2; pass++) {
        assertThat(RowBatches.readAll(source.open(allocator)))
            .containsExactlyElementsOf(rows.stream().map(RowCollectorTest::asRead).toList());
      }
    }
  }

  @Test
  void edgesCarryTheirEndsAfterTheId() {
    EdgeType edge =
        new EdgeType("E", "T", "T", 0, null, List.of(), EVERY_TYPE.properties(), List.of());
    assertThat(edge.tableKey()).isEqualTo(TableKey.edge("E"));
    assertThat(TableSchemas.of(edge).getFields())
        .extracting(Field::getName)
        .startsWith("id", "src", "dst", "a_string");
  }

  @Test
  void rowsBeyondTheMemoryBudgetMoveToAFileAndBack() throws IOException {
    Schema schema = TableSchemas.of(EVERY_TYPE);
    long before = spillFiles();
    int count = 3 * RowCollector.BATCH_ROWS + 17;
    try (RowCollector collector = new RowCollector(allocator, schema, 1 << 16)) {
      for (int i = 0; i < count; i++) {
        collector.add(i % 2 == 0 ? FULL : nulls("n" + i));
      }
      assertThat(collector.rowCount()).isEqualTo(count);
      try (RowSource source = collector.finish()) {
        assertThat(allocator.getAllocatedMemory()).as("nothing stays in memory").isZero();
        assertThat(spillFiles()).isEqualTo(before + 1);
        for (int pass = 0; pass < 2; pass++) {
          List<List<Value>> read = RowBatches.readAll(source.open(allocator));
          assertThat(read).hasSize(count);
          assertThat(read.get(0)).isEqualTo(asRead(FULL));
          assertThat(read.get(count - 1)).isEqualTo(asRead(FULL));
          assertThat(read.get(12_345).get(0)).isEqualTo(new Value.Text("n12345"));
        }
      }
    }
    assertThat(spillFiles()).isEqualTo(before);
  }

  @Test
  void aCollectorThatIsGivenUpLeavesNothing() throws IOException {
    long before = spillFiles();
    try (RowCollector collector = new RowCollector(allocator, TestTables.ID_BODY, 1)) {
      for (int i = 0; i < 2 * RowCollector.BATCH_ROWS; i++) {
        collector.add(row("r" + i, "x"));
      }
      assertThat(spillFiles()).isEqualTo(before + 1);
    }
    assertThat(spillFiles()).isEqualTo(before);
  }

  private static long spillFiles() throws IOException {
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().startsWith("omnigraph-rows-")).count();
    }
  }

  @Test
  void rowsAreCopiedFromBatchesByColumnName() {
    Schema reversed =
        new Schema(List.of(TableSchemas.text("body", true), TableSchemas.text("id", false)));
    try (RowSource source =
            RowBatches.sourceOf(
                allocator, TestTables.ID_BODY, List.of(row("a", "x"), row("b", null)));
        BatchStream stream = source.open(allocator);
        RowCollector collector = new RowCollector(allocator, reversed)) {
      VectorSchemaRoot batch = stream.next();
      collector.addAll(batch);
      collector.addFrom(batch, 0);
      try (RowSource copied = collector.finish()) {
        assertThat(RowBatches.readAll(copied.open(allocator)))
            .containsExactly(row("x", "a"), row(null, "b"), row("x", "a"));
      }
    }
  }

  @Test
  void longRowsAreSplitByBytesNotOnlyByCount() {
    String large = "x".repeat(1 << 20);
    try (RowCollector collector = new RowCollector(allocator, TestTables.ID_BODY)) {
      for (int i = 0; i < 70; i++) {
        collector.add(row("r" + i, large));
      }
      try (RowSource source = collector.finish();
          BatchStream stream = source.open(allocator)) {
        assertThat(stream.next().getRowCount()).isLessThan(70);
      }
    }
  }

  @Test
  void valuesThatDoNotFitAreRefusedByName() {
    record Case(ScalarType type, Object value, String code) {}
    List<Case> cases =
        List.of(
            new Case(ScalarType.I32, 1L << 31, "value_out_of_range"),
            new Case(ScalarType.U32, -1, "value_out_of_range"),
            new Case(ScalarType.U64, -1, "value_out_of_range"),
            new Case(ScalarType.I64, new Value.BigUnsigned(-1), "value_type_mismatch"),
            new Case(ScalarType.BOOL, "true", "value_type_mismatch"),
            new Case(ScalarType.DATE, 1, "value_type_mismatch"),
            new Case(ScalarType.BLOB, "base64:???", "invalid_blob"),
            new Case(ScalarType.BLOB, "base64:!", "invalid_blob"));
    for (Case c : cases) {
      Schema schema =
          new Schema(List.of(TableSchemas.field(property("p", PropertyType.nullable(c.type())))));
      try (RowCollector collector = new RowCollector(allocator, schema)) {
        assertThatThrownBy(() -> collector.add(List.of(TestTables.value(c.value()))))
            .as(c.toString())
            .isInstanceOf(BadRequestException.class)
            .hasMessageContaining("'p'")
            .extracting(e -> ((BadRequestException) e).code())
            .isEqualTo(c.code());
      }
    }
    Schema vector = new Schema(List.of(TableSchemas.vector("p", 2, true)));
    try (RowCollector collector = new RowCollector(allocator, vector)) {
      assertThatThrownBy(() -> collector.add(row((Object) new float[] {1})))
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("2 numbers");
    }
  }
}
