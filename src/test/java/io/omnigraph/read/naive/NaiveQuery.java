package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import io.omnigraph.read.naive.NaiveGraph.Way;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A read query as data.
 *
 * @param order sort keys; none if {@code ranked} orders
 * @param ranked null if no ranking orders
 * @param limit null for none; given as the parameter {@link #LIMIT} if there is one
 * @param offset null for none; given as the parameter {@link #OFFSET} if there is one
 * @param parameters declared types and values by name
 */
public record NaiveQuery(
    Pattern pattern,
    List<Output> outputs,
    List<Key> order,
    @Nullable Ranked ranked,
    @Nullable Integer limit,
    @Nullable Integer offset,
    Map<String, Parameter> parameters) {

  public static final String LIMIT = "most";
  public static final String OFFSET = "skip";

  /** A declared parameter. */
  public record Parameter(String type, Value value) {}

  /**
   * One clause list.
   *
   * @param hops in an order in which each starts where something is bound
   * @param written the hops in the order in which they are spelled
   */
  public record Pattern(
      List<Declared> declared,
      List<Hop> hops,
      List<Hop> written,
      List<Test> tests,
      List<Pattern> negations) {}

  /**
   * {@code $v: Type { ... }}.
   *
   * @param scanned whether the variable is bound by this clause, not by a traversal
   * @param written false if the clause is left out, since a traversal names the variable
   */
  public record Declared(
      String variable, String type, List<Inline> inline, boolean scanned, boolean written) {}

  /** {@code property: operand} of a binding. */
  public record Inline(String property, boolean list, Operand operand) {}

  /**
   * {@code $left word $right}.
   *
   * @param walkFrom the end that is bound when the hop is applied; the walk starts there
   * @param way as seen from that end
   * @param left null for {@code $_}
   * @param right null for {@code $_}
   */
  public record Hop(
      @Nullable String left,
      @Nullable String right,
      String edgeType,
      boolean undirected,
      int min,
      int max,
      boolean bounds,
      @Nullable String edgeVariable,
      boolean walkFromLeft,
      Way way) {}

  /** A filter. */
  public sealed interface Test {
    record Compare(Operand left, String operator, Operand right) implements Test {}

    record ListHas(Operand list, Operand item) implements Test {}

    record TextHas(Operand text, Operand part) implements Test {}

    record Starts(Operand text, Operand prefix) implements Test {}

    record Null(Operand operand, boolean negated) implements Test {}

    /**
     * A full-text test.
     *
     * @param function {@code search}, {@code match_text} or {@code fuzzy}
     * @param edits null for the default of the function
     */
    record Search(String function, Operand.Property text, Operand words, @Nullable Operand edits)
        implements Test {}
  }

  /** Something with a value. */
  public sealed interface Operand {
    record Property(String variable, String name) implements Operand {}

    record Literal(String text, Value value) implements Operand {}

    record Param(String name) implements Operand {}
  }

  /** A returned column. */
  public sealed interface Output {
    String name();

    record Plain(String name, Operand operand) implements Output {}

    /** The distance or score that a ranking gives. */
    record Score(String name, Ranking ranking) implements Output {}

    /** Whether a full-text test holds. */
    record Holds(String name, Test.Search test) implements Output {}

    /** A bare node. */
    record Node(String name, String variable) implements Output {}

    /**
     * @param operand null to take the ids of a variable
     */
    record Aggregate(
        String name, String function, boolean distinct, String variable, @Nullable Operand operand)
        implements Output {}
  }

  /**
   * @param operand null to order by the result column {@code column}
   */
  public record Key(@Nullable Operand operand, @Nullable String column, boolean descending) {}

  /** A ranking of one variable's nodes. */
  public sealed interface Ranking {
    String variable();

    record Nearest(String variable, String property, Operand query) implements Ranking {}

    record Bm25(Operand.Property text, Operand words) implements Ranking {
      @Override
      public String variable() {
        return text.variable();
      }
    }

    /**
     * @param k null for the default
     */
    record Rrf(Ranking first, Ranking second, @Nullable Operand k) implements Ranking {
      @Override
      public String variable() {
        return first.variable();
      }
    }
  }

  /**
   * Order by a ranking.
   *
   * @param column the result column that names the ranking; null if it is written out
   * @param ignored a further key, which decides nothing
   */
  public record Ranked(Ranking ranking, @Nullable String column, @Nullable Key ignored) {}

  /** The value of a literal or parameter. */
  Value constant(Operand operand) {
    return switch (operand) {
      case Operand.Literal l -> l.value();
      case Operand.Param p -> parameters.get(p.name()).value();
      case Operand.Property p -> throw new IllegalArgumentException(p.name());
    };
  }

  /** Whether scores are returned. */
  public boolean scores() {
    return outputs.stream().anyMatch(Output.Score.class::isInstance);
  }

  /** Whether its result can be read page by page: no ranking, no groups by lists or vectors. */
  public boolean hasPages() {
    return ranked == null
        && (!aggregates()
            || outputs.stream().noneMatch(o -> o instanceof Output.Plain p && isList(p.operand())));
  }

  private static boolean isList(Operand operand) {
    return operand instanceof Operand.Property p
        && (p.name().equals(RandomSchema.VECTOR)
            || RandomSchema.KINDS.values().stream()
                .anyMatch(kinds -> RandomSchema.isList(kinds.getOrDefault(p.name(), ""))));
  }

  public boolean aggregates() {
    return outputs.stream().anyMatch(Output.Aggregate.class::isInstance);
  }
}
