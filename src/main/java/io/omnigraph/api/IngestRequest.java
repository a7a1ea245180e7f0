package io.omnigraph.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.omnigraph.write.LoadMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST load}: records as text, one JSON value after the other. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record IngestRequest(
    String data, @Nullable String branch, @Nullable String from, @Nullable String mode) {

  public static IngestRequest parse(JsonFields fields) {
    return new IngestRequest(
        fields.requiredText("data"),
        fields.text("branch"),
        fields.text("from"),
        fields.text("mode"));
  }

  /**
   * Reads a load mode; absent means merge.
   *
   * @throws HttpException 422 if the word is none of the three
   */
  public static LoadMode modeOf(@Nullable String word) {
    if (word == null) {
      return LoadMode.MERGE;
    }
    for (LoadMode mode : LoadMode.values()) {
      if (mode.word().equals(word.toLowerCase(Locale.ROOT))) {
        return mode;
      }
    }
    throw HttpException.unprocessable(
        "field `mode`: unknown load mode '" + word + "'; expected overwrite, append or merge");
  }
}
