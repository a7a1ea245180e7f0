package io.omnigraph.storage.object;

/** Checks keys before they reach a disk or a bucket. */
final class ObjectKeys {

  private ObjectKeys() {}

  /** A key: segments separated by single slashes, none of them empty or relative. */
  static String requireKey(String key) {
    for (String segment : key.split("/", -1)) {
      requireSegment(key, segment);
    }
    return key;
  }

  /** Any text that keys may start with; empty for all. */
  static String requirePrefix(String prefix) {
    String[] segments = prefix.split("/", -1);
    for (int i = 0; i < segments.length - 1; i++) {
      requireSegment(prefix, segments[i]);
    }
    if (segments[segments.length - 1].equals("..")) {
      throw new IllegalArgumentException("relative segment in prefix: " + prefix);
    }
    return prefix;
  }

  /** A folder: a prefix that ends with a slash. */
  static String requireFolder(String prefix) {
    if (!prefix.endsWith("/")) {
      throw new IllegalArgumentException("not a folder, it does not end with '/': " + prefix);
    }
    return requirePrefix(prefix);
  }

  private static void requireSegment(String key, String segment) {
    if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
      throw new IllegalArgumentException("empty or relative segment in key: " + key);
    }
  }
}
