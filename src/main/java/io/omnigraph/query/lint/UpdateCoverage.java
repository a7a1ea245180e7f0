package io.omnigraph.query.lint;

import io.omnigraph.query.lint.LintReport.Finding;
import io.omnigraph.query.lint.QueryLinter.Linted;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.query.plan.MutationStatement;
import io.omnigraph.query.plan.MutationStatement.UpdateNode;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.NodeType;
import io.omnigraph.schema.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** L201: nullable properties of updated types that no update of the file ever sets. */
final class UpdateCoverage {

  private final Set<String> queries = new TreeSet<>();
  private final Set<String> assigned = new TreeSet<>();

  private UpdateCoverage() {}

  static List<Finding> findings(Catalog catalog, List<Linted> valid) {
    Map<String, UpdateCoverage> byType = new TreeMap<>();
    for (Linted linted : valid) {
      if (linted.compiled() instanceof CompiledQuery.Mutation mutation) {
        for (MutationStatement statement : mutation.statements()) {
          if (statement instanceof UpdateNode update) {
            UpdateCoverage coverage =
                byType.computeIfAbsent(update.nodeType(), t -> new UpdateCoverage());
            coverage.queries.add(mutation.name());
            update.assignments().forEach(a -> coverage.assigned.add(a.property()));
          }
        }
      }
    }
    var findings = new ArrayList<Finding>();
    byType.forEach(
        (type, coverage) -> findings.addAll(coverage.findings(catalog.node(type).orElseThrow())));
    return findings;
  }

  private List<Finding> findings(NodeType type) {
    return type.properties().stream()
        .filter(p -> p.type().nullable() && p.embed().isEmpty())
        .map(Property::name)
        .filter(p -> !type.keyColumns().contains(p) && !assigned.contains(p))
        .map(
            p ->
                new Finding(
                    "warning",
                    LintCode.L201.name(),
                    type.name() + "." + p + " exists in schema but no update query sets it",
                    type.name(),
                    p,
                    List.copyOf(queries),
                    null,
                    null,
                    null))
        .toList();
  }
}
