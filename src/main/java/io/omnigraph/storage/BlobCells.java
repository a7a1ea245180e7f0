package io.omnigraph.storage;

import io.omnigraph.model.ResourceLimitException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * Cells of blob columns: how payloads and references are written, and what the descriptors say that
 * a scan yields in their place. The storage cannot tell an empty payload from null, so an empty one
 * is written as a reference to {@link #EMPTY_URI}, at which there is nothing.
 */
public final class BlobCells {

  /** Names the empty payload. The storage never looks there: nobody can store anything at it. */
  public static final String EMPTY_URI = "memory:///omnigraph/empty-blob";

  private static final String DATA = "data";
  private static final String URI = "uri";

  private BlobCells() {}

  /** Writes a payload. */
  public static void write(StructVector vector, int row, byte[] payload) {
    if (payload.length == 0) {
      writeUri(vector, row, EMPTY_URI);
      return;
    }
    vector.setIndexDefined(row);
    vector.getChild(DATA, LargeVarBinaryVector.class).setSafe(row, payload);
    Cells.writeNull(vector.getChild(URI), row);
  }

  /** Takes a payload in pieces. */
  public interface PieceWriter {

    /**
     * Writes some bytes.
     *
     * @param at where in the payload they begin
     */
    void write(long at, byte[] piece);
  }

  /**
   * Begins a payload whose pieces follow, all of them before the next cell of the column.
   *
   * @param size its bytes, more than none
   * @throws ResourceLimitException if a column cannot hold so many
   */
  public static PieceWriter begin(StructVector vector, int row, long size) {
    if (size > Integer.MAX_VALUE) {
      throw new ResourceLimitException(
          "resource_limit",
          "a blob of " + size + " bytes is too large; at most " + Integer.MAX_VALUE + " fit",
          Map.of("resource", "blob_bytes", "limit", Integer.MAX_VALUE, "actual", size));
    }
    vector.setIndexDefined(row);
    Cells.writeNull(vector.getChild(URI), row);
    LargeVarBinaryVector data = vector.getChild(DATA, LargeVarBinaryVector.class);
    data.setValueLengthSafe(row, (int) size);
    data.setIndexDefined(row);
    long start = data.getOffsetBuffer().getLong((long) row * LargeVarBinaryVector.OFFSET_WIDTH);
    return (at, piece) -> data.getDataBuffer().setBytes(start + at, piece);
  }

  /** Writes a reference to something stored elsewhere. */
  public static void writeUri(StructVector vector, int row, String uri) {
    vector.setIndexDefined(row);
    Cells.writeNull(vector.getChild(DATA), row);
    vector.getChild(URI, VarCharVector.class).setSafe(row, uri.getBytes(StandardCharsets.UTF_8));
  }

  /** The URI of a cell that is stored elsewhere, by its descriptor. */
  public static Optional<String> externalUri(FieldVector descriptors, int row) {
    return uri(descriptors, row).filter(uri -> !uri.equals(EMPTY_URI));
  }

  /** True if a descriptor stands for an empty payload. */
  public static boolean isEmpty(FieldVector descriptors, int row) {
    return uri(descriptors, row).filter(EMPTY_URI::equals).isPresent();
  }

  private static Optional<String> uri(FieldVector descriptors, int row) {
    if (descriptors.isNull(row)
        || !(((StructVector) descriptors).getChild("blob_uri") instanceof VarCharVector uris)
        || uris.isNull(row)) {
      return Optional.empty();
    }
    String uri = new String(uris.get(row), StandardCharsets.UTF_8);
    return uri.isEmpty() ? Optional.empty() : Optional.of(uri);
  }
}
