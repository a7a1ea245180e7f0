package io.omnigraph.server.http;

import io.omnigraph.api.HttpException;
import io.omnigraph.api.JsonFields;
import io.omnigraph.api.WriteConditions;
import io.omnigraph.model.ActorId;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request after the checks: who, which graph, what is in the URL and the body. Confined to the
 * event loop of its request.
 */
final class Exchange {

  private final RoutingContext context;
  private final @Nullable ActorId actor;
  private WriteConditions conditions = WriteConditions.NONE;
  private Buffer body = Buffer.buffer();
  private @Nullable Path spooled;
  private final List<String> warnings = new ArrayList<>();

  Exchange(RoutingContext context, @Nullable ActorId actor) {
    this.context = context;
    this.actor = actor;
  }

  @Nullable ActorId actor() {
    return actor;
  }

  String graph() {
    return path("graph_id");
  }

  /** A decoded path parameter. */
  String path(String name) {
    return context.pathParam(name);
  }

  /**
   * A query parameter; null if absent.
   *
   * @throws HttpException 400 if it is given twice
   */
  @Nullable String query(String name) {
    List<String> values = context.queryParam(name);
    if (values.size() > 1) {
      throw HttpException.badRequest(
          "repeated_parameter", "query parameter `" + name + "` is given more than once");
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  /** Every value of a query parameter that may be repeated. */
  List<String> queries(String name) {
    return List.copyOf(context.queryParam(name));
  }

  /**
   * A whole number within bounds; the default if absent.
   *
   * @throws HttpException 400 if it is something else
   */
  int queryInt(String name, int absent, int max) {
    String text = query(name);
    if (text == null) {
      return absent;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= 1 && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // The answer below says what is expected.
    }
    throw HttpException.badRequest(
        "invalid_parameter",
        "query parameter `"
            + name
            + "`: expected a whole number from 1 to "
            + max
            + ", got '"
            + text
            + "'");
  }

  /** Query parameters outside the given names are reported, not silently dropped. */
  void warnUnknownQuery(Set<String> known) {
    for (String name : context.queryParams().names()) {
      if (!known.contains(name)) {
        warnings.add("unknown query parameter '" + name + "' ignored");
      }
    }
  }

  /**
   * Reads what the headers attach to a write.
   *
   * @throws HttpException 400 if the route does not take it, or misses a condition
   */
  void readConditions(Route.Conditions taken, boolean write) {
    String commit = single(WriteConditions.IF_GRAPH_COMMIT);
    String key = single(WriteConditions.IDEMPOTENCY_KEY);
    boolean conditional = taken == Route.Conditions.COMMIT_AND_KEY;
    if (conditional && commit == null) {
      throw HttpException.badRequest(
          "missing_condition",
          "the header " + WriteConditions.IF_GRAPH_COMMIT + " with a commit id is required here");
    }
    if (!conditional && commit != null) {
      throw HttpException.badRequest(
          "condition_not_supported",
          "the header "
              + WriteConditions.IF_GRAPH_COMMIT
              + " is for the if-graph-commit routes; here it would have no effect");
    }
    if (key != null && write && taken == Route.Conditions.NONE) {
      throw HttpException.badRequest(
          "idempotency_not_supported",
          "the header " + WriteConditions.IDEMPOTENCY_KEY + " is for mutations and loads");
    }
    conditions = new WriteConditions(commit, taken == Route.Conditions.NONE ? null : key);
  }

  private @Nullable String single(String header) {
    List<String> values = context.request().headers().getAll(header);
    if (values.size() > 1) {
      throw HttpException.badRequest(
          "repeated_header", "the header " + header + " is given more than once");
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  WriteConditions conditions() {
    return conditions;
  }

  @Nullable String header(String name) {
    return context.request().getHeader(name);
  }

  /** The {@code Accept} headers as one; null if there is none. */
  @Nullable String accept() {
    List<String> lines = context.request().headers().getAll("Accept");
    return lines.isEmpty() ? null : String.join(",", lines);
  }

  void setBody(Buffer body) {
    this.body = body;
  }

  Buffer body() {
    return body;
  }

  void setSpooled(Path file) {
    this.spooled = file;
  }

  @Nullable Path spooledOrNull() {
    return spooled;
  }

  Path spooled() {
    if (spooled == null) {
      throw new IllegalStateException("the body of this request was not written to a file");
    }
    return spooled;
  }

  /** Reads the body as a JSON object and notes the fields that nobody asked for. */
  <T> T parse(Function<JsonFields, T> parser) {
    JsonFields fields = JsonFields.parse(body.getBytes());
    T parsed = parser.apply(fields);
    for (String field : fields.unknown()) {
      warnings.add("unknown field '" + field + "' ignored");
    }
    return parsed;
  }

  List<String> warnings() {
    return warnings;
  }

  RoutingContext context() {
    return context;
  }
}
