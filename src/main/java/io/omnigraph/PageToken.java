package io.omnigraph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.Value;
import io.omnigraph.read.access.PageKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * What a page's cursor holds: everything that the next page needs to continue the same result. The
 * text is opaque and carries a checksum, which finds damage; it is no signature, so nothing may be
 * concluded from a cursor but where to go on.
 *
 * @param commit what all pages read
 * @param request digest of query, parameters and target
 * @param now the instant that {@code now()} means on all pages
 * @param issued when the first page was asked for
 * @param delivered rows of all pages so far
 */
record PageToken(
    CommitId commit, String request, Instant now, Instant issued, long delivered, PageKey key) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VERSION = 1;
  private static final int CHECKSUM_BYTES = 8;
  private static final int MAX_LENGTH = 1 << 20;

  String encode() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("v", VERSION);
    node.put("c", commit.value());
    node.put("r", request);
    node.put("t", now.toString());
    node.put("i", issued.toEpochMilli());
    node.put("n", delivered);
    node.put("e", key.equal());
    ArrayNode values = node.putArray("k");
    key.values().forEach(value -> values.add(encode(value)));
    byte[] content = node.toString().getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(content, content.length + CHECKSUM_BYTES);
    System.arraycopy(checksum(content), 0, all, content.length, CHECKSUM_BYTES);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
  }

  /**
   * @throws BadRequestException if the text is not an undamaged cursor
   */
  static PageToken decode(String text) {
    if (text.length() > MAX_LENGTH) {
      throw damaged(null);
    }
    try {
      byte[] all = Base64.getUrlDecoder().decode(text.strip());
      int length = all.length - CHECKSUM_BYTES;
      if (length <= 0) {
        throw damaged(null);
      }
      byte[] content = Arrays.copyOf(all, length);
      byte[] found = Arrays.copyOfRange(all, length, all.length);
      JsonNode node = JSON.readTree(content);
      if (!Arrays.equals(checksum(content), found) || node.path("v").asInt() != VERSION) {
        throw damaged(null);
      }
      List<Value> values = new ArrayList<>();
      node.path("k").forEach(value -> values.add(decode(value)));
      return new PageToken(
          new CommitId(node.path("c").asText()),
          node.path("r").asText(),
          Instant.parse(node.path("t").asText()),
          Instant.ofEpochMilli(node.path("i").asLong()),
          node.path("n").asLong(),
          new PageKey(values, node.path("e").asLong()));
    } catch (BadRequestException e) {
      throw e.code().equals("invalid_cursor") ? e : damaged(e);
    } catch (IOException | IllegalArgumentException | java.time.DateTimeException e) {
      throw damaged(e);
    }
  }

  private static BadRequestException damaged(@org.jspecify.annotations.Nullable Exception cause) {
    String message = "the cursor is damaged or was not made by this graph; start again without one";
    return cause == null
        ? new BadRequestException("invalid_cursor", message)
        : new BadRequestException("invalid_cursor", message, java.util.Map.of(), cause);
  }

  private static JsonNode encode(Value value) {
    ArrayNode node = JsonNodeFactory.instance.arrayNode();
    return switch (value) {
      case Value.Null ignored -> node.add("0");
      case Value.Int v -> node.add("i").add(v.value());
      case Value.BigUnsigned v -> node.add("u").add(v.bits());
      case Value.Real v -> node.add("r").add(Double.doubleToRawLongBits(v.value()));
      case Value.Text v -> node.add("t").add(v.value());
      case Value.Bool v -> node.add("b").add(v.value());
      case Value.Date v -> node.add("d").add(v.epochDay());
      case Value.DateTime v -> node.add("m").add(v.epochMilli());
      case Value.ListOf ignored -> throw new IllegalStateException("lists order nothing");
      case Value.Vector ignored -> throw new IllegalStateException("vectors order nothing");
    };
  }

  private static Value decode(JsonNode node) {
    JsonNode value = node.path(1);
    return switch (node.path(0).asText()) {
      case "0" -> new Value.Null();
      case "i" -> new Value.Int(value.asLong());
      case "u" -> new Value.BigUnsigned(value.asLong());
      case "r" -> new Value.Real(Double.longBitsToDouble(value.asLong()));
      case "t" -> new Value.Text(value.asText());
      case "b" -> new Value.Bool(value.asBoolean());
      case "d" -> new Value.Date(value.asInt());
      case "m" -> new Value.DateTime(value.asLong());
      default -> throw damaged(null);
    };
  }

  private static byte[] checksum(byte[] content) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update("omnigraph page cursor".getBytes(StandardCharsets.UTF_8));
      return Arrays.copyOf(digest.digest(content), CHECKSUM_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
