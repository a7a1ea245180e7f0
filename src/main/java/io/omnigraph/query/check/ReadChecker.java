package io.omnigraph.query.check;

import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.query.ast.Name;
import io.omnigraph.query.ast.QueryDeclaration;
import io.omnigraph.query.ast.QueryDeclaration.RowCount;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.query.plan.CompiledQuery.Parameter;
import io.omnigraph.query.plan.CompiledQuery.ResultColumn;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.OperationDescriptor;
import io.omnigraph.query.plan.ParameterBounds;
import io.omnigraph.query.plan.PlanNode;
import io.omnigraph.query.plan.PlanNode.AggregateColumn;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Checks and plans a read query. Confined to one thread. */
final class ReadChecker {

  private final Catalog catalog;
  private final Problems problems;
  private final Scope scope;
  private final ExpressionChecker expressions;

  ReadChecker(Catalog catalog, Problems problems, Scope scope) {
    this.catalog = catalog;
    this.problems = problems;
    this.scope = scope;
    this.expressions = new ExpressionChecker(catalog, problems);
  }

  /** The planned query; null if there are problems. */
  CompiledQuery.@Nullable Read check(
      QueryDeclaration query, QueryDeclaration.Body.Read body, List<Parameter> parameters) {
    Pattern pattern = new PatternChecker(catalog, problems, expressions).check(body.match(), scope);
    List<Column> columns =
        new ProjectionChecker(problems, expressions, scope).check(body.returns());
    OrderChecker.Order order =
        new OrderChecker(problems, expressions, scope, columns)
            .check(body.order(), body.limit() != null);
    Expr limit = rowCount("limit", body.limit());
    Expr offset = rowCount("offset", body.offset());
    if (!problems.isEmpty()) {
      return null;
    }
    PlanNode plan = PatternPlanner.plan(pattern);
    plan =
        columns.stream().anyMatch(Column::isAggregate)
            ? aggregate(plan, columns, order, limit, offset)
            : project(plan, columns, order, limit, offset);
    return new CompiledQuery.Read(
        query.name().text(),
        parameters,
        query.description(),
        query.instruction(),
        descriptor(pattern),
        plan,
        ParameterBounds.of(plan),
        columns.stream().map(c -> new ResultColumn(c.name(), c.type())).toList());
  }

  private static PlanNode aggregate(
      PlanNode input,
      List<Column> columns,
      OrderChecker.Order order,
      @Nullable Expr limit,
      @Nullable Expr offset) {
    var aggregates = new ArrayList<AggregateColumn>();
    var groupKeys = new ArrayList<String>();
    for (Column column : columns) {
      if (column.typed() instanceof Typed.Aggregated aggregated) {
        aggregates.add(
            new AggregateColumn.Computed(
                column.name(),
                aggregated.function(),
                aggregated.distinct(),
                aggregated.argument()));
      } else {
        aggregates.add(new AggregateColumn.GroupKey(column.name(), column.expr()));
        groupKeys.add(column.name());
      }
    }
    PlanNode plan = new PlanNode.Aggregate(input, aggregates);
    if (order.isWritten()) {
      plan = new PlanNode.Sort(plan, order.keys(), groupKeys);
    }
    return limited(plan, limit, offset);
  }

  private PlanNode project(
      PlanNode input,
      List<Column> columns,
      OrderChecker.Order order,
      @Nullable Expr limit,
      @Nullable Expr offset) {
    PlanNode plan = input;
    if (order.ranking() != null) {
      plan = new PlanNode.Rank(plan, order.ranking(), variablesByName());
    } else if (order.isWritten()) {
      plan = new PlanNode.Sort(plan, order.keys(), variablesByName());
    }
    return new PlanNode.Project(
        limited(plan, limit, offset),
        columns.stream().map(c -> new PlanNode.Projection(c.name(), c.expr())).toList());
  }

  private List<String> variablesByName() {
    return List.copyOf(new TreeSet<>(scope.bindings().keySet()));
  }

  private static PlanNode limited(PlanNode plan, @Nullable Expr limit, @Nullable Expr offset) {
    return limit == null && offset == null ? plan : new PlanNode.Limit(plan, limit, offset);
  }

  private @Nullable Expr rowCount(String word, @Nullable RowCount count) {
    return switch (count) {
      case null -> null;
      case RowCount.Literal literal ->
          new Expr.Literal(new Value.Int(literal.value()), PropertyType.of(ScalarType.I64));
      case RowCount.Variable(Name name) -> {
        Parameter parameter = scope.parameter(name.text());
        if (parameter == null) {
          problems.type(
              null,
              word + " variable `$" + name.text() + "` must be a declared query parameter",
              name.place(),
              ExpressionChecker.unboundHint(name, scope.parameterNames()));
          yield null;
        }
        PropertyType type = parameter.type();
        if (!Types.isIntegerScalar(type) || type.nullable()) {
          problems.type(
              null, word + " requires a non-nullable integer parameter, got " + type, name.place());
          yield null;
        }
        yield new Expr.ParameterRef(name.text(), type);
      }
    };
  }

  private OperationDescriptor descriptor(Pattern pattern) {
    var reads = new TreeSet<TableKey>();
    for (Pattern part : PatternPlanner.flatten(pattern)) {
      part.nodeTypes.values().forEach(type -> reads.add(TableKey.node(type)));
      for (Pattern.Hop hop : part.hops) {
        EdgeType edge = catalog.edge(hop.edgeType()).orElseThrow();
        reads.add(edge.tableKey());
        reads.add(TableKey.node(edge.from()));
        reads.add(TableKey.node(edge.to()));
      }
    }
    return new OperationDescriptor(reads, new TreeSet<>());
  }
}
