package io.omnigraph.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST export}; empty lists mean everything. */
public record ExportRequest(
    @Nullable String branch, List<String> typeNames, List<String> tableKeys) {

  public static ExportRequest parse(JsonFields fields) {
    var request =
        new ExportRequest(
            fields.text("branch"), fields.texts("type_names"), fields.texts("table_keys"));
    // A selector that is ignored would export more than was asked for.
    fields.refuseUnknown();
    return request;
  }
}
