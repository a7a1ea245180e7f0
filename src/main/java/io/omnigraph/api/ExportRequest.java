package io.omnigraph.api;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.write.TabularFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST export}; empty lists mean everything.
 *
 * @param branch null for main, unless a snapshot is named
 * @param snapshot a commit id; null for the head of the branch
 * @param format {@code parquet} or {@code arrow} for one type; null or {@code jsonl} for records
 */
public record ExportRequest(
    @Nullable String branch,
    @Nullable String snapshot,
    List<String> typeNames,
    List<String> tableKeys,
    @Nullable String format) {

  private static final String RECORDS = "application/x-ndjson";

  /** An export of records from the head of a branch. */
  public ExportRequest(@Nullable String branch, List<String> typeNames, List<String> tableKeys) {
    this(branch, null, typeNames, tableKeys, null);
  }

  public static ExportRequest parse(JsonFields fields) {
    var request =
        new ExportRequest(
            fields.text("branch"),
            fields.text("snapshot"),
            fields.texts("type_names"),
            fields.texts("table_keys"),
            fields.text("format"));
    // A selector that is ignored would export more than was asked for.
    fields.refuseUnknown();
    return request;
  }

  /**
   * The request with the format that an {@code Accept} header prefers, unless the body names one.
   */
  public ExportRequest accepting(@Nullable String accept) {
    if (format != null) {
      return this;
    }
    Map<String, String> words = new LinkedHashMap<>();
    words.put(RECORDS, "jsonl");
    for (TabularFormat tabular : TabularFormat.values()) {
      words.put(tabular.mediaType(), tabular.word());
    }
    String word =
        MediaRanges.of(accept).best(List.copyOf(words.keySet())).map(words::get).orElse(null);
    return new ExportRequest(branch, snapshot, typeNames, tableKeys, word);
  }

  /**
   * The columnar format that is asked for; null for records.
   *
   * @throws BadRequestException if there is no such format
   */
  public @Nullable TabularFormat tabular() {
    return format == null || format.equalsIgnoreCase("jsonl") ? null : TabularFormat.parse(format);
  }
}
