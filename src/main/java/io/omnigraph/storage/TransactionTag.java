package io.omnigraph.storage;

import java.util.Map;

/**
 * What identifies a transaction from outside.
 *
 * @param uuid minted before the commit; by it an outcome is decided
 * @param properties stored with the transaction: {@code omni.operation}, {@code omni.commit},
 *     {@code omni.op}
 */
public record TransactionTag(String uuid, Map<String, String> properties) {
  public TransactionTag {
    properties = Map.copyOf(properties);
  }
}
