package io.omnigraph.model;

import com.fasterxml.jackson.core.JsonProcessingException;

/** What a JSON parser complains about, without the vocabulary that only its programmers know. */
public final class JsonComplaint {

  private JsonComplaint() {}

  /** The complaint alone, without its place. */
  public static String of(JsonProcessingException problem) {
    // The parser adds where an open bracket stands and which of its switches would help.
    return problem
        .getOriginalMessage()
        .replaceAll("\\s*\\(start marker at \\[.*?]\\)", "")
        .replaceAll(": enable `[^`]*` to allow", "")
        .replaceAll(", from `[^`]*`", "")
        .replaceAll("\\s*\\[?Source: .*", "")
        .strip();
  }
}
