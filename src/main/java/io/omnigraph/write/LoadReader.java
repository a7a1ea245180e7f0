package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.IdSource;
import io.omnigraph.model.JsonComplaint;
import io.omnigraph.model.StorageException;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.WriteBase;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.NodeType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a load into row sources, one per table. Every error names the record (or
 * line) it was found in.
 */
final class LoadReader {

  private static final int PROGRESS_RECORDS = 8192;

  private final WriteBase base;
  private final Catalog catalog;
  private final LoadOptions options;
  private final BufferAllocator allocator;

  /** For what is read, which outlives this. */
  private final BufferAllocator memory;

  private final IdSource ids;
  private final boolean lines;
  private final IdBudget budget;
  private final SpooledTexts spooled;
  private final Map<TableKey, TableLoader> loaders = new TreeMap<>();
  private final Map<String, TableLoader> nodeLoaders = new HashMap<>();
  private final Map<String, TableLoader> edgeLoaders = new HashMap<>();
  private final Utf8Text from = new Utf8Text();
  private final Utf8Text to = new Utf8Text();

  LoadReader(WriteBase base, LoadOptions options, BufferAllocator allocator, IdSource ids) {
    this.base = base;
    this.catalog = base.snapshot().catalog();
    this.options = options;
    this.allocator = allocator;
    this.memory = allocator.newChildAllocator("load", 0, Long.MAX_VALUE);
    this.ids = ids;
    this.lines = options.framing() == LoadOptions.Framing.LINES;
    this.budget = new IdBudget(options.idBytes());
    this.spooled = new SpooledTexts(blobFields(catalog), ids.nextUlid());
  }

  /** Names of properties that are blobs in every type that has them. */
  private static Set<String> blobFields(Catalog catalog) {
    Set<String> blobs = new HashSet<>();
    Set<String> others = new HashSet<>();
    catalog
        .types()
        .flatMap(type -> type.properties().stream())
        .forEach(p -> (TabularColumns.isBlob(p) ? blobs : others).add(p.name()));
    blobs.removeAll(others);
    return blobs;
  }

  /** Where the records come from; opened once the schema is known. */
  @FunctionalInterface
  interface Source {
    RecordFrames open(
        Catalog catalog, LoadOptions options, SpooledTexts spooled, BufferAllocator allocator)
        throws IOException;
  }

  /** JSON records, framed as the options say. */
  static Source json(InputStream input) {
    return (catalog, options, spooled, allocator) ->
        options.framing() == LoadOptions.Framing.LINES
            ? new LineFrames(spooled.filter(input))
            : new StreamFrames(spooled.filter(input));
  }

  /** The rows of a tabular file. */
  static Source table(TabularInput input) {
    return (catalog, options, spooled, allocator) ->
        TabularFrames.open(input, catalog, options.lenient(), allocator);
  }

  /** Reads the whole input; the caller closes what was read. */
  LoadedInput read(Source source) {
    LoadedInput read = null;
    try (spooled;
        RecordFrames frames = source.open(catalog, options, spooled, allocator)) {
      long records = readRecords(frames);
      options.progress().report(records, frames.bytesRead());
      read = finish(frames.word());
      return read;
    } catch (IOException e) {
      throw unreadable(e);
    } finally {
      if (read == null) {
        loaders.values().forEach(TableLoader::discard);
        memory.close();
      }
    }
  }

  private static StorageException unreadable(IOException cause) {
    return new StorageException(
        "input_unreadable", "cannot read the input: " + cause.getMessage(), Map.of(), cause);
  }

  private long readRecords(RecordFrames frames) throws IOException {
    long records = 0;
    long before = 0;
    while (nextRecord(frames)) {
      TableLoader loader;
      try {
        loader = frames instanceof TabularFrames rows ? row(rows) : record(frames);
        frames.endRecord();
        frames.spooled(spooled.takenOfRecord());
      } catch (JsonProcessingException e) {
        throw malformed(frames, e);
      } catch (BadRequestException e) {
        throw numbered(frames, e);
      } catch (ConflictException e) {
        throw KeyConflicts.at(frames.word(), frames.number(), e);
      }
      loader.account(frames.number(), frames.position() - before);
      before = frames.position();
      if (++records % PROGRESS_RECORDS == 0) {
        options.progress().report(records, frames.bytesRead());
      }
    }
    return records;
  }

  private static boolean nextRecord(RecordFrames frames) throws IOException {
    try {
      return frames.next();
    } catch (JsonProcessingException e) {
      throw malformed(frames, e);
    }
  }

  private static BadRequestException malformed(RecordFrames frames, JsonProcessingException cause) {
    return new BadRequestException(
        "invalid_json",
        frames.malformed() + JsonComplaint.of(cause),
        Map.of("record", frames.number()),
        cause);
  }

  /** Puts the number of the record before a message that does not have one yet. */
  private static BadRequestException numbered(RecordFrames frames, BadRequestException e) {
    String message = e.getMessage();
    if (message.startsWith(frames.label() + ": ")) {
      return e;
    }
    Map<String, Object> context = new HashMap<>(e.context());
    context.put("record", frames.number());
    return new BadRequestException(e.code(), frames.label() + ": " + message, context, e);
  }

