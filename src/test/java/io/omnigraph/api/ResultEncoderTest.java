package io.omnigraph.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.query.plan.CompiledQuery.ResultColumn;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampMilliTZVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResultEncoderTest {

  private final RootAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingIsLeaked() {
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  private static ReadHead head(String... names) {
    return new ReadHead(
        "q",
        new ReadOutput.Target("main", null),
        java.util.Arrays.stream(names)
            .map(name -> new ResultColumn(name, PropertyType.of(ScalarType.STRING)))
            .toList(),
        "01ARZ3NDEKTSV4RRFFQ69G5FAV");
  }

  private static String encode(ResultFormat format, ReadHead head, VectorSchemaRoot... batches) {
    ResultEncoder encoder = ResultEncoder.of(format, head);
    var text = new StringBuilder();
    encoder.begin();
    for (VectorSchemaRoot batch : batches) {
      encoder.rows(batch);
      text.append(new String(encoder.take(), StandardCharsets.UTF_8));
    }
    encoder.end();
    return text.append(new String(encoder.take(), StandardCharsets.UTF_8)).toString();
  }

  private VarCharVector texts(String name, String... values) {
    var vector = new VarCharVector(name, allocator);
    vector.allocateNew();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != null) {
        vector.setSafe(i, values[i].getBytes(StandardCharsets.UTF_8));
      }
    }
    vector.setValueCount(values.length);
    return vector;
  }

  @Test
  void rowsOfSeveralBatchesMakeOneReadOutput() throws IOException {
    try (var one = VectorSchemaRoot.of(texts("p.name", "Alice", null));
        var two = VectorSchemaRoot.of(texts("p.name", "quote \" slash \\ ünïcode \u0001"))) {
      String json = encode(ResultFormat.JSON, head("p.name"), one, two);
      ReadOutput output = Json.MAPPER.readValue(json, ReadOutput.class);
      assertThat(output.rowCount()).isEqualTo(3);
      assertThat(output.columns()).containsExactly("p.name");
      assertThat(output.rows())
          .extracting(row -> row.path("p.name").textValue())
          .containsExactly("Alice", null, "quote \" slash \\ ünïcode \u0001");
      assertThat(output.graphCommitId()).isEqualTo("01ARZ3NDEKTSV4RRFFQ69G5FAV");
      assertThat(output.target()).isEqualTo(new ReadOutput.Target("main", null));
    }
  }

  @Test
  void anEmptyResultIsCompleteInEveryForm() throws IOException {
    assertThat(encode(ResultFormat.JSON, head("a")))
        .isEqualTo(
            "{\"query_name\":\"q\",\"target\":{\"branch\":\"main\",\"snapshot\":null},"
                + "\"columns\":[\"a\"],\"rows\":[],\"row_count\":0,"
                + "\"graph_commit_id\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\"}");
    assertThat(encode(ResultFormat.NDJSON, head("a"))).isEmpty();
    ResultEncoder arrow = ResultEncoder.of(ResultFormat.ARROW, head("a"));
    arrow.begin();
    arrow.end();
    try (var reader = new ArrowStreamReader(new ByteArrayInputStream(arrow.take()), allocator)) {
      assertThat(reader.getVectorSchemaRoot().getSchema().findField("a").getType())
          .isEqualTo(ArrowType.Utf8.INSTANCE);
      assertThat(reader.loadNextBatch()).isFalse();
    }
  }

  @Test
  void instantsAreArrowTimestampsAloneAndInListsWithAndWithoutRows() throws IOException {
    var instant = new DateMilliVector("at", allocator);
    instant.setSafe(0, 1_000L);
    instant.setNull(1);
    instant.setValueCount(2);
    ListVector list = ListVector.empty("all", allocator);
    var writer = list.getWriter();
    writer.startList();
    writer.writeDateMilli(-1);
    writer.endList();
    list.setValueCount(2);
    ResultEncoder encoder = ResultEncoder.of(ResultFormat.ARROW, head("at", "all"));
    encoder.begin();
    try (var batch = VectorSchemaRoot.of(instant, list)) {
      encoder.rows(batch);
    }
    encoder.end();
    var millis = new ArrowType.Timestamp(TimeUnit.MILLISECOND, "UTC");
    try (var reader = new ArrowStreamReader(new ByteArrayInputStream(encoder.take()), allocator)) {
      assertThat(reader.loadNextBatch()).isTrue();
      VectorSchemaRoot read = reader.getVectorSchemaRoot();
      assertThat(read.getVector("at").getField().getType()).isEqualTo(millis);
      assertThat(((TimeStampMilliTZVector) read.getVector("at")).get(0)).isEqualTo(1_000L);
      assertThat(read.getVector("at").isNull(1)).isTrue();
      assertThat(((ListVector) read.getVector("all")).getDataVector().getField().getType())
          .isEqualTo(millis);
      assertThat(read.getVector("all").getObject(0)).hasToString("[-1]");
    }

    var empty =
        new ReadHead(
            "q",
            new ReadOutput.Target("main", null),
            List.of(new ResultColumn("at", PropertyType.of(ScalarType.DATETIME))),
            "01ARZ3NDEKTSV4RRFFQ69G5FAV");
    ResultEncoder none = ResultEncoder.of(ResultFormat.ARROW, empty);
    none.begin();
    none.end();
    try (var reader = new ArrowStreamReader(new ByteArrayInputStream(none.take()), allocator)) {
      assertThat(reader.getVectorSchemaRoot().getSchema().findField("at").getType())
          .isEqualTo(millis);
    }
  }

  @Test
  void everyTypeHasItsJsonForm() throws IOException {
    var wide = new UInt8Vector("u64", allocator);
    wide.setSafe(0, -1L);
    wide.setValueCount(1);
    var unsigned = new UInt4Vector("u32", allocator);
    unsigned.setSafe(0, -1);
    unsigned.setValueCount(1);
    var integer = new BigIntVector("i64", allocator);
    integer.setSafe(0, Long.MIN_VALUE);
    integer.setValueCount(1);
    var small = new Float4Vector("f32", allocator);
    small.setSafe(0, 0.1f);
    small.setValueCount(1);
    var nan = new Float8Vector("nan", allocator);
    nan.setSafe(0, Double.NaN);
    nan.setValueCount(1);
    var infinite = new Float8Vector("inf", allocator);
    infinite.setSafe(0, Double.NEGATIVE_INFINITY);
    infinite.setValueCount(1);
    var date = new DateDayVector("date", allocator);
    date.setSafe(0, 19_000);
    date.setValueCount(1);
    var instant = new DateMilliVector("at", allocator);
    instant.setSafe(0, -1L);
    instant.setValueCount(1);
    var embedding =
        new FixedSizeListVector(
            "v", allocator, FieldType.nullable(new ArrowType.FixedSizeList(2)), null);
    var elements =
        (Float4Vector)
            embedding
                .addOrGetVector(
                    FieldType.nullable(
                        new ArrowType.FloatingPoint(
                            org.apache.arrow.vector.types.FloatingPointPrecision.SINGLE)))
                .getVector();
    elements.setSafe(0, 0.5f);
    elements.setSafe(1, -1f);
    elements.setValueCount(2);
    embedding.setNotNull(0);
    embedding.setValueCount(1);
    ListVector list = ListVector.empty("list", allocator);
    var writer = list.getWriter();
    writer.startList();
    writer.writeVarChar("x");
    writer.writeNull();
    writer.endList();
    list.setValueCount(1);
    List<FieldVector> vectors =
        List.of(wide, unsigned, integer, small, nan, infinite, date, instant, embedding, list);
    try (var batch = new VectorSchemaRoot(vectors)) {
      String line =
          encode(
              ResultFormat.NDJSON,
              head("u64", "u32", "i64", "f32", "nan", "inf", "date", "at", "v", "list"),
              batch);
      assertThat(line)
          .isEqualTo(
              "{\"u64\":18446744073709551615,\"u32\":4294967295,\"i64\":-9223372036854775808,"
                  + "\"f32\":0.10000000149011612,\"nan\":\"NaN\",\"inf\":\"-Infinity\","
                  + "\"date\":\"2022-01-08\",\"at\":\"1969-12-31T23:59:59.999Z\","
                  + "\"v\":[0.5,-1.0],\"list\":[\"x\",null]}\n");
    }
  }

  @Test
  void columnsOfOneNameAppearOnceInARowSoThatItStaysReadable() {
    try (var batch = VectorSchemaRoot.of(texts("n", "first"), texts("n", "second"))) {
      assertThat(encode(ResultFormat.NDJSON, head("n", "n"), batch))
          .isEqualTo("{\"n\":\"second\"}\n");
    }
  }

  @Test
  void theArrowStreamHoldsEveryBatch() throws IOException {
    try (var one = VectorSchemaRoot.of(texts("n", "a", "b"));
        var two = VectorSchemaRoot.of(texts("n", "c"))) {
      ResultEncoder encoder = ResultEncoder.of(ResultFormat.ARROW, head("n"));
      encoder.begin();
      encoder.rows(one);
      encoder.rows(two);
      encoder.end();
      try (var reader =
          new ArrowStreamReader(new ByteArrayInputStream(encoder.take()), allocator)) {
        int rows = 0;
        while (reader.loadNextBatch()) {
          rows += reader.getVectorSchemaRoot().getRowCount();
        }
        assertThat(rows).isEqualTo(3);
      }
    }
  }
}
