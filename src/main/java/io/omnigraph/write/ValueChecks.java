package io.omnigraph.write;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.Value;
import io.omnigraph.query.plan.Condition.Operator;
import io.omnigraph.schema.Constraint;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.Property;
import io.omnigraph.storage.Cells;
import io.omnigraph.storage.TableSchemas;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * The rules that one value fulfils or breaks by itself: {@code @range}, {@code @check} and
 * membership of an enum. Null is exempt.
 */
final class ValueChecks {

  private interface Check {
    /** What is wrong with a cell that is not null; null if nothing is. */
    @Nullable String problem(FieldVector cells, int row);
  }

  private record ColumnCheck(String column, Check check) {}

  private final EntityType type;
  private final List<ColumnCheck> checks = new ArrayList<>();

  ValueChecks(EntityType type) {
    this.type = type;
    for (Constraint constraint : type.constraints()) {
      switch (constraint) {
        case Constraint.Range range ->
            checks.add(new ColumnCheck(range.property(), (cells, row) -> range(range, cells, row)));
        case Constraint.Check check -> {
          Pattern pattern = compile(check);
          checks.add(
              new ColumnCheck(check.property(), (cells, row) -> check(check, pattern, cells, row)));
        }
        case Constraint.Key key -> {}
        case Constraint.Unique unique -> {}
        case Constraint.Index index -> {}
      }
    }
    for (Property property : type.properties()) {
      if (property.type().isEnum()) {
        IdPool allowed = IdPool.of(property.type().enumValues());
        checks.add(
            new ColumnCheck(
                property.name(), (cells, row) -> membership(property, allowed, cells, row)));
      }
    }
  }

  boolean isEmpty() {
    return checks.isEmpty();
  }

  /**
   * Checks every row, check by check within a row.
   *
   * @param before rows of the table in earlier batches
   */
  void check(VectorSchemaRoot batch, long before, ViolationSink sink) {
    FieldVector[] vectors = new FieldVector[checks.size()];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = batch.getVector(checks.get(i).column());
    }
    int rows = batch.getRowCount();
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < vectors.length; i++) {
        if (vectors[i].isNull(row)) {
          continue;
        }
        String problem = checks.get(i).check().problem(vectors[i], row);
        if (problem != null) {
          String id = Rows.id(batch, row);
          sink.accept(
              before + row,
              () ->
                  new Violation(
                      Violation.Kind.VALUE, type.tableKey(), id, TableSchemas.ID, problem));
        }
      }
    }
  }

  private @Nullable String range(Constraint.Range range, FieldVector cells, int row) {
    Value value = Cells.read(cells, row);
    String prefix = "@range violation on " + type.name() + "." + range.property() + ": value ";
    if (value instanceof Value.Real real && Double.isNaN(real.value())) {
      return prefix + "is NaN";
    }
    Optional<Value> min = Optional.ofNullable(range.min()).map(ValueChecks::bound);
    if (min.isPresent() && ValueComparison.test(value, Operator.LT, min.get())) {
      return prefix + ValueText.of(value) + " < min " + ValueText.of(min.get());
    }
    Optional<Value> max = Optional.ofNullable(range.max()).map(ValueChecks::bound);
    if (max.isPresent() && ValueComparison.test(value, Operator.GT, max.get())) {
      return prefix + ValueText.of(value) + " > max " + ValueText.of(max.get());
    }
    return null;
  }

  private static Value bound(Constraint.Bound bound) {
    return switch (bound) {
      case Constraint.Bound.Integer i -> new Value.Int(i.value());
      case Constraint.Bound.Float f -> new Value.Real(f.value());
    };
  }

  private @Nullable String check(
      Constraint.Check check, Pattern pattern, FieldVector cells, int row) {
    byte[] value = ((VarCharVector) cells).get(row);
    if (pattern.matcher(value).find()) {
      return null;
    }
    return "@check violation on "
        + type.name()
        + "."
        + check.property()
        + ": value '"
        + new String(value, StandardCharsets.UTF_8)
        + "' does not match pattern '"
        + check.pattern()
        + "'";
  }

  private Pattern compile(Constraint.Check check) {
    try {
      return Pattern.compile(check.pattern());
    } catch (PatternSyntaxException e) {
      throw new BadRequestException(
          "invalid_check_pattern",
          "@check on "
              + type.name()
              + "."
              + check.property()
              + " has invalid regex '"
              + check.pattern()
              + "': "
              + e.getDescription(),
          Map.of("pattern", check.pattern()),
          e);
    }
  }

  private @Nullable String membership(
      Property property, IdPool allowed, FieldVector cells, int row) {
    if (allowed.contains((VarCharVector) cells, row)) {
      return null;
    }
    return "invalid enum value '"
        + ValueText.of(Cells.read(cells, row))
        + "' for "
        + type.name()
        + "."
        + property.name()
        + " (expected: "
        + String.join(", ", property.type().enumValues())
        + ")";
  }
}
