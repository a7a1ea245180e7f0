package io.omnigraph.api;

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
   * The first form that an {@code Accept} header names; JSON if it names none of them. Quality
   * values are not weighed: whoever wants another form than JSON asks for it first.
   */
  public static ResultFormat ofAccept(@Nullable String accept) {
    if (accept == null) {
      return JSON;
    }
    for (String range : accept.split(",")) {
      String type = range.split(";", 2)[0].strip();
      if (type.equalsIgnoreCase("application/x-ndjson")) {
        return NDJSON;
      }
      if (type.equalsIgnoreCase("application/vnd.apache.arrow.stream")) {
        return ARROW;
      }
      if (type.equalsIgnoreCase("application/json") || type.equals("*/*")) {
        return JSON;
      }
    }
    return JSON;
  }
}
