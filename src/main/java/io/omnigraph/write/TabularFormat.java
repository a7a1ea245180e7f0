package io.omnigraph.write;

import io.omnigraph.model.BadRequestException;
import java.util.Locale;
import java.util.Map;

/** The columnar formats of an export; each holds the rows of one type. */
public enum TabularFormat {
  PARQUET("application/vnd.apache.parquet"),
  /** The Arrow IPC file format. */
  ARROW("application/vnd.apache.arrow.file");

  private final String mediaType;

  TabularFormat(String mediaType) {
    this.mediaType = mediaType;
  }

  /**
   * Reads a word.
   *
   * @throws BadRequestException if there is no such format
   */
  public static TabularFormat parse(String word) {
    for (TabularFormat format : values()) {
      if (format.word().equalsIgnoreCase(word)) {
        return format;
      }
    }
    throw new BadRequestException(
        "unknown_format",
        "unknown export format '" + word + "': expected jsonl, parquet or arrow",
        Map.of("format", word));
  }

  /** The lower-case word, which is the ending of files too. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public String mediaType() {
    return mediaType;
  }
}
