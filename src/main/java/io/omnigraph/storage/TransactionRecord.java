package io.omnigraph.storage;

import java.util.Map;

/**
 * One committed transaction of a table.
 *
 * @param version the version it produced
 * @param uuid its uuid; empty if the version holds none
 * @param operation Update, Rewrite, CreateIndex, Restore, ...; empty if unreadable
 */
public record TransactionRecord(
    long version, String uuid, String operation, Map<String, String> properties) {
  public TransactionRecord {
    properties = Map.copyOf(properties);
  }
}
