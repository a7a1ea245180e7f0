package io.omnigraph.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.JsonComplaint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stream of JSON values, however they are laid out, as one compact value per line: what a server
 * loads. Line N of the output is record N of the input, so a server's "line N" can be told as
 * "record N". Not thread-safe.
 */
final class CompactLines extends InputStream {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private final JsonParser parser;
  private final Buffer buffer = new Buffer();
  private int position;
  private long record;
  private @Nullable BadRequestException failure;

  /** Lends its bytes without a copy. */
  private static final class Buffer extends ByteArrayOutputStream {
    int at(int index) {
      return buf[index] & 0xff;
    }

    void copy(int from, byte[] into, int offset, int length) {
      System.arraycopy(buf, from, into, offset, length);
    }
  }

  CompactLines(InputStream values) throws IOException {
    this.parser = FACTORY.createParser(values);
  }

  /**
   * What was wrong with the input, if reading it failed; the transport reports only that it broke.
   */
  @Nullable BadRequestException failure() {
    return failure;
  }

  private boolean fill() throws IOException {
    if (failure != null) {
      return false;
    }
    buffer.reset();
    position = 0;
    record++;
    try {
      if (parser.nextToken() == null) {
        return false;
      }
      try (JsonGenerator out = FACTORY.createGenerator(buffer)) {
        out.copyCurrentStructureExact(parser);
      }
    } catch (JsonProcessingException e) {
      failure =
          new BadRequestException(
              "invalid_json",
              "invalid JSON at record " + record + ": " + JsonComplaint.of(e),
              Map.of("record", record),
              e);
      throw new IOException(failure.getMessage(), failure);
    }
    buffer.write('\n');
    return true;
  }

  @Override
  public int read() throws IOException {
    if (position >= buffer.size() && !fill()) {
      return -1;
    }
    return buffer.at(position++);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (position >= buffer.size() && !fill()) {
      return -1;
    }
    int count = Math.min(length, buffer.size() - position);
    buffer.copy(position, into, offset, count);
    position += count;
    return count;
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
