package io.omnigraph.server.auth;

import io.omnigraph.api.HttpException;
import io.omnigraph.model.ActorId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tokens a server accepts, as SHA-256 digests; the texts are dropped once read. Immutable,
 * thread-safe.
 */
public final class BearerTokens {

  private static final String SCHEME = "Bearer ";

  private final List<Entry> entries;

  private BearerTokens(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  private record Entry(ActorId actor, byte[] digest) {}

  /**
   * Digests a map of actor to token.
   *
   * @throws StartupException if an actor or token is blank or stands there twice
   */
  public static BearerTokens of(Map<String, String> tokensByActor) {
    var sorted = new TreeMap<String, String>();
    var actorOfDigest = new TreeMap<String, String>();
    var entries = new ArrayList<Entry>();
    tokensByActor.forEach(
        (actor, token) -> {
          if (actor.isBlank()) {
            throw new StartupException("a bearer token has a blank actor name");
          }
          if (token.isBlank()) {
            throw new StartupException("the bearer token of actor '" + actor + "' is blank");
          }
          if (sorted.put(actor.strip(), token.strip()) != null) {
            throw new StartupException("duplicate bearer token actor '" + actor.strip() + "'");
          }
        });
    sorted.forEach(
        (actor, token) -> {
          byte[] digest = sha256(token);
          String other = actorOfDigest.put(HexFormat.of().formatHex(digest), actor);
          if (other != null) {
            throw new StartupException(
                "actors '" + other + "' and '" + actor + "' have the same bearer token");
          }
          entries.add(new Entry(new ActorId(actor), digest));
        });
    return new BearerTokens(entries);
  }

  public boolean isEmpty() {
    return entries.isEmpty();
  }

  public int size() {
    return entries.size();
  }

  /**
   * Finds out who sent a request. Every stored digest is compared, each in constant time, so that
   * the time taken tells nothing.
   *
   * @param authorization the header's value; null if absent
   * @throws HttpException 401 if the token is missing or unknown
   */
  public ActorId authenticate(@Nullable String authorization) {
    if (authorization == null || !authorization.startsWith(SCHEME)) {
      throw HttpException.unauthorized("missing bearer token");
    }
    byte[] presented = sha256(authorization.substring(SCHEME.length()).strip());
    ActorId found = null;
    for (Entry entry : entries) {
      boolean same = MessageDigest.isEqual(entry.digest, presented);
      if (same && found == null) {
        found = entry.actor;
      }
    }
    if (found == null) {
      throw HttpException.unauthorized("invalid bearer token");
    }
    return found;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
