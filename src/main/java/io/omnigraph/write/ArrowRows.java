package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonGenerator;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.schema.PropertyType;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.arrow.dataset.file.FileFormat;
import org.apache.arrow.dataset.file.FileSystemDatasetFactory;
import org.apache.arrow.dataset.jni.NativeMemoryPool;
import org.apache.arrow.dataset.scanner.ScanOptions;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.util.AutoCloseables;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Rows of a Parquet or Arrow file, read by Arrow's dataset library batch by batch. */
final class ArrowRows implements TabularRows {

  private static final int BATCH_ROWS = 16_384;

  private final BufferAllocator allocator;
  private final List<AutoCloseable> resources;

  /** What stands in this batch for columns that are encoded by a dictionary. */
  private final List<FieldVector> decoded = new ArrayList<>();

  private final ArrowReader reader;
  private final List<String> columns;
  private final long fileBytes;
  private FieldVector[] vectors = new FieldVector[0];

  /** True for columns with places in a dictionary instead of values, at any depth. */
  private boolean[] holdPlaces = {};

  private int row = -1;
  private int rowsInBatch;

  /** A reader of batches with what must be closed after it. */
  private record Opened(ArrowReader reader, List<AutoCloseable> resources) {}

  ArrowRows(Path file, FileFormat format, BufferAllocator allocator) throws IOException {
    this.allocator = allocator;
    this.fileBytes = Files.size(file);
    Opened opened =
        format == FileFormat.ARROW_IPC && ArrowFiles.isPlain(file)
            ? plain(file, allocator)
            : dataset(file, format, allocator);
    this.reader = opened.reader();
    this.resources = opened.resources();
    this.columns = root().getSchema().getFields().stream().map(Field::getName).toList();
  }

  /** Uncompressed Arrow files are read here; the dataset library counts their memory wrongly. */
  private static Opened plain(Path file, BufferAllocator allocator) throws IOException {
    FileChannel channel = FileChannel.open(file);
    ArrowFileReader reader = new ArrowFileReader(channel, allocator);
    return new Opened(reader, List.of(reader, channel));
  }

  private static Opened dataset(Path file, FileFormat format, BufferAllocator allocator) {
    String uri = file.toAbsolutePath().toUri().toString();
    FileSystemDatasetFactory factory = null;
    org.apache.arrow.dataset.source.Dataset dataset = null;
    org.apache.arrow.dataset.scanner.Scanner scanner = null;
    try {
      factory = new FileSystemDatasetFactory(allocator, NativeMemoryPool.getDefault(), format, uri);
      dataset = factory.finish();
      scanner = dataset.newScan(new ScanOptions(BATCH_ROWS));
      ArrowReader reader = scanner.scanBatches();
      return new Opened(reader, List.of(reader, scanner, dataset, factory));
    } catch (RuntimeException e) {
      closeAll(scanner, dataset, factory);
      throw ArrowFiles.unreadable(file, format, e);
    }
  }

  private static void closeAll(@Nullable AutoCloseable... resources) {
    for (@Nullable AutoCloseable resource : resources) {
      if (resource != null) {
        AutoCloseables.closeNoChecked(resource);
      }
    }
  }

