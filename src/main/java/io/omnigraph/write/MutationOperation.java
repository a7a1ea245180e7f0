package io.omnigraph.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.omnigraph.commit.CommitKind;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.IdSource;
import io.omnigraph.publish.LaneOperation;
import io.omnigraph.publish.OperationInfo;
import io.omnigraph.publish.Prepared;
import io.omnigraph.publish.WriteBase;
import io.omnigraph.query.Parameters;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.query.plan.MutationStatement;
import io.omnigraph.schema.Catalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A mutation query as an operation of the commit lane: its statements run in order on the base,
 * each seeing what the earlier ones did, and become one change. Ids are minted and the clock is
 * read before the first preparation, so preparing again gives the same rows. Thread-safe.
 */
public final class MutationOperation implements LaneOperation<MutationCounts> {

  private final CompiledQuery.Mutation mutation;
  private final Catalog catalog;
  private final Parameters parameters;
  private final OperationInfo info;
  private final ExternalBlobs external;
  private final List<String> mintedIds;

  /**
   * @param mutation compiled against {@code catalog}
   * @param parameters bound, with the request's {@code now()}
   * @param ids mints the operation id and one id per inserted row
   * @throws BadRequestException if inserts or updates are mixed with deletes
   */
  public MutationOperation(
      CompiledQuery.Mutation mutation,
      Catalog catalog,
      Parameters parameters,
      WriteRequest request,
      IdSource ids) {
    this(mutation, catalog, parameters, request, ids, ExternalBlobs.NONE);
  }

  /**
   * @param external which blobs may be references to something outside the graph
   */
  public MutationOperation(
      CompiledQuery.Mutation mutation,
      Catalog catalog,
      Parameters parameters,
      WriteRequest request,
      IdSource ids,
      ExternalBlobs external) {
    this.external = external;
    refuseMixture(mutation);
    this.mutation = mutation;
    this.catalog = catalog;
    this.parameters = parameters;
    this.info =
        request.toOperation(ids.nextUlid(), CommitKind.MUTATION, isStrict(mutation.statements()));
    List<String> minted = new ArrayList<>();
    mutation.statements().forEach(statement -> minted.add(ids.nextUlid()));
    this.mintedIds = List.copyOf(minted);
  }

  @Override
  public OperationInfo info() {
    return info;
  }

  @Override
  public Prepared<MutationCounts> prepare(WriteBase base) {
    if (!base.snapshot().catalog().equals(catalog)) {
      throw schemaChanged();
    }
    MutationRun run = new MutationRun(base, new ExprValues(parameters), external);
    for (int i = 0; i < mutation.statements().size(); i++) {
      run.execute(mutation.statements().get(i), mintedIds.get(i));
    }
    return run.finish();
  }

  @Override
  public JsonNode encodeResult(MutationCounts counts) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("affected_nodes", counts.affectedNodes())
        .put("affected_edges", counts.affectedEdges());
  }

  @Override
  public MutationCounts decodeResult(JsonNode stored) {
    return new MutationCounts(
        stored.path("affected_nodes").asLong(), stored.path("affected_edges").asLong());
  }

  static ConflictException schemaChanged() {
    return new ConflictException(
        "schema_changed",
        "the schema of the branch changed while the write was being prepared - refresh and retry");
  }

  private static boolean isStrict(List<MutationStatement> statements) {
    return statements.stream()
        .anyMatch(s -> isDelete(s) || s instanceof MutationStatement.UpdateNode);
  }

  private static boolean isDelete(MutationStatement statement) {
    return switch (statement) {
      case MutationStatement.DeleteNode d -> true;
      case MutationStatement.DeleteEdge d -> true;
      case MutationStatement.InsertNode i -> false;
      case MutationStatement.InsertEdge i -> false;
      case MutationStatement.UpdateNode u -> false;
    };
  }

  private static void refuseMixture(CompiledQuery.Mutation mutation) {
    long deletes = mutation.statements().stream().filter(MutationOperation::isDelete).count();
    if (deletes > 0 && deletes < mutation.statements().size()) {
      throw new BadRequestException(
          "mixed_mutation",
          "mutation '"
              + mutation.name()
              + "' on the same query mixes inserts/updates and deletes; split into separate"
              + " mutations: (1) inserts and updates, then (2) deletes. To publish both at once,"
              + " run them on a branch and merge it.",
          Map.of("query", mutation.name()));
    }
  }
}
