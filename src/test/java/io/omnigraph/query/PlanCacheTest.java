package io.omnigraph.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.CompileException;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.query.registry.StoredQueryDefinition;
import io.omnigraph.query.registry.StoredQueryRegistry;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.SchemaCompiler;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanCacheTest {

  private static final String QUERIES =
      """
      query a() { match { $t: Thing0 } return { $t } }
      query b() { match { $t: Thing1 } return { $t } }
      """;

  private final Catalog catalog = SchemaCompiler.compile(LargeSources.schema());
  private final PlanCache cache = new PlanCache(1 << 20);

  @Test
  void the_second_time_is_the_same_plan() {
    CompiledQuery first = cache.compile(QUERIES, "a", catalog);
    assertThat(cache.compile(QUERIES, "a", catalog)).isSameAs(first);
    assertThat(cache.compile(QUERIES, "b", catalog)).isNotEqualTo(first);
    assertThat(cache.statistics()).isEqualTo(new PlanCache.Statistics(1, 2, 2));
  }

  @Test
  void another_schema_is_another_plan() {
    cache.compile(QUERIES, "a", catalog);
    Catalog other = SchemaCompiler.compile("node Thing0 { key: String @key }");
    cache.compile(QUERIES, "a", other);
    assertThat(cache.statistics().misses()).isEqualTo(2);
    assertThatThrownBy(() -> cache.compile(QUERIES, "b", other))
        .isInstanceOf(CompileException.class)
        .hasMessage("type error: T1: unknown node type `Thing1`");
  }

  @Test
  void what_does_not_compile_is_not_kept() {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> cache.compile("query a() { }", null, catalog))
          .isInstanceOf(CompileException.class);
    }
    assertThat(cache.statistics().size()).isZero();
  }

  @Test
  void the_cache_is_bounded_by_what_it_holds() {
    var small = new PlanCache(20_000);
    for (int i = 0; i < 100; i++) {
      small.compile(
          "query q%d() { match { $t: Thing0 } return { $t } }".formatted(i), null, catalog);
    }
    assertThat(small.statistics().size()).isLessThan(10);
  }

  @Test
  void sources_of_realistic_size_compile_and_register() {
    var definitions = new ArrayList<StoredQueryDefinition>();
    for (String file : LargeSources.files()) {
      List<CompiledQuery> compiled = QueryCompiler.compileAll(file, catalog);
      assertThat(compiled).hasSize(LargeSources.QUERIES_PER_FILE);
      compiled.forEach(q -> definitions.add(StoredQueryDefinition.exposed(q.name(), file)));
    }
    StoredQueryRegistry.Loaded loaded = StoredQueryRegistry.load(definitions);
    assertThat(loaded.errors()).isEmpty();
    assertThat(loaded.registry().check(catalog).catalog())
        .hasSize(LargeSources.FILES * LargeSources.QUERIES_PER_FILE);
  }
}
