package io.omnigraph.read.search;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.TableKey;
import io.omnigraph.model.TextEmbedder;
import io.omnigraph.model.Value;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.Ranking;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.read.access.GraphAccess;
import io.omnigraph.read.access.NodeAccess;
import io.omnigraph.read.column.Bits;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.ScanRequest;
import it.unimi.dsi.fastutil.ints.Int2DoubleOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Evaluates full-text tests and rankings for one query. Used by one thread at a time. */
public final class Ranker {

  private static final long DEFAULT_EDITS = 2;

  private final GraphAccess graph;
  private final @Nullable TextEmbedder embedder;
  private final Function<Expr, Value> constants;
  private final Set<Expr.PropertyRef> inMemory;

  /**
   * @param constants evaluates literals and parameters
   * @param inMemory vector properties whose values the node access can deliver
   */
  public Ranker(
      GraphAccess graph,
      @Nullable TextEmbedder embedder,
      Function<Expr, Value> constants,
      Set<Expr.PropertyRef> inMemory) {
    this.graph = graph;
    this.embedder = embedder;
    this.constants = constants;
    this.inMemory = inMemory;
  }

  private Function<ScanRequest, BatchStream> table(NodeAccess nodes) {
    TableKey key = TableKey.node(nodes.nodeType());
    return request -> graph.scan(key, request);
  }

  /** The nodes that a full-text test matches. */
  public Bits matches(Expr.TextMatch match, NodeAccess nodes) {
    int edits =
        match.kind() == Expr.TextMatch.Kind.FUZZY
            ? maxEdits(match.maxEdits() == null ? null : constants.apply(match.maxEdits()))
            : 0;
    return new TextSearch(table(nodes), nodes)
        .matching(match.field().property(), text(constants.apply(match.query())), edits);
  }

  private static int maxEdits(@Nullable Value value) {
    long edits =
        value == null ? DEFAULT_EDITS : value instanceof Value.Int i ? i.value() : Long.MIN_VALUE;
    if (edits < 0 || edits > 2) {
      throw new BadRequestException(
          "invalid_max_edits", "fuzzy max_edits must be 0, 1 or 2", Map.of());
    }
    return (int) edits;
  }

  private static String text(Value value) {
    return switch (value) {
      case Value.Text t -> t.value();
      case Value.Null ignored -> "";
      case Value.Bool ignored -> throw notText();
      case Value.Int ignored -> throw notText();
      case Value.BigUnsigned ignored -> throw notText();
      case Value.Real ignored -> throw notText();
      case Value.Date ignored -> throw notText();
      case Value.DateTime ignored -> throw notText();
      case Value.ListOf ignored -> throw notText();
      case Value.Vector ignored -> throw notText();
    };
  }

  private static BadRequestException notText() {
    return new BadRequestException("invalid_search_query", "the search query must be a string");
  }

  /**
   * Ranks candidates.
   *
   * @param candidates distinct ordinals of live nodes
   * @param wanted most nodes that will be used; {@code Long.MAX_VALUE} for all
   */
  public Ranked rank(Ranking ranking, NodeAccess nodes, int[] candidates, int count, long wanted) {
    return switch (ranking) {
      case Ranking.Nearest nearest -> nearest(nearest, nodes, candidates, count, wanted);
      case Ranking.Bm25 bm25 -> bm25(bm25, nodes, candidates, count, wanted);
      case Ranking.Rrf rrf -> rrf(rrf, nodes, candidates, count, wanted);
    };
  }

  private Ranked nearest(
      Ranking.Nearest nearest, NodeAccess nodes, int[] candidates, int count, long wanted) {
    float[] query = vector(nearest, nodes);
    if (count == 0 || wanted == 0) {
      return new Ranked();
    }
    if (inMemory.contains(nearest.field()) && nodes.path() == AccessPath.RESIDENT) {
      return VectorSearch.exact(
          nodes.values(nearest.field().property(), candidates, count),
          candidates,
          count,
          query,
          wanted,
          nodes);
    }
    return new VectorSearch(table(nodes), nodes)
        .search(
            nearest.field().property(),
            query,
            candidates,
            count,
            Math.min(wanted, nodes.rowCount()));
  }

  private float[] vector(Ranking.Nearest nearest, NodeAccess nodes) {
    int dimension = nearest.field().type().vectorDimension();
    float[] vector =
        switch (constants.apply(nearest.query())) {
          case Value.Vector v -> v.elements();
          case Value.ListOf list -> floats(list);
          case Value.Text text -> embed(nearest, nodes, text.value(), dimension);
          case Value.Null ignored -> throw notVector();
          case Value.Bool ignored -> throw notVector();
          case Value.Int ignored -> throw notVector();
          case Value.BigUnsigned ignored -> throw notVector();
          case Value.Real ignored -> throw notVector();
          case Value.Date ignored -> throw notVector();
          case Value.DateTime ignored -> throw notVector();
        };
    if (vector.length != dimension) {
      throw new BadRequestException(
          "vector_dimension_mismatch",
          "nearest vector dimension mismatch: property is Vector("
              + dimension
              + "), query is Vector("
              + vector.length
              + ")",
          Map.of("expected", dimension, "actual", vector.length));
    }
    for (float element : vector) {
      if (!Float.isFinite(element)) {
        throw new BadRequestException(
            "invalid_query_vector", "nearest query vector holds a value that is not finite");
      }
    }
    return vector;
  }

