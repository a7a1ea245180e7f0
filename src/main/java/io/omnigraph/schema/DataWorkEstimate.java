package io.omnigraph.schema;

import io.omnigraph.model.TableKey;
import io.omnigraph.schema.DataWork.Effect;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Estimates the data work of a plan. */
final class DataWorkEstimate {

  private final Map<TableKey, Long> rowCounts;

  /** The accepted table of each renamed type, by its desired table. */
  private final Map<TableKey, TableKey> renamed = new HashMap<>();

  private DataWorkEstimate(List<MigrationStep> steps, Map<TableKey, Long> rowCounts) {
    this.rowCounts = rowCounts;
    for (MigrationStep step : steps) {
      if (step instanceof MigrationStep.RenameType rename) {
        TableKey from = table(rename.typeKind(), rename.from()).orElseThrow();
        renamed.put(table(rename.typeKind(), rename.to()).orElseThrow(), from);
      }
    }
  }

  static List<DataWork> of(List<MigrationStep> steps, Map<TableKey, Long> rowCounts) {
    var estimate = new DataWorkEstimate(steps, rowCounts);
    return steps.stream().map(estimate::of).toList();
  }

  private DataWork of(MigrationStep step) {
    return switch (step) {
      case MigrationStep.AddType s ->
          table(s.typeKind(), s.name())
              .map(key -> new DataWork(Effect.NEW_DATASET, key, 0L))
              .orElse(DataWork.NONE);
      case MigrationStep.RenameType s ->
          work(Effect.NEW_DATASET, table(s.typeKind(), s.from()).orElseThrow());
      case MigrationStep.AddProperty s ->
          table(s.typeKind(), s.typeName())
              .map(key -> new DataWork(Effect.ADD_COLUMN, accepted(key), 0L))
              .orElse(DataWork.NONE);
      case MigrationStep.RenameProperty s -> rewrite(s.typeKind(), s.typeName());
      case MigrationStep.DropProperty s -> rewrite(s.typeKind(), s.typeName());
      case MigrationStep.DropType s ->
          new DataWork(Effect.RETIRE_DATASET, table(s.typeKind(), s.name()).orElseThrow(), 0L);
      case MigrationStep.AddConstraint s -> DataWork.NONE;
      case MigrationStep.ExtendEnum s -> DataWork.NONE;
      case MigrationStep.UpdateTypeMetadata s -> DataWork.NONE;
      case MigrationStep.UpdatePropertyMetadata s -> DataWork.NONE;
      case MigrationStep.UnsupportedChange s -> DataWork.NONE;
    };
  }

  private DataWork rewrite(TypeKind kind, String type) {
    return table(kind, type).map(key -> work(Effect.REWRITE_ROWS, key)).orElse(DataWork.NONE);
  }

  private DataWork work(Effect effect, TableKey desired) {
    TableKey key = accepted(desired);
    return new DataWork(effect, key, rowCounts.get(key));
  }

  private TableKey accepted(TableKey desired) {
    return renamed.getOrDefault(desired, desired);
  }

  private static Optional<TableKey> table(TypeKind kind, String name) {
    return switch (kind) {
      case INTERFACE -> Optional.empty();
      case NODE -> Optional.of(TableKey.node(name));
      case EDGE -> Optional.of(TableKey.edge(name));
    };
  }
}
