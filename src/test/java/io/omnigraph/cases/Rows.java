package io.omnigraph.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.omnigraph.cases.Case.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compares rows: integers with integers, floats with floats, both by value. */
final class Rows {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Rows() {}

  static void compare(Section section, List<Map<String, @Nullable Object>> actual)
      throws JsonProcessingException {
    List<String> expected = new ArrayList<>();
    for (String line : section.lines()) {
      expected.add(shown(JSON.readTree(line)));
    }
    List<String> got = actual.stream().map(row -> shown(JSON.valueToTree(row))).toList();
    if (section.argument().contains("in order")) {
      assertThat(got).containsExactlyElementsOf(expected);
    } else {
      assertThat(got).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  private static String shown(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        var members = new TreeMap<String, String>();
        node.properties().forEach(e -> members.put(e.getKey(), shown(e.getValue())));
        yield members.toString();
      }
      case ARRAY -> {
        var items = new ArrayList<String>();
        node.forEach(item -> items.add(shown(item)));
        yield items.toString();
      }
      case NUMBER ->
          node.isIntegralNumber()
              ? node.bigIntegerValue().toString()
              : Double.isFinite(node.doubleValue())
                  ? Double.toString(node.doubleValue())
                  : JSON.valueToTree(Double.toString(node.doubleValue())).toString();
      case STRING, BOOLEAN, NULL, MISSING, BINARY, POJO -> node.toString();
    };
  }
}
