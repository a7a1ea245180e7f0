package io.omnigraph.query.check;

import io.omnigraph.model.DidYouMean;
import io.omnigraph.query.ast.Problem;
import io.omnigraph.query.ast.QueryDeclaration;
import io.omnigraph.query.ast.QueryDeclaration.Body;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.query.plan.CompiledQuery.Parameter;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks one declaration against a catalog and plans it. Stateless and thread-safe. */
public final class QueryChecker {

  private QueryChecker() {}

  /**
   * What became of a declaration.
   *
   * @param query the planned query; null if and only if there are problems
   * @param problems in the order in which they were found
   */
  public record Checked(@Nullable CompiledQuery query, List<Problem> problems) {
    public Checked {
      problems = List.copyOf(problems);
    }
  }

  /** Resolves, checks and plans a declaration. Reports every problem, never throws for one. */
  public static Checked check(QueryDeclaration query, Catalog catalog) {
    var problems = new Problems();
    Map<String, Parameter> parameters = parameters(query, problems);
    Scope scope = Scope.of(parameters);
    List<Parameter> declared = List.copyOf(parameters.values());
    CompiledQuery compiled =
        switch (query.body()) {
          case Body.Read read ->
              new ReadChecker(catalog, problems, scope).check(query, read, declared);
          case Body.Mutation mutation ->
              new MutationChecker(catalog, problems, scope).check(query, mutation, declared);
        };
    return new Checked(problems.isEmpty() ? compiled : null, problems.found());
  }

  private static Map<String, Parameter> parameters(QueryDeclaration query, Problems problems) {
    var parameters = new LinkedHashMap<String, Parameter>();
    for (QueryDeclaration.Parameter written : query.parameters()) {
      String name = written.name().text();
      if (name.equals(ExpressionChecker.RESERVED_PARAMETER)) {
        problems.type(
            null,
            "parameter name `$" + name + "` is reserved for runtime timestamp injection",
            written.name().place(),
            "write now() where the instant is needed");
        continue;
      }
      PropertyType type = type(written);
      if (type == null) {
        problems.type(
            null,
            "unknown parameter type `" + written.typeText() + "` for `$" + name + "`",
            written.typePlace(),
            typeHint(written));
        // Uses of the parameter are checked as if it were what most parameters are.
        type = PropertyType.nullable(ScalarType.STRING);
      }
      if (parameters.putIfAbsent(name, new Parameter(name, type)) != null) {
        problems.type(null, "parameter `$" + name + "` is declared twice", written.name().place());
      }
    }
    return parameters;
  }

  private static @Nullable PropertyType type(QueryDeclaration.Parameter written) {
    Optional<ScalarType> scalar =
        Arrays.stream(ScalarType.values())
            .filter(s -> s.spelling().equals(written.typeName()))
            .findFirst();
    Long dimension = written.dimension();
    boolean vector = scalar.isPresent() && scalar.get() == ScalarType.VECTOR;
    if (scalar.isEmpty() || vector != (dimension != null) || vector && written.list()) {
      return null;
    }
    if (dimension != null && (dimension < 1 || dimension > Integer.MAX_VALUE)) {
      return null;
    }
    return new PropertyType(
        scalar.get(),
        written.list(),
        written.nullable(),
        List.of(),
        dimension == null ? 0 : dimension.intValue());
  }

  private static @Nullable String typeHint(QueryDeclaration.Parameter written) {
    if (written.typeName().equals(ScalarType.VECTOR.spelling())) {
      return written.list()
          ? "there are no lists of vectors"
          : "write Vector(n) with a dimension of at least 1";
    }
    var names = new ArrayList<String>();
    Arrays.stream(ScalarType.values()).forEach(s -> names.add(s.spelling()));
    return DidYouMean.nearest(written.typeName(), names)
        .map(name -> "did you mean `" + name + "`?")
        .orElse("the types are " + String.join(", ", names));
  }
}
