package io.omnigraph.storage.object;

import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.StorageException;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.S3Access;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.CrtRuntimeException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Objects in an S3 bucket below a prefix. Conditional writes use {@code If-None-Match: *} and
 * {@code If-Match}. The SDK never retries by itself: reads, listings and deletions are repeated
 * here. A put is repeated only if the store told it to slow down, or it was never sent because its
 * connection had just been closed; repeating one whose answer was lost could meet its own object,
 * so that one fails with code {@code storage_outcome_unknown}.
 */
final class S3ObjectStore implements ObjectStore {

  private static final int ATTEMPTS = 5;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final int DELETE_BATCH = 1000;

  private final S3Client client;
  private final String bucket;
  private final String prefix;
  private final AtomicBoolean closed = new AtomicBoolean();

  private S3ObjectStore(S3Client client, GraphUri root) {
    this.client = client;
    this.bucket = root.bucket();
    this.prefix = root.prefix().isEmpty() ? "" : root.prefix() + "/";
    // The transport stops working as soon as the JVM begins to shut down, unless it is told that it
    // is needed: without that, a server that closes its graphs in a shutdown hook waits forever.
    CRT.acquireShutdownRef();
  }

  static S3ObjectStore open(GraphUri root, S3Access access) {
    return new S3ObjectStore(client(access), root);
  }

