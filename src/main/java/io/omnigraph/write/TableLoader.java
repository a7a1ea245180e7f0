package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.IdSource;
import io.omnigraph.model.ResourceLimitException;
import io.omnigraph.model.Value;
import io.omnigraph.schema.NodeType;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.ScalarType;
import io.omnigraph.storage.RowCollector;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.TableSchemas;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.StructVector;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * Builds the rows of one table while a load is read. A row is begun, gets its fields in any order,
 * and is ended; a row that is not ended leaves no trace. Not thread-safe.
 */
final class TableLoader implements AutoCloseable {

  private static final String ID_FIELD = "id";

  private final TableLayout layout;
  private final LoadOptions options;
  private final IdSource idSource;
  private final RowCollector collector;
  private final JsonColumn[] columns;
  private final Map<String, Integer> positions = new HashMap<>();
  private final boolean[] written;
  private final @Nullable NodeType keyed;
  private final @Nullable String singleTextKey;
  private final int idPosition;
  private final RecordNumbers numbers = new RecordNumbers();
  private final LegacyIds legacyIds;

  private final LoadedIds ids;
  private final Utf8Text explicitId = new Utf8Text();
  private final Utf8Text id = new Utf8Text();
  private final Utf8Text copied = new Utf8Text();
  private boolean hasExplicitId;
  private long bytes;

  /**
   * @param budget for the ids of all tables of the load
   * @param spooled keeps the large payloads of the input
   */
  TableLoader(
      TableLayout layout,
      LoadOptions options,
      BufferAllocator allocator,
      IdSource idSource,
      IdBudget budget,
      SpooledTexts spooled) {
    this.layout = layout;
    this.options = options;
    this.idSource = idSource;
    this.collector = RowCollector.sharing(allocator, layout.schema(), options.memoryBytes());
    this.columns = new JsonColumn[layout.width()];
    this.written = new boolean[layout.width()];
    for (Property property : layout.properties()) {
      int position = layout.position(property.name());
      columns[position] =
          new JsonColumn(property, options.lenient(), options.externalBlobs(), spooled);
      positions.put(property.name(), position);
    }
    this.keyed =
        layout.type() instanceof NodeType node && !node.keyColumns().isEmpty() ? node : null;
    this.singleTextKey = keyed == null ? null : singleTextKey(keyed);
    this.idPosition = layout.position(TableSchemas.ID);
    this.legacyIds = new LegacyIds(layout.type().name());
    this.ids =
        new LoadedIds(
            layout.key(),
            keyed == null && options.mode() != LoadMode.MERGE,
            options.idBytes(),
            budget,
            legacyIds);
  }

  private static @Nullable String singleTextKey(NodeType node) {
    return node.keyColumns().size() == 1
            && node.property(node.keyColumns().getFirst())
                .map(Property::type)
                .map(t -> t.scalar())
                .equals(java.util.Optional.of(ScalarType.STRING))
        ? node.keyColumns().getFirst()
        : null;
  }

  TableLayout layout() {
    return layout;
  }

  LegacyIds legacyIds() {
    return legacyIds;
  }

  void beginRow() {
    java.util.Arrays.fill(written, false);
    hasExplicitId = false;
  }

  /** Writes one field of {@code data}; the parser stands on its value. */
  void field(String name, JsonParser parser) throws IOException {
    Integer position = positions.get(name);
    if (position == null) {
      otherField(name, parser);
      return;
    }
    if (written[position] && !options.lenient()) {
      throw duplicate(name);
    }
    columns[position].write(parser, collector.openBatch().getVector(position), collector.openRow());
    written[position] = true;
  }

  /**
   * Takes a cell as it is, if it needs no conversion and no check.
   *
   * @param cells not null at {@code row}
   * @return false if the field has to be written as a JSON value
   */
  boolean copy(String name, FieldVector cells, int row) {
    Integer position = positions.get(name);
    if (position == null) {
      if (name.equals(ID_FIELD) && cells instanceof VarCharVector texts) {
        explicitId.set(texts, row);
        hasExplicitId = true;
        return true;
      }
      return false;
    }
    FieldVector target = collector.openBatch().getVector(position);
    if (target instanceof StructVector blob
        && PlainCells.copyPayload(cells, row, blob, collector.openRow())) {
      written[position] = true;
      return true;
    }
    if (target instanceof VarCharVector texts && cells instanceof VarCharVector from) {
      copied.set(from, row);
      texts.setSafe(collector.openRow(), copied.bytes(), 0, copied.length());
    } else if (PlainCells.areAlike(cells, target, row)) {
      target.copyFromSafe(row, collector.openRow(), cells);
    } else {
      return false;
    }
    written[position] = true;
    return true;
  }

  private void otherField(String name, JsonParser parser) throws IOException {
    if (name.equals(ID_FIELD)) {
      if (parser.currentToken() == JsonToken.VALUE_STRING) {
        if (hasExplicitId && !options.lenient()) {
          throw duplicate(name);
        }
        explicitId.set(parser);
        hasExplicitId = true;
        return;
      }
      if (!options.lenient()) {
        throw new BadRequestException(
            "invalid_value", "field 'id' must be a string, got " + JsonColumn.kind(parser));
      }
    } else if (!options.lenient()) {
      throw new BadRequestException(
          "unknown_field",
          "unknown input field '" + name + "' for '" + layout.key() + "'",
          Map.of("field", name, "table_key", layout.key().toString()));
    }
    parser.skipChildren();
  }

