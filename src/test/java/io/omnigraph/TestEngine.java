package io.omnigraph;

import io.omnigraph.commit.MonotonicIds;
import io.omnigraph.model.GraphUri;
import io.omnigraph.publish.FaultInjector;
import io.omnigraph.publish.RetryLoop;
import io.omnigraph.storage.Durability;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.testing.CallInterceptor;
import io.omnigraph.testing.InterceptedObjectStore;
import io.omnigraph.testing.InterceptedTableStorage;
import io.omnigraph.testing.ManualTime;
import java.time.Duration;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * Handles on engines whose storage or steps are intercepted; they bypass the process's registry.
 */
final class TestEngine {

  static final StorageOptions FAST = StorageOptions.defaults().withDurability(Durability.OS);

  private TestEngine() {}

  static EngineSettings settings(GraphUri root, StorageOptions options) {
    return withQuickRetry(EngineSettings.production(root.canonical(), options));
  }

  private static EngineSettings withQuickRetry(EngineSettings settings) {
    RetryLoop quick =
        new RetryLoop(
            4,
            Duration.ofSeconds(10),
            Duration.ofMillis(1),
            Duration.ofMillis(2),
            System::nanoTime,
            pause -> {},
            new Random(1));
    return new EngineSettings(
        settings.root(),
        settings.storage(),
        settings.objects(),
        settings.clock(),
        settings.nanoTime(),
        settings.ids(),
        quick,
        settings.faults(),
        settings.leaseTiming(),
        settings.groupLimit(),
        settings.retention());
  }

  /** Every clock of the engine is the given one. */
  static EngineSettings timed(EngineSettings settings, ManualTime time) {
    EngineSettings timed = settings.withClock(time, time::nanoTime);
    return new EngineSettings(
        timed.root(),
        timed.storage(),
        timed.objects(),
        timed.clock(),
        timed.nanoTime(),
        new MonotonicIds(time),
        timed.retry(),
        timed.faults(),
        timed.leaseTiming(),
        timed.groupLimit(),
        timed.retention());
  }

  static EngineSettings intercepted(EngineSettings settings, CallInterceptor... interceptors) {
    return settings
        .withStorage(new InterceptedTableStorage(settings.storage(), interceptors))
        .withObjects(new InterceptedObjectStore(settings.objects(), interceptors));
  }

  static OmniGraph open(EngineSettings settings, OpenOptions options) {
    return wrap(
        GraphEngine.openReadWrite(settings, GraphIntegrityExtension.READING, "test", false),
        options);
  }

  static OmniGraph init(EngineSettings settings) {
    return init(settings, false);
  }

  static OmniGraph init(EngineSettings settings, boolean wait) {
    return init(settings, TestGraphs.SCHEMA, wait);
  }

  static OmniGraph init(EngineSettings settings, String schema) {
    return init(settings, schema, false);
  }

  private static OmniGraph init(EngineSettings settings, String schema, boolean wait) {
    return wrap(
        GraphEngine.init(settings, GraphIntegrityExtension.READING, "test", schema, false, wait),
        TestGraphs.fast());
  }

  /** Opens for writing as soon as no other engine does. */
  static OmniGraph openWaiting(EngineSettings settings) {
    return wrap(
        GraphEngine.openReadWrite(settings, GraphIntegrityExtension.READING, "test", true),
        TestGraphs.fast());
  }

  static OmniGraph openReadOnly(EngineSettings settings) {
    return openReadOnly(settings, OpenOptions.readOnly());
  }

  static OmniGraph openReadOnly(EngineSettings settings, OpenOptions options) {
    return wrap(GraphEngine.openReadOnly(settings, GraphIntegrityExtension.READING), options);
  }

  static OmniGraph open(
      GraphUri root, StorageOptions options, FaultInjector faults, CallInterceptor... calls) {
    EngineSettings settings = settings(root, options).withFaults(faults);
    return open(intercepted(settings, calls), TestGraphs.fast());
  }

  static OmniGraph open(
      GraphUri root, StorageOptions options, UnaryOperator<EngineSettings> change) {
    return open(change.apply(settings(root, options)), TestGraphs.fast());
  }

  private static OmniGraph wrap(GraphEngine engine, OpenOptions options) {
    return new OmniGraph(new Engines.Share(engine, engine::close), options);
  }
}
