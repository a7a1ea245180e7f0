package io.omnigraph.query.ast;

import java.util.List;

/** One statement of a mutation; {@code place} is its keyword and target. */
public sealed interface Statement {

  Name type();

  Place place();

  record Insert(Name type, List<Assignment> assignments, Place place) implements Statement {
    public Insert {
      assignments = List.copyOf(assignments);
    }
  }

  record Update(Name type, List<Assignment> assignments, Predicate where, Place place)
      implements Statement {
    public Update {
      assignments = List.copyOf(assignments);
    }
  }

  record Delete(Name type, Predicate where, Place place) implements Statement {}

  /** {@code property: value}; the value is a literal, a variable or {@code now()}. */
  record Assignment(Name property, Expression value) {}

  /** {@code property operator value}; the value is a literal, a variable or {@code now()}. */
  record Predicate(Name property, Clause.Operator operator, Expression value) {}
}
