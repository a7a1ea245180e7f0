package io.omnigraph.write;

/**
 * How much memory the texts that a check holds at a time may take. Pools that share a budget take
 * from it together; when it is used up, the check starts again with smaller shares. Not
 * thread-safe.
 */
final class IdBudget {

  /** Bytes that an entry of a pool takes besides its text. */
  private static final int ENTRY_BYTES = 32;

  /** No heap needs more shares than this; more would mean a single share does not shrink. */
  private static final int MOST_SHARES = 1 << 14;

  private final long bytes;
  private long left;

  /** Says that the texts of a share do not fit. Not an error: whoever shares catches it. */
  static final class Exceeded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Exceeded() {
      super("the texts do not fit", null, false, false);
    }
  }

  IdBudget(long bytes) {
    this.bytes = bytes;
    this.left = bytes;
  }

  static IdBudget unlimited() {
    return new IdBudget(Long.MAX_VALUE);
  }

  boolean isUnlimited() {
    return bytes == Long.MAX_VALUE;
  }

  /** An equal budget of which nothing is taken. */
  IdBudget fresh() {
    return new IdBudget(bytes);
  }

  /** Takes the room of one text. */
  void take(int textBytes) {
    left -= textBytes + ENTRY_BYTES;
    if (left < 0) {
      throw new Exceeded();
    }
  }

  /** Into how many shares so many texts have to fall. */
  int sharesFor(long texts, long textBytes) {
    long needed = texts * ENTRY_BYTES + textBytes;
    // Shares are not quite equal.
    return isUnlimited() ? 1 : Math.clamp(1 + needed / (bytes - bytes / 8), 1, MOST_SHARES);
  }

  /** The next number of shares to try. */
  static int more(int shares) {
    if (shares >= MOST_SHARES) {
      throw new IllegalStateException("texts do not fit into " + shares + " shares");
    }
    return shares * 2;
  }
}
