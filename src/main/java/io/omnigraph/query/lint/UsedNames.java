package io.omnigraph.query.lint;

import io.omnigraph.query.ast.Clause;
import io.omnigraph.query.ast.Expression;
import io.omnigraph.query.ast.QueryDeclaration;
import io.omnigraph.query.ast.QueryDeclaration.Body;
import io.omnigraph.query.ast.QueryDeclaration.RowCount;
import io.omnigraph.query.ast.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names of bare variables used as values anywhere in a query. */
final class UsedNames {

  private final Set<String> found = new HashSet<>();

  private UsedNames() {}

  static Set<String> in(QueryDeclaration query) {
    var names = new UsedNames();
    switch (query.body()) {
      case Body.Read read -> names.read(read);
      case Body.Mutation mutation -> mutation.statements().forEach(names::statement);
    }
    return names.found;
  }

  private void read(Body.Read read) {
    clauses(read.match());
    read.returns().forEach(p -> expression(p.expression()));
    read.order().forEach(o -> expression(o.expression()));
    rowCount(read.limit());
    rowCount(read.offset());
  }

  private void rowCount(@Nullable RowCount count) {
    if (count instanceof RowCount.Variable variable) {
      found.add(variable.name().text());
    }
  }

  private void clauses(List<Clause> clauses) {
    for (Clause clause : clauses) {
      switch (clause) {
        case Clause.Not not -> clauses(not.body());
        case Clause.Binding binding -> binding.matches().forEach(m -> expression(m.value()));
        case Clause.Traversal traversal -> {}
        case Clause.Filter filter -> {
          expression(filter.left());
          expression(filter.right());
        }
        case Clause.NullTest test -> expression(test.operand());
        case Clause.TextTest test -> expression(test.call());
      }
    }
  }

  private void statement(Statement statement) {
    switch (statement) {
      case Statement.Insert insert -> insert.assignments().forEach(a -> expression(a.value()));
      case Statement.Update update -> {
        update.assignments().forEach(a -> expression(a.value()));
        expression(update.where().value());
      }
      case Statement.Delete delete -> expression(delete.where().value());
    }
  }

  private void expression(@Nullable Expression expression) {
    switch (expression) {
      case null -> {}
      case Expression.Variable variable -> found.add(variable.name().text());
      case Expression.TextCall call -> {
        expression(call.field());
        expression(call.query());
        expression(call.maxEdits());
      }
      case Expression.Nearest nearest -> expression(nearest.query());
      case Expression.Bm25 bm25 -> {
        expression(bm25.field());
        expression(bm25.query());
      }
      case Expression.Rrf rrf -> {
        expression(rrf.first());
        expression(rrf.second());
        expression(rrf.k());
      }
      case Expression.Aggregate aggregate -> expression(aggregate.argument());
      case Expression.PropertyAccess access -> {}
      case Expression.Now now -> {}
      case Expression.AliasReference alias -> {}
      case Expression.Literal literal -> {}
    }
  }
}
