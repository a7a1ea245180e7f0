package io.omnigraph.publish;

import io.omnigraph.commit.CommitListener;
import io.omnigraph.commit.CommitLog;
import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.manifest.Snapshots;
import io.omnigraph.manifest.TableHandles;
import io.omnigraph.model.IdSource;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.TableStorage;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;

/**
 * What the lanes of one engine share.
 *
 * @param graphName the name in events
 * @param nanoTime a monotonic clock
 * @param executor runs lanes and parallel steps; must not queue behind a bound, since steps wait
 *     for each other
 * @param groupLimit most writes that may share one commit
 */
public record LaneContext(
    String graphName,
    TableStorage storage,
    ObjectStore objects,
    ManifestStore manifests,
    Snapshots snapshots,
    TableHandles handles,
    CommitLog log,
    IdSource ids,
    InstantSource clock,
    LongSupplier nanoTime,
    RetryLoop retry,
    FaultInjector faults,
    WriterLease lease,
    CommitListener listener,
    ExecutorService executor,
    int groupLimit) {

  /** Microseconds since the epoch. */
  long nowMicros() {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }
}
