package io.omnigraph.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.TableKey;
import io.omnigraph.write.TabularInput.Format;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.apache.arrow.dataset.file.DatasetFileWriter;
import org.apache.arrow.dataset.file.FileFormat;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.Text;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads of CSV, Parquet and Arrow files. */
class TabularInputTest {

  private static final String SCHEMA =
      """
      node Item { code: String @key  n: I64?  d: F64?  ok: Bool?  day: Date?  at: DateTime?
                  tags: [String]?  v: Vector(2)?  raw: Blob? }
      edge Links: Item -> Item { weight: F64? }
      """;

  private static final TableKey ITEM = TableKey.node("Item");
  private static final TableKey LINKS = TableKey.edge("Links");

  @TempDir Path directory;
  private TestGraph graph;

  @BeforeEach
  void open() {
    graph = new TestGraph(directory.resolve("g"), SCHEMA);
  }

  @AfterEach
  void close() {
    graph.close();
  }

  private Path csv(String text) throws IOException {
    return Files.writeString(directory.resolve("t.csv"), text);
  }

  private LoadCounts load(Path file, Format format, TableKey table, Map<String, String> columns) {
    return load(LoadOptions.of(LoadMode.MERGE), file, format, table, columns);
  }

  private LoadCounts load(
      LoadOptions options, Path file, Format format, TableKey table, Map<String, String> columns) {
    try (LoadOperation operation =
        new LoadOperation(
            new TabularInput(file, format, table, columns),
            options,
            WriteRequest.to(BranchName.MAIN),
            graph.storage.allocator(),
            graph.ids)) {
      return graph.apply(operation);
    }
  }

  @Test
  void csvCellsBecomeWhatTheirPropertiesExpect() throws IOException {
    load(
        csv(
            """
            code,n,d,ok,day,at,tags,v
            007,-5,1e3,true,2024-02-29,2024-02-29T10:00:00Z,"[""x"",""a,b""]","[1,2.5]"
            "two ""words\""",,,,,,,
            """),
        Format.CSV,
        ITEM,
        Map.of());
    assertThat(graph.idsOf("node:Item")).containsExactlyInAnyOrder("007", "two \"words\"");
    Map<String, Object> row = graph.rows("node:Item").get("007");
    assertThat(row).containsEntry("n", -5L).containsEntry("d", 1000.0).containsEntry("ok", true);
    assertThat(row.get("tags").toString()).contains("a,b");
    assertThat(graph.rows("node:Item").get("two \"words\"").get("n")).isNull();
  }

  @Test
  void anEmptyCellIsNullAndAQuotedEmptyCellIsText() throws IOException {
    load(csv("code,tags\nx,\n\"\",[]\n"), Format.CSV, ITEM, Map.of());
    assertThat(graph.idsOf("node:Item")).containsExactlyInAnyOrder("x", "");
  }

  @Test
  void edgesTakeFromAndToOrTheMappedColumns() throws IOException {
    load(csv("code\na\nb\n"), Format.CSV, ITEM, Map.of());
    load(csv("src,dst,weight\na,b,0.5\n"), Format.CSV, LINKS, Map.of());
    load(csv("x,y,w\nb,a,2\n"), Format.CSV, LINKS, Map.of("from", "x", "to", "y", "weight", "w"));
    assertThat(graph.rows("edge:Links").values())
        .extracting(r -> r.get("src") + ">" + r.get("dst") + "=" + r.get("weight"))
        .containsExactlyInAnyOrder("a>b=0.5", "b>a=2.0");
  }

