package io.omnigraph.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a run of `apply` has found and done so far, before it writes the ledger. One thread. */
final class LedgerDraft {

  final SortedMap<String, Ledger.Resource> resources;
  final SortedMap<String, Ledger.Status> statuses;
  final SortedMap<String, JsonNode> recoveryRecords;

  /** Sidecars whose work the ledger will show; removed once it is written. */
  final List<ClusterRoot.Sidecar> finished = new ArrayList<>();

  /** Graphs that somebody has to look at first. */
  final Set<String> blockedGraphs = new HashSet<>();

  /** Graphs whose creation was cut short before anything was in them. */
  final Set<String> abandoned = new HashSet<>();

  LedgerDraft(Ledger before) {
    this.resources = new TreeMap<>(before.appliedRevision().resources());
    this.statuses = new TreeMap<>(before.resourceStatuses());
    this.recoveryRecords = new TreeMap<>(before.recoveryRecords());
  }
}