  private VectorSchemaRoot root() throws IOException {
    return reader.getVectorSchemaRoot();
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public boolean next() throws IOException {
    while (++row >= rowsInBatch) {
      if (!reader.loadNextBatch()) {
        return false;
      }
      rowsInBatch = root().getRowCount();
      forgetDecoded();
      vectors = root().getFieldVectors().toArray(FieldVector[]::new);
      holdPlaces = new boolean[vectors.length];
      for (int i = 0; i < vectors.length; i++) {
        vectors[i] = decoded(vectors[i]);
        holdPlaces[i] = holdsPlaces(vectors[i].getField());
      }
      row = -1;
    }
    return true;
  }

  /** The values of a column; a column encoded by a dictionary holds only places in it. */
  private FieldVector decoded(FieldVector vector) throws IOException {
    DictionaryEncoding encoding = vector.getField().getDictionary();
    Dictionary dictionary =
        encoding == null ? null : reader.getDictionaryVectors().get(encoding.getId());
    if (dictionary == null) {
      return vector;
    }
    FieldVector values = (FieldVector) DictionaryEncoder.decode(vector, dictionary, allocator);
    decoded.add(values);
    return values;
  }

  private static boolean holdsPlaces(Field field) {
    return field.getDictionary() != null
        || field.getChildren().stream().anyMatch(ArrowRows::holdsPlaces);
  }

  private void forgetDecoded() {
    decoded.forEach(FieldVector::close);
    decoded.clear();
  }

  @Override
  public boolean isNull(int column) {
    return vector(column).isNull(row);
  }

  private FieldVector vector(int column) {
    return vectors[column];
  }

  @Override
  public @Nullable FieldVector cells(int column) {
    return holdPlaces[column] ? null : vectors[column];
  }

  @Override
  public int position() {
    return row;
  }

  @Override
  public void write(int column, @Nullable PropertyType type, JsonGenerator out) throws IOException {
    write(vector(column), row, out);
  }

  private static void write(FieldVector vector, int index, JsonGenerator out) throws IOException {
    if (vector.isNull(index)) {
      out.writeNull();
      return;
    }
    if (vector.getField().getDictionary() != null) {
      // Items of a list: their places in a dictionary are not their values.
      throw unsupported(vector, vector.getField());
    }
    switch (vector) {
      case TimeStampVector stamp -> out.writeNumber(epochMilli(stamp, index));
      case UInt4Vector unsigned -> out.writeNumber(unsigned.get(index) & 0xffffffffL);
      case UInt8Vector unsigned ->
          out.writeNumber(new BigInteger(Long.toUnsignedString(unsigned.get(index))));
      default -> writeObject(vector, vector.getObject(index), index, out);
    }
  }

  private static void writeObject(FieldVector vector, Object value, int index, JsonGenerator out)
      throws IOException {
    switch (value) {
      case Boolean flag -> out.writeBoolean(flag);
      case Float number -> out.writeNumber(number);
      case Double number -> out.writeNumber(number);
      case java.math.BigDecimal number -> out.writeNumber(number);
      case Character number -> out.writeNumber((int) number);
      case Number number -> writeInteger(vector, number.longValue(), out);
      case LocalDate date -> out.writeString(date.toString());
      case LocalDateTime time -> out.writeNumber(time.toInstant(ZoneOffset.UTC).toEpochMilli());
      case byte[] bytes -> out.writeString("base64:" + Base64.getEncoder().encodeToString(bytes));
      case ByteBuffer bytes -> out.writeString("base64:" + base64(bytes));
      case List<?> ignored -> writeList(vector, index, out);
      case Map<?, ?> map -> throw unsupported(vector, map);
      default -> out.writeString(value.toString());
    }
  }

  private static BadRequestException unsupported(FieldVector vector, Object value) {
    return new BadRequestException(
        "unsupported_column",
        "column '"
            + vector.getName()
            + "' holds values of type "
            + vector.getField().getType()
            + ", which no property can take",
        Map.of("column", vector.getName(), "value", String.valueOf(value)));
  }

  private static void writeInteger(FieldVector vector, long value, JsonGenerator out)
      throws IOException {
    boolean unsignedByte =
        vector.getField().getType() instanceof ArrowType.Int type
            && !type.getIsSigned()
            && type.getBitWidth() == 8;
    long number = unsignedByte ? value & 0xff : value;
    if (number == (int) number) {
      out.writeNumber((int) number);
    } else {
      out.writeNumber(number);
    }
  }

  private static void writeList(FieldVector vector, int index, JsonGenerator out)
      throws IOException {
    int start;
    int end;
    if (vector instanceof ListVector list) {
      start = list.getElementStartIndex(index);
      end = list.getElementEndIndex(index);
    } else if (vector instanceof org.apache.arrow.vector.complex.FixedSizeListVector fixed) {
      start = index * fixed.getListSize();
      end = start + fixed.getListSize();
    } else {
      throw unsupported(vector, vector.getObject(index));
    }
    FieldVector items = vector.getChildrenFromFields().get(0);
    out.writeStartArray();
    for (int i = start; i < end; i++) {
      write(items, i, out);
    }
    out.writeEndArray();
  }

  private static String base64(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return Base64.getEncoder().encodeToString(copy);
  }

  private static long epochMilli(TimeStampVector vector, int index) {
    long value = vector.get(index);
    TimeUnit unit = ((ArrowType.Timestamp) vector.getField().getType()).getUnit();
    return switch (unit) {
      case SECOND -> Math.multiplyExact(value, 1000L);
      case MILLISECOND -> value;
      case MICROSECOND -> Math.floorDiv(value, 1000L);
      case NANOSECOND -> Math.floorDiv(value, 1_000_000L);
    };
  }

  @Override
  public long bytesRead() {
    return rowsInBatch == 0 ? 0 : fileBytes;
  }

  @Override
  public void close() {
    forgetDecoded();
    AutoCloseables.closeNoChecked(
        new AutoCloseables.RollbackCloseable(resources.toArray(AutoCloseable[]::new)));
  }
}
