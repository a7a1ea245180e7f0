package io.omnigraph.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/**
 * The content of {@code __lease.json}. Times are microseconds since the epoch.
 *
 * @param owner unique per engine; empty once the lease was given back
 */
record LeaseFile(
    String owner,
    String host,
    long pid,
    long epoch,
    long acquiredAt,
    long heartbeatAt,
    long expiresAt) {

  static final String KEY = "__lease.json";

  /** No owner, and none before. */
  static final LeaseFile NOBODY = new LeaseFile("", "", 0, 0, 0, 0, 0);

  private static final ObjectMapper JSON = new ObjectMapper();

  boolean held() {
    return !owner.isEmpty();
  }

  Instant expires() {
    return instant(expiresAt);
  }

  Instant acquired() {
    return instant(acquiredAt);
  }

  LeaseFile renewed(Instant now, Duration term) {
    return new LeaseFile(owner, host, pid, epoch, acquiredAt, micros(now), micros(now.plus(term)));
  }

  LeaseFile released(Instant now) {
    return new LeaseFile("", host, pid, epoch, acquiredAt, micros(now), micros(now));
  }

  byte[] encode() {
    ObjectNode node = JSON.createObjectNode();
    node.put("owner", owner);
    node.put("host", host);
    node.put("pid", pid);
    node.put("epoch", epoch);
    node.put("acquired_at", acquiredAt);
    node.put("heartbeat_at", heartbeatAt);
    node.put("expires_at", expiresAt);
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes is always JSON", e);
    }
  }

  /** Reads the file; a damaged one counts as expired, with epoch 0. */
  static LeaseFile decode(byte[] bytes) {
    try {
      JsonNode node = JSON.readTree(bytes);
      return new LeaseFile(
          node.path("owner").asText(""),
          node.path("host").asText(""),
          node.path("pid").asLong(),
          node.path("epoch").asLong(),
          node.path("acquired_at").asLong(),
          node.path("heartbeat_at").asLong(),
          node.path("expires_at").asLong());
    } catch (IOException e) {
      return NOBODY;
    }
  }

  static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1_000L);
  }
}
