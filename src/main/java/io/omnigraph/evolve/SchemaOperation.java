package io.omnigraph.evolve;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.LaneOperation;
import io.omnigraph.publish.OperationInfo;
import io.omnigraph.publish.Prepared;
import io.omnigraph.publish.ReadSet;
import io.omnigraph.publish.StructureChange;
import io.omnigraph.publish.WriteBase;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.MigrationPlan;
import io.omnigraph.schema.MigrationPlanner;
import io.omnigraph.schema.MigrationStep;
import io.omnigraph.schema.TypeKind;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.TableSchemas;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A schema change as an operation of main's lane. The plan is made anew on every base, so rows that
 * were written meanwhile are no conflict: the operation is prepared again behind them.
 */
final class SchemaOperation implements LaneOperation<MigrationPlan> {

  private final Catalog desired;
  private final boolean allowDataLoss;
  private final OperationInfo info;

  SchemaOperation(String operationId, Catalog desired, SchemaRequest request) {
    this.desired = desired;
    this.allowDataLoss = request.allowDataLoss();
    this.info =
        new OperationInfo(
            operationId,
            CommitKind.SCHEMA_APPLY,
            BranchName.MAIN,
            request.actor(),
            false,
            false,
            request.expectedHead(),
            null,
            null,
            null);
  }

  @Override
  public OperationInfo info() {
    return info;
  }

  @Override
  public Prepared<MigrationPlan> prepare(WriteBase base) {
    Catalog accepted = base.snapshot().catalog();
    MigrationPlan plan = MigrationPlanner.plan(accepted, desired, allowDataLoss);
    SchemaEvolution.requireSupported(plan);
    List<StructureChange> changes = plan.isEmpty() ? List.of() : new Translation(base, plan).run();
    return new Prepared<>(new TreeMap<>(), ReadSet.NOTHING, changes, plan);
  }

  /** From the steps of a plan to what happens to tables. */
  private final class Translation {

    private final WriteBase base;
    private final Map<TableKey, TableKey> oldKeys = new HashMap<>();
    private final Map<TableKey, Map<String, String>> oldColumns = new HashMap<>();
    private final List<StructureChange> changes = new ArrayList<>();

    Translation(WriteBase base, MigrationPlan plan) {
      this.base = base;
      for (MigrationStep step : plan.steps()) {
        if (step instanceof MigrationStep.RenameType rename) {
          oldKeys.put(key(rename.typeKind(), rename.to()), key(rename.typeKind(), rename.from()));
        } else if (step instanceof MigrationStep.RenameProperty rename
            && rename.typeKind() != TypeKind.INTERFACE) {
          oldColumns
              .computeIfAbsent(key(rename.typeKind(), rename.typeName()), k -> new HashMap<>())
              .put(rename.to(), rename.from());
        }
      }
    }

    private static TableKey key(TypeKind kind, String name) {
      return switch (kind) {
        case NODE -> TableKey.node(name);
        case EDGE -> TableKey.edge(name);
        case INTERFACE -> throw new IllegalArgumentException("an interface has no table: " + name);
      };
    }

    List<StructureChange> run() {
      try {
        return translate();
      } catch (RuntimeException | Error e) {
        for (StructureChange change : changes) {
          if (change instanceof StructureChange.Create create) {
            create.rows().close();
          }
        }
        throw e;
      }
    }

    private List<StructureChange> translate() {
      Snapshot snapshot = base.snapshot();
      Set<TableKey> continued = new HashSet<>();
      for (EntityType type : desired.types().toList()) {
        TableKey key = type.tableKey();
        TableKey oldKey = oldKeys.getOrDefault(key, key);
        Schema columns = TableSchemas.of(type);
        Map<String, String> renamed = oldColumns.getOrDefault(key, Map.of());
        if (snapshot.find(oldKey).isEmpty()) {
          changes.add(new StructureChange.Create(key, columns, RowSource.empty(columns)));
          continue;
        }
        continued.add(oldKey);
        if (!oldKey.equals(key)) {
          RowSource rows = RowCopy.of(base.table(oldKey), columns, renamed, base.allocator());
          changes.add(new StructureChange.Create(key, columns, rows));
          changes.add(new StructureChange.Drop(oldKey));
        } else if (!base.table(key).schema().getFields().equals(columns.getFields())) {
          changes.add(new StructureChange.Columns(key, columns, renamed));
        }
      }
      for (TableKey key : snapshot.tables().keySet()) {
        if (!continued.contains(key)) {
          changes.add(new StructureChange.Drop(key));
        }
      }
      changes.add(new StructureChange.Catalog(desired.hash()));
      return changes;
    }
  }
}
