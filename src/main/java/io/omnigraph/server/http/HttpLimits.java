package io.omnigraph.server.http;

/**
 * Sizes of request bodies in bytes.
 *
 * @param body of ordinary requests
 * @param load of loads inside JSON
 * @param ndjson of loads as records
 */
public record HttpLimits(long body, long load, long ndjson) {

  public static final HttpLimits DEFAULT = new HttpLimits(1L << 20, 32L << 20, 4L << 30);
}
