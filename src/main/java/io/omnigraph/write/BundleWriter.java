package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Writes the lines of a history bundle and their checksums: one JSON object per line, grouped into
 * sections that end with the SHA-256 of their bytes; the last line holds that of everything before.
 * Row lines begin with {@code {"type"} or {@code {"edge"} as in an export, no other line does.
 */
final class BundleWriter {

  /** The version of the bundle format. */
  static final int FORMAT = 1;

  static final String KIND = "omnigraph-history";

  private final ObjectMapper mapper = new ObjectMapper();
  private final MessageDigest whole = Digests.sha256();
  private final MessageDigest section = Digests.sha256();
  private final OutputStream out;
  private final JsonGenerator json;
  private long rows;

  BundleWriter(OutputStream target) throws IOException {
    this.out =
        new FilterOutputStream(target) {
          @Override
          public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int from, int length) throws IOException {
            whole.update(bytes, from, length);
            section.update(bytes, from, length);
            out.write(bytes, from, length);
          }
        };
    this.json = Digests.generator(out);
  }

  ObjectNode object() {
    return mapper.createObjectNode();
  }

  /** Writes a line that is not a row. */
  void line(ObjectNode node) throws IOException {
    json.flush();
    out.write(mapper.writeValueAsBytes(node));
    out.write('\n');
  }

  /** Where rows are written; each ends with a line feed. */
  JsonGenerator rows() {
    return json;
  }

  void countRows(long written) {
    rows += written;
  }

  /** Begins a section: what was written before counts for an earlier one. */
  void begin() throws IOException {
    json.flush();
    section.reset();
  }

  void end() throws IOException {
    json.flush();
    String sum = Digests.hex(section);
    line(object().put("section", "end").put("sha256", sum));
  }

  /** Writes the last line. */
  void finish(long commits, long branches) throws IOException {
    json.flush();
    String sum = Digests.hex(whole);
    ObjectNode last =
        object()
            .put("section", "complete")
            .put("commits", commits)
            .put("branches", branches)
            .put("rows", rows)
            .put("sha256", sum);
    out.write(mapper.writeValueAsString(last).getBytes(StandardCharsets.UTF_8));
    out.write('\n');
    out.flush();
  }
}
