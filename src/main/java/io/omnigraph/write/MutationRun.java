package io.omnigraph.write;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.publish.Prepared;
import io.omnigraph.publish.WriteBase;
import io.omnigraph.query.plan.MutationStatement;
import io.omnigraph.query.plan.MutationStatement.Assignment;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.KeyRenderer;
import io.omnigraph.schema.NodeType;
import io.omnigraph.schema.Property;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.TableSchemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs the statements of one mutation on one base. Inserts and updates work on an overlay of
 * pending rows that hides their committed versions; deletes, which never meet inserts, work on the
 * committed rows.
 */
final class MutationRun {

  private final WriteBase base;
  private final Catalog catalog;
  private final ExprValues expressions;
  private final ExternalBlobs external;
  private final Map<TableKey, PendingTable> tables = new TreeMap<>();
  private final ReadSetBuilder reads = new ReadSetBuilder();
  private long insertedOrUpdatedNodes;
  private long insertedEdges;

  MutationRun(WriteBase base, ExprValues expressions, ExternalBlobs external) {
    this.base = base;
    this.external = external;
    this.catalog = base.snapshot().catalog();
    this.expressions = expressions;
  }

  /**
   * Executes one statement.
   *
   * @param mintedId the id of the row if the statement inserts one that has no key
   */
  void execute(MutationStatement statement, String mintedId) {
    switch (statement) {
      case MutationStatement.InsertNode insert -> insertNode(insert, mintedId);
      case MutationStatement.InsertEdge insert -> insertEdge(insert, mintedId);
      case MutationStatement.UpdateNode update -> update(update);
      case MutationStatement.DeleteNode delete -> deleteNodes(delete);
      case MutationStatement.DeleteEdge delete -> deleteEdges(delete);
    }
  }

  /** Checks the whole change and hands it over. */
  Prepared<MutationCounts> finish() {
    return new MutationResult(base, tables, reads).prepare(counts());
  }

  private MutationCounts counts() {
    long nodes = insertedOrUpdatedNodes;
    long edges = insertedEdges;
    for (PendingTable table : tables.values()) {
      if (table.key().isNode()) {
        nodes += table.removedCount();
      } else {
        edges += table.removedCount();
      }
    }
    return new MutationCounts(nodes, edges);
  }

  private void insertNode(MutationStatement.InsertNode insert, String mintedId) {
    NodeType type = nodeType(insert.nodeType());
    PendingTable table = table(type);
    List<Value> row = newRow(table.layout(), insert.assignments());
    if (type.keyColumns().isEmpty()) {
      setText(row, table, TableSchemas.ID, mintedId);
      table.insertMinted(mintedId, row);
    } else {
      String id = KeyRenderer.id(type, column -> row.get(table.layout().position(column)));
      setText(row, table, TableSchemas.ID, id);
      table.put(id, row);
    }
    insertedOrUpdatedNodes++;
  }

  private void insertEdge(MutationStatement.InsertEdge insert, String mintedId) {
    EdgeType type = edgeType(insert.edgeType());
    PendingTable table = table(type);
    List<Value> row = newRow(table.layout(), insert.assignments());
    setText(row, table, TableSchemas.ID, mintedId);
    setText(row, table, TableSchemas.SRC, endpoint("from", expressions.of(insert.from())));
    setText(row, table, TableSchemas.DST, endpoint("to", expressions.of(insert.to())));
    table.insertMinted(mintedId, row);
    insertedEdges++;
  }

  private static String endpoint(String name, Value value) {
    if (value instanceof Value.Text text) {
      return text.value();
    }
    throw new BadRequestException(
        "invalid_endpoint",
        "edge endpoint '"
            + name
            + "' must be a node id (a string), got "
            + ValueConversion.kind(value),
        Map.of("endpoint", name));
  }

  private static void setText(List<Value> row, PendingTable table, String column, String text) {
    row.set(table.layout().position(column), new Value.Text(text));
  }

  /** A whole row: what is not assigned is null. The identity columns are left to the caller. */
  private List<Value> newRow(TableLayout layout, List<Assignment> assignments) {
    Value[] row = new Value[layout.width()];
    Arrays.fill(row, Value.NULL);
    List<String> assigned = new ArrayList<>(assignments.size());
    for (Assignment assignment : assignments) {
      Property property = property(layout.type(), assignment.property());
      row[layout.position(property.name())] = assigned(property, assignment);
      assigned.add(property.name());
    }
    for (Property property : layout.properties()) {
      if (!property.type().nullable() && !assigned.contains(property.name())) {
        throw new BadRequestException(
            "missing_property",
            "missing required property '" + property.name() + "'",
            Map.of("type", layout.type().name(), "property", property.name()));
      }
    }
    return Arrays.asList(row);
  }

