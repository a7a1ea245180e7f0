package io.omnigraph.query.ast;

import static io.omnigraph.query.ast.AstBuilder.name;
import static io.omnigraph.query.ast.AstBuilder.place;
import static io.omnigraph.query.ast.AstBuilder.variable;

import io.omnigraph.model.GraphException.Kind;
import io.omnigraph.model.UnicodeText;
import io.omnigraph.query.ast.Expression.AggregateFunction;
import io.omnigraph.query.ast.Expression.TextFunction;
import io.omnigraph.query.grammar.GqParser;
import io.omnigraph.query.grammar.GqParser.AggregateContext;
import io.omnigraph.query.grammar.GqParser.AliasReferenceContext;
import io.omnigraph.query.grammar.GqParser.Bm25CallContext;
import io.omnigraph.query.grammar.GqParser.Bm25Context;
import io.omnigraph.query.grammar.GqParser.BoolLiteralContext;
import io.omnigraph.query.grammar.GqParser.CountContext;
import io.omnigraph.query.grammar.GqParser.DateLiteralContext;
import io.omnigraph.query.grammar.GqParser.DateTimeLiteralContext;
import io.omnigraph.query.grammar.GqParser.ExpressionContext;
import io.omnigraph.query.grammar.GqParser.FloatLiteralContext;
import io.omnigraph.query.grammar.GqParser.IntLiteralContext;
import io.omnigraph.query.grammar.GqParser.ListLiteralContext;
import io.omnigraph.query.grammar.GqParser.LiteralContext;
import io.omnigraph.query.grammar.GqParser.LiteralValueContext;
import io.omnigraph.query.grammar.GqParser.NearestCallContext;
import io.omnigraph.query.grammar.GqParser.NowCallContext;
import io.omnigraph.query.grammar.GqParser.OperandContext;
import io.omnigraph.query.grammar.GqParser.PropertyAccessContext;
import io.omnigraph.query.grammar.GqParser.RankingArmContext;
import io.omnigraph.query.grammar.GqParser.RrfContext;
import io.omnigraph.query.grammar.GqParser.SimpleContext;
import io.omnigraph.query.grammar.GqParser.SortableContext;
import io.omnigraph.query.grammar.GqParser.StringLiteralContext;
import io.omnigraph.query.grammar.GqParser.TextCallContext;
import io.omnigraph.query.grammar.GqParser.ValueContext;
import io.omnigraph.query.grammar.GqParser.VariableContext;
import java.util.List;
import org.antlr.v4.runtime.Token;

/** Turns the expressions of a parse tree into syntax records. */
final class ExpressionBuilder {

  private final List<Problem> problems;

  ExpressionBuilder(List<Problem> problems) {
    this.problems = problems;
  }

  Expression expression(ExpressionContext context) {
    if (context.simple() != null) {
      return simple(context.simple());
    }
    return context.textCall() != null
        ? textCall(context.textCall())
        : nearest(context.nearestCall());
  }

  Expression sortable(SortableContext context) {
    return context.simple() != null ? simple(context.simple()) : textCall(context.textCall());
  }

  Expression operand(OperandContext context) {
    return context.simple() != null ? simple(context.simple()) : nearest(context.nearestCall());
  }

  Expression value(ValueContext context) {
    if (context.literal() != null) {
      return literal(context.literal());
    }
    return context.VAR() != null
        ? new Expression.Variable(variable(context.VAR()))
        : new Expression.Now(place(context));
  }

  private Expression simple(SimpleContext context) {
    return switch (context) {
      case PropertyAccessContext access ->
          new Expression.PropertyAccess(variable(access.VAR()), name(access.ident()));
      case VariableContext variable -> new Expression.Variable(variable(variable.VAR()));
      case LiteralValueContext value -> literal(value.literal());
      case CountContext count ->
          new Expression.Aggregate(
              AggregateFunction.COUNT,
              count.DISTINCT() != null,
              expression(count.expression()),
              place(count));
      case AggregateContext aggregate ->
          new Expression.Aggregate(
              function(aggregate.getStart()),
              false,
              expression(aggregate.expression()),
              place(aggregate));
      case NowCallContext now -> new Expression.Now(place(now));
      case Bm25Context bm25 -> bm25(bm25.bm25Call());
      case RrfContext rrf ->
          new Expression.Rrf(
              rankingArm(rrf.rankingArm(0)),
              rankingArm(rrf.rankingArm(1)),
              rrf.expression() == null ? null : expression(rrf.expression()),
              place(rrf));
      case AliasReferenceContext alias -> new Expression.AliasReference(name(alias.ident()));
      default -> throw new IllegalStateException("unknown expression " + context.getText());
    };
  }

