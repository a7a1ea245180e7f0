package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.omnigraph.model.BadRequestException;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns the JSON records of a load into rows. The members of a record come in any order. Not
 * thread-safe.
 */
final class JsonRecords {

  private final boolean lines;
  private final boolean lenient;
  private final Function<String, TableLoader> nodes;
  private final Function<String, TableLoader> edges;
  private final Utf8Text from = new Utf8Text();
  private final Utf8Text to = new Utf8Text();

  /**
   * @param nodes the loader of a node type by its name; refuses unknown ones
   * @param edges the loader of an edge type by the word for it
   */
  JsonRecords(
      LoadOptions options,
      Function<String, TableLoader> nodes,
      Function<String, TableLoader> edges) {
    this.lines = options.framing() == LoadOptions.Framing.LINES;
    this.lenient = options.lenient();
    this.nodes = nodes;
    this.edges = edges;
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

  /** Reads the current record; answers the loader whose row it ended. */
  TableLoader read(RecordFrames frames) throws IOException {
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
    if (repeated && !lenient) {
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
      return nodes.apply(type);
    }
    return seen.edge == null ? null : edges.apply(seen.edge);
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
