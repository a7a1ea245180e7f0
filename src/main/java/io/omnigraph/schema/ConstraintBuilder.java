package io.omnigraph.schema;

import io.omnigraph.model.DiagnosticCollector;
import io.omnigraph.model.GraphException.Kind;
import io.omnigraph.schema.SchemaAst.CheckConstraint;
import io.omnigraph.schema.SchemaAst.ColumnConstraint;
import io.omnigraph.schema.SchemaAst.ColumnRule;
import io.omnigraph.schema.SchemaAst.ConstraintUse;
import io.omnigraph.schema.SchemaAst.Name;
import io.omnigraph.schema.SchemaAst.RangeConstraint;
import io.omnigraph.schema.SchemaAst.Region;
import io.omnigraph.schema.grammar.SchemaGrammarParser.BoundsContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.ConstraintArgumentContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.ConstraintContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.NumberContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.antlr.v4.runtime.ParserRuleContext;
import org.jspecify.annotations.Nullable;

/** Checks the shape of a constraint's arguments; what they name is checked later. */
final class ConstraintBuilder {

  static final String RANGE_SHAPE =
      "@range requires property name and bounds: @range(prop, min..max)";
  static final String CHECK_SHAPE =
      "@check requires property name and pattern: @check(prop, \"regex\")";

  private final DiagnosticCollector diagnostics;

  ConstraintBuilder(DiagnosticCollector diagnostics) {
    this.diagnostics = diagnostics;
  }

  /** The constraint; empty if its shape is wrong, which is reported. */
  Optional<ConstraintUse> build(ConstraintContext context) {
    List<ConstraintArgumentContext> arguments = context.constraintArgument();
    return switch (context.constraintName().getText()) {
      case "key" -> columns(ColumnRule.KEY, arguments, context);
      case "unique" -> columns(ColumnRule.UNIQUE, arguments, context);
      case "index" -> columns(ColumnRule.INDEX, arguments, context);
      case "range" -> range(arguments, context);
      default -> check(arguments, context);
    };
  }

  private Optional<ConstraintUse> columns(
      ColumnRule rule, List<ConstraintArgumentContext> arguments, ConstraintContext context) {
    if (arguments.isEmpty()) {
      return refuse(context, "@" + rule.word() + " constraint requires at least one property name");
    }
    List<Name> columns = new ArrayList<>();
    for (ConstraintArgumentContext argument : arguments) {
      propertyName(argument).ifPresent(columns::add);
    }
    return columns.size() < arguments.size()
        ? Optional.empty()
        : Optional.of(new ColumnConstraint(rule, columns, AstBuilder.region(context)));
  }

  private Optional<ConstraintUse> range(
      List<ConstraintArgumentContext> arguments, ConstraintContext context) {
    if (arguments.size() != 2) {
      return refuse(context, RANGE_SHAPE);
    }
    Optional<Name> property = propertyName(arguments.getFirst());
    BoundsContext bounds = arguments.get(1).bounds();
    if (bounds == null) {
      return refuse(arguments.get(1), "expected range bounds (min..max) in @range constraint");
    }
    boolean openBelow = bounds.getStart().getText().equals("..");
    Constraint.Bound first = bound(bounds.number(0));
    Constraint.Bound second = bounds.number().size() > 1 ? bound(bounds.number(1)) : null;
    Constraint.Bound min = openBelow ? null : first;
    Constraint.Bound max = openBelow ? first : second;
    if (property.isEmpty()) {
      return Optional.empty();
    }
    if (min != null && max != null && Constraint.Bound.compare(min, max) > 0) {
      return refuse(
          bounds,
          "@range on "
              + property.get().text()
              + " has min ("
              + min
              + ") greater than max ("
              + max
              + ")");
    }
    return Optional.of(new RangeConstraint(property.get(), min, max, AstBuilder.region(context)));
  }

  private Optional<ConstraintUse> check(
      List<ConstraintArgumentContext> arguments, ConstraintContext context) {
    if (arguments.size() != 2) {
      return refuse(context, CHECK_SHAPE);
    }
    Optional<Name> property = propertyName(arguments.getFirst());
    ConstraintArgumentContext pattern = arguments.get(1);
    if (pattern.literal() == null || pattern.literal().STRING() == null) {
      return refuse(pattern, "expected string argument in constraint");
    }
    String text = Literals.string(pattern.literal().STRING().getSymbol(), diagnostics);
    return property.map(
        name ->
            new CheckConstraint(
                name, text, AstBuilder.region(pattern), AstBuilder.region(context)));
  }

  private Optional<Name> propertyName(ConstraintArgumentContext argument) {
    if (argument.ident() == null) {
      error(argument, "expected property name in constraint", null);
      return Optional.empty();
    }
    return Optional.of(AstBuilder.name(argument.ident()));
  }

  /** Integers are kept exact as long as 64 bits hold them. */
  private Constraint.Bound bound(NumberContext context) {
    String text = context.getText();
    if (context.INT() != null) {
      String digits = Literals.withoutLeadingZeros(context.INT().getText());
      try {
        return new Constraint.Bound.Integer(
            Long.parseLong(context.MINUS() == null ? digits : "-" + digits));
      } catch (NumberFormatException tooLarge) {
        return real(text, context);
      }
    }
    return real(text, context);
  }

  private Constraint.Bound real(String text, NumberContext context) {
    double value = Double.parseDouble(text);
    if (Double.isInfinite(value)) {
      error(context, "number is out of range for a bound", null);
      return new Constraint.Bound.Float(0);
    }
    return new Constraint.Bound.Float(value);
  }

  private Optional<ConstraintUse> refuse(ParserRuleContext context, String body) {
    error(context, body, null);
    return Optional.empty();
  }

  private void error(ParserRuleContext context, String body, @Nullable String hint) {
    Region region = AstBuilder.region(context);
    diagnostics.error(Kind.PARSE, null, body, region.start(), region.end(), hint);
  }
}
