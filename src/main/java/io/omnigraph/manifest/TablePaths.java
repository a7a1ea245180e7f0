package io.omnigraph.manifest;

import io.omnigraph.model.TableKey;
import java.nio.charset.StandardCharsets;

/** Where the dataset of a type lives below the graph root. */
public final class TablePaths {

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private TablePaths() {}

  /** {@code nodes/<h>} or {@code edges/<h>}, h being the 64-bit FNV-1a hash of the type name. */
  public static String of(TableKey key) {
    return (key.isNode() ? "nodes/" : "edges/") + "%016x".formatted(fnv1a(key.typeName()));
  }

  private static long fnv1a(String text) {
    long hash = FNV_OFFSET;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return hash;
  }
}