  private static BadRequestException notVector() {
    return new BadRequestException(
        "invalid_nearest_query", "nearest query must be a string or list of floats");
  }

  private static float[] floats(Value.ListOf list) {
    float[] out = new float[list.items().size()];
    for (int i = 0; i < out.length; i++) {
      Value item = list.items().get(i);
      if (item instanceof Value.Real real) {
        out[i] = (float) real.value();
      } else if (item instanceof Value.Int integer) {
        out[i] = integer.value();
      } else {
        throw notVector();
      }
    }
    return out;
  }

  private float[] embed(Ranking.Nearest nearest, NodeAccess nodes, String text, int dimension) {
    if (embedder == null) {
      throw new BadRequestException(
          "embedder_missing",
          "nearest with a text needs an embedding provider, and none is configured; configure one"
              + " or pass a vector");
    }
    String recorded = recordedModel(nearest, nodes);
    if (recorded != null && !recorded.equals(embedder.model())) {
      throw new BadRequestException(
          "embedding_model_mismatch",
          "property '"
              + nearest.field().property()
              + "' was embedded with model '"
              + recorded
              + "', but the query embedder resolves to '"
              + embedder.model()
              + "'. Configure the embedder with the recorded model, or pass a vector",
          Map.of("recorded", recorded, "configured", embedder.model()));
    }
    return embedder.embedQuery(text, dimension);
  }

  private @Nullable String recordedModel(Ranking.Nearest nearest, NodeAccess nodes) {
    Snapshot snapshot = graph.snapshot();
    String type = nodes.nodeType();
    return snapshot
        .catalog()
        .node(type)
        .flatMap(n -> n.property(nearest.field().property()))
        .flatMap(p -> p.embed())
        .map(e -> e.model())
        .orElse(null);
  }

  private Ranked bm25(
      Ranking.Bm25 bm25, NodeAccess nodes, int[] candidates, int count, long wanted) {
    String query = text(constants.apply(bm25.query()));
    if (count == 0 || wanted == 0) {
      return new Ranked();
    }
    Bits allowed = new Bits(nodes.ordinalLimit());
    for (int i = 0; i < count; i++) {
      allowed.set(candidates[i]);
    }
    return new TextSearch(table(nodes), nodes)
        .best(
            bm25.field().property(),
            query,
            Math.min(wanted, count),
            count,
            nodes.rowCount(),
            allowed::get);
  }

  /** The scores of all nodes that a text ranking finds. */
  public Ranked everyHit(Ranking.Bm25 bm25, NodeAccess nodes) {
    String query = text(constants.apply(bm25.query()));
    return new TextSearch(table(nodes), nodes).scored(bm25.field().property(), query);
  }

  /** Reciprocal rank fusion: equal scores keep the first arm's order, then the second's. */
  private Ranked rrf(Ranking.Rrf rrf, NodeAccess nodes, int[] candidates, int count, long wanted) {
    double k = fusionConstant(rrf);
    Ranked first = rank(rrf.first(), nodes, candidates, count, armSize(rrf.first(), wanted));
    Ranked second = rank(rrf.second(), nodes, candidates, count, armSize(rrf.second(), wanted));
    Int2DoubleOpenHashMap scores = new Int2DoubleOpenHashMap();
    IntArrayList order = new IntArrayList();
    for (Ranked arm : new Ranked[] {first, second}) {
      long limit = Math.min(arm.size(), armSize(arm == first ? rrf.first() : rrf.second(), wanted));
      for (int rank = 0; rank < limit; rank++) {
        int node = arm.node(rank);
        if (!scores.containsKey(node)) {
          order.add(node);
        }
        scores.addTo(node, 1.0 / (k + rank + 1));
      }
    }
    int[] places = new int[order.size()];
    java.util.Arrays.setAll(places, i -> i);
    IntArrays.mergeSort(
        places,
        (a, b) -> {
          int byScore = Double.compare(scores.get(order.getInt(b)), scores.get(order.getInt(a)));
          return byScore != 0 ? byScore : Integer.compare(a, b);
        });
    Ranked fused = new Ranked();
    for (int place : places) {
      if (fused.size() < wanted) {
        fused.add(order.getInt(place), scores.get(order.getInt(place)));
      }
    }
    return fused;
  }

  /** A nearest arm has as many candidates as rows are wanted; a text arm has all its hits. */
  private static long armSize(Ranking arm, long wanted) {
    return arm instanceof Ranking.Nearest ? wanted : Long.MAX_VALUE;
  }

  private double fusionConstant(Ranking.Rrf rrf) {
    Value value = constants.apply(rrf.k());
    if (value instanceof Value.Int k && k.value() > 0) {
      return k.value();
    }
    throw new BadRequestException("invalid_rrf_k", "rrf k must be an integer greater than 0");
  }
}