  private LoadedInput finish(String word) {
    Map<String, LegacyIds> legacy = new HashMap<>();
    nodeLoaders.forEach(
        (name, loader) -> {
          if (!loader.legacyIds().isEmpty()) {
            legacy.put(name, loader.legacyIds());
          }
        });
    List<LoadedTable> tables = new ArrayList<>();
    try {
      for (TableLoader loader : loaders.values()) {
        tables.add(loader.finish(memory, legacy, word));
      }
      return new LoadedInput(tables, word, memory);
    } catch (RuntimeException e) {
      tables.forEach(LoadedTable::close);
      throw e;
    }
  }

  /** What a record has shown so far. */
  private static final class Seen {
    /** A type that is known to follow: the record is a node whatever comes first. */
    final @Nullable String laterType;

    /** A type that has come after the data of an edge: the record has to be read once more. */
    @Nullable String lateType;

    @Nullable String type;
    @Nullable String edge;
    boolean from;
    boolean to;
    boolean data;
    @Nullable TableLoader filled;
    @Nullable TokenBuffer buffered;

    Seen(@Nullable String laterType) {
      this.laterType = laterType;
    }
  }

  private TableLoader row(TabularFrames rows) throws IOException {
    String type = rows.table().typeName();
    TableLoader loader = rows.table().isNode() ? nodeLoader(type) : edgeLoader(type);
    rows.fill(loader, from, to);
    return loader;
  }

