package io.omnigraph.write;

/**
 * How a load reads its input.
 *
 * @param mode what happens to rows that exist
 * @param framing how records are told apart
 * @param lenient accept what v0.8 accepted: unknown fields ignored, values of the wrong kind turned
 *     into null on nullable properties, integers wrapped, repeated fields overwritten
 * @param externalBlobs which blobs may be references to something outside the graph; with none the
 *     graph's own list counts
 * @param limits ceilings; exceeding one refuses the load
 * @param progress told how far reading has come
 * @param memoryBytes rows kept in memory before they move to temporary files
 * @param idBytes ids kept in memory; with more the input is gone through several times
 */
public record LoadOptions(
    LoadMode mode,
    Framing framing,
    boolean lenient,
    ExternalBlobs externalBlobs,
    Limits limits,
    LoadProgress progress,
    long memoryBytes,
    long idBytes) {

  /** How records are told apart. */
  public enum Framing {
    /** A stream of JSON values, however they are laid out; errors name records. */
    STREAM,
    /** One JSON object per line, nothing else; errors name lines. */
    LINES
  }

  /**
   * Ceilings per table.
   *
   * @param rows most records
   * @param bytes most bytes of input
   */
  public record Limits(long rows, long bytes) {
    public static final Limits NONE = new Limits(Long.MAX_VALUE, Long.MAX_VALUE);
  }

  private static final long DEFAULT_MEMORY_BYTES = 64L << 20;
  private static final long MOST_ID_BYTES = 128L << 20;

  private static long defaultIdBytes() {
    return Math.min(MOST_ID_BYTES, Runtime.getRuntime().maxMemory() / 5);
  }

  /** Strict reading of a stream, without ceilings. */
  public static LoadOptions of(LoadMode mode) {
    return new LoadOptions(
        mode,
        Framing.STREAM,
        false,
        ExternalBlobs.NONE,
        Limits.NONE,
        LoadProgress.NONE,
        DEFAULT_MEMORY_BYTES,
        defaultIdBytes());
  }

  public LoadOptions withFraming(Framing newFraming) {
    return new LoadOptions(
        mode, newFraming, lenient, externalBlobs, limits, progress, memoryBytes, idBytes);
  }

  public LoadOptions withLenient(boolean value) {
    return new LoadOptions(
        mode, framing, value, externalBlobs, limits, progress, memoryBytes, idBytes);
  }

  public LoadOptions withExternalBlobs(ExternalBlobs value) {
    return new LoadOptions(mode, framing, lenient, value, limits, progress, memoryBytes, idBytes);
  }

  public LoadOptions withLimits(Limits newLimits) {
    return new LoadOptions(
        mode, framing, lenient, externalBlobs, newLimits, progress, memoryBytes, idBytes);
  }

  public LoadOptions withProgress(LoadProgress listener) {
    return new LoadOptions(
        mode, framing, lenient, externalBlobs, limits, listener, memoryBytes, idBytes);
  }

  public LoadOptions withMemoryBytes(long bytes) {
    return new LoadOptions(mode, framing, lenient, externalBlobs, limits, progress, bytes, idBytes);
  }

  public LoadOptions withIdBytes(long bytes) {
    return new LoadOptions(
        mode, framing, lenient, externalBlobs, limits, progress, memoryBytes, bytes);
  }
}
