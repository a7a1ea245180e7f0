package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.ResourceLimitException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One JSON object per line; blank lines are skipped, CRLF is fine, repeated fields are not. */
final class LineFrames implements RecordFrames {

  static final int MOST_LINE_BYTES = 32 << 20;
  static final int MOST_STRUCTURAL_TOKENS = 131_072;

  private final JsonFactory factory = RecordFrames.jsonFactory(true);
  private final InputStream input;
  private final byte[] buffer = new byte[1 << 16];
  private int bufferStart;
  private int bufferEnd;
  private byte[] line = new byte[1 << 12];
  private int lineLength;
  private long number;
  private long bytes;
  private @Nullable JsonParser parser;

  LineFrames(InputStream input) {
    this.input = input;
  }

  @Override
  public boolean next() throws IOException {
    while (readLine()) {
      number++;
      if (!isBlank()) {
        refuseTooManyTokens();
        JsonParser fresh = factory.createParser(line, 0, lineLength);
        parser = fresh;
        if (fresh.nextToken() != JsonToken.START_OBJECT) {
          throw notOneObject();
        }
        return true;
      }
    }
    return false;
  }

  /** Reads up to the next line feed; false at the end of the input. */
  private boolean readLine() throws IOException {
    lineLength = 0;
    boolean any = false;
    while (true) {
      if (bufferStart == bufferEnd) {
        bufferStart = 0;
        bufferEnd = Math.max(0, input.read(buffer));
        if (bufferEnd == 0) {
          return any;
        }
      }
      any = true;
      int at = bufferStart;
      while (at < bufferEnd && buffer[at] != '\n') {
        at++;
      }
      append(at - bufferStart);
      bytes += at - bufferStart;
      bufferStart = at;
      if (at < bufferEnd) {
        bufferStart++;
        bytes++;
        return true;
      }
    }
  }

  private void append(int count) {
    if (lineLength + count > MOST_LINE_BYTES) {
      number++;
      throw limit("line_bytes", MOST_LINE_BYTES, (long) lineLength + count);
    }
    if (lineLength + count > line.length) {
      line = Arrays.copyOf(line, Math.max(lineLength + count, line.length * 2));
    }
    System.arraycopy(buffer, bufferStart, line, lineLength, count);
    lineLength += count;
  }

  private boolean isBlank() {
    for (int i = 0; i < lineLength; i++) {
      if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  private void refuseTooManyTokens() {
    if (lineLength <= MOST_STRUCTURAL_TOKENS) {
      return;
    }
    int tokens = 0;
    boolean inText = false;
    for (int i = 0; i < lineLength; i++) {
      byte b = line[i];
      if (inText) {
        if (b == '\\') {
          i++;
        } else if (b == '"') {
          inText = false;
        }
      } else if (b == '"') {
        inText = true;
      } else if (b == '{' || b == '}' || b == '[' || b == ']' || b == ',' || b == ':') {
        tokens++;
      }
    }
    if (tokens > MOST_STRUCTURAL_TOKENS) {
      throw limit("structural_tokens", MOST_STRUCTURAL_TOKENS, tokens);
    }
  }

  private ResourceLimitException limit(String resource, long limit, long actual) {
    return new ResourceLimitException(
        "resource_limit",
        "line " + number + ": " + resource + " limit of " + limit + " exceeded (" + actual + ")",
        Map.of("resource", resource, "limit", limit, "actual", actual));
  }

  private BadRequestException notOneObject() {
    return new BadRequestException(
        "invalid_record",
        "line " + number + ": graph batch record must be one JSON object",
        Map.of("line", number));
  }

  @Override
  public JsonParser parser() {
    if (parser == null) {
      throw new IllegalStateException("no record yet");
    }
    return parser;
  }

  @Override
  public void endRecord() throws IOException {
    if (parser().nextToken() != null) {
      throw notOneObject();
    }
  }

  @Override
  public boolean canReplay() {
    return false;
  }

  @Override
  public JsonParser replay() {
    throw new IllegalStateException("a line is read once");
  }

  @Override
  public void spooled(long bytes) {
    if (lineLength + bytes > MOST_LINE_BYTES) {
      throw limit("line_bytes", MOST_LINE_BYTES, lineLength + bytes);
    }
  }

  @Override
  public String word() {
    return "line";
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public String malformed() {
    return "invalid strict JSON at line " + number + ": ";
  }

  @Override
  public long bytesRead() {
    return bytes;
  }

  @Override
  public long position() {
    return bytes;
  }

  @Override
  public void close() throws IOException {
    if (parser != null) {
      parser.close();
    }
  }
}
