package io.omnigraph.query.check;

import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.PlanNode;
import io.omnigraph.query.plan.Ranking;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;

/** What an expression was resolved to. */
sealed interface Typed {

  /** For messages: the type as written in a schema, or what else it is. */
  String describe();

  /** A property, parameter, literal or {@code now()}. */
  record Scalar(Expr expr, PropertyType type) implements Typed {
    @Override
    public String describe() {
      return type.toString();
    }
  }

  /** A bare node variable. */
  record Node(String variable, String typeName) implements Typed {
    @Override
    public String describe() {
      return "node `" + typeName + "`";
    }
  }

  /** A text call. */
  record Text(Expr.TextMatch match) implements Typed {
    @Override
    public String describe() {
      return ScalarType.BOOL.spelling();
    }
  }

  /** A ranking call. */
  record Ranked(Ranking ranking) implements Typed {
    @Override
    public String describe() {
      return ScalarType.F64.spelling();
    }
  }

  /** An aggregate over a resolved argument; {@code type} is that of the result. */
  record Aggregated(PlanNode.Function function, boolean distinct, Expr argument, PropertyType type)
      implements Typed {
    @Override
    public String describe() {
      return "aggregate " + function.name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** A reference to the alias of a projection, not yet looked up. */
  record Alias(String name) implements Typed {
    @Override
    public String describe() {
      return "alias `" + name + "`";
    }
  }

  /** Could not be resolved; the reason has been reported. */
  record Unknown() implements Typed {
    @Override
    public String describe() {
      return "unknown";
    }
  }

  Typed UNKNOWN = new Unknown();
}
