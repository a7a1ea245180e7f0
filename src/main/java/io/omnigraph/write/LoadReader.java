package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonProcessingException;
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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Reads the records of a load into row sources, one per table. Every error names the record (or
 * line) it was found in.
 */
final class LoadReader {

  private static final int PROGRESS_RECORDS = 8192;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final WriteBase base;
  private final Catalog catalog;
  private final LoadOptions options;
  private final BufferAllocator allocator;

  /** For what is read, which outlives this. */
  private final BufferAllocator memory;

  private final IdSource ids;
  private final JsonRecords jsonRecords;
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
    this.jsonRecords = new JsonRecords(options, this::nodeLoader, this::edgeLoader);
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
            ? new LineFrames(spooled.filter(withoutMark(input)))
            : new StreamFrames(spooled.filter(withoutMark(input)));
  }

  /** The input behind the mark with which some programs begin a file in UTF-8. */
  private static InputStream withoutMark(InputStream input) throws IOException {
    byte[] first = input.readNBytes(BYTE_ORDER_MARK.length);
    return Arrays.equals(first, BYTE_ORDER_MARK)
        ? input
        : new SequenceInputStream(new ByteArrayInputStream(first), input);
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
        loader = frames instanceof TabularFrames rows ? row(rows) : jsonRecords.read(frames);
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

  private TableLoader row(TabularFrames rows) throws IOException {
    String type = rows.table().typeName();
    TableLoader loader = rows.table().isNode() ? nodeLoader(type) : edgeLoader(type);
    rows.fill(loader, from, to);
    return loader;
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

  private static BadRequestException invalid(String message) {
    return new BadRequestException("invalid_record", message);
  }
}
