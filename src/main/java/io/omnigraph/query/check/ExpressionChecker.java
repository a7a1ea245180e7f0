package io.omnigraph.query.check;

import io.omnigraph.model.DidYouMean;
import io.omnigraph.query.ast.Expression;
import io.omnigraph.query.ast.Expression.Aggregate;
import io.omnigraph.query.ast.Expression.AliasReference;
import io.omnigraph.query.ast.Expression.Literal;
import io.omnigraph.query.ast.Expression.Now;
import io.omnigraph.query.ast.Expression.PropertyAccess;
import io.omnigraph.query.ast.Expression.RankingCall;
import io.omnigraph.query.ast.Expression.TextCall;
import io.omnigraph.query.ast.Expression.Variable;
import io.omnigraph.query.ast.Name;
import io.omnigraph.query.plan.CompiledQuery.Parameter;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.PlanNode;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Resolves expressions against the scope they stand in. Confined to one thread. */
final class ExpressionChecker {

  /** Reserved: the instant of a request used to travel under this parameter name. */
  static final String RESERVED_PARAMETER = "__nanograph_now";

  private final Catalog catalog;
  private final Problems problems;
  private final SearchChecker search;

  ExpressionChecker(Catalog catalog, Problems problems) {
    this.catalog = catalog;
    this.problems = problems;
    this.search = new SearchChecker(this, problems);
  }

  Typed resolve(Expression expression, Scope scope) {
    return switch (expression) {
      case Now now -> new Typed.Scalar(new Expr.Now(), PropertyType.of(ScalarType.DATETIME));
      case PropertyAccess access -> property(access, scope);
      case Variable variable -> variable(variable.name(), scope);
      case AliasReference alias -> new Typed.Alias(alias.name().text());
      case Literal literal -> {
        Expr.Literal resolved = Types.literal(literal, problems);
        yield resolved == null ? Typed.UNKNOWN : new Typed.Scalar(resolved, resolved.type());
      }
      case TextCall call -> search.text(call, scope);
      case RankingCall call -> search.ranking(call, scope);
      case Aggregate aggregate -> aggregate(aggregate, scope);
    };
  }

  /** A bare variable: a parameter first, then a pattern variable. */
  Typed variable(Name name, Scope scope) {
    Parameter parameter = scope.parameter(name.text());
    if (parameter != null) {
      return new Typed.Scalar(
          new Expr.ParameterRef(parameter.name(), parameter.type()), parameter.type());
    }
    Scope.Bound bound = scope.variable(name.text());
    if (bound == null) {
      problems.type(
          null,
          "variable `$" + name.text() + "` is not bound",
          name.place(),
          unboundHint(name, scope.allNames()));
      return Typed.UNKNOWN;
    }
    if (bound.typeName() == null) {
      return Typed.UNKNOWN;
    }
    if (bound.edge()) {
      problems.type(
          "T23",
          "edge binding `$" + name.text() + "` cannot be used as a value",
          name.place(),
          "name one of its properties, as in $" + name.text() + ".property");
      return Typed.UNKNOWN;
    }
    return new Typed.Node(name.text(), bound.typeName());
  }

  private Typed property(PropertyAccess access, Scope scope) {
    Name variable = access.variable();
    Scope.Bound bound = scope.variable(variable.text());
    if (bound == null) {
      String hint =
          scope.parameter(variable.text()) != null
              ? "`$" + variable.text() + "` is a parameter; parameters have no properties"
              : unboundHint(variable, scope.variableNames());
      problems.type(
          "T6", "variable `$" + variable.text() + "` is not bound", variable.place(), hint);
      return Typed.UNKNOWN;
    }
    EntityType type = typeOf(bound);
    if (type == null) {
      return Typed.UNKNOWN;
    }
    Optional<Property> property = type.property(access.property().text());
    if (property.isEmpty()) {
      problems.type(
          "T6",
          (bound.edge() ? "edge `" : "type `")
              + type.name()
              + "` has no property `"
              + access.property().text()
              + "`",
          access.property().place(),
          propertyHint(access.property().text(), type, variable.text()));
      return Typed.UNKNOWN;
    }
    PropertyType propertyType = property.get().type();
    return new Typed.Scalar(
        new Expr.PropertyRef(variable.text(), property.get().name(), propertyType), propertyType);
  }

  /** The type of a bound variable; null if it could not be resolved. */
  @Nullable EntityType typeOf(Scope.Bound bound) {
    String name = bound.typeName();
    if (name == null) {
      return null;
    }
    return bound.edge() ? catalog.edge(name).orElse(null) : catalog.node(name).orElse(null);
  }

  static @Nullable String propertyHint(
      String property, EntityType type, @Nullable String variable) {
    if (property.equals("id") && type.tableKey().isNode() && variable != null) {
      return "the id of a node is the bare variable $" + variable;
    }
    return DidYouMean.hint(property, type.properties().stream().map(Property::name).toList());
  }

