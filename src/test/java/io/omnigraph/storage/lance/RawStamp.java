package io.omnigraph.storage.lance;

import java.nio.file.Path;
import java.util.Map;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Transaction;
import org.lance.operation.UpdateConfig;
import org.lance.operation.UpdateMap;

/** Changes what the schema of a table says beside its columns, as another build would. */
public final class RawStamp {

  private RawStamp() {}

  public static void set(Path table, String key, String value) {
    UpdateMap change = UpdateMap.builder().updates(Map.of(key, value)).replace(false).build();
    try (Dataset dataset = Dataset.open().uri(table.toString()).build();
        Transaction transaction =
            new Transaction.Builder()
                .readVersion(dataset.version())
                .operation(new UpdateConfig.Builder().schemaMetadataUpdates(change).build())
                .build()) {
      new CommitBuilder(dataset).execute(transaction).close();
    }
  }
}
