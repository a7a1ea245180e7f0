package io.omnigraph.storage;

/** The payload of one blob cell, read piece by piece. Not thread-safe; close it. */
public interface BlobReader extends AutoCloseable {

  /** Bytes of the payload. */
  long size();

  /**
   * Reads a range.
   *
   * @param from first byte, counted from 0
   * @param length bytes wanted; the range lies within the payload
   * @return exactly {@code length} bytes
   */
  byte[] read(long from, int length);

  @Override
  void close();
}