  private static AggregateFunction function(Token token) {
    return switch (token.getType()) {
      case GqParser.SUM -> AggregateFunction.SUM;
      case GqParser.AVG -> AggregateFunction.AVG;
      case GqParser.MIN -> AggregateFunction.MIN;
      default -> AggregateFunction.MAX;
    };
  }

  private Expression.RankingCall rankingArm(RankingArmContext context) {
    return context.nearestCall() != null
        ? nearest(context.nearestCall())
        : bm25(context.bm25Call());
  }

  Expression.Nearest nearest(NearestCallContext context) {
    return new Expression.Nearest(
        variable(context.VAR()),
        name(context.ident()),
        expression(context.expression()),
        place(context));
  }

  private Expression.Bm25 bm25(Bm25CallContext context) {
    return new Expression.Bm25(
        expression(context.expression(0)), expression(context.expression(1)), place(context));
  }

  Expression.TextCall textCall(TextCallContext context) {
    TextFunction function =
        context.SEARCH() != null
            ? TextFunction.SEARCH
            : context.FUZZY() != null ? TextFunction.FUZZY : TextFunction.MATCH_TEXT;
    List<ExpressionContext> arguments = context.expression();
    return new Expression.TextCall(
        function,
        expression(arguments.getFirst()),
        expression(arguments.get(1)),
        arguments.size() > 2 ? expression(arguments.get(2)) : null,
        place(context));
  }

  private Expression.Literal literal(LiteralContext context) {
    return switch (context) {
      case StringLiteralContext text ->
          new Expression.TextLiteral(text(text.STRING().getSymbol()), place(text));
      case IntLiteralContext integer ->
          new Expression.IntLiteral(integer(integer.INT().getSymbol()), place(integer));
      case FloatLiteralContext number ->
          new Expression.FloatLiteral(real(number.FLOAT().getSymbol()), place(number));
      case BoolLiteralContext bool -> new Expression.BoolLiteral(bool.TRUE() != null, place(bool));
      case DateLiteralContext date ->
          new Expression.DateLiteral(text(date.STRING().getSymbol()), place(date));
      case DateTimeLiteralContext dateTime ->
          new Expression.DateTimeLiteral(text(dateTime.STRING().getSymbol()), place(dateTime));
      case ListLiteralContext list ->
          new Expression.ListLiteral(
              list.literal().stream().map(this::literal).toList(), place(list));
      default -> throw new IllegalStateException("unknown literal " + context.getText());
    };
  }

  /** The value of an integer token; one that does not fit is reported and read as 0. */
  long integer(Token token) {
    try {
      return Long.parseLong(token.getText());
    } catch (NumberFormatException e) {
      problems.add(
          new Problem(
              Kind.PARSE,
              null,
              "integer literal does not fit 64 bits: " + SyntaxErrors.shorten(token.getText()),
              place(token),
              null));
      return 0;
    }
  }

  /** The value of a float token; one that is too large is reported and read as 0. */
  private double real(Token token) {
    double value = Double.parseDouble(token.getText());
    if (Double.isFinite(value)) {
      return value;
    }
    problems.add(new Problem(Kind.PARSE, null, "float literal is too large", place(token), null));
    return 0;
  }

  /** The value of a string token: without quotes, escapes replaced; unknown ones are reported. */
  String text(Token token) {
    String raw = token.getText();
    if (UnicodeText.hasUnpairedSurrogate(raw)) {
      problems.add(
          new Problem(Kind.PARSE, null, "string holds an unpaired surrogate", place(token), null));
    }
    if (raw.indexOf('\\') < 0) {
      return raw.substring(1, raw.length() - 1);
    }
    var out = new StringBuilder(raw.length());
    for (int i = 1; i < raw.length() - 1; i++) {
      char c = raw.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      i++;
      switch (raw.charAt(i)) {
        case '"' -> out.append('"');
        case '\\' -> out.append('\\');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        default -> unsupportedEscape(token, raw, i);
      }
    }
    return out.toString();
  }

  private void unsupportedEscape(Token token, String raw, int index) {
    int start = token.getStartIndex() + raw.codePointCount(0, index - 1);
    problems.add(
        new Problem(
            Kind.PARSE,
            null,
            "unsupported escape sequence: \\" + Character.toString(raw.codePointAt(index)),
            new Place(start, start + 2),
            "the escapes are \\\" \\\\ \\n \\r \\t"));
  }
}
