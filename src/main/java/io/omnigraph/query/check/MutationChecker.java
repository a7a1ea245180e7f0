package io.omnigraph.query.check;

import io.omnigraph.model.DidYouMean;
import io.omnigraph.model.TableKey;
import io.omnigraph.query.ast.Clause;
import io.omnigraph.query.ast.Expression;
import io.omnigraph.query.ast.Name;
import io.omnigraph.query.ast.QueryDeclaration;
import io.omnigraph.query.ast.Statement;
import io.omnigraph.query.ast.Statement.Delete;
import io.omnigraph.query.ast.Statement.Insert;
import io.omnigraph.query.ast.Statement.Update;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.query.plan.CompiledQuery.Parameter;
import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.MutationStatement;
import io.omnigraph.query.plan.OperationDescriptor;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.NodeType;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks the statements of a mutation (T10 ... T16 and the rule D2). Confined to one thread. */
final class MutationChecker {

  private static final String FROM = "from";
  private static final String TO = "to";
  private static final PropertyType ENDPOINT = PropertyType.of(ScalarType.STRING);

  private final Catalog catalog;
  private final Problems problems;
  private final Scope scope;
  private final ValueChecker values;
  private final SortedSet<TableKey> reads = new TreeSet<>();
  private final SortedSet<TableKey> writes = new TreeSet<>();

  MutationChecker(Catalog catalog, Problems problems, Scope scope) {
    this.catalog = catalog;
    this.problems = problems;
    this.scope = scope;
    this.values = new ValueChecker(problems);
  }

  /** The checked mutation; null if there are problems. */
  CompiledQuery.@Nullable Mutation check(
      QueryDeclaration query, QueryDeclaration.Body.Mutation body, List<Parameter> parameters) {
    var statements = new ArrayList<MutationStatement>();
    for (Statement statement : body.statements()) {
      MutationStatement checked = statement(statement);
      if (checked != null) {
        statements.add(checked);
      }
    }
    checkMixing(query, body);
    return problems.isEmpty()
        ? new CompiledQuery.Mutation(
            query.name().text(),
            parameters,
            query.description(),
            query.instruction(),
            new OperationDescriptor(reads, writes),
            statements)
        : null;
  }

  /** Rule D2: one mutation either inserts and updates, or deletes. */
  private void checkMixing(QueryDeclaration query, QueryDeclaration.Body.Mutation body) {
    Optional<Statement> delete =
        body.statements().stream().filter(Delete.class::isInstance).findFirst();
    boolean writesToo = body.statements().stream().anyMatch(s -> !(s instanceof Delete));
    if (delete.isPresent() && writesToo) {
      problems.plan(
          "D2",
          "mutation '"
              + query.name().text()
              + "' on the same query mixes inserts/updates and deletes; split into separate"
              + " mutations: (1) inserts and updates, then (2) deletes. One commit cannot both"
              + " write and delete rows",
          delete.get().place(),
          null);
    }
  }

  private @Nullable MutationStatement statement(Statement statement) {
    Name name = statement.type();
    Optional<NodeType> node = catalog.node(name.text());
    Optional<EdgeType> edge = catalog.edge(name.text());
    if (node.isEmpty() && edge.isEmpty()) {
      problems.type(
          "T10",
          "unknown node/edge type `" + name.text() + "`",
          name.place(),
          catalog.interfaces().containsKey(name.text())
              ? "`" + name.text() + "` is an interface; name a node type that implements it"
              : DidYouMean.hint(
                  name.text(),
                  Stream.concat(
                          catalog.nodes().keySet().stream(), catalog.edges().keySet().stream())
                      .toList()));
      return null;
    }
    return switch (statement) {
      case Insert insert ->
          node.isPresent() ? insertNode(insert, node.get()) : insertEdge(insert, edge.get());
      case Update update -> node.isPresent() ? update(update, node.get()) : updateEdge(update);
      case Delete delete ->
          node.isPresent() ? deleteNode(delete, node.get()) : deleteEdge(delete, edge.get());
    };
  }

