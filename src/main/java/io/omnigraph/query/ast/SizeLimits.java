package io.omnigraph.query.ast;

import io.omnigraph.model.GraphException.Kind;
import io.omnigraph.query.ast.QueryDeclaration.Body;
import java.util.ArrayList;
import java.util.List;

/**
 * Bounds on what one read may hold. Planning compares clauses with each other, so without bounds a
 * source of a megabyte could keep a server busy for minutes.
 */
final class SizeLimits {

  private static final int MOST_CLAUSES = 1000;
  private static final int MOST_COLUMNS = 1000;
  private static final int MOST_ORDER_KEYS = 100;

  private SizeLimits() {}

  /** The queries within the bounds; the others are reported. */
  static List<QueryDeclaration> within(List<QueryDeclaration> queries, List<Problem> problems) {
    var kept = new ArrayList<QueryDeclaration>();
    for (QueryDeclaration query : queries) {
      int before = problems.size();
      if (query.body() instanceof Body.Read read) {
        check(query, "clauses", clauses(read.match()), MOST_CLAUSES, problems);
        check(query, "columns", read.returns().size(), MOST_COLUMNS, problems);
        check(query, "order keys", read.order().size(), MOST_ORDER_KEYS, problems);
      }
      if (problems.size() == before) {
        kept.add(query);
      }
    }
    return kept;
  }

  private static int clauses(List<Clause> clauses) {
    int count = clauses.size();
    for (Clause clause : clauses) {
      if (clause instanceof Clause.Not not) {
        count += clauses(not.body());
      }
    }
    return count;
  }

  private static void check(
      QueryDeclaration query, String what, int count, int most, List<Problem> problems) {
    if (count > most) {
      problems.add(
          new Problem(
              Kind.PARSE,
              null,
              "query `"
                  + SyntaxErrors.shorten(query.name().text())
                  + "` has "
                  + count
                  + " "
                  + what
                  + "; at most "
                  + most
                  + " are allowed",
              query.name().place(),
              null));
    }
  }
}
