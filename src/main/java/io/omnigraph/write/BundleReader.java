package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.omnigraph.model.BadRequestException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;

/**
 * Reads the lines of a history bundle and checks their checksums. Rows are handed out as a stream,
 * everything else line by line. Not thread-safe.
 */
final class BundleReader {

  private static final int MAX_LINE = 256 << 20;
  private static final byte[] NODE_ROW = "{\"type\"".getBytes(StandardCharsets.UTF_8);
  private static final byte[] EDGE_ROW = "{\"edge\"".getBytes(StandardCharsets.UTF_8);

  private final InputStream in;
  private final MessageDigest whole = Digests.sha256();
  private final MessageDigest section = Digests.sha256();
  private final ObjectMapper mapper = new ObjectMapper(RecordFrames.jsonFactory(true));
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int end;
  private boolean lineStart = true;
  private long line;

  BundleReader(InputStream in) {
    this.in = in;
  }

  /**
   * The first line.
   *
   * @throws BadRequestException if this is no bundle, or one of another version
   */
  JsonNode header() throws IOException {
    JsonNode header;
    try {
      header = line();
    } catch (BadRequestException e) {
      throw new BadRequestException(
          "not_a_bundle", "this is not a history bundle: " + e.getMessage(), Map.of(), e);
    }
    if (!header.path("bundle").asText().equals(BundleWriter.KIND)) {
      throw new BadRequestException(
          "not_a_bundle",
          "this is not a history bundle; load records of an export with `omnigraph load`",
          Map.of());
    }
    int format = header.path("format").asInt();
    if (format != BundleWriter.FORMAT) {
      throw new BadRequestException(
          "bundle_format_unknown",
          "the bundle has format "
              + format
              + "; this build reads format "
              + BundleWriter.FORMAT
              + " (import it with the release that wrote it)",
          Map.of("format", format, "supported", BundleWriter.FORMAT));
    }
    return header;
  }

  void beginSection() {
    section.reset();
  }

  /**
   * The next line, which is not a row.
   *
   * @throws BadRequestException if the bundle ends here, or the line is damaged
   */
  JsonNode line() throws IOException {
    String sumOfSection = peekSum(section);
    String sumOfAll = peekSum(whole);
    byte[] bytes = rawLine();
    JsonNode node;
    try {
      node = mapper.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw corrupt("it is not JSON", e);
    }
    if (node == null || !node.isObject()) {
      throw corrupt("it is not a JSON object", null);
    }
    switch (node.path("section").asText()) {
      case "end" -> requireSum(node, sumOfSection);
      case "complete" -> requireSum(node, sumOfAll);
      default -> {
        // Lines within a section are covered by its sum.
      }
    }
    return node;
  }

  private static String peekSum(MessageDigest digest) {
    try {
      return Digests.hex((MessageDigest) digest.clone());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("every platform can continue SHA-256", e);
    }
  }

  private void requireSum(JsonNode node, String expected) {
    if (!node.path("sha256").asText().equals(expected)) {
      throw corrupt("the checksum of what stands before it is another one", null);
    }
  }

  private byte[] rawLine() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    line++;
    while (true) {
      if (at == end && !fill()) {
        throw new BadRequestException(
            "bundle_truncated",
            "the bundle ends in line " + line + ", before its last section",
            Map.of("line", line));
      }
      int feed = indexOfFeed();
      int stop = feed < 0 ? end : feed + 1;
      bytes.write(buffer, at, stop - at);
      take(stop);
      if (feed >= 0) {
        lineStart = true;
        return bytes.toByteArray();
      }
      if (bytes.size() > MAX_LINE) {
        throw corrupt("it is longer than any line of a bundle", null);
      }
    }
  }

  private int indexOfFeed() {
    for (int i = at; i < end; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Moves on; what was taken counts for the checksums. */
  private void take(int stop) {
    whole.update(buffer, at, stop - at);
    section.update(buffer, at, stop - at);
    at = stop;
  }

  /** Reads more behind what is there; false at the end of the input. */
  private boolean fill() throws IOException {
    if (at > 0) {
      System.arraycopy(buffer, at, buffer, 0, end - at);
      end -= at;
      at = 0;
    }
    int read = in.read(buffer, end, buffer.length - end);
    if (read <= 0) {
      return false;
    }
    end += read;
    return true;
  }

  /** True if the next line is a row. */
  boolean atRow() throws IOException {
    while (end - at < NODE_ROW.length) {
      if (!fill()) {
        return false;
      }
    }
    return startsWith(NODE_ROW) || startsWith(EDGE_ROW);
  }

  private boolean startsWith(byte[] prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if (buffer[at + i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  /** The row lines that follow, up to the next line of another kind. */
  InputStream rows() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) {
          return 0;
        }
        if (lineStart && !atRow()) {
          return -1;
        }
        if (at == end && !fill()) {
          return -1;
        }
        int feed = indexOfFeed();
        int stop = Math.min(feed < 0 ? end : feed + 1, at + length);
        int copied = stop - at;
        System.arraycopy(buffer, at, bytes, from, copied);
        lineStart = buffer[stop - 1] == '\n';
        if (lineStart) {
          line++;
        }
        take(stop);
        return copied;
      }
    };
  }

  /** The end of the input is where it should be. */
  void requireEnd() throws IOException {
    if (at < end || fill()) {
      throw corrupt("nothing may follow the last section", null);
    }
  }

  BadRequestException corrupt(String why, @org.jspecify.annotations.Nullable Throwable cause) {
    return new BadRequestException(
        "bundle_corrupt",
        "line " + line + " of the bundle is damaged: " + why,
        Map.of("line", line),
        cause);
  }
}
