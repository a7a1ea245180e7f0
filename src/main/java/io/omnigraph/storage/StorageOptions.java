package io.omnigraph.storage;

import java.util.Locale;
import java.util.Map;

/**
 * Settings of one storage.
 *
 * @param durability what an acknowledged local write survives
 * @param s3 how to reach a bucket; unused for local graphs
 * @param forcer how local files are forced to disk
 */
public record StorageOptions(Durability durability, S3Access s3, FileForcer forcer) {

  public static StorageOptions defaults() {
    return new StorageOptions(Durability.FSYNC, S3Access.defaults(), FileForcer.DISK);
  }

  /**
   * Reads {@code OMNIGRAPH_DURABILITY} ({@code fsync}, the default, or {@code os}) and the {@code
   * AWS_*} variables of {@link S3Access#fromEnvironment}.
   */
  public static StorageOptions fromEnvironment(Map<String, String> environment) {
    String word =
        environment.getOrDefault("OMNIGRAPH_DURABILITY", "fsync").strip().toLowerCase(Locale.ROOT);
    Durability durability =
        switch (word) {
          case "", "fsync" -> Durability.FSYNC;
          case "os" -> Durability.OS;
          default ->
              throw new io.omnigraph.model.BadRequestException(
                  "invalid_durability",
                  "OMNIGRAPH_DURABILITY must be 'fsync' or 'os', but is '" + word + "'");
        };
    return new StorageOptions(durability, S3Access.fromEnvironment(environment), FileForcer.DISK);
  }

  public StorageOptions withDurability(Durability value) {
    return new StorageOptions(value, s3, forcer);
  }

  public StorageOptions withS3(S3Access value) {
    return new StorageOptions(durability, value, forcer);
  }

  public StorageOptions withForcer(FileForcer value) {
    return new StorageOptions(durability, s3, value);
  }
}
