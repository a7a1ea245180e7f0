package io.omnigraph.storage.lance;

import static io.omnigraph.storage.TestTables.ID_BODY;
import static io.omnigraph.storage.TestTables.row;

import io.omnigraph.storage.TableSchemas;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.Dataset;
import org.lance.ipc.FullTextQuery;
import org.lance.ipc.ScanOptions;

/** A process of its own for scans on which the library aborts it. Ends with 0 if it does not. */
final class AbortingScan {

  private AbortingScan() {}

  public static void main(String[] arguments) throws Exception {
    try (RawTables raw = new RawTables()) {
      switch (arguments[0]) {
        case "blob-filter" -> {
          Schema schema =
              new Schema(List.of(TableSchemas.text("id", false), TableSchemas.blob("pic", true)));
          Dataset table = raw.create(arguments[1], schema, row("a", null));
          RawTables.ids(table, "pic IS NULL");
        }
        case "search-with-addresses" -> {
          Dataset table = raw.inverted(raw.create(arguments[1], ID_BODY, row("a", "fox")), "body");
          RawTables.scan(
              table,
              new ScanOptions.Builder()
                  .columns(List.of("id", "_rowaddr"))
                  .fullTextQuery(FullTextQuery.match("fox", "body"))
                  .build());
        }
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    }
  }
}
