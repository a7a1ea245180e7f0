package io.omnigraph.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The storage below failed: a disk, a bucket or a file format. The cause is attached. */
public class StorageException extends GraphException {

  private static final long serialVersionUID = 1L;

  public StorageException(String code, String message) {
    this(code, message, Map.of(), null);
  }

  public StorageException(String code, String message, Map<String, ?> context) {
    this(code, message, context, null);
  }

  public StorageException(
      String code, String message, Map<String, ?> context, @Nullable Throwable cause) {
    super(Kind.STORAGE, code, message, context, cause);
  }
}