  private static S3Client client(S3Access access) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(
                AwsCrtHttpClient.builder()
                    .maxConcurrency(64)
                    .connectionTimeout(Duration.ofSeconds(5)))
            .overrideConfiguration(
                c ->
                    c.retryStrategy(DefaultRetryStrategy.doNotRetry())
                        .apiCallTimeout(Duration.ofSeconds(60)))
            // Compatible services often know no trailing checksums.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .forcePathStyle(access.pathStyle() || access.endpoint() != null);
    if (access.endpoint() != null) {
      if (access.endpoint().startsWith("http://") && !access.allowHttp()) {
        throw new io.omnigraph.model.BadRequestException(
            "insecure_endpoint",
            "the S3 endpoint "
                + access.endpoint()
                + " is not encrypted; set AWS_ALLOW_HTTP=true to permit it");
      }
      builder.endpointOverride(URI.create(access.endpoint()));
    }
    if (access.region() != null) {
      builder.region(Region.of(access.region()));
    } else {
      builder.region(Region.US_EAST_1).crossRegionAccessEnabled(access.endpoint() == null);
    }
    if (access.accessKeyId() != null && access.secretAccessKey() != null) {
      builder.credentialsProvider(
          StaticCredentialsProvider.create(
              access.sessionToken() == null
                  ? AwsBasicCredentials.create(access.accessKeyId(), access.secretAccessKey())
                  : AwsSessionCredentials.create(
                      access.accessKeyId(), access.secretAccessKey(), access.sessionToken())));
    } else {
      builder.credentialsProvider(DefaultCredentialsProvider.builder().build());
    }
    return builder.build();
  }

  @Override
  public Optional<StoredObject> get(String key) {
    String full = full(key);
    return repeating(
        "read",
        key,
        () -> {
          try {
            var response = client.getObjectAsBytes(r -> r.bucket(bucket).key(full));
            return Optional.of(
                new StoredObject(response.asByteArray(), new Etag(response.response().eTag())));
          } catch (NoSuchKeyException e) {
            return Optional.empty();
          }
        });
  }

  @Override
  public Optional<ObjectInfo> stat(String key) {
    String full = full(key);
    return repeating(
        "look at",
        key,
        () -> {
          try {
            var head = client.headObject(r -> r.bucket(bucket).key(full));
            return Optional.of(new ObjectInfo(key, head.contentLength(), head.lastModified()));
          } catch (NoSuchKeyException e) {
            return Optional.empty();
          }
        });
  }

  @Override
  public Etag put(String key, byte[] bytes) {
    return write(key, bytes, null, null)
        .orElseThrow(() -> new IllegalStateException("an unconditional put was refused: " + key));
  }

  @Override
  public Optional<Etag> putIfAbsent(String key, byte[] bytes) {
    return write(key, bytes, "*", null);
  }

  @Override
  public Optional<Etag> putIfMatch(String key, byte[] bytes, Etag expected) {
    return write(key, bytes, null, expected.value());
  }

  private Optional<Etag> write(
      String key, byte[] bytes, @Nullable String ifNoneMatch, @Nullable String ifMatch) {
    PutObjectRequest request =
        PutObjectRequest.builder()
            .bucket(bucket)
            .key(full(key))
            .ifNoneMatch(ifNoneMatch)
            .ifMatch(ifMatch)
            .build();
    boolean conditional = ifNoneMatch != null || ifMatch != null;
    boolean throttled = false;
    for (int attempt = 1; ; attempt++) {
      try {
        return Optional.of(
            new Etag(client.putObject(request, RequestBody.fromBytes(bytes)).eTag()));
      } catch (S3Exception e) {
        if (e.isThrottlingException() && attempt < ATTEMPTS) {
          throttled = true;
          pause(attempt, e);
          continue;
        }
        // 409: a concurrent conditional write won; 404: nothing there to match.
        if (conditional && (e.statusCode() == 412 || e.statusCode() == 409)
            || ifMatch != null && e.statusCode() == 404) {
          if (!throttled) {
            return Optional.empty();
          }
          // What is there may be what an attempt wrote that was told to slow down.
          throw unknown(key, e);
        }
        if (e.statusCode() >= 500 && !e.isThrottlingException()) {
          throw unknown(key, e);
        }
        throw failed("write", key, e);
      } catch (SdkException e) {
        if (!wasNeverSent(e) || attempt == ATTEMPTS) {
          throw unknown(key, e);
        }
        pause(attempt, e);
      }
    }
  }

  /**
   * Whether a request failed before a byte of it left: a kept connection that the store had closed
   * meanwhile refuses to take it. What fails on its way is reported by another exception.
   */
  static boolean wasNeverSent(SdkException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CrtRuntimeException refused) {
        return "AWS_ERROR_HTTP_CONNECTION_CLOSED".equals(refused.errorName);
      }
    }
    return false;
  }

  @Override
  public void delete(String key) {
    String full = full(key);
    repeating(
        "delete",
        key,
        () -> {
          client.deleteObject(r -> r.bucket(bucket).key(full));
          return key;
        });
  }

  @Override
  public List<ObjectInfo> list(String listed) {
    String start = prefix + ObjectKeys.requirePrefix(listed);
    return repeating(
        "list",
        listed,
        () -> {
          List<ObjectInfo> found = new ArrayList<>();
          client
              .listObjectsV2Paginator(r -> r.bucket(bucket).prefix(start))
              .contents()
              .forEach(
                  o ->
                      found.add(
                          new ObjectInfo(
                              o.key().substring(prefix.length()), o.size(), o.lastModified())));
          found.sort(Comparator.comparing(ObjectInfo::key));
          return found;
        });
  }

  @Override
  public void deleteTorn(String folder) {
    // A bucket never holds half an object.
    ObjectKeys.requireFolder(folder);
  }

  @Override
  public void deletePrefix(String folder) {
    ObjectKeys.requireFolder(folder);
    List<ObjectInfo> objects = list(folder);
    for (int from = 0; from < objects.size(); from += DELETE_BATCH) {
      List<ObjectIdentifier> batch =
          objects.subList(from, Math.min(objects.size(), from + DELETE_BATCH)).stream()
              .map(o -> ObjectIdentifier.builder().key(prefix + o.key()).build())
              .toList();
      repeating(
          "delete",
          folder,
          () -> {
            var answer = client.deleteObjects(r -> r.bucket(bucket).delete(d -> d.objects(batch)));
            if (!answer.errors().isEmpty()) {
              throw new StorageException(
                  "storage_failed",
                  "cannot delete '"
                      + answer.errors().get(0).key()
                      + "': "
                      + answer.errors().get(0).message(),
                  Map.of("bucket", bucket));
            }
            return folder;
          });
    }
  }

  @Override
  public boolean isLocal() {
    return false;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      client.close();
      CRT.releaseShutdownRef();
    }
  }

  private String full(String key) {
    return prefix + ObjectKeys.requireKey(key);
  }

  /** Runs something that may be repeated: after a lost answer or a server error, not a refusal. */
  private <T> T repeating(String doing, String key, Supplier<T> request) {
    for (int attempt = 1; ; attempt++) {
      try {
        return request.get();
      } catch (S3Exception e) {
        boolean repeatable = e.statusCode() >= 500 || e.isThrottlingException();
        if (attempt == ATTEMPTS || !repeatable) {
          throw failed(doing, key, e);
        }
        pause(attempt, e);
      } catch (SdkException e) {
        if (attempt == ATTEMPTS) {
          throw failed(doing, key, e);
        }
        pause(attempt, e);
      }
    }
  }

  /** As long as the store asks for, within reason; otherwise longer every time, and never alike. */
  private static void pause(int attempt, SdkException cause) {
    long ceiling = 40L << attempt;
    long millis = ceiling / 2 + ThreadLocalRandom.current().nextLong(ceiling / 2);
    try {
      Thread.sleep(Math.max(millis, Math.min(askedPause(cause), LONGEST_PAUSE.toMillis())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException(
          "storage_interrupted", "interrupted while waiting for the object store", Map.of(), e);
    }
  }

  /** What a {@code Retry-After} header says, in milliseconds; 0 without one. */
  private static long askedPause(SdkException cause) {
    if (!(cause instanceof S3Exception refusal) || refusal.awsErrorDetails() == null) {
      return 0;
    }
    SdkHttpResponse answer = refusal.awsErrorDetails().sdkHttpResponse();
    return answer == null
        ? 0
        : answer
            .firstMatchingHeader("Retry-After")
            .filter(text -> text.matches("\\d{1,6}"))
            .map(text -> Long.parseLong(text) * 1_000)
            .orElse(0L);
  }

  private GraphException unknown(String key, SdkException cause) {
    return new StorageException(
        "storage_outcome_unknown",
        "the object store did not tell whether '" + key + "' was written: " + cause.getMessage(),
        Map.of("key", key, "bucket", bucket),
        cause);
  }

  private GraphException failed(String doing, String key, SdkException cause) {
    return new StorageException(
        cause instanceof S3Exception refused && refused.statusCode() == 403
            ? "storage_access_denied"
            : "storage_unreachable",
        "cannot " + doing + " '" + key + "' in bucket " + bucket + ": " + reason(cause),
        Map.of("key", key, "bucket", bucket),
        cause);
  }

  /** The library lists every provider it tried, in a paragraph that hides what to do. */
  private static String reason(SdkException cause) {
    String message = String.valueOf(cause.getMessage());
    return message.startsWith("Unable to load credentials")
        ? "no credentials found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this"
            + " machine a role or profile"
        : message;
  }
}
