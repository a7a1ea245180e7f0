package io.omnigraph.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.omnigraph.OmniGraph;
import io.omnigraph.harness.GraphState.Row;
import io.omnigraph.model.ReadTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The content of a graph in the words of the model. */
final class GraphContent {

  private static final ObjectMapper JSON = new ObjectMapper();

  private GraphContent() {}

  /**
   * Every row that a graph shows at a target, as the model writes it.
   *
   * @param expected tells which ids the model knows; others that the engine minted are masked
   */
  static List<String> lines(OmniGraph graph, ReadTarget target, GraphState expected) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    graph.export(target, List.of(), List.of(), out);
    List<String> lines = new ArrayList<>();
    out.toString(StandardCharsets.UTF_8).lines().forEach(l -> lines.add(line(l, expected)));
    lines.sort(null);
    return lines;
  }

  private static String line(String exported, GraphState expected) {
    try {
      JsonNode record = JSON.readTree(exported);
      boolean edge = record.has("edge");
      String table =
          edge ? "edge:" + record.get("edge").asText() : "node:" + record.get("type").asText();
      Map<String, Object> values = new TreeMap<>();
      String id = record.get("data").get("id").asText();
      record
          .get("data")
          .properties()
          .forEach(
              entry -> {
                JsonNode value = entry.getValue();
                if (!entry.getKey().equals("id") && !value.isNull()) {
                  values.put(entry.getKey(), value.isTextual() ? value.asText() : value.asLong());
                }
              });
      Row row =
          edge
              ? new Row(record.get("from").asText(), record.get("to").asText(), values)
              : new Row(null, null, values);
      boolean known = expected.table(table).containsKey(id);
      boolean minted = id.length() == 26;
      return GraphState.line(table, known || !minted ? id : GraphState.MINTED, row);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
