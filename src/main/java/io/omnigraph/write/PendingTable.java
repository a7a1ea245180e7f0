package io.omnigraph.write;

import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.schema.EntityType;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the statements of one mutation have done to one table so far: final images by id, committed
 * rows that go, and the rows of statements that wrote several at once.
 */
final class PendingTable {

  private final TableLayout layout;
  private final Map<String, List<Value>> images = new LinkedHashMap<>();
  private final Map<String, Long> replacedAddresses = new LinkedHashMap<>();
  private final Set<String> mintedIds = new LinkedHashSet<>();
  private final Map<String, Long> removedAddresses = new LinkedHashMap<>();
  private final Set<String> removedSources = new LinkedHashSet<>();
  private final List<List<List<Value>>> statementBatches = new ArrayList<>();

  PendingTable(TableLayout layout) {
    this.layout = layout;
  }

  TableLayout layout() {
    return layout;
  }

  EntityType type() {
    return layout.type();
  }

  TableKey key() {
    return layout.type().tableKey();
  }

  /** A row under an id that nobody can have used before. */
  void insertMinted(String id, List<Value> row) {
    mintedIds.add(id);
    images.put(id, row);
  }

  /** A row that takes the place of whatever has this id. */
  void put(String id, List<Value> row) {
    images.put(id, row);
  }

  /** The new image of a committed row. */
  void replace(String id, long address, List<Value> row) {
    replacedAddresses.put(id, address);
    images.put(id, row);
  }

  /** Records where the committed row of a pending image lies. */
  void locate(String id, long address) {
    replacedAddresses.put(id, address);
  }

  /** Removes a committed row; false if that had been done before. */
  boolean remove(String id, long address) {
    return removedAddresses.putIfAbsent(id, address) == null;
  }

  void removeEdge(String id, long address, String source) {
    if (remove(id, address)) {
      removedSources.add(source);
    }
  }

  void addStatementBatch(List<List<Value>> rows) {
    if (rows.size() > 1) {
      statementBatches.add(rows);
    }
  }

  boolean hasImage(String id) {
    return images.containsKey(id);
  }

  boolean isRemoved(String id) {
    return removedAddresses.containsKey(id);
  }

  /** A copy of the pending images, so that a statement may change them while it goes through. */
  Map<String, List<Value>> images() {
    return new LinkedHashMap<>(images);
  }

  List<List<List<Value>>> statementBatches() {
    return statementBatches;
  }

  /** Ids of images that may exist in the committed table at an address not known yet. */
  IdPool unlocated() {
    IdPool pool = new IdPool();
    for (String id : images.keySet()) {
      if (!mintedIds.contains(id) && !replacedAddresses.containsKey(id)) {
        pool.add(id);
      }
    }
    return pool;
  }

  boolean isUnchanged() {
    return images.isEmpty() && removedAddresses.isEmpty();
  }

  List<List<Value>> rows() {
    return List.copyOf(images.values());
  }

  IdPool imageIds() {
    return IdPool.of(images.keySet());
  }

  IdPool removedIds() {
    return IdPool.of(removedAddresses.keySet());
  }

  IdPool removedSources() {
    return IdPool.of(removedSources);
  }

  int removedCount() {
    return removedAddresses.size();
  }

  Set<String> writtenIds() {
    Set<String> ids = new LinkedHashSet<>(images.keySet());
    ids.addAll(removedAddresses.keySet());
    return ids;
  }

  /** Addresses of every committed row that goes, sorted. */
  long[] deletedAddresses() {
    LongArrayList addresses = new LongArrayList(replacedAddresses.size() + removedAddresses.size());
    addresses.addAll(replacedAddresses.values());
    addresses.addAll(removedAddresses.values());
    long[] sorted = addresses.toLongArray();
    java.util.Arrays.sort(sorted);
    return sorted;
  }
}
