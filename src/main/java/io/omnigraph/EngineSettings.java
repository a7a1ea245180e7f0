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
    return new EngineSettings(
        root, storage, objects, clock, nanoTime, ids, retry, faults, leaseTiming, limit, retention);
  }

  EngineSettings withStorage(TableStorage other) {
    return new EngineSettings(
        root,
        other,
        objects,
        clock,
        nanoTime,
        ids,
        retry,
        faults,
        leaseTiming,
        groupLimit,
        retention);
  }

  EngineSettings withObjects(ObjectStore other) {
    return new EngineSettings(
        root,
        storage,
        other,
        clock,
        nanoTime,
        ids,
        retry,
        faults,
        leaseTiming,
        groupLimit,
        retention);
  }

  EngineSettings withFaults(FaultInjector other) {
    return new EngineSettings(
        root,
        storage,
        objects,
        clock,
        nanoTime,
        ids,
        retry,
        other,
        leaseTiming,
        groupLimit,
        retention);
  }

  EngineSettings withClock(InstantSource otherClock, LongSupplier otherNanoTime) {
    return new EngineSettings(
        root,
        storage,
        objects,
        otherClock,
        otherNanoTime,
        ids,
        retry,
        faults,
        leaseTiming,
        groupLimit,
        retention);
  }

  EngineSettings withLeaseTiming(WriterLeases.Timing other) {
    return new EngineSettings(
        root, storage, objects, clock, nanoTime, ids, retry, faults, other, groupLimit, retention);
  }

  EngineSettings withRetention(VersionRetention other) {
    return new EngineSettings(
        root,
        storage,
        objects,
        clock,
        nanoTime,
        ids,
        retry,
        faults,
        leaseTiming,
        groupLimit,
        other);
  }
}
