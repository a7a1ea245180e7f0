package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.testing.ManualTime;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A graph whose process can be made to fail or to die at any of its storage calls, and is then
 * opened again by the next one.
 */
public final class CrashableGraph implements AutoCloseable {

  /** How a storage call is broken. */
  public enum Break {
    /** It fails and did nothing. */
    REFUSE,
    /** It works, but its answer is lost. */
    LOSE_ANSWER,
    /** The process dies after it. */
    DIE
  }

  private static final Duration PAST_EVERY_LEASE = Duration.ofMinutes(2);

  private final GraphUri root;
  private final StorageOptions options;
  private final ManualTime time = ManualTime.now();
  private OmniGraph graph;
  private @Nullable NthCall armed;
  private final Switch calls = new Switch();

  /** Passes calls on to what is armed at the moment. */
  private final class Switch implements io.omnigraph.testing.CallInterceptor {
    @Override
    public <T> T around(String operation, String target, java.util.function.Supplier<T> body) {
      NthCall now;
      synchronized (CrashableGraph.this) {
        now = armed;
      }
      return now == null ? body.get() : now.around(operation, target, body);
    }
  }

  /** A new graph at a root at which nothing is. */
  public CrashableGraph(GraphUri root, StorageOptions options, String schema) {
    this.root = root.canonical();
    this.options = options;
    this.graph = TestEngine.init(settings(), schema);
  }

  private EngineSettings settings() {
    return TestEngine.intercepted(
        TestEngine.timed(TestEngine.settings(root, options), time), calls);
  }

  public OmniGraph graph() {
    return graph;
  }

  /** The n-th storage call from now on meets the break, once. */
  public synchronized void arm(int n, Break how) {
    armed =
        new NthCall(
            n,
            switch (how) {
              case REFUSE -> NthCall.Effect.FAIL;
              case LOSE_ANSWER -> NthCall.Effect.LOSE_ANSWER;
              case DIE -> NthCall.Effect.DIE_AFTER;
            });
    armed.arm();
  }

  /** Waits for what goes on behind the last answer, and says whether the armed call was met. */
  public boolean disarm() {
    try {
      graph.engine().lanes().awaitIdle();
    } catch (NthCall.Died | CompletionException e) {
      assertThat(isDead()).as("%s", e).isTrue();
    }
    synchronized (this) {
      NthCall was = armed;
      if (was == null) {
        return false;
      }
      was.disarm();
      return was.wasHit();
    }
  }

  public synchronized boolean isDead() {
    return armed != null && armed.hasDied();
  }

  /** True for what a caller of a dead process meets. */
  public static boolean isDeath(Throwable thrown) {
    return thrown instanceof NthCall.Died
        || (thrown instanceof CompletionException && thrown.getCause() instanceof NthCall.Died);
  }

  /** Stops the process without a word and lets the lease run out. */
  public void stop() {
    arm(1, Break.DIE);
    try {
      graph.snapshot(io.omnigraph.model.ReadTarget.MAIN);
      graph.engine().settings().objects().list("__recovery/");
    } catch (NthCall.Died e) {
      assertThat(isDead()).isTrue();
    }
    bury();
  }

  /** Ends what a dead process cannot end, so that the next one may come. */
  public void bury() {
    try {
      graph.close();
    } catch (NthCall.Died | CompletionException e) {
      assertThat(isDead()).as("%s", e).isTrue();
    }
    synchronized (this) {
      armed = null;
    }
    time.pass(PAST_EVERY_LEASE);
  }

  /**
   * The next process opens the graph.
   *
   * @param dieAt the storage call after which it dies on the way; 0 for none
   * @return false if it died
   */
  public boolean reopen(int dieAt) {
    EngineSettings settings = settings();
    if (dieAt > 0) {
      arm(dieAt, Break.DIE);
    }
    try {
      graph = TestEngine.open(settings, TestGraphs.fast());
    } catch (NthCall.Died | CompletionException e) {
      assertThat(isDead()).as("%s", e).isTrue();
      synchronized (this) {
        armed = null;
      }
      time.pass(PAST_EVERY_LEASE);
      return false;
    }
    if (disarm() && isDead()) {
      bury();
      return false;
    }
    graph.branches().forEach(graph.engine().lanes()::heal);
    return true;
  }

  /** Closes the graph in good order and compares everything in its folder that must agree. */
  public void check() {
    disarm();
    graph.branches().forEach(graph.engine().lanes()::heal);
    graph.close();
    GraphIntegrity.check(root, options);
    graph = TestEngine.open(settings(), TestGraphs.fast());
  }

  @Override
  public void close() {
    graph.close();
  }
}