  private Value assigned(Property property, Assignment assignment) {
    return AssignedBlobs.check(
        property, ValueConversion.convert(property, expressions.of(assignment.value())), external);
  }

  private void update(MutationStatement.UpdateNode update) {
    NodeType type = nodeType(update.nodeType());
    PendingTable table = table(type);
    TableLayout layout = table.layout();
    Map<Integer, Value> newValues = new TreeMap<>();
    for (Assignment assignment : update.assignments()) {
      Property property = property(type, assignment.property());
      if (type.keyColumns().contains(property.name())) {
        throw new BadRequestException(
            "key_is_immutable",
            "cannot update @key property '" + property.name() + "' — delete and re-insert instead",
            Map.of("property", property.name()));
      }
      newValues.put(layout.position(property.name()), assigned(property, assignment));
    }
    Match match = new Match(type, update.where(), expressions.of(update.where().value()));
    List<List<Value>> batch = new ArrayList<>();
    table
        .images()
        .forEach(
            (id, row) -> {
              if (match.test(row.get(layout.position(match.column())))) {
                List<Value> image = changed(row, newValues);
                table.put(id, image);
                batch.add(image);
              }
            });
    match.recordReads(reads);
    for (CommittedImages.Image committed :
        new CommittedImages(base, layout).matching(match, newValues.keySet(), table::hasImage)) {
      List<Value> image = changed(committed.row(), newValues);
      table.replace(committed.id(), committed.address(), image);
      batch.add(image);
    }
    table.addStatementBatch(batch);
    insertedOrUpdatedNodes += batch.size();
  }

  private static List<Value> changed(List<Value> row, Map<Integer, Value> newValues) {
    List<Value> image = new ArrayList<>(row);
    newValues.forEach(image::set);
    return image;
  }

  private void deleteNodes(MutationStatement.DeleteNode delete) {
    NodeType type = nodeType(delete.nodeType());
    Match match = new Match(type, delete.where(), expressions.of(delete.where().value()));
    match.recordReads(reads);
    PendingTable table = table(type);
    IdPool removed = new IdPool();
    new CommittedRows(base, type.tableKey())
        .visit(
            match.request(List.of(TableSchemas.ID, ScanRequest.ROW_ADDRESS)),
            (batch, row) -> {
              if (match.test(batch, row)) {
                String id = Rows.id(batch, row);
                table.remove(id, Rows.address(batch, row));
                removed.add(id);
              }
            });
    if (removed.isEmpty()) {
      return;
    }
    for (EdgeType edge : catalog.incidentEdges(type.name())) {
      if (edge.from().equals(type.name())) {
        cascade(edge, TableSchemas.SRC, removed);
      }
      if (edge.to().equals(type.name())) {
        cascade(edge, TableSchemas.DST, removed);
      }
    }
  }

  private void cascade(EdgeType edge, String column, IdPool removedNodes) {
    PendingTable table = table(edge);
    reads.texts(edge.tableKey(), column, removedNodes);
    new CommittedRows(base, edge.tableKey())
        .visitWhereIn(
            column,
            removedNodes,
            List.of(TableSchemas.ID, TableSchemas.SRC, column, ScanRequest.ROW_ADDRESS).stream()
                .distinct()
                .toList(),
            (batch, row) ->
                table.removeEdge(
                    Rows.id(batch, row),
                    Rows.address(batch, row),
                    Rows.text(batch, TableSchemas.SRC, row)));
  }

  private void deleteEdges(MutationStatement.DeleteEdge delete) {
    EdgeType type = edgeType(delete.edgeType());
    Match match = new Match(type, delete.where(), expressions.of(delete.where().value()));
    match.recordReads(reads);
    PendingTable table = table(type);
    new CommittedRows(base, type.tableKey())
        .visit(
            match.request(List.of(TableSchemas.ID, TableSchemas.SRC, ScanRequest.ROW_ADDRESS)),
            (batch, row) -> {
              if (match.test(batch, row)) {
                table.removeEdge(
                    Rows.id(batch, row),
                    Rows.address(batch, row),
                    Rows.text(batch, TableSchemas.SRC, row));
              }
            });
  }

  private PendingTable table(EntityType type) {
    return tables.computeIfAbsent(
        type.tableKey(), k -> new PendingTable(TableLayout.of(base, type)));
  }

  private NodeType nodeType(String name) {
    return catalog
        .node(name)
        .orElseThrow(() -> new IllegalArgumentException("unknown node type " + name));
  }

  private EdgeType edgeType(String name) {
    return catalog
        .edge(name)
        .orElseThrow(() -> new IllegalArgumentException("unknown edge type " + name));
  }

  private static Property property(EntityType type, String name) {
    return type.property(name)
        .orElseThrow(() -> new IllegalArgumentException(type.name() + " has no property " + name));
  }
}
