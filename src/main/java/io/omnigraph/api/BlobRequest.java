package io.omnigraph.api;

import io.omnigraph.write.BlobSelector;
import org.jspecify.annotations.Nullable;

/**
 * Asks for one blob cell.
 *
 * @param branch null for main, unless a snapshot is named
 * @param snapshot a commit id; null for the head of the branch
 */
public record BlobRequest(
    BlobSelector selector, @Nullable String branch, @Nullable String snapshot) {

  /**
   * A request from query parameters.
   *
   * @throws HttpException 400 if one that is needed is missing
   */
  public static BlobRequest of(
      @Nullable String entity,
      @Nullable String type,
      @Nullable String id,
      @Nullable String property,
      @Nullable String branch,
      @Nullable String snapshot) {
    return new BlobRequest(
        BlobSelector.of(
            require("entity", entity),
            require("type", type),
            require("id", id),
            require("property", property)),
        branch,
        snapshot);
  }

  private static String require(String name, @Nullable String value) {
    if (value == null) {
      throw HttpException.badRequest(
          "invalid_blob_selector", "query parameter `" + name + "` is missing");
    }
    return value;
  }
}
