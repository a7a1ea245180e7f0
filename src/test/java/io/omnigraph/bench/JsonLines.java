package io.omnigraph.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/** Lines made on demand, so that the input never lies in memory as a whole. */
final class JsonLines extends InputStream {

  private final int count;
  private final IntFunction<String> line;
  private int next;
  private byte[] current = new byte[0];
  private int position;

  JsonLines(int count, IntFunction<String> line) {
    this.count = count;
    this.line = line;
  }

  private boolean fill() {
    if (position == current.length && next < count) {
      current = (line.apply(next++) + "\n").getBytes(StandardCharsets.UTF_8);
      position = 0;
    }
    return position < current.length;
  }

  @Override
  public int read() {
    return fill() ? current[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int copied = Math.min(length, current.length - position);
    System.arraycopy(current, position, target, offset, copied);
    position += copied;
    return copied;
  }
}