  // ------------------------------------------------------------------ insert

  private @Nullable MutationStatement insertNode(Insert insert, NodeType type) {
    writes.add(type.tableKey());
    Map<String, Expr> assigned = assignments("insert", insert.assignments(), type, insert);
    requireProperties(type, insert);
    return assigned == null
        ? null
        : new MutationStatement.InsertNode(type.name(), inOrder(assigned));
  }

  private @Nullable MutationStatement insertEdge(Insert insert, EdgeType type) {
    writes.add(type.tableKey());
    reads.add(TableKey.node(type.from()));
    reads.add(TableKey.node(type.to()));
    Map<String, Expr> assigned = assignments("insert", insert.assignments(), type, insert);
    for (String endpoint : List.of(FROM, TO)) {
      if (!assigns(insert.assignments(), endpoint)) {
        problems.type(
            "T12",
            "insert for `" + type.name() + "` must provide required endpoint `" + endpoint + "`",
            insert.place());
      }
    }
    requireProperties(type, insert);
    if (assigned == null) {
      return null;
    }
    Expr from = assigned.remove(FROM);
    Expr to = assigned.remove(TO);
    return from == null || to == null
        ? null
        : new MutationStatement.InsertEdge(type.name(), from, to, inOrder(assigned));
  }

  private static boolean assigns(List<Statement.Assignment> assignments, String property) {
    return assignments.stream().anyMatch(a -> a.property().text().equals(property));
  }

  /** Reports T12 for every required property that is neither assigned nor embedded. */
  private void requireProperties(EntityType type, Insert insert) {
    if (insert.assignments().isEmpty()) {
      return;
    }
    for (Property property : type.properties()) {
      if (property.type().nullable() || assigns(insert.assignments(), property.name())) {
        continue;
      }
      Optional<Property.Embed> embed = property.embed();
      if (embed.isPresent() && assigns(insert.assignments(), embed.get().source())) {
        continue;
      }
      problems.type(
          "T12",
          "insert for `"
              + type.name()
              + "` must provide non-nullable property `"
              + property.name()
              + "`"
              + embed.map(e -> " or @embed source `" + e.source() + "`").orElse(""),
          insert.place());
    }
  }

  /** The assigned values by property, in written order; null if one is wrong. */
  private @Nullable Map<String, Expr> assignments(
      String verb, List<Statement.Assignment> assignments, EntityType type, Statement statement) {
    if (assignments.isEmpty()) {
      problems.type("T10", verb + " mutation requires at least one assignment", statement.place());
      return null;
    }
    var assigned = new LinkedHashMap<String, Expr>();
    var seen = new HashSet<String>();
    boolean sound = true;
    for (Statement.Assignment assignment : assignments) {
      Name name = assignment.property();
      if (!seen.add(name.text())) {
        problems.type(
            "T13", "duplicate assignment for property `" + name.text() + "`", name.place());
        sound = false;
        continue;
      }
      Expr value = assignment(type, assignment);
      sound &= value != null;
      if (value != null) {
        assigned.put(name.text(), value);
      }
    }
    return sound ? assigned : null;
  }

  private @Nullable Expr assignment(EntityType type, Statement.Assignment assignment) {
    PropertyType propertyType = columnType(type, assignment.property());
    return propertyType == null
        ? null
        : values.check(
            type.name(),
            assignment.property().text(),
            propertyType,
            assignment.value(),
            ValueChecker.Use.ASSIGN,
            scope);
  }

  /** The type of a property, or of an endpoint of an edge; null if unknown, which is reported. */
  private @Nullable PropertyType columnType(EntityType type, Name name) {
    if (type instanceof EdgeType && (name.text().equals(FROM) || name.text().equals(TO))) {
      return ENDPOINT;
    }
    Optional<Property> property = type.property(name.text());
    if (property.isEmpty()) {
      var candidates = new ArrayList<>(type.properties().stream().map(Property::name).toList());
      if (type instanceof EdgeType) {
        candidates.addAll(List.of(FROM, TO));
      }
      problems.type(
          "T11",
          "type `" + type.name() + "` has no property `" + name.text() + "`",
          name.place(),
          DidYouMean.hint(name.text(), candidates));
      return null;
    }
    return property.get().type();
  }

