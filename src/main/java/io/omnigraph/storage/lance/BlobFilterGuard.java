package io.omnigraph.storage.lance;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.storage.TableSchemas;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Refuses filters that name a blob column, and filtered scans that project one: the library aborts
 * the whole process on both. A name counts wherever it stands outside of text literals, quoted or
 * not, in any case.
 */
final class BlobFilterGuard {

  private BlobFilterGuard() {}

  static void check(Schema schema, String filter) {
    for (Field field : schema.getFields()) {
      if (TableSchemas.isBlob(field) && names(filter, field.getName())) {
        throw new BadRequestException(
            "blob_filter_unsupported",
            "a blob column cannot be used in a filter: " + field.getName(),
            Map.of("column", field.getName()));
      }
    }
  }

  /** Descriptors of blobs are read by row id or by a scan without a filter. */
  static void checkProjection(Schema schema, List<String> columns) {
    for (Field field : schema.getFields()) {
      if (TableSchemas.isBlob(field) && columns.contains(field.getName())) {
        throw new BadRequestException(
            "blob_projection_unsupported",
            "a filtered scan cannot project a blob column: " + field.getName(),
            Map.of("column", field.getName()));
      }
    }
  }

  private static boolean names(String filter, String column) {
    int at = 0;
    while (at < filter.length()) {
      char c = filter.charAt(at);
      if (c == '\'' || c == '"') {
        int end = filter.indexOf(c, at + 1);
        at = end < 0 ? filter.length() : end + 1;
      } else if (filter.regionMatches(true, at, column, 0, column.length())
          && !isWord(filter, at - 1)
          && !isWord(filter, at + column.length())) {
        return true;
      } else {
        at++;
      }
    }
    return false;
  }

  private static boolean isWord(String filter, int at) {
    return at >= 0
        && at < filter.length()
        && (Character.isLetterOrDigit(filter.charAt(at)) || filter.charAt(at) == '_');
  }
}
