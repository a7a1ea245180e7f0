package io.omnigraph.publish;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import org.jspecify.annotations.Nullable;

/**
 * An operation that left a sidecar, as recovery and its audit name it.
 *
 * @param commit the commit it was to publish; null if its writer minted none ahead
 * @param actor who started it; null if anonymous
 * @param writerKind what kind of operation it was, as its sidecar says
 */
record InterruptedOperation(
    String id,
    BranchName branch,
    @Nullable CommitId commit,
    @Nullable String actor,
    String writerKind) {

  static InterruptedOperation of(Sidecar sidecar) {
    return new InterruptedOperation(
        sidecar.operationId(),
        sidecar.branch(),
        sidecar.commitId(),
        sidecar.actor() == null ? null : sidecar.actor().value(),
        sidecar.kind().word());
  }

  static InterruptedOperation of(LegacySidecar sidecar) {
    return new InterruptedOperation(
        sidecar.operationId(),
        sidecar.branch() == null ? BranchName.MAIN : sidecar.branch(),
        sidecar.commitId(),
        sidecar.actor(),
        sidecar.writerKind());
  }

  static InterruptedOperation of(SidecarStore.Found found) {
    return switch (found) {
      case SidecarStore.Found.Current(var key, var sidecar) -> of(sidecar);
      case SidecarStore.Found.Legacy(var key, var sidecar) -> of(sidecar);
    };
  }
}
