package io.omnigraph;

import io.omnigraph.commit.MonotonicIds;
import io.omnigraph.maintenance.VersionRetention;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.IdSource;
import io.omnigraph.publish.FaultInjector;
import io.omnigraph.publish.RetryLoop;
import io.omnigraph.publish.WriterLeases;
import io.omnigraph.storage.Durability;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.storage.lance.LanceTables;
import io.omnigraph.storage.object.ObjectStores;
import java.time.Clock;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Everything an engine takes from outside: storage, time, ids, chance, faults. Tests replace parts.
 *
 * @param storage closed by the engine
 * @param objects closed by the engine, after the storage
 * @param groupLimit most writes that may share one commit
 * @param retention how much of the past is kept without being asked
 */
record EngineSettings(
    GraphUri root,
    TableStorage storage,
    ObjectStore objects,
    InstantSource clock,
    LongSupplier nanoTime,
    IdSource ids,
    RetryLoop retry,
    FaultInjector faults,
    WriterLeases.Timing leaseTiming,
    int groupLimit,
    VersionRetention retention) {

  /** What says how much of its past a graph keeps. */
  static final String RETENTION = "OMNIGRAPH_RETENTION";

  /** Most tables kept open. */
  static final int OPEN_TABLES = 512;

  /** The storage's settings: the environment, overridden by what the options say. */
  static StorageOptions storageOptions(OpenOptions options) {
    StorageOptions storage = StorageOptions.fromEnvironment(environment(options));
    return switch (options.durability()) {
      case OS -> storage.withDurability(Durability.OS);
      case FSYNC -> storage;
    };
  }

  /** The process's environment, overridden by what the options say. */
  static Map<String, String> environment(OpenOptions options) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.putAll(options.storageOptions());
    return environment;
  }

  static EngineSettings production(GraphUri root, StorageOptions options) {
    ObjectStore objects = ObjectStores.open(root, options);
    TableStorage storage = LanceTables.open(root, options, objects);
    InstantSource clock = Clock.systemUTC();
    return new EngineSettings(
        root,
        storage,
        objects,
        clock,
        System::nanoTime,
        new MonotonicIds(clock),
        RetryLoop.standard(System::nanoTime, () -> ThreadLocalRandom.current().nextLong()),
        FaultInjector.NONE,
        WriterLeases.Timing.STANDARD,
        OpenOptions.GROUP_LIMIT,
        VersionRetention.STANDARD);
  }

  static EngineSettings production(GraphUri root, OpenOptions options) {
    // A setting that makes no sense is told before anything is opened.
    VersionRetention retention = retention(options);
    return production(root, storageOptions(options))
        .withGroupLimit(options.groupLimit())
        .withRetention(retention);
  }

  private static VersionRetention retention(OpenOptions options) {
    VersionRetention given = options.retention();
    String text = environment(options).get(RETENTION);
    if (given != null) {
      return given;
    }
    return text == null || text.isBlank()
        ? VersionRetention.STANDARD
        : VersionRetention.parse(text);
  }

  private EngineSettings withGroupLimit(int limit) {
    return with(copy -> copy.groupLimit = limit);
  }

  EngineSettings withStorage(TableStorage other) {
    return with(copy -> copy.storage = other);
  }

  EngineSettings withObjects(ObjectStore other) {
    return with(copy -> copy.objects = other);
  }

  EngineSettings withFaults(FaultInjector other) {
    return with(copy -> copy.faults = other);
  }

  EngineSettings withClock(InstantSource otherClock, LongSupplier otherNanoTime) {
    return with(
        copy -> {
          copy.clock = otherClock;
          copy.nanoTime = otherNanoTime;
        });
  }

  EngineSettings withLeaseTiming(WriterLeases.Timing other) {
    return with(copy -> copy.leaseTiming = other);
  }

  EngineSettings withRetention(VersionRetention other) {
    return with(copy -> copy.retention = other);
  }

  private EngineSettings with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new EngineSettings(
        root,
        copy.storage,
        copy.objects,
        copy.clock,
        copy.nanoTime,
        ids,
        retry,
        copy.faults,
        copy.leaseTiming,
        copy.groupLimit,
        copy.retention);
  }

  /** The parts that can be replaced, while they are. */
  private static final class Copy {
    private TableStorage storage;
    private ObjectStore objects;
    private InstantSource clock;
    private LongSupplier nanoTime;
    private FaultInjector faults;
    private WriterLeases.Timing leaseTiming;
    private int groupLimit;
    private VersionRetention retention;

    Copy(EngineSettings from) {
      this.storage = from.storage;
      this.objects = from.objects;
      this.clock = from.clock;
      this.nanoTime = from.nanoTime;
      this.faults = from.faults;
      this.leaseTiming = from.leaseTiming;
      this.groupLimit = from.groupLimit;
      this.retention = from.retention;
    }
  }
}
