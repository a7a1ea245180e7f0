package io.omnigraph.query.format;

import io.omnigraph.query.grammar.GqParser;
import io.omnigraph.query.grammar.GqParser.AssignmentContext;
import io.omnigraph.query.grammar.GqParser.BindingContext;
import io.omnigraph.query.grammar.GqParser.ClauseContext;
import io.omnigraph.query.grammar.GqParser.NegationContext;
import io.omnigraph.query.grammar.GqParser.QueryContext;
import io.omnigraph.query.grammar.GqParser.ReadContext;
import io.omnigraph.query.grammar.GqParser.StatementContext;
import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.ParseTree;
import org.antlr.v4.runtime.tree.TerminalNode;

/** Which tokens of a query stand together, and where lines may or must break. */
final class SourceLayout {

  private static final Doc SPACE = Doc.text(" ");

  private final Comments comments;

  SourceLayout(Comments comments) {
    this.comments = comments;
  }

  Doc file(GqParser.FileContext file) {
    var parts = new ArrayList<Doc>();
    for (QueryContext query : file.query()) {
      parts.add(new Doc.BlankLine());
      parts.add(query(query));
      parts.add(Doc.ALWAYS_BREAK);
    }
    if (comments.blankLineBefore(comments.firstOf(file.EOF().getSymbol()))) {
      parts.add(new Doc.BlankLine());
    }
    parts.add(comments.dropped(file.EOF().getSymbol()));
    return new Doc.Concat(parts);
  }

  // ------------------------------------------------------------------ declarations

  private Doc query(QueryContext query) {
    var head = new ArrayList<Doc>();
    head.add(alone(query.QUERY()));
    head.add(SPACE);
    head.add(flat(query.ident()));
    head.add(
        list(
            query.LPAREN(),
            query.parameter().stream().map(this::flat).toList(),
            query.COMMA(),
            query.RPAREN(),
            ""));
    for (GqParser.AnnotationContext annotation : query.annotation()) {
      head.add(Doc.indent(Doc.SPACE_OR_BREAK, flat(annotation)));
    }
    head.add(SPACE);
    head.add(token(query.LBRACE()));
    var parts = new ArrayList<Doc>();
    parts.add(before(query.QUERY()));
    parts.add(Doc.group(head.toArray(Doc[]::new)));
    parts.add(Doc.indent(body(query.body()), before(query.RBRACE())));
    parts.add(Doc.ALWAYS_BREAK);
    parts.add(alone(query.RBRACE()));
    return new Doc.Concat(parts);
  }

  private Doc body(GqParser.BodyContext body) {
    var parts = new ArrayList<Doc>();
    if (body.read() != null) {
      read(body.read(), parts);
    } else {
      lines(body.statement(), parts, this::statement);
    }
    return new Doc.Concat(parts);
  }

  private void read(ReadContext read, List<Doc> parts) {
    GqParser.MatchBlockContext match = read.matchBlock();
    parts.add(Doc.ALWAYS_BREAK);
    parts.add(token(match.MATCH()));
    parts.add(SPACE);
    parts.add(token(match.LBRACE()));
    var clauses = new ArrayList<Doc>();
    lines(match.clause(), clauses, this::clause);
    parts.add(Doc.indent(new Doc.Concat(clauses), before(match.RBRACE())));
    parts.add(Doc.ALWAYS_BREAK);
    parts.add(alone(match.RBRACE()));
    parts.add(Doc.ALWAYS_BREAK);
    parts.add(returned(read.returnBlock()));
    if (read.orderBlock() != null) {
      parts.add(Doc.ALWAYS_BREAK);
      parts.add(ordered(read.orderBlock()));
    }
    if (read.limitBlock() != null) {
      parts.add(Doc.ALWAYS_BREAK);
      parts.add(flat(read.limitBlock()));
    }
  }

  private Doc returned(GqParser.ReturnBlockContext block) {
    return Doc.concat(
        token(block.RETURN()),
        SPACE,
        items(
            token(block.LBRACE()),
            block.projection().stream().map(p -> withComma(p, p.COMMA())).toList(),
            block.RBRACE()));
  }

  private Doc ordered(GqParser.OrderBlockContext block) {
    return Doc.concat(
        token(block.ORDER()),
        SPACE,
        list(
            block.LBRACE(),
            block.ordering().stream().map(this::flat).toList(),
            block.COMMA(),
            block.RBRACE(),
            " "));
  }

  // ------------------------------------------------------------------ clauses and statements

  private interface Layout<T> {
    Doc of(T context);
  }

  /** Each on a line of its own; one empty line between two is kept. */
  private <T extends ParserRuleContext> void lines(
      List<T> contexts, List<Doc> parts, Layout<T> layout) {
    boolean first = true;
    for (T context : contexts) {
      parts.add(Doc.ALWAYS_BREAK);
      if (!first && comments.blankLineBefore(comments.firstOf(context.getStart()))) {
        parts.add(new Doc.BlankLine());
      }
      parts.add(layout.of(context));
      first = false;
    }
  }

