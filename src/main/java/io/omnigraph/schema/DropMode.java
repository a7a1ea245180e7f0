package io.omnigraph.schema;

import java.util.Locale;

/** How far a drop goes. */
public enum DropMode {
  /** Gone from the current state; older versions still show it. */
  SOFT,
  /** As soft, and older versions are purged afterwards. */
  HARD;

  /** The lower-case word used in plans. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
