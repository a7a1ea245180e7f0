package io.omnigraph.query.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One {@code query name(...) { ... }}.
 *
 * @param description text of {@code @description}; null if there is none
 * @param instruction text of {@code @instruction}; null if there is none
 * @param place the whole declaration
 */
public record QueryDeclaration(
    Name name,
    List<Parameter> parameters,
    @Nullable String description,
    @Nullable String instruction,
    Body body,
    Place place) {

  public QueryDeclaration {
    parameters = List.copyOf(parameters);
  }

  /** True for a declaration with mutation statements. */
  public boolean isMutation() {
    return body instanceof Body.Mutation;
  }

  /**
   * A declared parameter as written.
   *
   * @param typeName the base type, for example {@code String} or {@code Vector}
   * @param list true for {@code [T]}
   * @param dimension the number of {@code Vector(n)}; null if none is written
   * @param nullable true if a {@code ?} follows
   */
  public record Parameter(
      Name name,
      String typeName,
      boolean list,
      @Nullable Long dimension,
      boolean nullable,
      Place typePlace) {

    /** The type as written, without {@code ?}. */
    public String typeText() {
      String base = dimension == null ? typeName : typeName + "(" + dimension + ")";
      return list ? "[" + base + "]" : base;
    }
  }

  /** What stands between the braces. */
  public sealed interface Body {

    /**
     * {@code match {...} return {...} order {...} limit n offset m}.
     *
     * @param order empty if there is no {@code order}
     */
    record Read(
        List<Clause> match,
        List<Projection> returns,
        List<Ordering> order,
        @Nullable RowCount limit,
        @Nullable RowCount offset)
        implements Body {
      public Read {
        match = List.copyOf(match);
        returns = List.copyOf(returns);
        order = List.copyOf(order);
      }
    }

    /** Statements in written order. */
    record Mutation(List<Statement> statements) implements Body {
      public Mutation {
        statements = List.copyOf(statements);
      }
    }
  }

  /** {@code expression as alias}. */
  public record Projection(Expression expression, @Nullable Name alias) {}

  /** One order key; ascending unless {@code desc} is written. */
  public record Ordering(
      Expression expression, boolean descending, boolean directionWritten, Place place) {}

  /** A row count: a literal or a parameter. */
  public sealed interface RowCount {
    record Literal(long value, Place place) implements RowCount {}

    record Variable(Name name) implements RowCount {}
  }
}
