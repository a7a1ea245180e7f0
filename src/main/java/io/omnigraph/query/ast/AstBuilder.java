package io.omnigraph.query.ast;

import io.omnigraph.model.GraphException.Kind;
import io.omnigraph.query.grammar.GqParser;
import io.omnigraph.query.grammar.GqParser.AnnotationContext;
import io.omnigraph.query.grammar.GqParser.BindingContext;
import io.omnigraph.query.grammar.GqParser.BodyContext;
import io.omnigraph.query.grammar.GqParser.ClauseContext;
import io.omnigraph.query.grammar.GqParser.ComparatorContext;
import io.omnigraph.query.grammar.GqParser.ComparisonContext;
import io.omnigraph.query.grammar.GqParser.FilterContext;
import io.omnigraph.query.grammar.GqParser.HopBoundsContext;
import io.omnigraph.query.grammar.GqParser.NegationContext;
import io.omnigraph.query.grammar.GqParser.OrderBlockContext;
import io.omnigraph.query.grammar.GqParser.OrderingContext;
import io.omnigraph.query.grammar.GqParser.ParameterContext;
import io.omnigraph.query.grammar.GqParser.PredicateContext;
import io.omnigraph.query.grammar.GqParser.ProjectionContext;
import io.omnigraph.query.grammar.GqParser.QueryContext;
import io.omnigraph.query.grammar.GqParser.ReadContext;
import io.omnigraph.query.grammar.GqParser.RowCountContext;
import io.omnigraph.query.grammar.GqParser.StatementContext;
import io.omnigraph.query.grammar.GqParser.TextFilterContext;
import io.omnigraph.query.grammar.GqParser.TraversalContext;
import io.omnigraph.query.grammar.GqParser.TypeRefContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.TerminalNode;
import org.jspecify.annotations.Nullable;

/** Turns the tree of a correct parse into syntax records. */
final class AstBuilder {

  private final List<Problem> problems;
  private final ExpressionBuilder expressions;

  /** Reports what the grammar alone cannot see to {@code problems}. */
  AstBuilder(List<Problem> problems) {
    this.problems = problems;
    this.expressions = new ExpressionBuilder(problems);
  }

  static Place place(Token token) {
    return new Place(
        token.getStartIndex(), Math.max(token.getStartIndex(), token.getStopIndex() + 1));
  }

  static Place place(ParserRuleContext context) {
    return new Place(context.getStart().getStartIndex(), context.getStop().getStopIndex() + 1);
  }

  static Name name(ParserRuleContext ident) {
    return new Name(ident.getText(), place(ident.getStart()));
  }

  static Name name(TerminalNode token) {
    return new Name(token.getText(), place(token.getSymbol()));
  }

  static Name variable(TerminalNode token) {
    return new Name(token.getText().substring(1), place(token.getSymbol()));
  }

  List<QueryDeclaration> file(GqParser.FileContext file) {
    return file.query().stream().map(this::query).toList();
  }

  QueryDeclaration query(QueryContext query) {
    Name name = name(query.ident());
    Map<String, String> annotations = annotations(name.text(), query.annotation());
    return new QueryDeclaration(
        name,
        query.parameter().stream().map(this::parameter).toList(),
        annotations.get("description"),
        annotations.get("instruction"),
        body(query.body()),
        place(query));
  }

  private Map<String, String> annotations(String query, List<AnnotationContext> contexts) {
    var found = new HashMap<String, String>();
    for (AnnotationContext context : contexts) {
      String annotation = context.ident().getText();
      if (!annotation.equals("description") && !annotation.equals("instruction")) {
        report(
            "unknown query annotation @" + annotation,
            place(context),
            "a query may have @description(\"...\") and @instruction(\"...\")");
      } else if (found.put(annotation, expressions.text(context.STRING().getSymbol())) != null) {
        report(
            "query `" + query + "` cannot include duplicate @" + annotation + " annotations",
            place(context),
            null);
      }
    }
    return found;
  }

  private QueryDeclaration.Parameter parameter(ParameterContext context) {
    TypeRefContext type = context.typeRef();
    TerminalNode dimension = type.INT();
    return new QueryDeclaration.Parameter(
        variable(context.VAR()),
        type.TYPE_NAME().getText(),
        type.LBRACKET() != null,
        dimension == null ? null : expressions.integer(dimension.getSymbol()),
        context.QUESTION() != null,
        place(type));
  }

  private QueryDeclaration.Body body(BodyContext body) {
    ReadContext read = body.read();
    if (read == null) {
      return new QueryDeclaration.Body.Mutation(
          body.statement().stream().map(this::statement).toList());
    }
    OrderBlockContext order = read.orderBlock();
    List<RowCountContext> counts =
        read.limitBlock() == null ? List.of() : read.limitBlock().rowCount();
    return new QueryDeclaration.Body.Read(
        read.matchBlock().clause().stream().map(this::clause).toList(),
        read.returnBlock().projection().stream().map(this::projection).toList(),
        order == null ? List.of() : order.ordering().stream().map(this::ordering).toList(),
        counts.isEmpty() ? null : rowCount(counts.getFirst()),
        counts.size() < 2 ? null : rowCount(counts.get(1)));
  }

