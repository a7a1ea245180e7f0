package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.ResourceLimitException;
import io.omnigraph.read.Cancellation;
import io.omnigraph.read.QueryCursor;
import io.omnigraph.read.QueryLimits;
import io.omnigraph.read.QueryOptions;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.read.table.TableCache;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.testing.S3Faults;
import io.omnigraph.testing.S3Request;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Queries whose storage does not answer end when their time is up or nobody wants them. */
class StalledReadTest {

  private static final int ROWS = (int) TableCache.SMALL_ROWS + 500;

  private static AtomicS3Endpoint s3;
  private static String root;
  private static OpenOptions options;

  private OmniGraph graph;

  @BeforeAll
  static void fill() {
    s3 = new AtomicS3Endpoint();
    root = s3.freshRoot().toString();
    options =
        OpenOptions.readWrite()
            .withStorageOptions(
                Map.of(
                    "AWS_ENDPOINT_URL", s3.url(),
                    "AWS_REGION", "us-east-1",
                    "AWS_ACCESS_KEY_ID", "key",
                    "AWS_SECRET_ACCESS_KEY", "secret",
                    "AWS_ALLOW_HTTP", "true",
                    "AWS_S3_FORCE_PATH_STYLE", "true"));
    StringBuilder records = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      records.append(
          "{\"type\":\"P\",\"data\":{\"k\":\"k%d\",\"n\":%d,\"t\":\"word%d\",\"v\":[1,%d]}}%n"
              .formatted(i, i % 7, i % 11, i % 13));
    }
    String schema = "node P { k: String @key n: I32? t: String? v: Vector(2)? }";
    try (OmniGraph made = OmniGraph.init(root, schema, false, options)) {
      made.load(
          new ByteArrayInputStream(records.toString().getBytes(StandardCharsets.UTF_8)),
          LoadMode.APPEND,
          BranchName.MAIN,
          null,
          WriteOptions.ANONYMOUS);
    }
  }

  /** What a process wrote it has in memory, so another one reads it. */
  @BeforeEach
  void open() {
    graph = OmniGraph.open(root, options);
  }

  @AfterEach
  void close() {
    graph.close();
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  private S3Faults.Pause stall() {
    return s3.faults().pauseAll(r -> r.kind() == S3Request.Kind.GET && r.key().contains("/data/"));
  }

  private int rows(String body, QueryOptions how) {
    int rows = 0;
    try (QueryCursor cursor =
        graph.query("query q() { " + body + " }", null, Map.of(), ReadTarget.MAIN, how)) {
      for (var batch = cursor.next(); batch != null; batch = cursor.next()) {
        rows += batch.getRowCount();
      }
    }
    return rows;
  }

  static Stream<Arguments> longReads() {
    return Stream.of(
        Arguments.of(AccessPath.SCAN, "match { $p: P  $p.n = 3 } return { $p.k }"),
        Arguments.of(AccessPath.INDEXED, "match { $p: P  $p.n = 3 } return { $p.k }"),
        Arguments.of(AccessPath.RESIDENT, "match { $p: P  $p.n = 3 } return { $p.k }"),
        Arguments.of(null, "match { $p: P } return { $p.n, count($p) as c }"),
        Arguments.of(
            AccessPath.SCAN, "match { $p: P  search($p.t, \"word3\") } return { count($p) as c }"),
        Arguments.of(
            AccessPath.SCAN,
            "match { $p: P } return { $p.k } order { nearest($p.v, [1, 2]) } limit 3"));
  }

  @ParameterizedTest
  @MethodSource("longReads")
  void aQueryEndsWhenItsTimeIsUpAlthoughStorageDoesNotAnswer(@Nullable AccessPath path, String body)
      throws Exception {
    QueryOptions how = QueryOptions.DEFAULT.withPath(path);
    QueryLimits brief = QueryLimits.DEFAULT.withTime(Duration.ofMillis(300));
    S3Faults.Pause stall = stall();

    assertThatThrownBy(() -> rows(body, how.withLimits(brief)))
        .isInstanceOfSatisfying(
            ResourceLimitException.class, e -> assertThat(e.code()).isEqualTo("query_timeout"));

    stall.awaitReached();
    stall.release();
    s3.faults().clear();
    assertThat(rows(body, how)).isPositive();
  }

  @Test
  void aQueryThatIsGivenUpEndsAlthoughStorageDoesNotAnswer() throws Exception {
    Cancellation cancellation = new Cancellation();
    QueryOptions how =
        QueryOptions.DEFAULT.withPath(AccessPath.SCAN).withCancellation(cancellation);
    S3Faults.Pause stall = stall();
    Thread leaving =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    stall.awaitReached();
                    cancellation.cancel();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });

    assertThatThrownBy(() -> rows("match { $p: P  $p.n = 3 } return { $p.k }", how))
        .isInstanceOfSatisfying(
            GoneException.class, e -> assertThat(e.code()).isEqualTo("query_cancelled"));

    leaving.join();
    stall.release();
    s3.faults().clear();
  }
}
