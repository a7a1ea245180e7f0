package io.omnigraph;

import io.omnigraph.model.GraphUri;
import io.omnigraph.publish.WriterLeases;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.testing.S3Faults;
import io.omnigraph.testing.S3Request;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Where graphs lie whose n-th storage call is broken: a local disk, or a bucket. */
interface FaultyPlace extends AutoCloseable {

  /** How a call is broken. */
  enum Effect {
    REFUSE,
    LOSE_ANSWER,
    /** The process dies after it; in a bucket: the connection breaks before it. */
    BREAK
  }

  /** The n-th call from {@link #arm} on. */
  interface Fault {
    EngineSettings settings();

    void arm();

    void disarm();

    boolean wasHit();
  }

  /** A root at which nothing is. */
  GraphUri emptyRoot();

  /** A copy of a graph that is arranged once, at the first call with its name. */
  GraphUri copy(String name, Consumer<EngineSettings> arrange);

  StorageOptions options();

  Fault fault(GraphUri root, int n, Effect effect);

  /** Short, so that nobody waits long for a lease whose release was broken. */
  WriterLeases.Timing TIMING =
      new WriterLeases.Timing(Duration.ofSeconds(6), Duration.ofMillis(300), Duration.ZERO);

  default EngineSettings settings(GraphUri root) {
    return TestEngine.settings(root, options()).withLeaseTiming(TIMING);
  }

  @Override
  void close();

  /** Breaks calls of the storage interfaces. */
  final class Disk implements FaultyPlace {
    private final Path folder;
    private final Map<String, GraphUri> templates = new ConcurrentHashMap<>();
    private final AtomicInteger roots = new AtomicInteger();

    Disk(Path folder) {
      this.folder = folder;
    }

    @Override
    public GraphUri emptyRoot() {
      return GraphUri.local(folder.resolve("run-" + roots.incrementAndGet()));
    }

    @Override
    public GraphUri copy(String name, Consumer<EngineSettings> arrange) {
      GraphUri template =
          templates.computeIfAbsent(
              name,
              n -> {
                GraphUri root = GraphUri.local(folder.resolve("template-" + n)).canonical();
                arrange.accept(settings(root));
                return root;
              });
      GraphUri root = emptyRoot();
      GraphTemplates.copyTree(template.path(), root.path());
      return root;
    }

    @Override
    public StorageOptions options() {
      return TestEngine.FAST;
    }

    @Override
    public Fault fault(GraphUri root, int n, Effect effect) {
      NthCall call =
          new NthCall(
              n,
              switch (effect) {
                case REFUSE -> NthCall.Effect.FAIL;
                case LOSE_ANSWER -> NthCall.Effect.LOSE_ANSWER;
                case BREAK -> NthCall.Effect.DIE_AFTER;
              });
      EngineSettings settings = TestEngine.intercepted(settings(root), call);
      return new Fault() {
        @Override
        public EngineSettings settings() {
          return settings;
        }

        @Override
        public void arm() {
          call.arm();
        }

        @Override
        public void disarm() {
          call.disarm();
        }

        @Override
        public boolean wasHit() {
          return call.wasHit();
        }
      };
    }

    @Override
    public void close() {}
  }

  /** Breaks requests. */
  final class Bucket implements FaultyPlace {
    private final AtomicS3Endpoint s3 = new AtomicS3Endpoint();
    private final Map<String, GraphUri> templates = new ConcurrentHashMap<>();

    @Override
    public GraphUri emptyRoot() {
      return s3.freshRoot();
    }

    @Override
    public GraphUri copy(String name, Consumer<EngineSettings> arrange) {
      GraphUri template =
          templates.computeIfAbsent(
              name,
              n -> {
                GraphUri root = emptyRoot();
                arrange.accept(settings(root));
                return root;
              });
      GraphUri root = emptyRoot();
      String from = key(template);
      for (String key : s3.keys(from)) {
        s3.store(key(root) + key.substring(from.length()), s3.bytes(key));
      }
      return root;
    }

    AtomicS3Endpoint endpoint() {
      return s3;
    }

    /** What the keys of a graph begin with. */
    static String key(GraphUri root) {
      return root.toString().substring("s3://bucket/".length()) + "/";
    }

    @Override
    public StorageOptions options() {
      return StorageOptions.defaults().withS3(s3.access());
    }

    @Override
    public Fault fault(GraphUri root, int n, Effect effect) {
      S3Faults.Effect broken =
          switch (effect) {
            case REFUSE -> S3Faults.Effect.FAIL_BEFORE;
            case LOSE_ANSWER -> S3Faults.Effect.LOSE_ANSWER;
            case BREAK -> S3Faults.Effect.DROP_BEFORE;
          };
      return fault(root, request -> true, n, 1, broken);
    }

    /** Breaks some of the requests that are meant, from the n-th on. */
    Fault fault(
        GraphUri root, Predicate<S3Request> which, int n, int times, S3Faults.Effect broken) {
      EngineSettings settings = settings(root);
      AtomicInteger met = new AtomicInteger();
      return new Fault() {
        @Override
        public EngineSettings settings() {
          return settings;
        }

        @Override
        public void arm() {
          s3.faults().several(n, times, r -> which.test(r) && met.incrementAndGet() > 0, broken);
        }

        @Override
        public void disarm() {
          s3.faults().clear();
        }

        @Override
        public boolean wasHit() {
          return met.get() >= n;
        }
      };
    }

    @Override
    public void close() {
      s3.close();
    }
  }
}