  private TableLoader record(RecordFrames frames) throws IOException {
    JsonParser parser = frames.parser();
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      throw invalid("expected 'type' or 'edge' field");
    }
    Seen seen = new Seen(null);
    TableLoader loader = record(parser, seen, frames.canReplay());
    if (loader != null) {
      return loader;
    }
    try (JsonParser again = frames.replay()) {
      again.nextToken();
      return Objects.requireNonNull(
          record(again, new Seen(seen.lateType), false), "nothing is late any more");
    }
  }

  /**
   * Reads one object.
   *
   * @param canReplay whether the data of an edge may be taken for what it seems to be, although a
   *     type can follow that makes the record a node
   * @return null if the object, which was read to its end, has to be read once more
   */
  private @Nullable TableLoader record(JsonParser parser, Seen seen, boolean canReplay)
      throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      switch (name) {
        case "type" -> type(seen, parser);
        case "edge" -> edge(seen, parser);
        case "from" -> seen.from = endpoint(seen.from, name, from, parser);
        case "to" -> seen.to = endpoint(seen.to, name, to, parser);
        case "data" -> data(seen, parser, canReplay);
        default -> otherField(name, parser);
      }
      if (seen.lateType != null) {
        skipRest(parser);
        return null;
      }
    }
    return end(seen);
  }

  private static void skipRest(JsonParser parser) throws IOException {
    JsonToken token = parser.nextToken();
    while (token != null && token != JsonToken.END_OBJECT) {
      parser.skipChildren();
      token = parser.nextToken();
    }
  }

  private void type(Seen seen, JsonParser parser) throws IOException {
    refuseRepeated(seen.type != null, "type");
    String word = word("type", parser);
    if (seen.filled != null && !lines) {
      seen.lateType = word;
    } else {
      seen.type = word;
    }
  }

  private void edge(Seen seen, JsonParser parser) throws IOException {
    refuseRepeated(seen.edge != null, "edge");
    seen.edge = word("edge", parser);
  }

  private @Nullable String word(String field, JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return parser.getText();
    }
    if (lines) {
      throw notA(field, "a string", parser);
    }
    parser.skipChildren();
    return null;
  }

  private boolean endpoint(boolean repeated, String name, Utf8Text into, JsonParser parser)
      throws IOException {
    refuseRepeated(repeated, name);
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      into.set(parser);
      return true;
    }
    if (lines) {
      throw notA(name, "a string", parser);
    }
    parser.skipChildren();
    return false;
  }

  private BadRequestException notA(String field, String wanted, JsonParser parser) {
    return new BadRequestException(
        "invalid_record",
        "graph batch field '" + field + "' must be " + wanted + ", got " + JsonColumn.kind(parser),
        Map.of("field", field));
  }

  private void data(Seen seen, JsonParser parser, boolean canReplay) throws IOException {
    refuseRepeated(seen.data, "data");
    seen.data = true;
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      if (lines) {
        throw notA("data", "an object", parser);
      }
      throw invalid("field 'data' must be an object, got " + JsonColumn.kind(parser));
    }
    TableLoader loader = loader(seen);
    boolean certain = lines || seen.type != null || seen.laterType != null;
    if (loader == null || !certain && !canReplay) {
      TokenBuffer buffer = new TokenBuffer(parser);
      buffer.copyCurrentStructure(parser);
      seen.buffered = buffer;
    } else if (certain) {
      fill(seen, loader, parser);
    } else {
      fillUnlessNode(seen, loader, parser);
    }
  }

  /** Takes the data for that of an edge; what is wrong with it does not count if a type follows. */
  private void fillUnlessNode(Seen seen, TableLoader loader, JsonParser parser) throws IOException {
    JsonStreamContext record = parser.getParsingContext().getParent();
    try {
      fill(seen, loader, parser);
    } catch (BadRequestException e) {
      seen.lateType = typeAhead(parser, record);
      if (seen.lateType == null) {
        throw e;
      }
    }
  }

  /** The type that follows in a record, whose first {@code data} was read in part; null if none. */
  private static @Nullable String typeAhead(JsonParser parser, JsonStreamContext record)
      throws IOException {
    while (true) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        return null;
      }
      JsonStreamContext context = parser.getParsingContext();
      if (context == record.getParent()) {
        return null;
      }
      if (context == record
          && token == JsonToken.VALUE_STRING
          && "type".equals(parser.currentName())) {
        return parser.getText();
      }
    }
  }

  private void refuseRepeated(boolean repeated, String name) {
    if (repeated && !options.lenient()) {
      throw new BadRequestException(
          "duplicate_field", "duplicate field '" + name + "'", Map.of("field", name));
    }
  }

  private void otherField(String name, JsonParser parser) throws IOException {
    if (lines) {
      if (name.startsWith("_row")) {
        throw new BadRequestException(
            "invalid_record", "top-level field '" + name + "' is reserved physical state");
      }
      throw new BadRequestException(
          "invalid_record",
          "unknown top-level graph batch field '" + name + "'",
          Map.of("field", name));
    }
    parser.skipChildren();
  }

  /** The loader of the record's table as far as it is known; null if it is not. */
  private @Nullable TableLoader loader(Seen seen) {
    String type = seen.type == null ? seen.laterType : seen.type;
    if (type != null) {
      return nodeLoader(type);
    }
    return seen.edge == null ? null : edgeLoader(seen.edge);
  }

  private TableLoader nodeLoader(String name) {
    TableLoader known = nodeLoaders.get(name);
    if (known != null) {
      return known;
    }
    NodeType type =
        catalog.node(name).orElseThrow(() -> invalid("unknown node type '" + name + "'"));
    TableLoader loader = open(type);
    nodeLoaders.put(name, loader);
    return loader;
  }

  private TableLoader edgeLoader(String word) {
    TableLoader known = edgeLoaders.get(word);
    if (known != null) {
      return known;
    }
    EdgeType type =
        catalog.edgeByWord(word).orElseThrow(() -> invalid("unknown edge type '" + word + "'"));
    TableLoader loader = open(type);
    edgeLoaders.put(word, loader);
    return loader;
  }

  private TableLoader open(EntityType type) {
    return loaders.computeIfAbsent(
        type.tableKey(),
        key -> new TableLoader(TableLayout.of(base, type), options, memory, ids, budget, spooled));
  }

  private void fill(Seen seen, TableLoader loader, JsonParser parser) throws IOException {
    loader.beginRow();
    boolean edge = loader.layout().key().isEdge();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      if (lines && edge && TableLoader.reservedEdgeFields().contains(name)) {
        throw new BadRequestException(
            "invalid_record", "edge data field '" + name + "' is reserved structural state");
      }
      loader.field(name, parser);
    }
    if (edge) {
      seen.filled = loader;
    }
  }

  private TableLoader end(Seen seen) throws IOException {
    if (lines) {
      requireExactFields(seen);
    }
    TableLoader loader = loader(seen);
    if (loader == null) {
      throw invalid("expected 'type' or 'edge' field");
    }
    if (seen.buffered != null) {
      try (TokenBuffer buffer = seen.buffered;
          JsonParser replay = buffer.asParserOnFirstToken()) {
        fill(seen, loader, replay);
      }
    } else if (!seen.data) {
      loader.beginRow();
    }
    if (loader.layout().key().isNode()) {
      loader.endNode();
    } else {
      requireEndpoints(seen);
      loader.endEdge(from, to);
    }
    return loader;
  }

  private void requireExactFields(Seen seen) {
    if ((seen.type == null) == (seen.edge == null)) {
      throw new BadRequestException(
          "invalid_record", "graph batch record must contain exactly one of 'type' or 'edge'");
    }
    if (seen.type != null && (seen.from || seen.to)) {
      throw new BadRequestException(
          "invalid_record",
          "unknown top-level graph batch field '" + (seen.from ? "from" : "to") + "'");
    }
    if (!seen.data) {
      throw required("data");
    }
    if (seen.edge != null && !seen.from) {
      throw required("from");
    }
    if (seen.edge != null && !seen.to) {
      throw required("to");
    }
  }

  private static BadRequestException required(String field) {
    return new BadRequestException(
        "invalid_record",
        "graph batch record requires field '" + field + "'",
        Map.of("field", field));
  }

  private void requireEndpoints(Seen seen) {
    if (!seen.from) {
      throw invalid("edge missing 'from'");
    }
    if (!seen.to) {
      throw invalid("edge missing 'to'");
    }
  }

  private static BadRequestException invalid(String message) {
    return new BadRequestException("invalid_record", message);
  }
}