  static @Nullable String unboundHint(Name name, java.util.List<String> candidates) {
    return name.isAnonymous()
        ? "`$_` is anonymous; give the variable a name to refer to it"
        : DidYouMean.nearest(name.text(), candidates)
            .map(candidate -> "did you mean `$" + candidate + "`?")
            .orElse(null);
  }

  private Typed aggregate(Aggregate aggregate, Scope scope) {
    Typed argument = resolve(aggregate.argument(), scope);
    return switch (argument) {
      case Typed.Unknown unknown -> unknown;
      case Typed.Scalar scalar -> ofScalar(aggregate, scalar);
      case Typed.Node node -> ofNode(aggregate, node);
      case Typed.Text text -> notAggregable(aggregate, argument);
      case Typed.Ranked ranked -> notAggregable(aggregate, argument);
      case Typed.Aggregated nested -> notAggregable(aggregate, argument);
      case Typed.Alias alias -> notAggregable(aggregate, argument);
    };
  }

  private Typed notAggregable(Aggregate aggregate, Typed argument) {
    problems.type(
        "T8",
        aggregate.function().word()
            + " takes a property, a variable, a parameter or a literal, got "
            + argument.describe(),
        aggregate.argument().place());
    return Typed.UNKNOWN;
  }

  private Typed ofScalar(Aggregate aggregate, Typed.Scalar argument) {
    if (argument.expr() instanceof Expr.Now) {
      return notAggregable(aggregate, argument);
    }
    if (blobIsRead(argument, aggregate.argument())) {
      return Typed.UNKNOWN;
    }
    PropertyType type = argument.type();
    boolean numeric = type.scalar().isNumeric() && !type.list();
    boolean fits =
        switch (aggregate.function()) {
          case COUNT -> true;
          case SUM, AVG -> numeric;
          case MIN, MAX -> numeric || Types.isText(type);
        };
    if (!fits) {
      boolean arithmetic = isArithmetic(aggregate);
      problems.type(
          "T8",
          aggregate.function().word()
              + " requires "
              + (arithmetic ? "numeric" : "numeric or string")
              + " type, got "
              + type,
          aggregate.argument().place());
      return Typed.UNKNOWN;
    }
    return aggregated(aggregate, argument.expr(), type);
  }

  private Typed ofNode(Aggregate aggregate, Typed.Node argument) {
    if (isArithmetic(aggregate)) {
      problems.type(
          "T8",
          aggregate.function().word() + " requires numeric type, got " + argument.describe(),
          aggregate.argument().place(),
          "name a numeric property, as in " + aggregate.function().word() + "($v.property)");
      return Typed.UNKNOWN;
    }
    return aggregated(
        aggregate, new Expr.VariableRef(argument.variable()), PropertyType.of(ScalarType.STRING));
  }

  private static boolean isArithmetic(Aggregate aggregate) {
    return switch (aggregate.function()) {
      case SUM, AVG -> true;
      case COUNT, MIN, MAX -> false;
    };
  }

  private static Typed aggregated(Aggregate aggregate, Expr argument, PropertyType type) {
    return switch (aggregate.function()) {
      case COUNT ->
          new Typed.Aggregated(
              PlanNode.Function.COUNT,
              aggregate.distinct(),
              argument,
              PropertyType.of(ScalarType.I64));
      case SUM ->
          new Typed.Aggregated(
              PlanNode.Function.SUM, false, argument, PropertyType.nullable(ScalarType.F64));
      case AVG ->
          new Typed.Aggregated(
              PlanNode.Function.AVG, false, argument, PropertyType.nullable(ScalarType.F64));
      case MIN ->
          new Typed.Aggregated(PlanNode.Function.MIN, false, argument, type.asNullable(true));
      case MAX ->
          new Typed.Aggregated(PlanNode.Function.MAX, false, argument, type.asNullable(true));
    };
  }

  /** Reports a Blob where a value is read; true if it was one. */
  boolean blobIsRead(Typed.Scalar scalar, Expression expression) {
    if (!Types.isBlob(scalar.type())) {
      return false;
    }
    String what =
        switch (scalar.expr()) {
          case Expr.PropertyRef p -> "Blob property `$" + p.variable() + "." + p.property() + "`";
          case Expr.ParameterRef p -> "Blob parameter `$" + p.name() + "`";
          case Expr.VariableRef v -> "Blob value";
          case Expr.Literal l -> "Blob value";
          case Expr.Now n -> "Blob value";
          case Expr.TextMatches t -> "Blob value";
          case Expr.Score s -> "Blob value";
          case Expr.ColumnRef c -> "Blob value";
        };
    problems.type(
        "T24",
        what + " is not available as a .gq read value; Blob values require a dedicated API",
        expression.place());
    return true;
  }
}