  @Test
  void aBadValueNamesItsRowAndNothingIsLoaded() throws IOException {
    Path file = csv("code,n\na,1\nb,many\n");
    assertThatThrownBy(() -> load(file, Format.CSV, ITEM, Map.of()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageStartingWith("row 2: ")
        .hasMessageContaining("'n'");
    assertThat(graph.idsOf("node:Item")).isEmpty();
  }

  @Test
  void aLineOfAnotherWidthIsRefused() throws IOException {
    Path file = csv("code,n\na\n");
    assertThatThrownBy(() -> load(file, Format.CSV, ITEM, Map.of()))
        .hasMessageContaining("a line has 1 cells, the header names 2");
    Path empty = csv("");
    assertThatThrownBy(() -> load(empty, Format.CSV, ITEM, Map.of()))
        .hasMessageContaining("the file is empty");
  }

  @Test
  void columnsThatFeedNothingAreRefusedUnlessLeftOut() throws IOException {
    Path file = csv("code,colour\na,red\n");
    assertThatThrownBy(() -> load(file, Format.CSV, ITEM, Map.of()))
        .hasMessageContaining("column 'colour' feeds no property of node:Item");
    load(file, Format.CSV, ITEM, Map.of("colour", "-"));
    load(LoadOptions.of(LoadMode.MERGE).withLenient(true), file, Format.CSV, ITEM, Map.of());
    assertThat(graph.idsOf("node:Item")).containsExactly("a");
  }

  @Test
  void mappingsMustNameWhatExists() throws IOException {
    Path file = csv("code\na\n");
    assertThatThrownBy(() -> load(file, Format.CSV, ITEM, Map.of("n", "nr")))
        .hasMessageContaining("'n' is mapped to column 'nr', which the file does not have");
    assertThatThrownBy(() -> load(file, Format.CSV, ITEM, Map.of("colour", "code")))
        .hasMessageContaining("node:Item has no property 'colour'");
    assertThatThrownBy(() -> load(file, Format.CSV, LINKS, Map.of("weight", "code")))
        .hasMessageContaining("no column for the 'from'");
    assertThatThrownBy(() -> load(file, Format.CSV, TableKey.node("Nope"), Map.of()))
        .isInstanceOf(NotFoundException.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"PARQUET", "ARROW"})
  void everyColumnTypeArrivesFromBinaryFiles(Format format) throws Exception {
    Path file = directory.resolve("t." + format.word());
    write(file, format);
    LoadCounts counts = load(file, format, ITEM, Map.of());
    assertThat(counts.nodes()).containsExactly(Map.entry("Item", 2L));
    Map<String, Object> row = graph.rows("node:Item").get("a");
    assertThat(row)
        .containsEntry("n", 9_007_199_254_740_993L)
        .containsEntry("d", 0.1)
        .containsEntry("code", "a");
    assertThat(String.valueOf(row.get("tags"))).contains("p", "q");
    Map<String, Object> other = graph.rows("node:Item").get("b");
    assertThat(other.get("n")).isNull();
    assertThat(other.get("day")).isNull();
    assertThat(graph.table("node:Item").countRows("`day` = date '2024-02-29'")).isEqualTo(1);
    assertThat(graph.table("node:Item").countRows("`at` = timestamp '2024-02-29 10:00:00.123'"))
        .isEqualTo(1);
  }

  @Test
  void columnsEncodedByADictionaryGiveTheirValues() throws Exception {
    Path file = directory.resolve("t.arrow");
    BufferAllocator allocator = graph.storage.allocator();
    try (VarCharVector words = new VarCharVector("code", allocator);
        BigIntVector numbers = new BigIntVector("n", allocator)) {
      words.setSafe(0, new Text("a"));
      words.setSafe(1, new Text("b"));
      words.setValueCount(2);
      numbers.setSafe(0, 700);
      numbers.setSafe(1, 9_007_199_254_740_993L);
      numbers.setValueCount(2);
      Dictionary known = new Dictionary(words, new DictionaryEncoding(1, false, null));
      Dictionary sizes = new Dictionary(numbers, new DictionaryEncoding(2, false, null));
      try (FieldVector code = (FieldVector) DictionaryEncoder.encode(words, known);
          FieldVector n = (FieldVector) DictionaryEncoder.encode(numbers, sizes);
          VectorSchemaRoot root = VectorSchemaRoot.of(code, n);
          FileChannel channel =
              FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          ArrowFileWriter writer =
              new ArrowFileWriter(
                  root, new DictionaryProvider.MapDictionaryProvider(known, sizes), channel)) {
        writer.writeBatch();
      }
    }
    load(file, Format.ARROW, ITEM, Map.of());
    assertThat(graph.rows("node:Item").get("a")).containsEntry("n", 700L);
    assertThat(graph.rows("node:Item").get("b")).containsEntry("n", 9_007_199_254_740_993L);
  }

  /** The files were written with pyarrow, {@code IpcWriteOptions(compression=…)}. */
  @ParameterizedTest
  @ValueSource(strings = {"lz4", "zstd"})
  void compressedDictionariesGiveTheirValues(String codec) throws Exception {
    Path file = directory.resolve("t.arrow");
    try (var in =
        TabularInputTest.class.getResourceAsStream("/tabular/dictionary-" + codec + ".arrow")) {
      Files.copy(in, file);
    }
    load(file, Format.ARROW, ITEM, Map.of());
    assertThat(graph.rows("node:Item").get("a")).containsEntry("n", 700L);
    assertThat(graph.rows("node:Item").get("b")).containsEntry("n", 9_007_199_254_740_993L);
  }

  @Test
  void aFileOfAnotherFormatIsRefused() throws IOException {
    Path file = csv("code\na\n");
    assertThatThrownBy(() -> load(file, Format.PARQUET, ITEM, Map.of()))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("cannot read t.csv as Parquet")
        .hasMessageNotContaining(directory.toString());
    assertThatThrownBy(() -> Format.parse("xlsx"))
        .hasMessageContaining("expected csv, parquet or arrow");
  }

  private void write(Path file, Format format) throws Exception {
    Field item = Field.nullable("item", new ArrowType.Utf8());
    Field element =
        Field.nullable("item", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
    Schema schema =
        new Schema(
            List.of(
                Field.nullable("code", new ArrowType.Utf8()),
                Field.nullable("n", new ArrowType.Int(64, true)),
                Field.nullable("d", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
                Field.nullable(
                    "day", new ArrowType.Date(org.apache.arrow.vector.types.DateUnit.DAY)),
                Field.nullable("at", new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)),
                new Field("tags", FieldType.nullable(new ArrowType.List()), List.of(item)),
                new Field(
                    "v", FieldType.nullable(new ArrowType.FixedSizeList(2)), List.of(element)),
                Field.nullable("raw", new ArrowType.Binary())));
    BufferAllocator allocator = graph.storage.allocator();
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
      root.allocateNew();
      fill(root);
      if (format == Format.ARROW) {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            ArrowFileWriter writer = new ArrowFileWriter(root, null, channel)) {
          writer.writeBatch();
        }
        return;
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ArrowStreamWriter writer =
          new ArrowStreamWriter(root, null, Channels.newChannel(bytes))) {
        writer.writeBatch();
      }
      Path folder = Files.createDirectories(directory.resolve("parquet"));
      try (ArrowStreamReader reader =
          new ArrowStreamReader(new ByteArrayInputStream(bytes.toByteArray()), allocator)) {
        DatasetFileWriter.write(allocator, reader, FileFormat.PARQUET, folder.toUri().toString());
      }
      try (var files = Files.list(folder)) {
        Files.move(files.findFirst().orElseThrow(), file);
      }
    }
  }

  private static void fill(VectorSchemaRoot root) {
    ((VarCharVector) root.getVector("code")).setSafe(0, new Text("a"));
    ((VarCharVector) root.getVector("code")).setSafe(1, new Text("b"));
    ((BigIntVector) root.getVector("n")).setSafe(0, 9_007_199_254_740_993L);
    ((Float8Vector) root.getVector("d")).setSafe(0, 0.1);
    ((DateDayVector) root.getVector("day"))
        .setSafe(0, (int) java.time.LocalDate.of(2024, 2, 29).toEpochDay());
    ((TimeStampMicroVector) root.getVector("at"))
        .setSafe(0, java.time.Instant.parse("2024-02-29T10:00:00.123Z").toEpochMilli() * 1000);
    ListVector tags = (ListVector) root.getVector("tags");
    int start = tags.startNewValue(0);
    ((VarCharVector) tags.getDataVector()).setSafe(start, new Text("p"));
    ((VarCharVector) tags.getDataVector()).setSafe(start + 1, new Text("q"));
    tags.endValue(0, 2);
    FixedSizeListVector vectors = (FixedSizeListVector) root.getVector("v");
    vectors.setNotNull(0);
    ((Float4Vector) vectors.getDataVector()).setSafe(0, 1f);
    ((Float4Vector) vectors.getDataVector()).setSafe(1, 2f);
    ((VarBinaryVector) root.getVector("raw")).setSafe(0, new byte[] {1, 2, 3});
    root.setRowCount(2);
  }
}
