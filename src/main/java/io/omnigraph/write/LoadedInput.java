package io.omnigraph.write;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.TableSchemas;
import io.omnigraph.write.RecordNumbers.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;

/**
 * What a load has read. Owns the rows and the memory they lie in.
 *
 * @param tables one per type that the input names
 * @param word what messages call a record: {@code record}, {@code line} or {@code row}
 * @param memory closed with the tables
 */
record LoadedInput(List<LoadedTable> tables, String word, BufferAllocator memory)
    implements AutoCloseable {

  LoadedInput {
    tables = List.copyOf(tables);
  }

  /** The first violation as an error that names its record, with the others in its context. */
  BadRequestException refusal(Violations violations, BufferAllocator allocator) {
    List<Violation> listed = violations.first();
    long[] records = records(listed, allocator);
    Violation first = listed.getFirst();
    Map<String, Object> context = new LinkedHashMap<>(entry(first, records[0]));
    context.remove("message");
    context.put("violation_count", violations.count());
    List<Map<String, Object>> all = new ArrayList<>();
    for (int i = 0; i < records.length; i++) {
      all.add(entry(listed.get(i), records[i]));
    }
    context.put("violations", all);
    return new BadRequestException(
        first.kind().code(), label(records[0]) + first.message(), context);
  }

  private String label(long record) {
    return record < 0 ? "" : word + " " + record + ": ";
  }

  private static Map<String, Object> entry(Violation violation, long record) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("table_key", violation.table().toString());
    entry.put("entity_id", violation.entityId());
    if (record >= 0) {
      entry.put("record", record);
    }
    entry.put("message", violation.message());
    return entry;
  }

  private long[] records(List<Violation> violations, BufferAllocator allocator) {
    long[] records = new long[violations.size()];
    java.util.Arrays.fill(records, -1);
    Map<TableKey, List<Integer>> byTable = new HashMap<>();
    for (int i = 0; i < records.length; i++) {
      byTable.computeIfAbsent(violations.get(i).table(), k -> new ArrayList<>()).add(i);
    }
    for (LoadedTable table : tables) {
      List<Integer> indices = byTable.getOrDefault(table.key(), List.of());
      long[] found =
          table
              .numbers()
              .find(
                  table.input(),
                  allocator,
                  indices.stream().map(i -> place(violations.get(i))).toList());
      for (int i = 0; i < found.length; i++) {
        records[indices.get(i)] = found[i];
      }
    }
    return records;
  }

  /** Where the row of a violation stands among those that have the same text in its column. */
  private static Place place(Violation violation) {
    int which =
        switch (violation.kind()) {
          case ENDPOINT -> 1;
          case UNIQUE -> 2;
          case VALUE, CARDINALITY -> Integer.MAX_VALUE;
        };
    return new Place(violation.column(), violation.entityId(), which);
  }

  /** The refusal of the first of some ids that exist already. */
  ConflictException keyConflict(LoadedTable table, List<String> ids, BufferAllocator allocator) {
    long[] records =
        table
            .numbers()
            .find(
                table.input(),
                allocator,
                ids.stream().map(id -> new Place(TableSchemas.ID, id, 1)).toList());
    int first = 0;
    for (int i = 1; i < records.length; i++) {
      first = records[i] < records[first] ? i : first;
    }
    return KeyConflicts.at(word, records[first], KeyConflicts.exists(table.key(), ids.get(first)));
  }

  @Override
  public void close() {
    tables.forEach(LoadedTable::close);
    memory.close();
  }
}
