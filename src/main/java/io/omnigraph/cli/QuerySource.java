package io.omnigraph.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.api.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name a query and its parameters, shared by {@code query} and {@code mutate}. */
final class QuerySource {

  @Option(names = "--query", paramLabel = "FILE", description = "a .gq file")
  @Nullable String file;

  @Option(
      names = {"-e", "--query-string"},
      paramLabel = "GQ",
      description = "the query itself")
  @Nullable String text;

  @Option(names = "--params", paramLabel = "JSON", description = "parameters as a JSON object")
  @Nullable String params;

  @Option(names = "--params-file", paramLabel = "FILE", description = "parameters from a file")
  @Nullable String paramsFile;

  /** True if the query comes from the command line and not from a server's catalog. */
  boolean isGiven() {
    return file != null || text != null;
  }

  String read(CommandContext context) {
    if (file != null && text != null) {
      throw CliException.usage("--query and -e exclude each other");
    }
    if (text != null) {
      if (text.isBlank()) {
        throw CliException.usage("-e needs a query, but the text is empty");
      }
      return text;
    }
    if (file == null) {
      throw CliException.usage("name a query: --query FILE, -e GQ, or a stored query's name");
    }
    return context.readText("query file", file);
  }

  @Nullable ObjectNode params(CommandContext context) {
    if (params != null && paramsFile != null) {
      throw CliException.usage("--params and --params-file exclude each other");
    }
    String option = params != null ? "--params" : "--params-file";
    String json;
    if (params != null) {
      json = params;
    } else if (paramsFile != null) {
      json = context.readText("parameter file", paramsFile);
    } else {
      return null;
    }
    JsonNode tree;
    try {
      tree = Json.MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new CliException(
          option + ": not valid JSON: " + io.omnigraph.api.JsonFields.describe(e));
    }
    if (tree instanceof ObjectNode object) {
      return object;
    }
    throw new CliException(option + ": expected a JSON object such as {\"name\": \"Alice\"}");
  }
}
