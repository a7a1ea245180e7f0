package io.omnigraph.write;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** An input whose latest bytes can be read once more. Not thread-safe. */
final class RetainedInput extends InputStream {

  private static final int SLACK_BYTES = 1 << 16;

  private final InputStream input;
  private byte[] kept = new byte[SLACK_BYTES * 2];

  /** Offset in the input of the first byte that is kept. */
  private long start;

  private int length;

  RetainedInput(InputStream input) {
    this.input = input;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    int read = input.read(target, offset, count);
    if (read > 0) {
      if (length + read > kept.length) {
        kept = Arrays.copyOf(kept, Math.max(length + read, kept.length * 2));
      }
      System.arraycopy(target, offset, kept, length, read);
      length += read;
    }
    return read;
  }

  /** Bytes before this offset of the input are not asked for any more. */
  void discardBefore(long offset) {
    int discarded = (int) (offset - start);
    if (discarded > SLACK_BYTES) {
      System.arraycopy(kept, discarded, kept, 0, length - discarded);
      length -= discarded;
      start = offset;
    }
  }

  /** The bytes between two offsets of the input. */
  byte[] bytes(long from, long to) {
    return Arrays.copyOfRange(kept, (int) (from - start), (int) (to - start));
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
