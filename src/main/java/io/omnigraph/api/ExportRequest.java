package io.omnigraph.api;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.write.TabularFormat;
import java.util.List;
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

  /** The request with the format that an {@code Accept} header names, unless the body names one. */
  public ExportRequest accepting(@Nullable String accept) {
    if (format != null || accept == null) {
      return this;
    }
    for (String range : accept.split(",")) {
      String type = range.split(";", 2)[0].strip();
      for (TabularFormat tabular : TabularFormat.values()) {
        if (type.equalsIgnoreCase(tabular.mediaType())) {
          return new ExportRequest(branch, snapshot, typeNames, tableKeys, tabular.word());
        }
      }
    }
    return this;
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
