package io.omnigraph.query;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.schema.Catalog;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Compiled queries by schema hash and query text, so that the second time costs a look-up. Bounded
 * by the length of the texts it holds; sources that do not compile are not kept. Thread-safe.
 */
public final class PlanCache {

  /** What a plan takes beside its text, in characters; plans are a small multiple of their text. */
  private static final int WEIGHT_OF_PLAN = 2048;

  private final Cache<Key, CompiledQuery> plans;

  /**
   * @param maximumCharacters about how many characters of query text are held, at least 1
   */
  public PlanCache(long maximumCharacters) {
    this.plans =
        Caffeine.newBuilder()
            .maximumWeight(maximumCharacters)
            .weigher((Key key, CompiledQuery plan) -> key.source().length() + WEIGHT_OF_PLAN)
            .executor(Runnable::run)
            .recordStats()
            .build();
  }

  private record Key(String schemaHash, String source, @Nullable String name) {
    // By hand: every query asks, and texts know their hash.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key
          && source.equals(key.source)
          && schemaHash.equals(key.schemaHash)
          && Objects.equals(name, key.name);
    }

    @Override
    public int hashCode() {
      return 31 * source.hashCode() + schemaHash.hashCode();
    }
  }

  /** {@link QueryCompiler#compile}, remembered; fails as that does. */
  public CompiledQuery compile(String source, @Nullable String name, Catalog catalog) {
    return plans.get(
        new Key(catalog.hash(), source, name),
        key -> QueryCompiler.compile(key.source(), key.name(), catalog));
  }

  /** Forgets everything. */
  public void clear() {
    plans.invalidateAll();
  }

  public Statistics statistics() {
    return new Statistics(
        plans.stats().hitCount(), plans.stats().missCount(), plans.estimatedSize());
  }

  /** Counts since the cache was made, and how many plans it holds. */
  public record Statistics(long hits, long misses, long size) {}
}
