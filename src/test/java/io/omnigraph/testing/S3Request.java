package io.omnigraph.testing;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request as the endpoint understood it.
 *
 * @param kind what is asked
 * @param key the object; the prefix of a listing; empty for requests on the bucket
 * @param query decoded query parameters
 * @param range the {@code Range} header
 * @param ifMatch the {@code If-Match} header
 * @param ifNoneMatch the {@code If-None-Match} header
 * @param copySource the object to copy from
 * @param body payload, chunked uploads already joined
 */
public record S3Request(
    Kind kind,
    String key,
    Map<String, String> query,
    @Nullable String range,
    @Nullable String ifMatch,
    @Nullable String ifNoneMatch,
    @Nullable String copySource,
    byte[] body) {

  /** Kinds of requests as they are billed and counted. */
  public enum Kind {
    GET,
    HEAD,
    /** Any put of an object, conditional or not. */
    PUT,
    DELETE,
    DELETE_MANY,
    LIST,
    COPY,
    MULTIPART_START,
    MULTIPART_PART,
    MULTIPART_COMPLETE,
    MULTIPART_ABORT,
    HEAD_BUCKET
  }

  public boolean isConditional() {
    return ifMatch != null || ifNoneMatch != null;
  }
}