  private static List<MutationStatement.Assignment> inOrder(Map<String, Expr> assigned) {
    return assigned.entrySet().stream()
        .map(e -> new MutationStatement.Assignment(e.getKey(), e.getValue()))
        .toList();
  }

  // ------------------------------------------------------------------ update

  private @Nullable MutationStatement update(Update update, NodeType type) {
    reads.add(type.tableKey());
    writes.add(type.tableKey());
    Map<String, Expr> assigned = assignments("update", update.assignments(), type, update);
    for (Statement.Assignment assignment : update.assignments()) {
      if (type.keyColumns().contains(assignment.property().text())) {
        problems.type(
            null,
            "cannot update @key property '"
                + assignment.property().text()
                + "' — delete and re-insert instead",
            assignment.property().place(),
            "delete the node and insert it under its new key");
      }
    }
    MutationStatement.Predicate where = predicate(update.where(), type);
    return assigned == null || where == null
        ? null
        : new MutationStatement.UpdateNode(type.name(), inOrder(assigned), where);
  }

  private @Nullable MutationStatement updateEdge(Update update) {
    problems.type(
        "T16",
        "update mutation for edge type `" + update.type().text() + "` is not supported",
        update.place(),
        "delete the edge and insert it again");
    return null;
  }

  // ------------------------------------------------------------------ delete

  private @Nullable MutationStatement deleteNode(Delete delete, NodeType type) {
    reads.add(type.tableKey());
    writes.add(type.tableKey());
    for (EdgeType edge : catalog.incidentEdges(type.name())) {
      reads.add(edge.tableKey());
      writes.add(edge.tableKey());
    }
    MutationStatement.Predicate where = predicate(delete.where(), type);
    return where == null ? null : new MutationStatement.DeleteNode(type.name(), where);
  }

  private @Nullable MutationStatement deleteEdge(Delete delete, EdgeType type) {
    reads.add(type.tableKey());
    writes.add(type.tableKey());
    MutationStatement.Predicate where = predicate(delete.where(), type);
    return where == null ? null : new MutationStatement.DeleteEdge(type.name(), where);
  }

  private MutationStatement.@Nullable Predicate predicate(
      Statement.Predicate predicate, EntityType type) {
    Name name = predicate.property();
    PropertyType columnType = columnType(type, name);
    if (columnType == null) {
      return null;
    }
    if (Types.isBlob(columnType)) {
      problems.type(
          "T11",
          "blob property `" + name.text() + "` cannot be used in WHERE predicates",
          name.place());
      return null;
    }
    Expression value = predicate.value();
    Expr checked =
        values.check(
            type.name(), name.text(), columnType, value, ValueChecker.Use.PREDICATE, scope);
    return checked == null
        ? null
        : new MutationStatement.Predicate(
            columnName(type, name.text()), operator(predicate.operator()), checked);
  }

  private static String columnName(EntityType type, String name) {
    if (type instanceof NodeType) {
      return name;
    }
    return switch (name) {
      case FROM -> "src";
      case TO -> "dst";
      default -> name;
    };
  }

  private static Condition.Operator operator(Clause.Operator operator) {
    return switch (operator) {
      case EQ -> Condition.Operator.EQ;
      case NE -> Condition.Operator.NE;
      case LT -> Condition.Operator.LT;
      case LE -> Condition.Operator.LE;
      case GT -> Condition.Operator.GT;
      case GE -> Condition.Operator.GE;
      case CONTAINS, STARTS_WITH ->
          throw new IllegalStateException("the grammar has no " + operator.symbol() + " here");
    };
  }
}
