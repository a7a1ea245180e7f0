package io.omnigraph.read.access;

import io.omnigraph.model.Value;
import io.omnigraph.query.Parameters;
import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import io.omnigraph.storage.FilterSql;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns conditions into what storage or an index answers, which keeps at least every row the
 * conditions keep (the engine tests each row again). What storage does not provably read the same
 * way stays out.
 */
public final class Pushdown {

  /** For conditions without parameters. */
  static final Pushdown NONE = new Pushdown(new Parameters(Map.of(), Instant.EPOCH));

  private final Parameters parameters;

  public Pushdown(Parameters parameters) {
    this.parameters = parameters;
  }

  /** A filter; null if nothing can be pushed down. */
  public @Nullable String filter(List<Condition> conditions) {
    List<String> parts = new ArrayList<>();
    for (Condition condition : conditions) {
      String part = translate(condition);
      if (part != null) {
        parts.add(part);
      }
    }
    return parts.isEmpty() ? null : String.join(" AND ", parts);
  }

  /** A property that must have a value. */
  record Equality(Expr.PropertyRef property, Value value) {}

  /** The conditions by which a property must equal something known. */
  List<Equality> equalities(List<Condition> conditions) {
    List<Equality> found = new ArrayList<>(conditions.size());
    for (Condition condition : conditions) {
      if (condition instanceof Condition.Compare compare
          && compare.operator() == Condition.Operator.EQ) {
        boolean leftFirst = compare.left() instanceof Expr.PropertyRef;
        Expr first = leftFirst ? compare.left() : compare.right();
        Value value = constant(leftFirst ? compare.right() : compare.left());
        if (first instanceof Expr.PropertyRef property && value != null) {
          found.add(new Equality(property, value));
        }
      }
    }
    return found;
  }

  private @Nullable String translate(Condition condition) {
    return switch (condition) {
      case Condition.Compare c -> comparison(c);
      case Condition.StartsWith s -> null;
      case Condition.TextContains t -> null;
      case Condition.ListContains l -> null;
      case Condition.IsNull n ->
          n.operand() instanceof Expr.PropertyRef p && p.type().scalar() != ScalarType.BLOB
              ? FilterSql.identifier(p.property()) + (n.negated() ? " IS NOT NULL" : " IS NULL")
              : null;
      case Condition.Text t -> null;
    };
  }

  private @Nullable String comparison(Condition.Compare compare) {
    if (compare.left() instanceof Expr.PropertyRef property) {
      return comparison(property, compare.operator(), constant(compare.right()));
    }
    if (compare.right() instanceof Expr.PropertyRef property) {
      return comparison(property, mirrored(compare.operator()), constant(compare.left()));
    }
    return null;
  }

  static Condition.Operator mirrored(Condition.Operator operator) {
    return switch (operator) {
      case EQ -> Condition.Operator.EQ;
      case NE -> Condition.Operator.NE;
      case LT -> Condition.Operator.GT;
      case LE -> Condition.Operator.GE;
      case GT -> Condition.Operator.LT;
      case GE -> Condition.Operator.LE;
    };
  }

  private @Nullable Value constant(Expr expression) {
    return switch (expression) {
      case Expr.Literal literal -> literal.value();
      case Expr.ParameterRef parameter -> parameters.get(parameter.name());
      case Expr.PropertyRef ignored -> null;
      case Expr.VariableRef ignored -> null;
      case Expr.Now ignored -> null;
      case Expr.TextMatches ignored -> null;
      case Expr.Score ignored -> null;
      case Expr.ColumnRef ignored -> null;
    };
  }

  private static @Nullable String comparison(
      Expr.PropertyRef property, Condition.Operator operator, @Nullable Value value) {
    if (value == null || operator == Condition.Operator.NE) {
      return null;
    }
    String literal = literal(property.type(), value);
    return literal == null
        ? null
        : FilterSql.identifier(property.property()) + " " + operator.symbol() + " " + literal;
  }

  /** Only what the column's type holds exactly. */
  private static @Nullable String literal(PropertyType type, Value value) {
    if (type.list()) {
      return null;
    }
    return switch (type.scalar()) {
      case STRING -> value instanceof Value.Text t ? FilterSql.text(t.value()) : null;
      case BOOL -> value instanceof Value.Bool b ? Boolean.toString(b.value()) : null;
      case I32 -> within(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case I64 -> within(value, Long.MIN_VALUE + 1, Long.MAX_VALUE);
      case U32 -> within(value, 0, 0xFFFFFFFFL);
      case U64 -> within(value, 0, Long.MAX_VALUE);
      case F32, F64, DATE, DATETIME, BLOB, VECTOR -> null;
    };
  }

  private static @Nullable String within(Value value, long low, long high) {
    return value instanceof Value.Int i && i.value() >= low && i.value() <= high
        ? Long.toString(i.value())
        : null;
  }
}
