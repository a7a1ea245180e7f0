package io.omnigraph.write;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableHandles;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.TableKey;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.ScalarType;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.BlobCells;
import io.omnigraph.storage.BlobReader;
import io.omnigraph.storage.FilterSql;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableSchemas;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * One blob cell, opened: a payload to read in pieces, or the URI of something stored elsewhere. Not
 * thread-safe; holds a table open until it is closed.
 */
public final class BlobContent implements AutoCloseable {

  private static final int ETAG_BYTES = 16;

  private final CommitId commit;
  private final TableHandles.Lease lease;
  private final @Nullable BlobReader reader;
  private final @Nullable String uri;
  private final String etag;

  private record Place(long rowId, long address) {}

  private BlobContent(
      CommitId commit,
      TableHandles.Lease lease,
      @Nullable BlobReader reader,
      @Nullable String uri,
      String etag) {
    this.commit = commit;
    this.lease = lease;
    this.reader = reader;
    this.uri = uri;
    this.etag = etag;
  }

  /**
   * Opens a cell.
   *
   * @param tables opens a table at the snapshot's version; this takes over the lease
   * @throws io.omnigraph.model.BadRequestException if the schema has no such blob property
   * @throws NotFoundException if there is no such entity or its cell is null
   */
  public static BlobContent open(
      Snapshot snapshot, BlobSelector selector, Function<TableKey, TableHandles.Lease> tables) {
    requireBlobProperty(snapshot, selector);
    TableHandles.Lease lease = tables.apply(selector.table());
    BlobContent opened = null;
    try {
      opened = open(snapshot, selector, lease);
      return opened;
    } finally {
      if (opened == null) {
        lease.close();
      }
    }
  }

  private static void requireBlobProperty(Snapshot snapshot, BlobSelector selector) {
    EntityType type =
        snapshot
            .catalog()
            .type(selector.table())
            .orElseThrow(() -> BlobSelector.invalid("unknown type '" + selector.table() + "'"));
    Property property =
        type.properties().stream()
            .filter(p -> p.name().equals(selector.property()))
            .findFirst()
            .orElseThrow(
                () ->
                    BlobSelector.invalid(
                        "type `"
                            + type.name()
                            + "` has no property `"
                            + selector.property()
                            + "`"));
    if (property.type().scalar() != ScalarType.BLOB) {
      throw BlobSelector.invalid(
          "property `" + type.name() + "." + property.name() + "` is not a Blob");
    }
  }

  private static BlobContent open(
      Snapshot snapshot, BlobSelector selector, TableHandles.Lease lease) {
    SnapshotHandle table = lease.handle();
    Place place =
        find(table, selector.id())
            .orElseThrow(
                () ->
                    new NotFoundException(
                        "entity_not_found",
                        "there is no '" + selector.id() + "' in " + selector.table(),
                        Map.of("table_key", selector.table().toString(), "id", selector.id())));
    Optional<String> uri = externalUri(table, place.rowId(), selector.property());
    if (uri.isPresent()) {
      return new BlobContent(
          snapshot.head(), lease, null, uri.get(), etag(table, place, selector.property(), -1));
    }
    BlobReader reader =
        table.openBlob(place.rowId(), selector.property()).orElseThrow(() -> isNull(selector));
    return new BlobContent(
        snapshot.head(),
        lease,
        reader,
        null,
        etag(table, place, selector.property(), reader.size()));
  }

  private static Optional<Place> find(SnapshotHandle table, String id) {
    ScanRequest request =
        ScanRequest.of(TableSchemas.ID, ScanRequest.ROW_ID, ScanRequest.ROW_ADDRESS)
            .where(FilterSql.equalTo(TableSchemas.ID, id));
    try (BatchStream batches = table.scan(request)) {
      for (VectorSchemaRoot batch = batches.next(); batch != null; batch = batches.next()) {
        if (batch.getRowCount() > 0) {
          return Optional.of(new Place(Rows.rowId(batch, 0), Rows.address(batch, 0)));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> externalUri(SnapshotHandle table, long rowId, String column) {
    try (BatchStream batches = table.takeRows(new long[] {rowId}, List.of(column))) {
      VectorSchemaRoot batch = batches.next();
      if (batch == null || batch.getRowCount() == 0) {
        return Optional.empty();
      }
      FieldVector cell = batch.getVector(column);
      return BlobCells.externalUri(cell, 0);
    }
  }

  private static NotFoundException isNull(BlobSelector selector) {
    return new NotFoundException(
        "blob_is_null",
        "property `" + selector.property() + "` of '" + selector.id() + "' is null",
        Map.of(
            "table_key", selector.table().toString(),
            "id", selector.id(),
            "property", selector.property()));
  }

  /**
   * Data files never change and their names never come back, so the place of a cell in its file
   * identifies the bytes.
   */
  private static String etag(SnapshotHandle table, Place place, String column, long size) {
    int fragment = (int) (place.address() >>> 32);
    String file =
        table
            .fragment(fragment)
            .orElseThrow(
                () -> new IllegalStateException("no fragment " + fragment + " in " + table))
            .dataFile();
    String identity = file + "\n" + (int) place.address() + "\n" + column + "\n" + size;
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(identity.getBytes(StandardCharsets.UTF_8));
      return "\"" + HexFormat.of().formatHex(digest, 0, ETAG_BYTES) + "\"";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The commit whose state was read. */
  public CommitId commit() {
    return commit;
  }

  /** Where the bytes are, if they are stored elsewhere; nothing can be read here then. */
  public Optional<String> externalUri() {
    return Optional.ofNullable(uri);
  }

  /** A strong entity tag, quotes included. */
  public String etag() {
    return etag;
  }

  /** Bytes of the payload. */
  public long size() {
    return payload().size();
  }

  /** Exactly {@code length} bytes from byte {@code from} on; the range lies within the payload. */
  public byte[] read(long from, int length) {
    return payload().read(from, length);
  }

  private BlobReader payload() {
    if (reader == null) {
      throw new IllegalStateException("stored elsewhere: " + uri);
    }
    return reader;
  }

  @Override
  public void close() {
    try (lease) {
      if (reader != null) {
        reader.close();
      }
    }
  }
}
