package io.omnigraph.read.table;

import io.omnigraph.read.cache.Patience;
import org.jspecify.annotations.Nullable;

/**
 * What to do about something that is not cached.
 *
 * @param patience how to wait for what takes long; null to build it in the calling thread
 */
public record Effort(Kind kind, @Nullable Patience patience) {

  /** How far to go. */
  public enum Kind {
    /** Only take what is there. */
    FIND,
    /** Derive it from a cached relative; build it only if the table is small. */
    DERIVE,
    /** Build it, however long that takes. */
    BUILD
  }

  public static final Effort FIND = new Effort(Kind.FIND, null);
  public static final Effort DERIVE = new Effort(Kind.DERIVE, null);
  public static final Effort BUILD = new Effort(Kind.BUILD, null);

  /** Builds what is missing, but waits for it no longer than the patience lasts. */
  public static Effort buildWith(Patience patience) {
    return new Effort(Kind.BUILD, patience);
  }

  boolean onlyFinds() {
    return kind == Kind.FIND;
  }

  /** Whether a table of so many rows is read. */
  boolean builds(long rows) {
    return switch (kind) {
      case FIND -> false;
      case DERIVE -> rows <= TableCache.SMALL_ROWS;
      case BUILD -> true;
    };
  }

  /** Small tables are read faster than a thread is found for it. */
  @Nullable Patience patienceFor(long rows) {
    return rows <= TableCache.SMALL_ROWS ? null : patience;
  }
}