  private static BadRequestException duplicate(String name) {
    return new BadRequestException(
        "duplicate_field", "duplicate field '" + name + "'", Map.of("field", name));
  }

  void endNode() {
    fillMissing();
    if (keyed == null) {
      endRow();
      return;
    }
    VectorSchemaRoot batch = collector.openBatch();
    int row = collector.openRow();
    if (singleTextKey != null) {
      VarCharVector key = (VarCharVector) batch.getVector(singleTextKey);
      byte[] value = key.get(row);
      id.set(value, value.length);
    } else {
      id.set(KeyedIds.render(keyed, batch, row));
    }
    if (hasExplicitId && !id.sameAs(explicitId.bytes(), explicitId.length())) {
      String explicit = explicitId.toString();
      if (!KeyedIds.namesComponent(keyed, batch, row, explicit)) {
        throw KeyedIds.mismatch(keyed, batch, row, explicit);
      }
      legacyIds.rewrite(explicit, id.toString());
    }
    appendRow();
  }

  void endEdge(Utf8Text from, Utf8Text to) {
    fillMissing();
    int row = collector.openRow();
    VectorSchemaRoot batch = collector.openBatch();
    set(batch, TableSchemas.SRC, row, from);
    set(batch, TableSchemas.DST, row, to);
    endRow();
  }

  private static void set(VectorSchemaRoot batch, String column, int row, Utf8Text text) {
    ((VarCharVector) batch.getVector(column)).setSafe(row, text.bytes(), 0, text.length());
  }

  private void fillMissing() {
    VectorSchemaRoot batch = collector.openBatch();
    int row = collector.openRow();
    for (int i = 0; i < columns.length; i++) {
      if (written[i]) {
        continue;
      }
      FieldVector vector = batch.getVector(i);
      JsonColumn column = columns[i];
      if (column != null) {
        missing(column, vector, row);
      } else if (!isIdentity(vector.getName())) {
        io.omnigraph.storage.Cells.write(vector, row, Value.NULL);
      }
    }
  }

  private void missing(JsonColumn column, FieldVector vector, int row) {
    if (keyed != null && keyed.keyColumns().contains(column.property().name())) {
      throw new BadRequestException(
          "missing_key",
          "node " + keyed.name() + " missing @key property '" + column.property().name() + "'",
          Map.of("type", keyed.name(), "property", column.property().name()));
    }
    column.writeNull(vector, row);
  }

  private boolean isIdentity(String column) {
    return column.equals(TableSchemas.ID)
        || layout.key().isEdge()
            && (column.equals(TableSchemas.SRC) || column.equals(TableSchemas.DST));
  }

  /** Ends a row whose id was given or is minted. */
  private void endRow() {
    if (hasExplicitId) {
      id.set(explicitId.bytes(), explicitId.length());
      appendRow();
    } else {
      id.set(idSource.nextUlid());
      finishRow();
    }
  }

  private void appendRow() {
    ids.add(id, collector.rowCount());
    finishRow();
  }

  private void finishRow() {
    VarCharVector vector = (VarCharVector) collector.openBatch().getVector(idPosition);
    vector.setSafe(collector.openRow(), id.bytes(), 0, id.length());
    ids.count(id);
    collector.endRow();
  }

  /** Counts a record, whose row was ended, against the ceilings. */
  void account(long number, long recordBytes) {
    numbers.add(number);
    bytes += recordBytes;
    if (collector.rowCount() > options.limits().rows()) {
      throw limit("rows", options.limits().rows(), collector.rowCount());
    }
    if (bytes > options.limits().bytes()) {
      throw limit("bytes", options.limits().bytes(), bytes);
    }
  }

  private ResourceLimitException limit(String resource, long limit, long actual) {
    return new ResourceLimitException(
        "resource_limit",
        "a load may hold at most "
            + limit
            + " "
            + resource
            + " for "
            + layout.key()
            + "; split it into several loads",
        Map.of("resource", resource, "limit", limit, "actual", actual));
  }

  /**
   * Hands over the rows.
   *
   * @param endpoints old ids of nodes by type, to be replaced in {@code src} and {@code dst}
   * @param word what messages call a record
   */
  LoadedTable finish(BufferAllocator allocator, Map<String, LegacyIds> endpoints, String word) {
    RowSource input = collector.finish();
    try {
      IdGroup named = ids.finish(input, allocator, numbers, word);
      input =
          LegacyIds.rewriteEndpoints(input, layout, endpoints, allocator, options.memoryBytes());
      Roaring64Bitmap superseded = ids.superseded();
      boolean coalesce = keyed == null && !superseded.isEmpty();
      RowSource rows =
          coalesce ? LastImages.of(input, superseded, allocator, options.memoryBytes()) : input;
      boolean distinct = coalesce || superseded.isEmpty();
      // Rewriting the endpoints of edges has not touched their ids.
      IdGroup group = ids.areHeld() ? named : new ScannedIds(rows, allocator, named.shares());
      return new LoadedTable(layout, input, rows, group, distinct, numbers);
    } catch (RuntimeException e) {
      input.close();
      throw e;
    }
  }

  @Override
  public void close() {
    collector.close();
  }

  /** Frees what a table that was handed over would own. */
  void discard() {
    close();
    numbers.close();
  }

  static List<String> reservedEdgeFields() {
    return List.of(TableSchemas.SRC, TableSchemas.DST);
  }
}
