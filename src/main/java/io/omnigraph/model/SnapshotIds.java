package io.omnigraph.model;

import java.util.regex.Pattern;

/** The text form of a manifest version as a snapshot. */
final class SnapshotIds {

  static final Pattern VERSION = Pattern.compile("manifest:([^:]+):v(\\d{1,18})(?::.*)?");

  private SnapshotIds() {}
}
