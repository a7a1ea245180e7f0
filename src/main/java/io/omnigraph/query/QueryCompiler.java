package io.omnigraph.query;

import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.schema.Catalog;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles {@code .gq} source against a catalog. Stateless and thread-safe. */
public final class QueryCompiler {

  private QueryCompiler() {}

  /**
   * Compiles every query of a source.
   *
   * @throws io.omnigraph.model.CompileException with every problem found
   */
  public static List<CompiledQuery> compileAll(String source, Catalog catalog) {
    throw new UnsupportedOperationException("written in the query room");
  }

  /**
   * Compiles one query of a source: the one named, or the only one if {@code name} is null.
   *
   * @throws io.omnigraph.model.CompileException if it does not compile
   * @throws io.omnigraph.model.NotFoundException if no query has that name
   * @throws io.omnigraph.model.BadRequestException if no name is given and the source holds several
   */
  public static CompiledQuery compile(String source, @Nullable String name, Catalog catalog) {
    throw new UnsupportedOperationException("written in the query room");
  }
}
