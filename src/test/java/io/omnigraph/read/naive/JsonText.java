package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values as the objects that parameters take, and as JSON. */
public final class JsonText {

  private JsonText() {}

  /** What a parameter of the value's type takes. */
  public static @Nullable Object object(Value value) {
    return switch (value) {
      case Value.Null ignored -> null;
      case Value.Text t -> t.value();
      case Value.Bool b -> b.value();
      case Value.Int i -> i.value();
      case Value.Real r -> r.value();
      case Value.Date d -> LocalDate.ofEpochDay(d.epochDay()).toString();
      case Value.DateTime d -> Instant.ofEpochMilli(d.epochMilli()).toString();
      case Value.ListOf l -> objects(l);
      case Value.Vector v -> {
        List<Double> elements = new ArrayList<>();
        for (float element : v.elements()) {
          elements.add((double) element);
        }
        yield elements;
      }
      case Value.BigUnsigned u -> throw new IllegalArgumentException(u.toString());
    };
  }

  private static List<@Nullable Object> objects(Value.ListOf list) {
    List<@Nullable Object> items = new ArrayList<>();
    list.items().forEach(item -> items.add(object(item)));
    return items;
  }

  static String of(@Nullable Object object) {
    return switch (object) {
      case null -> "null";
      case String text -> quoted(text);
      case List<?> list ->
          list.stream().map(JsonText::of).collect(Collectors.joining(",", "[", "]"));
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(e -> of(e.getKey()) + ":" + of(e.getValue()))
              .collect(Collectors.joining(",", "{", "}"));
      default -> object.toString();
    };
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }
}
