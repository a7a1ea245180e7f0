package io.omnigraph.query.check;

import io.omnigraph.query.plan.CompiledQuery.Parameter;
import io.omnigraph.query.plan.PlanNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The names visible at one place: the parameters of the query and the variables bound so far. A
 * {@code not} block gets a copy, so that what it binds stays inside. Confined to one thread.
 */
final class Scope {

  private final Map<String, Parameter> parameters;
  private final Map<String, Bound> variables;
  private final FreshNames fresh;

  private Scope(Map<String, Parameter> parameters, Map<String, Bound> variables, FreshNames fresh) {
    this.parameters = parameters;
    this.variables = variables;
    this.fresh = fresh;
  }

  static Scope of(Map<String, Parameter> parameters) {
    return new Scope(parameters, new LinkedHashMap<>(), new FreshNames());
  }

  /** The scope of a {@code not} block. */
  Scope inner() {
    return new Scope(parameters, new LinkedHashMap<>(variables), fresh);
  }

  @Nullable Parameter parameter(String name) {
    return parameters.get(name);
  }

  @Nullable Bound variable(String name) {
    return variables.get(name);
  }

  void bind(String name, Bound bound) {
    variables.put(name, bound);
  }

  /** Every usable variable, in the order of binding. */
  Map<String, PlanNode.Binding> bindings() {
    var result = new LinkedHashMap<String, PlanNode.Binding>();
    variables.forEach(
        (name, bound) -> {
          if (bound.typeName() != null) {
            result.put(name, new PlanNode.Binding(name, bound.typeName(), bound.edge()));
          }
        });
    return result;
  }

  /** A name no query can write. */
  String freshName() {
    return fresh.next();
  }

  List<String> parameterNames() {
    return List.copyOf(new TreeSet<>(parameters.keySet()));
  }

  List<String> variableNames() {
    return List.copyOf(new TreeSet<>(variables.keySet()));
  }

  List<String> allNames() {
    var names = new TreeSet<>(parameters.keySet());
    names.addAll(variables.keySet());
    return List.copyOf(names);
  }

  /**
   * A bound variable.
   *
   * @param typeName its node type, or edge type if {@code edge}; null if the type could not be
   *     resolved, which has been reported
   */
  record Bound(@Nullable String typeName, boolean edge) {}

  private static final class FreshNames {
    private int last;

    String next() {
      last++;
      return ANONYMOUS_PREFIX + last;
    }
  }

  /** Internal names start with this; no source can. */
  static final String ANONYMOUS_PREFIX = "_#";
}
