package io.omnigraph.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.api.BuildInfo;
import io.omnigraph.api.ChangeOutput;
import io.omnigraph.api.ErrorOutput;
import io.omnigraph.api.Json;
import io.omnigraph.api.ReadOutput;
import io.omnigraph.write.TabularFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the OpenAPI 3.1 document from the route table and the records it names. */
final class OpenApi {

  private static final Pattern PARAMETER = Pattern.compile("\\{([a-z_]+)}");
  private static final String SCHEME = "bearer_token";

  private final List<Route> routes;
  private final boolean secured;
  private final OpenApiSchemas schemas = new OpenApiSchemas();

  private OpenApi(List<Route> routes, boolean secured) {
    this.routes = routes;
    this.secured = secured;
  }

  /**
   * The document as pretty-printed JSON with a final newline.
   *
   * @param secured whether this server asks for tokens
   */
  static byte[] document(List<Route> routes, boolean secured) {
    String text = Json.pretty(new OpenApi(routes, secured).write()) + "\n";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private ObjectNode write() {
    ObjectNode document = Json.MAPPER.createObjectNode();
    document.put("openapi", "3.1.0");
    ObjectNode info = document.putObject("info");
    info.put("title", "Omnigraph API");
    info.put("description", "Typed property graphs with branches, commits and merges, over HTTP.");
    info.putObject("license").put("name", "Apache-2.0").put("identifier", "Apache-2.0");
    info.put("version", BuildInfo.version());
    ObjectNode paths = document.putObject("paths");
    Map<String, List<Route>> byPath = new TreeMap<>();
    routes.stream()
        .filter(route -> !route.path().equals("/openapi.json"))
        .forEach(
            route -> byPath.computeIfAbsent(route.path(), absent -> new ArrayList<>()).add(route));
    byPath.forEach(
        (path, operations) -> {
          ObjectNode item = paths.putObject(path);
          for (Route route : operations) {
            item.set(route.method().name().toLowerCase(Locale.ROOT), operation(route));
          }
        });
    ObjectNode components = document.putObject("components");
    components.set("schemas", schemas.components());
    if (secured) {
      components
          .putObject("securitySchemes")
          .putObject(SCHEME)
          .put("type", "http")
          .put("scheme", "bearer");
    }
    return document;
  }

  private ObjectNode operation(Route route) {
    ObjectNode operation = Json.MAPPER.createObjectNode();
    operation.putArray("tags").add(route.tag());
    operation.put("summary", route.summary());
    operation.put("operationId", route.documentedOperationId());
    if (route.successor() != null) {
      operation.put("deprecated", true);
    }
    parameters(route, operation);
    requestBody(route, operation);
    responses(route, operation.putObject("responses"));
    if (secured && !route.operationId().equals("health")) {
      operation.putArray("security").addObject().putArray(SCHEME);
    }
    return operation;
  }

  private static void parameters(Route route, ObjectNode operation) {
    ArrayNode parameters = Json.MAPPER.createArrayNode();
    Matcher matcher = PARAMETER.matcher(route.path());
    while (matcher.find()) {
      ObjectNode parameter = parameters.addObject();
      parameter.put("name", matcher.group(1)).put("in", "path").put("required", true);
      parameter.putObject("schema").put("type", "string");
    }
    for (Route.QueryParameter query : route.query()) {
      ObjectNode parameter = parameters.addObject();
      parameter.put("name", query.name()).put("in", "query");
      parameter.put("description", query.description()).put("required", false);
      parameter.putObject("schema").put("type", query.type());
    }
    if (!parameters.isEmpty()) {
      operation.set("parameters", parameters);
    }
  }

  private void requestBody(Route route, ObjectNode operation) {
    switch (route.body()) {
      case NONE -> {
        // Nothing to describe.
      }
      case JSON, LOAD_JSON -> {
        ObjectNode body = operation.putObject("requestBody").put("required", true);
        ObjectNode content = body.putObject("content");
        content.putObject("application/json").set("schema", schemas.reference(requestOf(route)));
        if (route.body() == Route.Body.LOAD_JSON) {
          MediaTypes.TABULAR
              .keySet()
              .forEach(
                  type ->
                      content
                          .putObject(type)
                          .putObject("schema")
                          .put("type", "string")
                          .put("format", "binary"));
        }
      }
      case OPTIONAL_JSON -> {
        ObjectNode body = operation.putObject("requestBody").put("required", false);
        ArrayNode either =
            body.putObject("content")
                .putObject("application/json")
                .putObject("schema")
                .putArray("oneOf");
        either.addObject().put("type", "null");
        either.add(schemas.reference(requestOf(route)));
      }
      case NDJSON ->
          operation
              .putObject("requestBody")
              .put("required", true)
              .putObject("content")
              .putObject("application/x-ndjson")
              .putObject("schema")
              .put("type", "string");
    }
  }

  private static Class<?> requestOf(Route route) {
    Class<?> request = route.request();
    if (request == null) {
      throw new IllegalStateException(route.path() + " has a JSON body without a record");
    }
    return request;
  }

  private void responses(Route route, ObjectNode responses) {
    ObjectNode success = responses.putObject("200").put("description", "Success");
    ObjectNode content = success.putObject("content");
    if (route.operationId().equals("export")) {
      content.putObject("application/x-ndjson").putObject("schema").put("type", "string");
      for (TabularFormat format : TabularFormat.values()) {
        content
            .putObject(format.mediaType())
            .putObject("schema")
            .put("type", "string")
            .put("format", "binary");
      }
    } else if (route.operationId().equals("getBlob")) {
      content
          .putObject("application/octet-stream")
          .putObject("schema")
          .put("type", "string")
          .put("format", "binary");
    } else if (route.operationId().equals("headBlob")) {
      success.remove("content");
    } else if (route.operationId().equals("invoke_query")) {
      ArrayNode either =
          content.putObject("application/json").putObject("schema").putArray("oneOf");
      either.add(schemas.reference(ReadOutput.class));
      either.add(schemas.reference(ChangeOutput.class));
    } else if (route.response() == null) {
      content.putObject("application/json").putObject("schema").put("type", "object");
    } else {
      content.putObject("application/json").set("schema", schemas.reference(route.response()));
    }
    if (route.tag().equals("blobs")) {
      responses.putObject("206").put("description", "The range that was asked for");
      responses.putObject("302").put("description", "Stored elsewhere, at Location");
      responses.putObject("304").put("description", "Unchanged, by If-None-Match");
    }
    for (Map.Entry<String, String> failure : failures(route).entrySet()) {
      responses
          .putObject(failure.getKey())
          .put("description", failure.getValue())
          .putObject("content")
          .putObject("application/json")
          .set("schema", schemas.reference(ErrorOutput.class));
    }
  }

  private static Map<String, String> failures(Route route) {
    var failures = new TreeMap<String, String>();
    if (route.scope() == Route.Scope.OPEN) {
      return failures;
    }
    failures.put("401", "No valid bearer token");
    failures.put("403", "Not allowed");
    failures.put("500", "Internal error or broken storage");
    failures.put("503", "Not available now");
    if (route.scope() == Route.Scope.SERVER) {
      failures.put("405", "Method not allowed");
      return failures;
    }
    failures.put("400", "Bad request");
    failures.put("404", "Not found");
    failures.put("429", "Too much at once");
    if (route.tag().equals("blobs")) {
      failures.put("412", "Not the blob that If-Match names");
      failures.put("416", "The range lies outside of the blob");
    }
    if (route.body() != Route.Body.NONE) {
      failures.put("413", "Body or result beyond a limit");
      failures.put("422", "Missing or mistyped field");
      if (route.body() != Route.Body.OPTIONAL_JSON) {
        failures.put("415", "Unsupported media type");
      }
    }
    if (route.admitted() || route.operationId().equals("invoke_query")) {
      failures.put("409", "Conflict with the state of the graph");
    }
    if (route.admitted() && route.tag().equals("mutations")
        || route.operationId().equals("invoke_query")) {
      failures.put("424", "A blob refers to a place that cannot be reached");
    }
    return failures;
  }
}