  private Doc clause(ClauseContext clause) {
    return switch (clause) {
      case NegationContext not -> {
        var inner = new ArrayList<Doc>();
        lines(not.clause(), inner, this::clause);
        yield Doc.concat(
            token(not.NOT()),
            SPACE,
            token(not.LBRACE()),
            Doc.indent(new Doc.Concat(inner), before(not.RBRACE())),
            Doc.ALWAYS_BREAK,
            alone(not.RBRACE()));
      }
      case BindingContext binding -> {
        Doc head =
            Doc.concat(
                token(binding.VAR()), token(binding.COLON()), SPACE, token(binding.TYPE_NAME()));
        if (binding.LBRACE() == null) {
          yield head;
        }
        yield Doc.concat(
            head,
            SPACE,
            list(
                binding.LBRACE(),
                binding.propertyMatch().stream().map(this::flat).toList(),
                binding.COMMA(),
                binding.RBRACE(),
                " "));
      }
      default -> flat(clause);
    };
  }

  private Doc statement(StatementContext statement) {
    return switch (statement) {
      case GqParser.InsertContext insert ->
          Doc.concat(
              token(insert.INSERT()),
              SPACE,
              token(insert.TYPE_NAME()),
              SPACE,
              assignments(insert.LBRACE(), insert.assignment(), insert.RBRACE()));
      case GqParser.UpdateContext update ->
          Doc.concat(
              token(update.UPDATE()),
              SPACE,
              token(update.TYPE_NAME()),
              SPACE,
              token(update.SET()),
              SPACE,
              assignments(update.LBRACE(), update.assignment(), update.RBRACE()),
              SPACE,
              token(update.WHERE()),
              SPACE,
              flat(update.predicate()));
      default -> flat(statement);
    };
  }

  private Doc assignments(
      TerminalNode open, List<AssignmentContext> assignments, TerminalNode close) {
    return items(
        token(open), assignments.stream().map(a -> withComma(a, a.COMMA())).toList(), close);
  }

  // ------------------------------------------------------------------ lists

  /** An item that may end in a comma of its own, which is printed by the list instead. */
  private Item withComma(ParserRuleContext item, TerminalNode comma) {
    if (comma == null) {
      return new Item(flat(item), null);
    }
    var tokens = tokens(item);
    return new Item(flat(tokens.subList(0, tokens.size() - 1)), comma);
  }

  private record Item(Doc doc, @org.jspecify.annotations.Nullable TerminalNode comma) {}

  /** Items with commas between them; a comma missing in the source is added. */
  private Doc items(Doc open, List<Item> items, TerminalNode close) {
    var inner = new ArrayList<Doc>();
    for (int i = 0; i < items.size(); i++) {
      inner.add(Doc.SPACE_OR_BREAK);
      Item item = items.get(i);
      inner.add(item.doc());
      boolean last = i == items.size() - 1;
      if (!last) {
        inner.add(item.comma() == null ? Doc.text(",") : token(item.comma()));
      } else if (item.comma() != null) {
        inner.add(comments.dropped(item.comma().getSymbol()));
      }
    }
    return items.isEmpty()
        ? Doc.concat(open, token(close))
        : Doc.group(
            open,
            Doc.indent(new Doc.Concat(inner), before(close)),
            Doc.SPACE_OR_BREAK,
            alone(close));
  }

  /** A list whose commas the grammar demands; a trailing one is dropped. */
  private Doc list(
      TerminalNode open,
      List<Doc> items,
      List<TerminalNode> commas,
      TerminalNode close,
      String padding) {
    var inner = new ArrayList<Doc>();
    Doc edge = padding.isEmpty() ? Doc.BREAK_ONLY : Doc.SPACE_OR_BREAK;
    for (int i = 0; i < items.size(); i++) {
      inner.add(i == 0 ? edge : Doc.SPACE_OR_BREAK);
      inner.add(items.get(i));
      if (i < commas.size()) {
        boolean last = i == items.size() - 1;
        inner.add(last ? comments.dropped(commas.get(i).getSymbol()) : token(commas.get(i)));
      }
    }
    return items.isEmpty()
        ? Doc.concat(token(open), token(close))
        : Doc.group(
            token(open), Doc.indent(new Doc.Concat(inner), before(close)), edge, alone(close));
  }

  // ------------------------------------------------------------------ tokens

  private Doc token(TerminalNode node) {
    return comments.with(node.getSymbol());
  }

  /** The comments that lead a token, to be printed elsewhere than right before it. */
  private Doc before(TerminalNode node) {
    return comments.before(node.getSymbol());
  }

  /** A token whose leading comments are printed elsewhere. */
  private Doc alone(TerminalNode node) {
    return comments.without(node.getSymbol());
  }

  /** All tokens of a rule on one line, with blanks where two of them need or deserve one. */
  private Doc flat(ParserRuleContext context) {
    return flat(tokens(context));
  }

  private Doc flat(List<Token> tokens) {
    var parts = new ArrayList<Doc>();
    for (int i = 0; i < tokens.size(); i++) {
      if (i > 0 && Spacing.between(tokens, i)) {
        parts.add(SPACE);
      }
      parts.add(comments.with(tokens.get(i)));
    }
    return new Doc.Concat(parts);
  }

  private static List<Token> tokens(ParserRuleContext context) {
    var tokens = new ArrayList<Token>();
    collect(context, tokens);
    return tokens;
  }

  private static void collect(ParseTree tree, List<Token> into) {
    if (tree instanceof TerminalNode leaf) {
      into.add(leaf.getSymbol());
      return;
    }
    for (int i = 0; i < tree.getChildCount(); i++) {
      collect(tree.getChild(i), into);
    }
  }
}