  private QueryDeclaration.RowCount rowCount(RowCountContext context) {
    return context.VAR() != null
        ? new QueryDeclaration.RowCount.Variable(variable(context.VAR()))
        : new QueryDeclaration.RowCount.Literal(
            expressions.integer(context.INT().getSymbol()), place(context));
  }

  private QueryDeclaration.Projection projection(ProjectionContext context) {
    return new QueryDeclaration.Projection(
        expressions.expression(context.expression()),
        context.ident() == null ? null : name(context.ident()));
  }

  private QueryDeclaration.Ordering ordering(OrderingContext context) {
    Expression expression =
        context.nearestCall() != null
            ? expressions.nearest(context.nearestCall())
            : expressions.sortable(context.sortable());
    return new QueryDeclaration.Ordering(
        expression,
        context.DESC() != null,
        context.DESC() != null || context.ASC() != null,
        place(context));
  }

  private Clause clause(ClauseContext context) {
    return switch (context) {
      case NegationContext not ->
          new Clause.Not(
              not.clause().stream().map(this::clause).toList(), place(not.NOT().getSymbol()));
      case BindingContext binding -> binding(binding);
      case TraversalContext traversal -> traversal(traversal);
      case TextFilterContext text -> {
        Expression.TextCall call = expressions.textCall(text.textCall());
        yield text.comparison() == null
            ? new Clause.TextTest(call)
            : comparison(call, text.comparison(), place(text));
      }
      case FilterContext filter ->
          comparison(expressions.operand(filter.operand()), filter.comparison(), place(filter));
      default -> throw new IllegalStateException("unknown clause " + context.getText());
    };
  }

  private Clause.Binding binding(BindingContext context) {
    var matches = new ArrayList<Clause.PropertyMatch>();
    for (GqParser.PropertyMatchContext match : context.propertyMatch()) {
      matches.add(new Clause.PropertyMatch(name(match.ident()), expressions.value(match.value())));
    }
    return new Clause.Binding(
        variable(context.VAR()), name(context.TYPE_NAME()), matches, place(context));
  }

  private Clause.Traversal traversal(TraversalContext context) {
    List<TerminalNode> variables = context.VAR();
    return new Clause.Traversal(
        variable(variables.getFirst()),
        variables.size() == 3 ? variable(variables.get(1)) : null,
        name(context.edgeWord()),
        context.LT() != null,
        context.hopBounds() == null ? null : hopBounds(context.hopBounds()),
        variable(variables.getLast()),
        place(context));
  }

  private Clause.HopBounds hopBounds(HopBoundsContext context) {
    List<TerminalNode> bounds = context.INT();
    return new Clause.HopBounds(
        expressions.integer(bounds.getFirst().getSymbol()),
        bounds.size() < 2 ? null : expressions.integer(bounds.get(1).getSymbol()),
        place(context));
  }

  private Clause comparison(Expression left, ComparisonContext context, Place place) {
    if (context.IS() != null) {
      return new Clause.NullTest(left, context.NOT() != null, place);
    }
    GqParser.OperatorContext operator = context.operator();
    Clause.Operator symbol =
        operator.STARTS_WITH() != null
            ? Clause.Operator.STARTS_WITH
            : operator.CONTAINS() != null
                ? Clause.Operator.CONTAINS
                : comparator(operator.comparator());
    return new Clause.Filter(left, symbol, expressions.expression(context.expression()), place);
  }

  private static Clause.Operator comparator(ComparatorContext context) {
    return switch (context.getStart().getType()) {
      case GqParser.GE -> Clause.Operator.GE;
      case GqParser.LE -> Clause.Operator.LE;
      case GqParser.NE -> Clause.Operator.NE;
      case GqParser.GT -> Clause.Operator.GT;
      case GqParser.LT -> Clause.Operator.LT;
      default -> Clause.Operator.EQ;
    };
  }

  private Statement statement(StatementContext context) {
    return switch (context) {
      case GqParser.InsertContext insert ->
          new Statement.Insert(
              name(insert.TYPE_NAME()),
              assignments(insert.assignment()),
              head(insert, insert.TYPE_NAME()));
      case GqParser.UpdateContext update ->
          new Statement.Update(
              name(update.TYPE_NAME()),
              assignments(update.assignment()),
              predicate(update.predicate()),
              head(update, update.TYPE_NAME()));
      case GqParser.DeleteContext delete ->
          new Statement.Delete(
              name(delete.TYPE_NAME()),
              predicate(delete.predicate()),
              head(delete, delete.TYPE_NAME()));
      default -> throw new IllegalStateException("unknown statement " + context.getText());
    };
  }

  private static Place head(StatementContext statement, TerminalNode type) {
    return place(statement.getStart()).to(place(type.getSymbol()));
  }

  private List<Statement.Assignment> assignments(List<GqParser.AssignmentContext> contexts) {
    return contexts.stream()
        .map(a -> new Statement.Assignment(name(a.ident()), expressions.value(a.value())))
        .toList();
  }

  private Statement.Predicate predicate(PredicateContext context) {
    return new Statement.Predicate(
        name(context.ident()),
        comparator(context.comparator()),
        expressions.value(context.value()));
  }

  private void report(String message, Place place, @Nullable String hint) {
    problems.add(new Problem(Kind.PARSE, null, message, place, hint));
  }
}
