package io.omnigraph.publish;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes sidecars after their publish, off the caller's path. A removal that fails is left to
 * recovery, which finds the commit in the lineage. Thread-safe.
 */
final class SidecarCleaner {

  private static final Logger LOG = LoggerFactory.getLogger(SidecarCleaner.class);

  private final LaneContext context;
  private final SidecarStore sidecars;
  private final Set<CompletableFuture<Void>> running = ConcurrentHashMap.newKeySet();

  SidecarCleaner(LaneContext context, SidecarStore sidecars) {
    this.context = context;
    this.sidecars = sidecars;
  }

  /**
   * @param ifLeft told if the sidecar could not be removed
   */
  void deleteLater(String operationId, Runnable ifLeft) {
    CompletableFuture<Void> step =
        CompletableFuture.runAsync(() -> delete(operationId, ifLeft), context.executor());
    running.add(step);
    step.whenComplete((done, failure) -> running.remove(step));
  }

  private void delete(String operationId, Runnable ifLeft) {
    try {
      context
          .faults()
          .around(FaultPoint.SIDECAR_DELETE, () -> sidecars.delete(SidecarStore.key(operationId)));
    } catch (RuntimeException e) {
      LOG.warn("the sidecar of operation {} could not be removed; recovery will", operationId, e);
      ifLeft.run();
    }
  }

  /** Waits until no removal is under way. */
  void awaitIdle() {
    for (CompletableFuture<Void> step : running) {
      step.join();
    }
  }
}
