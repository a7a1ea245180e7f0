package io.omnigraph.storage;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to reach an S3 bucket. Null fields fall back to the default chains of the libraries below
 * (profile, container and instance credentials, region of the bucket).
 *
 * @param endpoint URL of an S3-compatible service; null for AWS
 * @param allowHttp permits an endpoint without TLS
 * @param pathStyle puts the bucket into the path; always so with an endpoint
 */
public record S3Access(
    @Nullable String endpoint,
    @Nullable String region,
    @Nullable String accessKeyId,
    @Nullable String secretAccessKey,
    @Nullable String sessionToken,
    boolean allowHttp,
    boolean pathStyle) {

  public static S3Access defaults() {
    return new S3Access(null, null, null, null, null, false, false);
  }

  /**
   * Reads {@code AWS_ENDPOINT_URL_S3} (or {@code AWS_ENDPOINT_URL}, {@code AWS_ENDPOINT}), {@code
   * AWS_REGION} (or {@code AWS_DEFAULT_REGION}), {@code AWS_ACCESS_KEY_ID}, {@code
   * AWS_SECRET_ACCESS_KEY}, {@code AWS_SESSION_TOKEN}, {@code AWS_ALLOW_HTTP} and {@code
   * S3_FORCE_PATH_STYLE}.
   */
  public static S3Access fromEnvironment(Map<String, String> environment) {
    return new S3Access(
        first(environment, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"),
        first(environment, "AWS_REGION", "AWS_DEFAULT_REGION"),
        first(environment, "AWS_ACCESS_KEY_ID"),
        first(environment, "AWS_SECRET_ACCESS_KEY"),
        first(environment, "AWS_SESSION_TOKEN"),
        flag(environment, "AWS_ALLOW_HTTP"),
        flag(environment, "S3_FORCE_PATH_STYLE"));
  }

  /** Hides the secrets. */
  @Override
  public String toString() {
    return "S3Access[endpoint="
        + endpoint
        + ", region="
        + region
        + ", accessKeyId="
        + (accessKeyId == null ? "default chain" : "given")
        + ", allowHttp="
        + allowHttp
        + ", pathStyle="
        + pathStyle
        + "]";
  }

  private static @Nullable String first(Map<String, String> environment, String... names) {
    for (String name : names) {
      String value = environment.get(name);
      if (value != null && !value.isBlank()) {
        return value.strip();
      }
    }
    return null;
  }

  private static boolean flag(Map<String, String> environment, String name) {
    String value = environment.getOrDefault(name, "").strip().toLowerCase(Locale.ROOT);
    return value.equals("1") || value.equals("true") || value.equals("yes");
  }
}
