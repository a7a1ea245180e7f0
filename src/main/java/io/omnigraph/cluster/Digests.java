package io.omnigraph.cluster;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;

/** The digests of resources: lower-case hex of SHA-256. */
final class Digests {

  private Digests() {}

  static String of(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /** A graph with everything that hangs on it. */
  static String graph(String id, String schemaDigest, SortedMap<String, String> queryDigests) {
    var text = new StringBuilder();
    text.append("graph\0").append(id).append("\0schema\0").append(schemaDigest).append('\0');
    for (Map.Entry<String, String> query : queryDigests.entrySet()) {
      text.append("query\0").append(query.getKey()).append('\0');
      text.append(query.getValue()).append('\0');
    }
    return of(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** A whole configuration: its parsed form, so that comments and layout do not count. */
  static String config(byte[] canonicalJson, SortedMap<String, String> resourceDigests) {
    var text = new StringBuilder("cluster-config\0");
    text.append(new String(canonicalJson, StandardCharsets.UTF_8)).append('\0');
    resourceDigests.forEach(
        (address, digest) -> text.append(address).append('\0').append(digest).append('\0'));
    return of(text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
