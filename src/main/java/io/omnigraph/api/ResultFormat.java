package io.omnigraph.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The forms in which the rows of a query can be sent. */
public enum ResultFormat {
  JSON("application/json"),
  NDJSON("application/x-ndjson; charset=utf-8"),
  ARROW("application/vnd.apache.arrow.stream");

  private final String contentType;

  ResultFormat(String contentType) {
    this.contentType = contentType;
  }

  public String contentType() {
    return contentType;
  }

  /**
   * The form that an {@code Accept} header prefers by its qualities; among equal ones the one that
   * it names, and names first. JSON if it prefers none, or welcomes none of them.
   */
  public static ResultFormat ofAccept(@Nullable String accept) {
    Map<String, ResultFormat> byType = new LinkedHashMap<>();
    for (ResultFormat format : values()) {
      byType.put(format.contentType.split(";", 2)[0], format);
    }
    return MediaRanges.of(accept).best(List.copyOf(byType.keySet())).map(byType::get).orElse(JSON);
  }
}
