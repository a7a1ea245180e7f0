package io.omnigraph.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST schema/apply}.
 *
 * @param schemaSource {@code .pg} text
 * @param allowDataLoss true if dropped data is to leave the past too; absent means no
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SchemaApplyRequest(String schemaSource, @Nullable Boolean allowDataLoss) {

  boolean losesData() {
    return Boolean.TRUE.equals(allowDataLoss);
  }
}
